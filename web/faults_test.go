package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// fault is a way in which both APIs fail.
type fault struct {
	name   string
	answer func(*http.Request) (*http.Response, error)
	want   []int // what a page may be answered with, unless it shows the rest without what failed
}

// saying answers with a status and a body; headers are name, value pairs.
func saying(status int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func breaking(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// cutOff is a body that ends in the middle.
type cutOff struct{ io.Reader }

func (c cutOff) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// bomb is next to nothing that grows beyond every limit.
func bomb() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 9<<20)) // a Buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// faults is how an API can fail, as the threat model lists it (UF-01 to UF-22).
func faults() []fault {
	const canary = `{"statusCode":0,"error":"canary-error","message":"pq: canary-secret <b>x</b>","errorCode":"canary_code"}`
	large := bomb()
	return []fault{
		{"UF-01 401", saying(401, canary), []int{303}},
		{"UF-04 403", saying(403, `{"message":"Insufficient scope"}`), []int{403}},
		{"UF-05 404", saying(404, canary), []int{404}},
		{"UF-06 409", saying(409, `{"message":"It does not fit <b>x</b>"}`), []int{409}},
		{"UF-06 400", saying(400, `{"message":"Unable to do it <b>x</b>"}`), []int{400, 404}},
		{"UF-07 412", saying(412, canary), []int{409}},
		{"UF-08 429", saying(429, canary, "Retry-After", "30"), []int{429}},
		{"UF-09 429 with a wait that makes no sense", saying(429, canary, "Retry-After", "1000000000"), []int{429}},
		{"UF-12 500", saying(500, canary), []int{502}},
		{"UF-12 502, a proxy's page", saying(502, "<html><h1>canary-proxy</h1></html>", "Content-Type", "text/html"), []int{502}},
		{"UF-12 503", saying(503, canary, "Retry-After", "30"), []int{503}},
		{"UF-12 504", saying(504, canary), []int{504}},
		{"507", saying(507, canary), []int{507}},
		{"UF-14 nobody listens", breaking(&net.OpError{Op: "dial", Err: errors.New("canary-refused")}), []int{502}},
		{"UF-14 no such name", breaking(&net.DNSError{Err: "canary-host", Name: "canary.internal", IsNotFound: true}), []int{502}},
		{"UF-15 a timeout", breaking(context.DeadlineExceeded), []int{504}},
		{"UF-22 a certificate that is not to be trusted", breaking(errors.New("tls: canary-certificate")), []int{502}},
		{"UF-13 cut off", func(*http.Request) (*http.Response, error) {
			body := io.NopCloser(cutOff{strings.NewReader(`{"groups":[`)})
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
		}, []int{502}},
		{"UF-16 half of it", saying(200, `{"groups":[{"_id":"canary`), []int{502}},
		{"UF-16 a page instead of JSON", saying(200, "<html>canary</html>", "Content-Type", "text/html"), []int{502}},
		{"UF-16 a page that says it is JSON", saying(200, "<html>canary</html>"), []int{502}},
		{"UF-16 other types", saying(200, `{"groups":7,"roles":"canary","users":{},"permissions":true,"total":"many","_id":{},"name":[],"user_id":1}`), []int{502}},
		{"UF-16 a list", saying(200, `["canary",7,null]`), []int{502}},
		{"UF-16 a number", saying(200, `7`), []int{502}},
		{"UF-16 null", saying(200, `null`), []int{502}},
		{"UF-16 nothing", saying(200, ``), []int{502}},
		{"UF-16 nothing of what was promised", saying(200, `{}`), []int{502}},
		{"UF-16 an empty list", saying(200, `[]`), []int{502}},
		{"UF-16 204", saying(204, ``), []int{502, 404}},
		{"UF-16 it says gzip and is not", saying(200, `{"a":"canary"}`, "Content-Encoding", "gzip"), []int{502}},
		{"UF-17 too much", func(*http.Request) (*http.Response, error) {
			z, err := gzip.NewReader(bytes.NewReader(large))
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(z)}, err
		}, []int{502}},
		{"UF-18 elsewhere", saying(302, canary, "Location", "http://canary.internal/"), []int{502}},
		{"UF-18 a part", saying(206, `{"groups":[]}`), []int{502}},
		{"UF-18 a teapot", saying(418, `{"message":"short and stout"}`), []int{400}},
	}
}

// empty are the faults that a page cannot tell from a tenant with nothing in it.
var empty = []string{
	"UF-16 nothing of what was promised", "UF-16 an empty list", "UF-16 204", "UF-16 it says gzip and is not", "UF-16 other types",
}

// inParts are the pages that show what they have, and say of the rest that it is
// not known; and the one that shows what an API answers, whatever that is.
var inParts = []string{urls.Home, urls.Search, urls.NewRole, urls.NewPermission, urls.PastePermissions, urls.MappingTest, urls.Transfer, urls.Import, urls.ImportImpact, urls.ImportImpactExport, urls.Operation}

