package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"trellis/static"
)

// Whoever can read gzip gets pages, errors and scripts small; the same is in them.
func TestAnswersAreCompressed(t *testing.T) {
	s := newSite(t)
	s.administrator()
	tests := []struct {
		name, path string
		headers    []string
		wantGzip   bool
	}{
		{"a page", "/groups", []string{"Accept-Encoding", "gzip, br"}, true},
		{"a page for somebody who cannot read it", "/groups", nil, false},
		{"a page that is not there", "/nothing", []string{"Accept-Encoding", "gzip"}, true},
		{"a script", static.URL("vendor/htmx.min.js"), []string{"Accept-Encoding", "gzip"}, true},
		{"a style sheet", static.URL("trellis.css"), []string{"Accept-Encoding", "gzip"}, true},
		{"a part of a style sheet", static.URL("trellis.css"), []string{"Accept-Encoding", "gzip", "Range", "bytes=0-9"}, false},
		{"a font", static.URL("vendor/inter-latin.woff2"), []string{"Accept-Encoding", "gzip"}, false},
		{"next to nothing", static.URL("chev.svg"), []string{"Accept-Encoding", "gzip"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := s.get(tt.path, tt.headers...)
			small := res.Header.Get("Content-Encoding") == "gzip"
			if small != tt.wantGzip {
				t.Fatalf("%d, compressed = %t, want %t", res.StatusCode, small, tt.wantGzip)
			}
			if !small {
				return
			}
			if !strings.Contains(strings.Join(res.Header.Values("Vary"), ","), "Accept-Encoding") {
				t.Errorf("Vary = %q", res.Header.Values("Vary"))
			}
			if got, plain := unpacked(t, res), read(t, s.get(tt.path)); len(got) < worthIt || !alike(got, plain) {
				t.Errorf("unpacked, it has %d bytes instead of %d", len(got), len(plain))
			}
		})
	}
}

// alike compares answers by their size: each has an id and a mask of its own.
func alike(a, b string) bool { return len(a)-len(b) < 64 && len(b)-len(a) < 64 }

func unpacked(t *testing.T, res *http.Response) string {
	t.Helper()
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// RX-17: two pages have nothing secret in common that a search on them could be
// measured against, and both their tokens are good.
func TestRX_17_the_token_looks_different_each_time(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	seen := map[string]bool{}
	for range 3 {
		res := s.get("/groups?q=guess")
		doc := page(t, res)
		token, _ := doc.Find(`form[action="/theme"] input[name=csrf]`).Attr("value")
		if seen[token] || strings.Contains(token, d.CSRF) {
			t.Errorf("the token is %q once more", token)
		}
		seen[token] = true
		if html, _ := doc.Html(); strings.Contains(html, d.CSRF) {
			t.Error("the page has the token as it is")
		}
		if res := s.post("/theme", form(csrfField, token)); res.StatusCode != http.StatusSeeOther {
			t.Errorf("the page's token is answered %d", res.StatusCode)
		}
	}
	for _, spoilt := range []string{masked, masked + "%", masked + "AAA", mask(d.CSRF)[:20], mask("another"), "~~" + mask(d.CSRF)} {
		if res := s.post("/theme", form(csrfField, spoilt)); res.StatusCode != http.StatusForbidden {
			t.Errorf("%q is answered %d", spoilt, res.StatusCode)
		}
	}
}
