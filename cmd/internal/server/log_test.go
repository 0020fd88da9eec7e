package server

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestEveryRequestIsOneLineWithoutSecrets(t *testing.T) {
	var out bytes.Buffer
	teapot := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Request-Id") != "r-1" {
			t.Errorf("the handler was told the id %q", r.Header.Get("X-Request-Id"))
		}
		w.WriteHeader(http.StatusTeapot)
	})
	h := Logged("openid", teapot, slog.New(slog.NewJSONHandler(&out, nil)))
	r := httptest.NewRequest(http.MethodPost, "/oauth/token?code=c0de", strings.NewReader("client_secret=s3cret"))
	r.Header.Set("Authorization", "Bearer t0ken")
	r.Header.Set("X-Request-Id", "r-1")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)

	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %q", err, out.String())
	}
	if line["part"] != "openid" || line["method"] != "POST" || line["path"] != "/oauth/token" || line["status"] != 418.0 || line["request_id"] != "r-1" {
		t.Errorf("line = %v", line)
	}
	for _, secret := range []string{"c0de", "s3cret", "t0ken"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the line holds %q", secret)
		}
	}
	if w.Header().Get("X-Request-Id") != "r-1" {
		t.Error("the answer does not name the request")
	}
}

func TestWhatAPartLogsNamesTheRequestOnce(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(Traced(slog.NewJSONHandler(&out, nil)))
	h := Logged("openid", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		log.With("a", 1).InfoContext(r.Context(), "by a library")
		log.InfoContext(r.Context(), "by us", "request_id", "r-1")
	}), log)
	r := httptest.NewRequest(http.MethodGet, "/authorize", nil)
	r.Header.Set("X-Request-Id", "r-1")
	h.ServeHTTP(httptest.NewRecorder(), r)
	log.Info("on nobody's behalf")

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines, want 4:\n%s", len(lines), out.String())
	}
	for _, line := range lines[:3] {
		if strings.Count(line, `"request_id":"r-1"`) != 1 || strings.Count(line, `"part":"openid"`) != 1 {
			t.Errorf("%s does not name the request once", line)
		}
	}
	if strings.Contains(lines[3], "request_id") {
		t.Errorf("%s names a request", lines[3])
	}
}

// The process asks for it again and again by itself.
func TestDiscoveryIsNoLineAtInfo(t *testing.T) {
	var out bytes.Buffer
	h := Logged("openid", http.NotFoundHandler(), slog.New(slog.NewJSONHandler(&out, nil)))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/.well-known/openid-configuration", nil))
	if out.Len() > 0 {
		t.Errorf("it logs %s", out.String())
	}
}

func TestARequestWithoutAPlainIDGetsOne(t *testing.T) {
	var out bytes.Buffer
	h := Logged("management", http.NotFoundHandler(), slog.New(slog.NewJSONHandler(&out, nil)))
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/api/v2/users", nil)
	r.Header.Set("X-Request-Id", "<b>not an id</b>")
	h.ServeHTTP(w, r)
	id := w.Header().Get("X-Request-Id")
	if id == "" || strings.Contains(id, "<") || !strings.Contains(out.String(), id) {
		t.Errorf("id = %q, line = %s", id, out.String())
	}
}
