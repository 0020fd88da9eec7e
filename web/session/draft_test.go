package session_test

import (
	"strings"
	"testing"
	"time"

	"trellis/web/session"
)

// A token tells whose form it is when its session is long gone, to the store that
// made it and to no other.
func TestATokenOutlivesItsSession(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	d := *s.load()
	if err := s.store.EndAll(t.Context(), d.Subject); err != nil {
		t.Fatal(err)
	}
	s.clock.advance(24 * time.Hour)
	owner := s.store.Owner(d.CSRF)
	if owner == "" || !d.Owns(session.Draft{Owner: owner}) {
		t.Errorf("owner = %q", owner)
	}
	for name, other := range map[string]session.Data{
		"another person":               {Issuer: d.Issuer, Subject: "auth0|hugo"},
		"a namesake at another issuer": {Issuer: "https://other.test/", Subject: d.Subject},
		"one whose names run together": {Issuer: d.Issuer + "auth0", Subject: "|ada"},
		"nobody":                       {},
		"nobody, of the same provider": {Issuer: d.Issuer},
	} {
		if other.Owns(session.Draft{Owner: owner}) {
			t.Errorf("it is also that of %s", name)
		}
	}
	s.db.Close()
	s.open(strings.Repeat("K", 32))
	if got := s.store.Owner(d.CSRF); got != "" {
		t.Errorf("a store with another key says %q", got)
	}
}

func TestTokensThatNobodyMade(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	first := s.load().CSRF
	s.signIn(ada())
	second := s.load().CSRF
	if first == second {
		t.Fatal("two sessions have one token")
	}
	id, _, _ := strings.Cut(first, ".")
	_, seal, _ := strings.Cut(second, ".")
	for _, token := range []string{"", ".", id, "." + seal, id + "." + seal, first + "A", "A" + first, strings.ToLower(first), strings.Repeat("A", 1<<16)} {
		if owner := s.store.Owner(token); owner != "" {
			t.Errorf("%.60q is taken for one of %q", token, owner)
		}
	}
	if (session.Data{}).Owns(session.Draft{}) || ada().Owns(session.Draft{}) {
		t.Error("a form of nobody belongs to somebody")
	}
}

// A form that waits in a session is forgotten, also by the table.
func TestAFormWaitsTenMinutes(t *testing.T) {
	s := newSite(t)
	d := ada()
	d.Draft = typed()
	s.signIn(d)
	s.clock.advance(10*time.Minute - time.Second)
	if got := s.load().Draft; got == nil || got.Fields[0].Value != "form-canary" {
		t.Fatalf("draft = %+v", got)
	}
	s.clock.advance(time.Second)
	if got := s.load().Draft; got != nil {
		t.Errorf("draft = %+v", got)
	}
	size := func() (n int) {
		if err := s.db.QueryRow(`select length(sealed) from web_sessions`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := size()
	if err := s.store.Update(session.With(t.Context(), s.load()), func(*session.Data) {}); err != nil || size() >= before {
		t.Errorf("%v: the row has %d bytes after %d", err, size(), before)
	}
}

func TestAFormIsTakenOut(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	ctx := session.With(t.Context(), s.load())
	for _, draft := range []*session.Draft{typed(), nil} {
		if err := s.store.Leave(ctx, draft); err != nil || (s.load().Draft == nil) != (draft == nil) {
			t.Errorf("%v: draft = %+v, want %+v", err, s.load().Draft, draft)
		}
	}
}
