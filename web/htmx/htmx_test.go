package htmx_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"trellis/web/htmx"
)

func request(headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/groups", nil)
	for _, h := range headers {
		r.Header.Set(h, "true")
	}
	return r
}

func TestPartial(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		want    bool
	}{
		{"a browser gets the whole page", nil, false},
		{"htmx gets a fragment", []string{"HX-Request"}, true},
		{"a boosted link gets the whole page", []string{"HX-Request", "HX-Boosted"}, false},
		{"the back button gets the whole page", []string{"HX-Request", "HX-History-Restore-Request"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := htmx.From(request(tt.headers...)).Partial(); got != tt.want {
				t.Errorf("Partial() = %t, want %t", got, tt.want)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	tests := []struct {
		name         string
		to           func(http.ResponseWriter, *http.Request, string)
		headers      []string
		wantStatus   int
		wantLocation string
		wantHX       string
	}{
		{"browser after a write", htmx.Redirect, nil, 303, "/groups", ""},
		{"htmx after a write", htmx.Redirect, []string{"HX-Request"}, 200, "", "/groups"},
		{"boosted form after a write", htmx.Redirect, []string{"HX-Request", "HX-Boosted"}, 200, "", "/groups"},
		{"browser without a session", htmx.SignIn, nil, 303, "/groups", ""},
		{"htmx without a session", htmx.SignIn, []string{"HX-Request"}, 401, "", "/groups"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			tt.to(w, request(tt.headers...), "/groups")
			if w.Code != tt.wantStatus {
				t.Errorf("status = %d, want %d", w.Code, tt.wantStatus)
			}
			if got := w.Header().Get("Location"); got != tt.wantLocation {
				t.Errorf("Location = %q, want %q", got, tt.wantLocation)
			}
			if got := w.Header().Get("HX-Redirect"); got != tt.wantHX {
				t.Errorf("HX-Redirect = %q, want %q", got, tt.wantHX)
			}
		})
	}
}

func TestInsteadKeepsTheAddress(t *testing.T) {
	h := http.Header{}
	htmx.Instead(h, "#notice")
	for name, want := range map[string]string{"HX-Retarget": "#notice", "HX-Reswap": "outerHTML", "HX-Push-Url": "false"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}
