package session_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
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
