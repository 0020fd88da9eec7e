package session_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"trellis/web/session"
)

func (s *site) begin(state string) {
	s.Helper()
	w := httptest.NewRecorder()
	if err := s.store.Begin(w, s.request(), session.SignIn{State: state, Nonce: "nonce-" + state, ReturnTo: "/groups"}); err != nil {
		s.Fatal(err)
	}
	s.receive(w)
}

func (s *site) take(state string) error {
	s.Helper()
	in, err := s.store.Take(s.request(), state)
	if err == nil && in.Nonce != "nonce-"+state {
		s.Errorf("sign-in = %+v", in)
	}
	return err
}

func TestASignInIsTakenOnce(t *testing.T) {
	s := newSite(t)
	s.begin("a")
	if err := s.take("a"); err != nil {
		t.Fatal(err)
	}
	if err := s.take("a"); !errors.Is(err, session.ErrNoSignIn) {
		t.Errorf("second time: %v", err)
	}
}

func TestSignInsThatAreNotTaken(t *testing.T) {
	tests := []struct {
		name  string
		state string
		spoil func(*site)
	}{
		{"another state", "b", func(*site) {}},
		{"no state", "", func(*site) {}},
		{"another browser", "a", func(s *site) { clear(s.jar); s.begin("mine") }},
		{"a browser without the cookie", "a", func(s *site) { clear(s.jar) }},
		{"too old", "a", func(s *site) { s.clock.advance(10*time.Minute + time.Second) }},
		{"another key", "a", func(s *site) { s.db.Close(); s.open("0123456789abcdef0123456789abcdef") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.begin("a")
			tt.spoil(s)
			if err := s.take(tt.state); !errors.Is(err, session.ErrNoSignIn) {
				t.Errorf("error = %v", err)
			}
		})
	}
}

// Another browser that tries a state does not use it up.
func TestOIDC_50_the_first_browser_can_still_finish(t *testing.T) {
	s := newSite(t)
	s.begin("a")
	mine := s.jar
	s.jar = map[string]string{}
	s.begin("b")
	if err := s.take("a"); !errors.Is(err, session.ErrNoSignIn) {
		t.Errorf("another browser: %v", err)
	}
	s.jar = mine
	if err := s.take("a"); err != nil {
		t.Errorf("the browser that started it: %v", err)
	}
}

func TestOIDC_65_five_tabs_and_no_more(t *testing.T) {
	s := newSite(t)
	for i := range 7 {
		s.begin(fmt.Sprint(i))
		s.clock.advance(time.Second)
	}
	if len(s.jar) != 1 {
		t.Errorf("cookies pile up: %v", s.jar)
	}
	for i := range 7 {
		err := s.take(fmt.Sprint(i))
		if dropped := errors.Is(err, session.ErrNoSignIn); dropped != (i < 2) {
			t.Errorf("sign-in %d: %v", i, err)
		}
	}
}

// prepare remembers a form, before its person signs in.
func (s *site) prepare(draft *session.Draft) (ticket string) {
	s.Helper()
	w := httptest.NewRecorder()
	ticket, err := s.store.Prepare(w, s.request(), session.SignIn{ReturnTo: "/groups/new", Unsaved: true, Draft: draft})
	if err != nil {
		s.Fatal(err)
	}
	s.receive(w)
	return ticket
}

func typed() *session.Draft {
	return &session.Draft{Action: "/groups/new", Owner: "o", Fields: []session.Field{{Name: "name", Value: "form-canary"}}}
}

func TestAPreparedSignInIsTakenOnce(t *testing.T) {
	s := newSite(t)
	ticket := s.prepare(typed())
	in, err := s.store.Prepared(s.request(), ticket)
	if err != nil || in.ReturnTo != "/groups/new" || !in.Unsaved || in.Draft == nil || in.Draft.Fields[0].Value != "form-canary" {
		t.Errorf("sign-in = %+v, %v", in, err)
	}
	if _, err := s.store.Prepared(s.request(), ticket); !errors.Is(err, session.ErrNoSignIn) {
		t.Errorf("second time: %v", err)
	}
}

func TestPreparedSignInsThatAreNotTaken(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(s *site, ticket string) string // gives what is tried
	}{
		{"no ticket", func(*site, string) string { return "" }},
		{"another ticket", func(s *site, _ string) string { return "x" }},
		{"another browser", func(s *site, ticket string) string { clear(s.jar); s.begin("mine"); return ticket }},
		{"a browser without the cookie", func(s *site, ticket string) string { clear(s.jar); return ticket }},
		{"too old", func(s *site, ticket string) string { s.clock.advance(10*time.Minute + time.Second); return ticket }},
		{"another key", func(s *site, ticket string) string {
			s.db.Close()
			s.open("0123456789abcdef0123456789abcdef")
			return ticket
		}},
		{"five newer ones", func(s *site, ticket string) string {
			for range 5 {
				s.clock.advance(time.Second)
				s.prepare(typed())
			}
			return ticket
		}},
		{"the state of a sign-in", func(s *site, _ string) string { s.begin("a"); return "a" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			ticket := tt.spoil(s, s.prepare(typed()))
			if in, err := s.store.Prepared(s.request(), ticket); !errors.Is(err, session.ErrNoSignIn) {
				t.Errorf("%+v, %v", in, err)
			}
		})
	}
}

// What has not gone to the provider does not come back from it.
func TestATicketIsNoState(t *testing.T) {
	s := newSite(t)
	ticket := s.prepare(typed())
	for _, state := range []string{ticket, "ticket:" + ticket, "state:" + ticket} {
		if _, err := s.store.Take(s.request(), state); !errors.Is(err, session.ErrNoSignIn) {
			t.Errorf("%s: %v", state, err)
		}
	}
}

func TestSEC_01_what_was_typed_is_sealed(t *testing.T) {
	s := newSite(t)
	s.prepare(typed())
	s.signIn(ada())
	if err := s.store.Leave(session.With(t.Context(), s.load()), typed()); err != nil {
		t.Fatal(err)
	}
	var dump string
	if err := s.db.QueryRow(`select group_concat(sealed) from (select sealed from web_sign_ins union all select sealed from web_sessions)`).Scan(&dump); err != nil {
		t.Fatal(err)
	}
	for _, canary := range []string{"form-canary", base64.RawStdEncoding.EncodeToString([]byte("form-canary"))} {
		if dump == "" || strings.Contains(dump, canary) {
			t.Errorf("the tables show %q", canary)
		}
	}
}