// elsewhere are the pages about what only an embedded tenant has. Of another one,
// which does not know what it is asked, they say so.
var elsewhere = []string{urls.Changes, urls.People}

// wire is a network at whose other end a fault is. It keeps which requests for a
// page it was used for.
type wire struct {
	fault
	used *sync.Map
}

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.used.Store(r.Header.Get("X-Request-Id"), true)
	return w.answer(r)
}

// through makes both APIs fail so for s.
func (f fault) through(t *testing.T, s *site) *sync.Map {
	t.Helper()
	used := &sync.Map{}
	client := func(to session.API) *http.Client {
		return &http.Client{Transport: &upstream.Transport{Base: wire{f, used}, Tokens: s.tokens, API: to}}
	}
	s.Server.authz = must(authz.New("http://api.internal/api", client(session.Authorization)))(t)
	s.Server.mgmt = must(mgmt.New("http://api.internal/api/v2", client(session.Management)))(t)
	s.echo = s.mount(s.routes())
	return used
}

// Whatever an API does, every page says something that a person can read: it is
// never an error of ours, and nothing of what lies behind it comes through.
func TestUF_every_page_stands_every_fault(t *testing.T) {
	alike := map[int]bool{} // what is answered so was asked for as a part already: it differs in its frame alone
	for _, f := range faults() {
		asked := [][]string{nil}
		if !alike[f.want[0]] {
			alike[f.want[0]] = true
			asked = append(asked, []string{"HX-Request", "true", "HX-Target", "dialog"})
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			used := f.through(t, s)
			var all sync.WaitGroup
			for _, r := range s.routes() {
				if r.method != http.MethodGet || !r.needs.person {
					continue
				}
				for _, headers := range asked {
					if !s.session().SignedInAs() || slices.Contains(f.want, http.StatusSeeOther) {
						s.administrator() // a 401 ends it
					}
					req := s.request(http.MethodGet, r.address()+asking(r.path), nil, headers...)
					all.Go(func() {
						w := httptest.NewRecorder()
						s.ServeHTTP(w, req)
						if _, failed := used.Load(w.Header().Get("X-Request-Id")); failed {
							f.judge(t, r, w.Result(), len(headers) > 0)
						}
					})
				}
			}
			all.Wait()
		})
	}
}

// asking is the query that the page at path cannot do without.
func asking(path string) string {
	query := url.Values{}
	for _, name := range []string{"q", "user", "group", "role", "mapping", "api", "permission"} {
		query.Set(name, "7e57ab1e-0000-4000-8000-000000000002")
	}
	if path == urls.UserFilter {
		query.Set("by", "group")
	}
	if path == urls.Compare || path == urls.CompareCopy {
		query.Set("left", "group:7e57ab1e-0000-4000-8000-000000000002")
		query.Set("right", "group:7e57ab1e-0000-4000-8000-000000000003")
		query.Set("to", "left")
	}
	if path == urls.Graph || path == urls.GraphFile {
		query.Set("focus", "group:7e57ab1e-0000-4000-8000-000000000002")
		query.Set("format", "svg")
	}
	if path == urls.Operation {
		query.Set("send", "1")
	}
	return "?" + query.Encode()
}

// judge looks at what a page was answered with.
func (f fault) judge(t *testing.T, r route, res *http.Response, part bool) {
	t.Helper()
	want := f.want
	if part && slices.Contains(want, http.StatusSeeOther) {
		want = []int{http.StatusUnauthorized}
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	unknown := slices.Contains(elsewhere, r.path) && slices.Contains(want, http.StatusNotFound)
	whole := res.StatusCode == http.StatusOK && (unknown || slices.Contains(inParts, r.path) || slices.Contains(empty, f.name))
	if !whole && !slices.Contains(want, res.StatusCode) {
		t.Errorf("%s (part: %t): %d, want %v: %.300s", r.path, part, res.StatusCode, want, words(t, text))
	}
	for _, leak := range []string{
		"canary", "pq:", "<b>x</b>", "json:", "invalid character", "unexpected EOF", "gzip:", "dial ", "tls:", "goroutine", "fault of Trellis",
	} {
		// A download is the answer of the API, and so is what the explorer shows.
		raw := res.StatusCode == http.StatusOK && (r.path == urls.Export || r.path == urls.Operation && leak != "<b>x</b>")
		if strings.Contains(text, leak) && !raw {
			t.Errorf("%s (part: %t): %d with %q in it", r.path, part, res.StatusCode, leak)
		}
	}
	if res.StatusCode >= 400 && res.StatusCode != http.StatusUnauthorized && len(words(t, text)) < 20 {
		t.Errorf("%s (part: %t): %d without words: %q", r.path, part, res.StatusCode, words(t, text))
	}
}

// words is what a person reads of an answer.
func words(t *testing.T, html string) string {
	t.Helper()
	doc := page(t, &http.Response{Body: io.NopCloser(strings.NewReader(html))})
	main := doc.Find("main")
	if main.Length() == 0 {
		main = doc.Selection
	}
	return strings.Join(strings.Fields(main.Text()), " ")
}
