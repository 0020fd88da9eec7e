package session_test

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"trellis/web/session"
)

// clock is a time that a test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time          { return c.Time }
func (c *clock) advance(d time.Duration) { c.Time = c.Add(d) }

// site is a store and the browser that visits it.
type site struct {
	testing.TB
	store *session.Store
	db    *sql.DB
	file  string
	clock *clock
	jar   map[string]string // cookies of the browser
	got   []*http.Cookie    // as last set, with their attributes
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{TB: t, file: filepath.Join(t.TempDir(), "web.db"), clock: &clock{time.Unix(1_800_000_000, 0)}, jar: map[string]string{}}
	s.open(strings.Repeat("k", 32))
	return s
}

// open starts the store, with the same file each time.
func (s *site) open(key string, old ...string) {
	s.Helper()
	var oldKeys [][]byte
	for _, o := range old {
		oldKeys = append(oldKeys, []byte(o))
	}
	db, err := sql.Open("sqlite", "file:"+s.file+"?_pragma=busy_timeout(5000)&_txlock=immediate")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { db.Close() })
	store, err := session.Open(s.Context(), session.Config{DB: db, Key: []byte(key), OldKeys: oldKeys, Secure: true, Now: s.clock.now})
	if err != nil {
		s.Fatal(err)
	}
	s.store, s.db = store, db
}

// request is one of the browser.
func (s *site) request() *http.Request {
	r := httptest.NewRequestWithContext(s.Context(), http.MethodGet, "/", nil)
	for name, value := range s.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// receive puts the cookies of an answer into the browser.
func (s *site) receive(w *httptest.ResponseRecorder) {
	s.got = w.Result().Cookies()
	for _, c := range s.got {
		s.jar[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(s.jar, c.Name)
		}
	}
}

func (s *site) load() *session.Data {
	s.Helper()
	w := httptest.NewRecorder()
	d, err := s.store.Load(w, s.request())
	if err != nil {
		s.Fatal(err)
	}
	s.receive(w)
	return d
}

func (s *site) signIn(d session.Data) {
	s.Helper()
	w := httptest.NewRecorder()
	if err := s.store.Start(w, s.request(), d); err != nil {
		s.Fatal(err)
	}
	s.receive(w)
}

// rows counts the sessions in the table.
func (s *site) rows() int {
	s.Helper()
	var n int
	if err := s.db.QueryRow(`select count(*) from web_sessions`).Scan(&n); err != nil {
		s.Fatal(err)
	}
	return n
}

const cookie = "__Host-trellis"

func ada() session.Data {
	return session.Data{
		Issuer: "https://op.test/", Subject: "auth0|ada", Name: "Ada", RefreshToken: "refresh-token-canary", IDToken: "eyJ.id-token-canary",
		Tokens: map[session.API]session.Token{session.Authorization: {Value: "eyJ.access-token-canary", Scopes: []string{"read:groups"}}},
	}
}
