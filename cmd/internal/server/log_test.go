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
