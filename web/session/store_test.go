package session_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"trellis/web/session"
)

func TestASessionComesBack(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	d := s.load()
	if !d.SignedInAs() || d.Subject != "auth0|ada" || d.RefreshToken != "refresh-token-canary" {
		t.Errorf("session = %+v", d)
	}
	if !d.Can(session.Authorization, "read:groups") || d.Can(session.Management, "read:groups") || d.Can(session.Authorization, "read") {
		t.Error("Can does not follow the scopes of the API's token")
	}
	if len(d.CSRF) < 26 || !d.SignedIn.Equal(s.clock.Time) {
		t.Errorf("CSRF %q, signed in %s", d.CSRF, d.SignedIn)
	}
}

func TestSES_01_the_cookie(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	c := s.got[0]
	if c.Name != cookie || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie = %s", c)
	}
	if len(c.Value) < 26 || len(c.String()) > 200 {
		t.Errorf("%d characters of id, %d in all", len(c.Value), len(c.String()))
	}
}

// Clients other than browsers do not send Secure cookies over http, and the
// prefix needs Secure.
func TestSES_01_the_cookie_of_a_plain_http_site(t *testing.T) {
	s := newSite(t)
	store, err := session.Open(t.Context(), session.Config{DB: s.db, Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := store.Start(w, s.request(), ada()); err != nil {
		t.Fatal(err)
	}
	if c := w.Result().Cookies()[0]; c.Name != "trellis" || c.Secure || !c.HttpOnly {
		t.Errorf("cookie = %s", c)
	}
}

func TestSES_02_SEC_01_the_database_holds_no_secret(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	d := s.load()
	var dump string
	if err := s.db.QueryRow(`select id_hash || subject || sealed from web_sessions`).Scan(&dump); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{s.jar[cookie], "canary", "eyJ", d.CSRF} {
		if strings.Contains(dump, secret) {
			t.Errorf("the row shows %q", secret)
		}
	}
}

func TestSES_03_a_new_id_at_sign_in(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	before := s.jar[cookie]
	s.signIn(session.Data{Subject: "auth0|hugo"})
	if s.jar[cookie] == before || s.rows() != 1 {
		t.Errorf("the id stayed, or %d rows did", s.rows())
	}
	if d := s.load(); d.Subject != "auth0|hugo" || d.RefreshToken != "" {
		t.Errorf("the new session has something of the old one: %+v", d)
	}
	s.jar[cookie] = before
	if s.load().SignedInAs() {
		t.Error("the old id still works")
	}
}

func TestSES_04_made_up_ids(t *testing.T) {
	s := newSite(t)
	for _, id := range []string{"x", strings.Repeat("A", 26), strings.Repeat("A", 4000), "%00", "a b", "'; drop table web_sessions"} {
		s.jar[cookie] = id
		if s.load().SignedInAs() {
			t.Errorf("%q is somebody", id)
		}
		if _, still := s.jar[cookie]; still {
			t.Errorf("%q was left in the browser", id)
		}
	}
	if s.rows() != 0 {
		t.Errorf("%d rows were made", s.rows())
	}
}

func TestSES_05_signing_out(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	id := s.jar[cookie]
	w := httptest.NewRecorder()
	if err := s.store.End(w, s.request()); err != nil {
		t.Fatal(err)
	}
	s.receive(w)
	if _, still := s.jar[cookie]; still || s.rows() != 0 {
		t.Error("the cookie or the row is still there")
	}
	s.jar[cookie] = id
	if s.load().SignedInAs() {
		t.Error("the cookie still works")
	}
}

func TestSES_07_08_limits_of_time(t *testing.T) {
	tests := []struct {
		name  string
		pause time.Duration
		times int
		want  bool
	}{
		{"used within two hours", 119 * time.Minute, 1, true},
		{"not used for two hours", 121 * time.Minute, 1, false},
		{"used all day", time.Hour, 11, true},
		{"used all day, and then some", time.Hour, 13, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.signIn(ada())
			in := true
			for range tt.times {
				s.clock.advance(tt.pause)
				in = s.load().SignedInAs()
			}
			if in != tt.want {
				t.Errorf("signed in = %t, want %t", in, tt.want)
			}
		})
	}
}

func TestSES_13_visitors_leave_no_trace(t *testing.T) {
	s := newSite(t)
	for range 100 {
		s.load()
	}
	if s.rows() != 0 || len(s.jar) != 0 {
		t.Errorf("%d rows and cookies %v", s.rows(), s.jar)
	}
}

func TestSES_15_without_a_database_nobody_is_let_in(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	s.db.Close()
	if d, err := s.store.Load(httptest.NewRecorder(), s.request()); err == nil {
		t.Errorf("session = %+v, want an error", d)
	}
	if err := s.store.Start(httptest.NewRecorder(), s.request(), ada()); err == nil {
		t.Error("a session was started")
	}
}

// A neighbouring host can set a second cookie of the name. There is no telling
// which is ours.
func TestSES_16_two_cookies_of_one_name(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	r := s.request()
	r.AddCookie(&http.Cookie{Name: cookie, Value: "planted"})
	d, err := s.store.Load(httptest.NewRecorder(), r)
	if err != nil || d.SignedInAs() {
		t.Errorf("session = %+v, %v", d, err)
	}
}

func TestSES_17_sessions_survive_a_restart(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	s.db.Close()
	s.open(strings.Repeat("k", 32))
	if !s.load().SignedInAs() {
		t.Error("signed out by a restart")
	}
}

func TestSEC_02_03_changed_rows_are_nobodys(t *testing.T) {
	tests := []struct{ name, change string }{
		{"another key", ""},
		{"a changed text", `update web_sessions set sealed = substr(sealed, 1, 20) || 'x' || substr(sealed, 22)`},
		{"no text", `update web_sessions set sealed = ''`},
		{"not even base64", `update web_sessions set sealed = '%%%'`},
		{"another subject", `update web_sessions set subject = 'auth0|root'`},
		{"a longer life", `update web_sessions set created = created + 1000`},
		{"an older version", `update web_sessions set version = version + 1`},
		{"the text of another row", `update web_sessions set sealed = (select sealed from web_sessions where subject = 'auth0|hugo')`},
		{"all of another row", `update web_sessions as a set (sealed, subject, created) = (select sealed, subject, created from web_sessions where subject = 'auth0|hugo')`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.signIn(session.Data{Subject: "auth0|hugo"})
			delete(s.jar, cookie) // another browser
			s.signIn(ada())
			if tt.change == "" {
				s.db.Close()
				s.open(strings.Repeat("K", 32))
			} else if _, err := s.db.Exec(tt.change); err != nil {
				t.Fatal(err)
			}
			if d := s.load(); d.SignedInAs() {
				t.Errorf("session = %+v", d)
			}
		})
	}
}

