package web

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	_ "modernc.org/sqlite"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/contract"
	"trellis/web/login"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// api stands for both APIs. It answers what a test wants, and counts.
type api struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	body   string
	header http.Header
	calls  int
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	w.Header().Set("Content-Type", "application/json")
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

// says makes the API answer so from now on.
func (a *api) says(status int, body string, header http.Header) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status, a.body, a.header, a.calls = status, body, header, 0
}

// site is a dashboard over api, and a browser that visits it.
type site struct {
	testing.TB
	*Server
	api    *api
	tokens *tokens
	db     *sql.DB
	store  *session.Store
	log    *bytes.Buffer
	jar    map[string]string
}

func newSite(t testing.TB) *site { return newSiteAt(t, "http://localhost:8080", "") }

func newSiteAt(t testing.TB, base, signInOrigin string) *site {
	t.Helper()
	s := &site{TB: t, api: &api{}, tokens: &tokens{}, log: &bytes.Buffer{}, jar: map[string]string{}}
	s.api.says(200, `{"groups":[],"total":0}`, nil)
	s.api.Server = httptest.NewServer(s.api)
	t.Cleanup(s.api.Close)

	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "web.db")+"?_pragma=busy_timeout(5000)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s.db = db
	s.store, err = session.Open(t.Context(), session.Config{DB: db, Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	party, err := login.New(login.Config{
		Issuer: s.api.URL + "/op/", ClientID: "trellis", BaseURL: u, HTTP: s.api.Client(), Sessions: s.store,
		Audiences: map[session.API]string{session.Authorization: "urn:auth0-authz-api"}, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Server, err = New(Config{
		BaseURL: u, Login: party, Sessions: s.store, Log: log, SignInOrigin: signInOrigin,
		Authz: must(authz.New(s.api.URL+"/api", s.through(session.Authorization)))(t),
		Mgmt:  must(mgmt.New(s.api.URL+"/api/v2", s.through(session.Management)))(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.authzContract, s.mgmtContract = authzContract, mgmtContract
	return s
}

// The contracts are the same for every site, and take long to read.
var (
	authzContract = sync.OnceValues(func() (contract.Document, error) { return contract.Read(authz.Spec) })
	mgmtContract  = sync.OnceValues(func() (contract.Document, error) { return contract.Read(mgmt.Spec) })
)

func (s *site) through(to session.API) *http.Client {
	return &http.Client{Transport: &upstream.Transport{Base: s.api.Client().Transport, Tokens: s.tokens, API: to}}
}

// tokens gives the session's token, renewed or not, or err: web/login has tests
// of its own.
type tokens struct{ err error }

func (t *tokens) Token(ctx context.Context, api session.API, _ bool) (string, error) {
	return session.From(ctx).Tokens[api].Value, t.err
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// everything is the scopes of an administrator.
var everything = []string{
	"read:groups", "create:groups", "update:groups", "delete:groups", "read:users", "update:users", "update:resource_servers",
}

// signIn puts a session with scopes into the browser, begun at the time given.
func (s *site) signIn(at time.Time, scopes ...string) *session.Data {
	s.Helper()
	token := session.Token{Value: "token-canary", Expiry: time.Now().Add(time.Hour), Scopes: scopes}
	store, err := session.Open(s.Context(), session.Config{DB: s.db, Key: make([]byte, 32), Now: func() time.Time { return at }})
	if err != nil {
		s.Fatal(err)
	}
	w := httptest.NewRecorder()
	err = store.Start(w, httptest.NewRequestWithContext(s.Context(), "GET", "/", nil), session.Data{
		Issuer: "https://op.test/", Subject: "auth0|ada", Name: "Ada Lovelace", RefreshToken: "refresh-canary",
		Tokens: map[session.API]session.Token{session.Authorization: token, session.Management: token},
	})
	if err != nil {
		s.Fatal(err)
	}
	s.receive(w)
	return s.session()
}

// administrator signs in somebody who may do everything.
func (s *site) administrator() *session.Data {
	s.Helper()
	return s.signIn(time.Now().Add(-10*time.Minute), everything...)
}

func (s *site) receive(w *httptest.ResponseRecorder) {
	for _, c := range w.Result().Cookies() {
		s.jar[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(s.jar, c.Name)
		}
	}
}

// session is what the store has for the browser.
func (s *site) session() *session.Data {
	s.Helper()
	d, err := s.store.Load(httptest.NewRecorder(), s.request("GET", "/", nil))
	if err != nil {
		s.Fatal(err)
	}
	return d
}

// request is one of the browser; headers are name, value pairs.
func (s *site) request(method, address string, body io.Reader, headers ...string) *http.Request {
	r := httptest.NewRequestWithContext(s.Context(), method, address, body)
	r.Host = s.base.Host
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	for name, value := range s.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

func (s *site) do(r *http.Request) *http.Response {
	s.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	s.receive(w)
	return w.Result()
}

func (s *site) get(address string, headers ...string) *http.Response {
	s.Helper()
	return s.do(s.request("GET", address, nil, headers...))
}

func (s *site) post(address string, form url.Values, headers ...string) *http.Response {
	s.Helper()
	r := s.request("POST", address, strings.NewReader(form.Encode()), headers...)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

func page(t testing.TB, res *http.Response) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// address is a path that the route's pattern takes.
func (r route) address() string {
	if r.path == urls.Operation {
		return urls.ToOperation("authorization", "listGroups")
	}
	return strings.NewReplacer(":id", "7e57ab1e-0000-4000-8000-000000000001", "*", "app.js").Replace(r.path)
}
