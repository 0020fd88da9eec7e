package session_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"trellis/web/session"
)

// Requests of one session write parts of it at once. Each part arrives, and the
// newest refresh token stays.
func TestTS_08_nobody_brings_an_old_refresh_token_back(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	slow := session.With(t.Context(), s.load())
	quick := session.With(t.Context(), s.load())

	session.From(slow).Say(session.Flash{Title: "Saved"})
	if err := s.store.Update(quick, func(d *session.Data) { d.RefreshToken = "newer" }); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Keep(slow); err != nil {
		t.Fatal(err)
	}
	if d := s.load(); d.RefreshToken != "newer" || len(d.Flash) != 1 {
		t.Errorf("session = %+v", d)
	}

	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := s.store.Update(quick, func(d *session.Data) { d.Name += "x" }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if d := s.load(); d.Name != "Adaxxxxxxxx" || d.RefreshToken != "newer" {
		t.Errorf("session = %+v", d)
	}
}

func TestUpdateOfAnEndedSession(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	ctx := session.With(t.Context(), s.load())
	if err := s.store.Drop(ctx); err != nil {
		t.Fatal(err)
	}
	err := s.store.Update(ctx, func(*session.Data) {})
	if !errors.Is(err, session.ErrEnded) || s.rows() != 0 {
		t.Errorf("error = %v with %d rows", err, s.rows())
	}
	session.From(ctx).Say(session.Flash{Title: "Saved"})
	if err := s.store.Keep(ctx); err != nil {
		t.Errorf("a message to nobody is an error: %v", err)
	}
}

func TestMessagesAreShownOnce(t *testing.T) {
	s := newSite(t)
	s.signIn(ada())
	visit := func(say ...string) (heard []string) {
		ctx := session.With(t.Context(), s.load())
		for _, f := range session.From(ctx).Hear() {
			heard = append(heard, f.Title)
		}
		for _, title := range say {
			session.From(ctx).Say(session.Flash{Title: title})
		}
		if err := s.store.Keep(ctx); err != nil {
			t.Fatal(err)
		}
		return heard
	}
	visit("one", "two")
	if got := visit("three"); strings.Join(got, " ") != "one two" {
		t.Errorf("heard %v", got)
	}
	if got := visit(); strings.Join(got, " ") != "three" {
		t.Errorf("heard %v", got)
	}
	if got := visit("1", "2", "3", "4", "5", "6"); len(got) != 0 {
		t.Errorf("heard %v", got)
	}
	if got := visit(); strings.Join(got, " ") != "2 3 4 5 6" {
		t.Errorf("heard %v", got)
	}
}