func TestEndAllEndsThePersonsSessionsOnly(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	laptop := s.jar[cookie]
	delete(s.jar, cookie)
	s.signIn(ada())
	phone := s.jar[cookie]
	delete(s.jar, cookie)
	s.signIn(session.Data{Subject: "auth0|hugo"})
	hugo := s.jar[cookie]

	if err := s.store.EndAll(t.Context(), "auth0|ada"); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{laptop: false, phone: false, hugo: true} {
		s.jar[cookie] = id
		if got := s.load().SignedInAs(); got != want {
			t.Errorf("signed in = %t, want %t", got, want)
		}
	}
}

func TestSweepRemovesWhatExpired(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	s.begin("old")
	s.clock.advance(3 * time.Hour)
	delete(s.jar, cookie)
	s.signIn(session.Data{Subject: "auth0|hugo"})
	s.begin("new")
	if err := s.store.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	var signIns int
	if err := s.db.QueryRow(`select count(*) from web_sign_ins`).Scan(&signIns); err != nil {
		t.Fatal(err)
	}
	if s.rows() != 1 || signIns != 1 || s.load().Subject != "auth0|hugo" {
		t.Errorf("%d sessions and %d sign-ins are left", s.rows(), signIns)
	}
}

func TestWithoutASessionThereIsAVisitor(t *testing.T) {
	d := session.From(context.Background())
	if d == nil || d.SignedInAs() || d.Can(session.Authorization, "read:groups") || d.Ref() != "" {
		t.Errorf("session = %+v", d)
	}
}

func TestKeysOfAnotherLengthAreRefused(t *testing.T) {
	good := make([]byte, 32)
	for _, cfg := range []session.Config{{Key: []byte("short")}, {Key: good, OldKeys: [][]byte{good, []byte("short")}}} {
		if _, err := session.Open(t.Context(), cfg); err == nil || strings.Contains(err.Error(), "short") {
			t.Errorf("error = %v", err)
		}
	}
}

// A new key signs nobody out; what is written after it needs the old one no more.
func TestSEC_07_a_new_key_signs_nobody_out(t *testing.T) {
	old, next := strings.Repeat("k", 32), strings.Repeat("n", 32)
	s := newSite(t)
	s.signIn(ada())
	token := s.load().CSRF
	s.begin("a")
	unwritten := s.jar[cookie]
	delete(s.jar, cookie)
	s.signIn(ada())

	s.db.Close()
	s.open(next, old)
	if d := s.load(); d.Subject != "auth0|ada" || !d.Owns(session.Draft{Owner: s.store.Owner(token)}) {
		t.Fatalf("session = %+v", d)
	}
	if err := s.take("a"); err != nil {
		t.Errorf("a sign-in under way: %v", err)
	}
	if err := s.store.Update(session.With(t.Context(), s.load()), func(*session.Data) {}); err != nil {
		t.Fatal(err)
	}

	s.db.Close()
	s.open(next)
	if !s.load().SignedInAs() {
		t.Error("the session was not sealed with the new key")
	}
	s.jar[cookie] = unwritten
	if s.load().SignedInAs() {
		t.Error("a session of the old key opens without it")
	}
}
