package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trellis/cmd/internal/store/pgtest"
)

// Many ask at once while somebody writes: everybody hears of all that was done
// before it asked, each of its own user, also when another process did it.
func TestNobodyHearsWhatAUserHeldBeforeItAsked(t *testing.T) {
	for name, address := range map[string]func() string{
		"sqlite":   func() string { return filepath.Join(t.TempDir(), "trellis.db") },
		"postgres": func() string { return pgtest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			url := address()
			s, writer := open(t, url), open(t, url)
			const users, rounds = 8, 15
			ids := newGroups(t, s, groupNames(rounds)...)
			for round := range rounds {
				add := func(tx *Tx) error {
					for u := range users {
						if err := tx.AddUserGroups(t.Context(), fmt.Sprint("user", u), ids[round:round+1]); err != nil {
							return err
						}
					}
					return nil
				}
				from := []*Store{s, writer}[round%2]
				if err := from.Update(t.Context(), add); err != nil {
					t.Fatal(err)
				}
				var all sync.WaitGroup
				for u := range 3 * users {
					all.Go(func() {
						got, err := s.Held(t.Context(), fmt.Sprint("user", u%users))
						if err != nil || len(got.Groups) != round+1 || len(got.Roles) != 0 || got.GraphVersion == 0 {
							t.Errorf("round %d: %+v, %v", round, got, err)
						}
					})
				}
				all.Wait()
			}
			if got, err := s.Held(t.Context(), "nobody"); err != nil || len(got.Groups) != 0 || got.GraphVersion == 0 {
				t.Errorf("nobody holds %+v, %v", got, err)
			}
		})
	}
}

func groupNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint("Group ", i)
	}
	return names
}

// A question that comes while others are under way goes with a later statement,
// one for all of them.
func TestQuestionsThatWaitGoTogether(t *testing.T) {
	type statement struct {
		users []string
		end   chan error
	}
	begun := make(chan statement)
	const atOnce = 2
	x := &batched[string, Held]{atOnce: atOnce, ask: func(_ context.Context, users []string) (map[string]Held, error) {
		s := statement{users, make(chan error)}
		begun <- s
		out := map[string]Held{}
		for _, u := range users {
			out[u] = Held{Groups: []string{"of " + u}}
		}
		return out, <-s.end
	}}
	var all sync.WaitGroup
	ask := func(user string, want error) {
		all.Go(func() {
			got, err := x.of(context.Background(), user)
			if !errors.Is(err, want) || !cmp.Equal(got.Groups, []string{"of " + user}) {
				t.Errorf("%s: %+v, %v", user, got, err)
			}
		})
	}
	broken := errors.New("broken")
	var first []statement
	for n := range atOnce {
		user := fmt.Sprint("first ", n)
		ask(user, nil)
		s := <-begun
		if !cmp.Equal(s.users, []string{user}) {
			t.Errorf("asked for %q, want %s alone", s.users, user)
		}
		first = append(first, s)
	}
	for _, user := range []string{"b", "a", "b"} {
		ask(user, broken)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.of(gone, "c"); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want that its caller is gone", err)
	}
	for waiting := 0; waiting < 4; {
		x.mu.Lock()
		waiting = len(x.waiting)
		x.mu.Unlock()
	}
	first[0].end <- nil
	s := <-begun
	if !cmp.Equal(s.users, []string{"a", "b", "c"}) {
		t.Errorf("asked for %q, want all who waited", s.users)
	}
	s.end <- broken
	for _, s := range first[1:] {
		s.end <- nil
	}
	all.Wait()
}
