package authzapi_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer/bearertest"
	"trellis/cmd/internal/store"
)

// plainly asks without the help of a client that decompresses.
func (tn *tenant) plainly(t *testing.T, method, path string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, tn.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+tn.issuer.Scoped(authzapi.Audience, everyScope()...))
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func TestBodiesAreCompressedWhenAsked(t *testing.T) {
	tn := onSQLite(t)
	for i := range 10 {
		tn.newGroup(t, fmt.Sprintf("Group %d of a list that is worth it", i))
	}
	whole := tn.send(t, "GET", "/groups", "", "Accept-Encoding", "identity")
	res := tn.plainly(t, "GET", "/groups", "Accept-Encoding", "br, gzip;q=0.8")
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil || string(body) != whole.body || res.Header.Get("Content-Encoding") != "gzip" || res.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("%v, %v, want the compressed list", res.Header, err)
	}
	version := res.Header.Get("ETag")
	if version == whole.header.Get("ETag") || !strings.HasSuffix(version, `-gzip"`) {
		t.Errorf("the compressed body has the version %s", version)
	}
	if got := tn.send(t, "GET", "/groups", "", "If-None-Match", version); got.status != http.StatusNotModified {
		t.Errorf("its version is not known: %d", got.status)
	}
	for _, encodings := range []string{"identity", "gzip;q=0", "br", "deflate, x-gzip2"} {
		if res := tn.plainly(t, "GET", "/groups", "Accept-Encoding", encodings); res.Header.Get("Content-Encoding") != "" {
			t.Errorf("Accept-Encoding: %s: it is compressed", encodings)
		}
	}
	if res := tn.plainly(t, "GET", "/roles", "Accept-Encoding", "gzip"); res.Header.Get("Content-Encoding") != "" {
		t.Error("a short body is compressed")
	}
}

// Pages of another origin are let in where the origin is named, exactly.
func TestPagesOfOtherOrigins(t *testing.T) {
	const named = "https://intranet.example.com"
	s, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "trellis.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	issuer := bearertest.New(t, "https://tenant.example/")
	handler, err := authzapi.New(authzapi.Config{Store: s, Tokens: issuer.Verifier(), CORSOrigins: []string{named}})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	tn := &tenant{store: s, issuer: issuer, url: srv.URL + "/api"}

	for origin, want := range map[string]string{
		named: named, "https://intranet.example.com.evil.example": "", "http://intranet.example.com": "",
		"https://intranet.example.com:8443": "", "HTTPS://INTRANET.EXAMPLE.COM": "", "null": "", "*": "",
	} {
		res := tn.plainly(t, "GET", "/groups", "Origin", origin)
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != want || res.StatusCode != http.StatusOK {
			t.Errorf("Origin: %s: %d, allowed %q, want %q", origin, res.StatusCode, got, want)
		}
		if res.Header.Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(strings.Join(res.Header.Values("Vary"), ","), "Origin") {
			t.Errorf("Origin: %s: %v", origin, res.Header)
		}
		res = tn.plainly(t, "OPTIONS", "/groups", "Origin", origin, "Access-Control-Request-Method", "POST")
		if ok := res.StatusCode == http.StatusOK; ok != (want != "") {
			t.Errorf("a preflight of %s: %d", origin, res.StatusCode)
		}
	}
	res := tn.plainly(t, "OPTIONS", "/groups", "Origin", named, "Access-Control-Request-Method", "POST", "Authorization", "")
	for name, want := range map[string]string{
		"Access-Control-Allow-Methods": "POST", "Access-Control-Max-Age": "86400",
		"Access-Control-Allow-Headers": "Accept,Authorization,Content-Type,If-None-Match,If-Match,X-Request-Id",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if res := tn.plainly(t, "OPTIONS", "/groups", "Origin", named, "Access-Control-Request-Method", "TRACE"); strings.Contains(res.Header.Get("Access-Control-Allow-Methods"), "TRACE") {
		t.Error("TRACE is allowed")
	}
	if res := tn.plainly(t, "OPTIONS", "/groups", "Origin", named); res.StatusCode != http.StatusNotFound {
		t.Errorf("OPTIONS that asks for no method: %d, want 404", res.StatusCode)
	}
}

// Whatever the query, a list answers with 200 or with what is wrong.
func FuzzQuery(f *testing.F) {
	tn := onSQLite(f)
	id := tn.newGroup(f, "Team")
	token := "Bearer " + tn.issuer.Scoped(authzapi.Audience, everyScope()...)
	for _, seed := range []string{
		"q=a&field=name", "page=1&per_page=2&include_totals=true", "sort=name:1&fields=_id,name", "q=%25%5C_'", "q=%00", "page=1e3",
		"per_page=-0", "fields=", "expand=1", "directory=TRUE", "mode=merge&dry_run=yes", "%zz", "a;b=c", "q=%ff", "page=+1",
		"group=" + id + "&connection=a&provider_group=x&provider_group=y&removals=2",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{
			"/groups", "/groups/" + id, "/groups/" + id + "/members", "/groups/" + id + "/members/nested", "/groups/" + id + "/nested",
			"/groups/" + id + "/roles/nested", "/groups/" + id + "/mappings", "/roles", "/permissions", "/users/u1/groups/calculate",
			"/users/u1/roles", "/groups/" + id + "/explain", "/users/u1/explain", "/configuration/export", "/applications", "/connections",
		} {
			if strings.ContainsAny(query, "#") || strings.ContainsFunc(query, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
				return // no client can send it
			}
			got := tn.raw(t, "GET", path+"?"+query, "", http.Header{"Authorization": {token}})
			unknown := got.status == http.StatusNotFound && strings.HasSuffix(path, "/explain")
			if got.status != http.StatusOK && got.status != http.StatusBadRequest && !unknown {
				t.Errorf("%s?%s: %d %s", path, query, got.status, got.body)
			}
		}
	})
}

// Without its length a long answer would go in chunks.
func TestLongBodiesSayTheirLength(t *testing.T) {
	tn := onSQLite(t)
	for i := range 60 {
		tn.newGroup(t, fmt.Sprintf("Group %d of a list that is long", i))
	}
	for _, encoding := range []string{"identity", "gzip"} {
		res := tn.plainly(t, "GET", "/groups", "Accept-Encoding", encoding)
		body, err := io.ReadAll(res.Body)
		if err != nil || res.ContentLength != int64(len(body)) || len(res.TransferEncoding) > 0 || encoding == "identity" && len(body) < 4096 {
			t.Errorf("%s: %d bytes of %d, %v, %v", encoding, len(body), res.ContentLength, res.TransferEncoding, err)
		}
		if head := tn.plainly(t, "HEAD", "/groups", "Accept-Encoding", encoding); head.ContentLength != res.ContentLength {
			t.Errorf("%s: HEAD says %d bytes, GET %d", encoding, head.ContentLength, res.ContentLength)
		}
	}
}
