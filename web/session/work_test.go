package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"trellis/web/session"
)

func TestWorkIsItsPersons(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	first := session.With(t.Context(), s.load())
	keep(t, s.store, first, "w1", "secret plan")

	s.signIn(ada()) // anew: the work is still there
	again := session.With(t.Context(), s.load())
	var got string
	if err := s.store.FindWork(again, "w1", &got); err != nil || got != "secret plan" {
		t.Errorf("after signing in anew: %q, %v", got, err)
	}
	s.signIn(session.Data{Issuer: ada().Issuer, Subject: "auth0|hugo"})
	hugo := session.With(t.Context(), s.load())
	if err := s.store.FindWork(hugo, "w1", &got); !errors.Is(err, session.ErrNoWork) {
		t.Errorf("somebody else: %v", err)
	}
	if ids, err := s.store.ListWork(hugo); err != nil || len(ids) != 0 {
		t.Errorf("somebody else lists %v, %v", ids, err)
	}
	if err := s.store.DropWork(hugo, "w1"); err != nil {
		t.Fatal(err)
	}
	if ids, err := s.store.ListWork(again); err != nil || fmt.Sprint(ids) != "[w1]" {
		t.Errorf("ada lists %v, %v", ids, err)
	}
	if err := s.store.KeepWork(t.Context(), "w2", "x"); !errors.Is(err, session.ErrEnded) {
		t.Errorf("nobody keeps work: %v", err)
	}
	var sealed string
	if err := s.db.QueryRow(`select sealed from web_work`).Scan(&sealed); err != nil || strings.Contains(sealed, "plan") {
		t.Errorf("the table shows %q, %v", sealed, err)
	}
	if _, err := s.db.Exec(`update web_work set id = 'w9'`); err != nil {
		t.Fatal(err)
	}
	if err := s.store.FindWork(again, "w9", &got); !errors.Is(err, session.ErrNoWork) {
		t.Errorf("work that was moved opens: %v", err)
	}
}

func TestWorkIsBoundedAndGoes(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	ctx := session.With(t.Context(), s.load())
	for i := range 12 {
		s.clock.advance(time.Second)
		keep(t, s.store, ctx, fmt.Sprint("w", i), "x")
	}
	if ids, err := s.store.ListWork(ctx); err != nil || strings.Join(ids, " ") != "w11 w10 w9 w8 w7 w6 w5 w4 w3 w2" {
		t.Errorf("kept %v, %v", ids, err)
	}
	if err := s.store.DropWork(ctx, "w11"); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := s.store.FindWork(ctx, "w11", &got); !errors.Is(err, session.ErrNoWork) {
		t.Errorf("dropped work: %v", err)
	}
	s.clock.advance(25 * time.Hour)
	if err := s.store.FindWork(ctx, "w10", &got); !errors.Is(err, session.ErrNoWork) {
		t.Errorf("work of yesterday: %v", err)
	}
	if err := s.store.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := s.db.QueryRow(`select count(*) from web_work`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d rows stay, %v", n, err)
	}
}

// Work goes on without its request: nothing of it is said, and nothing ends with it.
func TestApart(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	request, end := context.WithCancel(session.With(t.Context(), s.load()))
	apart := session.Apart(request)
	end()
	session.From(request).Say(session.Flash{Title: "Saved"})
	if apart.Err() != nil || session.From(apart).Subject != ada().Subject || session.From(apart) == session.From(request) {
		t.Error("the work shares the request's end or its session")
	}
	if d, err := s.store.Reload(apart); err != nil || d.Subject != ada().Subject {
		t.Errorf("session = %+v, %v", d, err)
	}
}

func keep(t *testing.T, store *session.Store, ctx context.Context, id, what string) {
	t.Helper()
	if err := store.KeepWork(ctx, id, what); err != nil {
		t.Fatal(err)
	}
}
