package web

import (
	"net/http"
	"strings"
	"testing"

	"trellis/static"
)

const wantPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

func TestWEB_10_headers_on_every_answer(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	failing := func(status int) { s.api.says(status, "{}", nil) }
	tests := []struct {
		name       string
		send       func() *http.Response
		wantStatus int
		kept       bool // by caches
	}{
		{"a page", func() *http.Response { return s.get("/groups") }, 200, false},
		{"a redirect", func() *http.Response { return s.post("/theme", form(csrfField, d.CSRF)) }, 303, false},
		{"an alias", func() *http.Response { return s.get("/", "Host", "127.0.0.1:8080") }, 308, false},
		{"a static file", func() *http.Response { return s.get(static.URL("app.js")) }, 200, true},
		{"a static file that is not there", func() *http.Response { return s.get("/static/nothing.js") }, 404, false},
		{"an unknown page", func() *http.Response { return s.get("/nothing") }, 404, false},
		{"another method", func() *http.Response { return s.do(s.request("DELETE", "/groups", nil, csrfHeader, d.CSRF)) }, 405, false},
		{"a forged request", func() *http.Response { return s.post("/groups/new", nil) }, 403, false},
		{"another host", func() *http.Response { return s.get("/", "Host", "evil.test") }, 421, false},
		{"too much", func() *http.Response {
			return s.post("/groups/new", form("name", strings.Repeat("a", 2<<20)))
		}, 413, false},
		{"a fault of the API", func() *http.Response { failing(500); return s.get("/groups") }, 502, false},
		{"a part of a page", func() *http.Response { failing(500); return s.get("/groups", "HX-Request", "true") }, 502, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := tt.send()
			if res.StatusCode != tt.wantStatus {
				t.Errorf("status = %d, want %d", res.StatusCode, tt.wantStatus)
			}
			for name, want := range map[string]string{
				"Content-Security-Policy":      wantPolicy,
				"X-Content-Type-Options":       "nosniff",
				"Referrer-Policy":              "no-referrer",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Strict-Transport-Security":    "",
				"Server":                       "",
				"X-Powered-By":                 "",
				"X-XSS-Protection":             "",
			} {
				if got := res.Header.Get(name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			if !strings.Contains(res.Header.Get("Permissions-Policy"), "camera=()") || len(res.Header.Get("X-Request-Id")) != 16 {
				t.Errorf("headers = %v", res.Header)
			}
			if got := res.Header.Get("Cache-Control"); (got == "no-store") == tt.kept {
				t.Errorf("Cache-Control = %q", got)
			}
		})
	}
}

func TestHeadersOfAnHTTPSSite(t *testing.T) {
	s := newSiteAt(t, "https://trellis.test", "https://tenant.auth0.test")
	res := s.get("/signed-out")
	if got := res.Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
		t.Errorf("Strict-Transport-Security = %q", got)
	}
	if got := res.Header.Get("Content-Security-Policy"); !strings.Contains(got, "; form-action 'self' https://tenant.auth0.test; ") {
		t.Errorf("Content-Security-Policy = %q", got)
	}
}

func TestWEB_31_hosts(t *testing.T) {
	s := newSite(t)
	tests := []struct {
		method, host string
		wantStatus   int
		wantLocation string
	}{
		{"GET", "LOCALHOST:8080", 200, ""},
		{"GET", "127.0.0.1:8080", 308, "http://localhost:8080/signed-out?a=%2F"},
		{"GET", "[::1]:8080", 308, "http://localhost:8080/signed-out?a=%2F"},
		{"GET", "127.0.0.1:9090", 421, ""},
		{"GET", "127.0.0.1", 421, ""},
		{"GET", "localhost", 421, ""},
		{"GET", "localhost:8080.evil.test", 421, ""},
		{"GET", "evil.test", 421, ""},
		{"GET", "", 421, ""},
		{"POST", "127.0.0.1:8080", 421, ""},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.host, func(t *testing.T) {
			r := s.request(tt.method, "/signed-out?a=%2F", nil, "X-Forwarded-Host", "localhost:8080")
			r.Host = tt.host
			res := s.do(r)
			if res.StatusCode != tt.wantStatus || res.Header.Get("Location") != tt.wantLocation {
				t.Errorf("%d to %q, want %d to %q", res.StatusCode, res.Header.Get("Location"), tt.wantStatus, tt.wantLocation)
			}
		})
	}
}

func TestWEB_25_static_files(t *testing.T) {
	s := newSite(t)
	known := static.URL("app.js")
	tests := []struct {
		name, address string
		wantStatus    int
		wantCache     string
	}{
		{"by its address", known, 200, "public, max-age=31536000, immutable"},
		{"without its hash", "/static/app.js", 200, "no-cache"},
		{"with an old hash", "/static/app.js?v=0123", 200, "no-cache"},
		{"a folder", "/static/vendor", 404, "no-store"},
		{"a folder with its slash", "/static/vendor/", 404, "no-store"},
		{"the root", "/static/", 404, "no-store"},
		{"source code", "/static/static.go", 404, "no-store"},
		{"up", "/static/../web.go", 404, "no-store"},
		{"up, escaped", "/static/..%2fweb.go", 404, "no-store"},
		{"up, backslash", `/static/..%5cweb.go`, 404, "no-store"},
		{"two slashes", "/static//app.js", 404, "no-store"},
		{"an escaped slash", "/static/vendor%2fhtmx.min.js", 404, "no-store"},
		{"a dot file", "/static/.git", 404, "no-store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := s.get(tt.address)
			if res.StatusCode != tt.wantStatus || res.Header.Get("Cache-Control") != tt.wantCache {
				t.Errorf("%d %q, want %d %q", res.StatusCode, res.Header.Get("Cache-Control"), tt.wantStatus, tt.wantCache)
			}
		})
	}
	tag := s.get(known).Header.Get("ETag")
	if res := s.get("/static/app.js", "If-None-Match", tag); res.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged: %d", res.StatusCode)
	}
}

// Over plain HTTP on a network a form has to say where it comes from in the one
// header that is left.
func TestFormsNameTheirOriginWhereNothingElseDoes(t *testing.T) {
	for base, want := range map[string]string{
		"https://trellis.test": "no-referrer", "http://localhost:8080": "no-referrer", "http://[::1]:8080": "no-referrer",
		"http://trellis.lan": "same-origin", "http://192.0.2.1:8080": "same-origin",
	} {
		s := newSiteAt(t, base, "")
		if got := s.get("/signed-out").Header.Get("Referrer-Policy"); got != want {
			t.Errorf("%s: %q, want %q", base, got, want)
		}
	}
}
