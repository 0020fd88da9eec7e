package authzapi_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer/bearertest"
	"trellis/cmd/internal/sightings"
	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
	"trellis/web/authz"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// tenant is a running API over an empty store.
type tenant struct {
	config store.Config
	store  *store.Store
	issuer *bearertest.Issuer
	url    string // of the API, which ends in /api
	http   *http.Client
	seen   *sightings.Book // of what providers send, on today
}

// today is when sign-ins are remembered to have been.
var today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// each runs test against an API on every database.
func each(t *testing.T, test func(t *testing.T, tn *tenant)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, start(t, store.Config{URL: filepath.Join(t.TempDir(), "trellis.db")}))
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, start(t, store.Config{URL: pgtest.Database(t)}))
	})
}

// onSQLite is an API on SQLite alone, for what no database decides.
func onSQLite(t testing.TB) *tenant {
	t.Helper()
	return start(t, store.Config{URL: filepath.Join(t.TempDir(), "trellis.db")})
}

func start(t testing.TB, cfg store.Config) *tenant {
	t.Helper()
	return startWith(t, cfg, authzapi.Config{})
}

// startWith is start, with settings of the API.
func startWith(t testing.TB, cfg store.Config, api authzapi.Config) *tenant {
	t.Helper()
	if cfg.SealKey == nil {
		cfg.SealKey = sealedWith('k')
	}
	s, err := store.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	issuer := bearertest.New(t, "https://tenant.example/")
	api.Store, api.Tokens, api.Seen = s, issuer.Verifier(), sightings.New(s, func() time.Time { return today })
	if api.NameLimit == 0 {
		api.Document = document(t)
	}
	handler, err := authzapi.New(api)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(handler)
	t.Cleanup(func() {
		srv.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	client := srv.Client()
	client.Transport = newContract(t, client.Transport)
	return &tenant{config: cfg, store: s, issuer: issuer, url: srv.URL + "/api", http: client, seen: api.Seen}
}

// sealedWith is a master key that is all of one letter.
func sealedWith(master byte) func(context.Context, *store.Tx) ([]byte, error) {
	return func(context.Context, *store.Tx) ([]byte, error) { return bytes.Repeat([]byte{master}, 32), nil }
}

// again is the same store as another process has it.
func (tn *tenant) again(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), tn.config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// everyScope is what a token needs to do everything.
func everyScope() []string { return append(authz.Scopes(), "update:users") }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// send asks the API as a machine that may do everything. header is pairs of a
// name and a value.
func (tn *tenant) send(t testing.TB, method, path, body string, header ...string) answer {
	t.Helper()
	h := http.Header{"Authorization": {"Bearer " + tn.issuer.Scoped(authzapi.Audience, everyScope()...)}}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return tn.raw(t, method, path, body, h)
}

func (tn *tenant) raw(t testing.TB, method, path, body string, h http.Header) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, tn.url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if u, err := url.Parse(tn.url + path); err == nil {
		req.URL = u
	} else {
		req.URL.Opaque = req.URL.Path + path // as it is, which no client of Go would send
	}
	req.Header = h
	res, err := tn.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

// contract is a transport that holds every answer to the document.
type contract struct {
	t      testing.TB
	next   http.RoundTripper
	router routers.Router
}

func newContract(t testing.TB, next http.RoundTripper) *contract {
	t.Helper()
	router, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	return &contract{t, next, router}
}

// parsed is the document, read once: it is long, and hundreds of tests need it.
var parsed = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(authz.Spec) })

// document is the contract. It is that of all tests: none may change it.
func document(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// documented finds the operations of the document.
var documented = sync.OnceValues(func() (routers.Router, error) {
	doc, err := parsed()
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

func (c *contract) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return res, err
	}
	asked := req.Clone(req.Context())
	asked.URL.Host, asked.URL.Scheme = "", ""
	if asked.Method == http.MethodHead {
		asked.Method = http.MethodGet
		body = nil
	}
	route, params, err := c.router.FindRoute(asked)
	if err != nil { // nothing that the document knows
		if res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusBadRequest {
			c.t.Errorf("%s %s is not in the document and is %d", req.Method, req.URL.Path, res.StatusCode)
		}
		return res, nil
	}
	err = openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, PathParams: params, Route: route},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: len(body) == 0},
	})
	if err != nil {
		c.t.Errorf("%s %s: the answer breaks the document: %v\n%s", req.Method, req.URL.Path, err, body)
	}
	return res, nil
}

// as asks the API as a machine with scopes.
func (tn *tenant) as(t testing.TB, scopes, method, path, body string) answer {
	t.Helper()
	return tn.raw(t, method, path, body, http.Header{
		"Authorization": {"Bearer " + tn.issuer.Scoped(authzapi.Audience, strings.Fields(scopes)...)}, "Content-Type": {"application/json"},
	})
}
