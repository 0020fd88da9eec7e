package handlers_test

import (
	"net/url"
	"testing"
)

func TestTheme(t *testing.T) {
	tests := []struct{ theme, here, wantCookie, wantLocation string }{
		{"dark", "/groups?q=a", "dark", "/groups?q=a"},
		{"pink; Domain=x", "/groups", "system", "/groups"},
		{"light", "//evil.example", "light", "/"},
		{"light", "https://evil.example", "light", "/"},
		{"light", `/\evil.example`, "light", "/"},
		{"light", "", "light", "/"},
	}
	for _, tt := range tests {
		p := enter(newOrg()).post(t, "/theme", url.Values{"theme": {tt.theme}, "here": {tt.here}}, "")
		cookie := p.Result().Cookies()[0]
		if cookie.Value != tt.wantCookie || p.Header().Get("Location") != tt.wantLocation {
			t.Errorf("%q from %q: cookie %q, goes to %q", tt.theme, tt.here, cookie.Value, p.Header().Get("Location"))
		}
	}
}
