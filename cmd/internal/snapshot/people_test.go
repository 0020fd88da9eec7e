package snapshot_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
)

// peopled is a store with a group of two members.
func peopled(t *testing.T, s *store.Store) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error {
		g, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: "Team", Description: "d"})
		if err == nil {
			err = tx.AddMembers(t.Context(), g.ID, []string{"u1", "u2"})
		}
		return err
	})
}

// Those who ask at the same time get the same people, whoever of them gives up.
func TestReadersShareOneReading(t *testing.T) {
	each(t, func(t *testing.T, s, _ *store.Store) {
		peopled(t, s)
		crowd := snapshot.NewCrowd(s, snapshot.New())
		const readers = 16
		var (
			wg     sync.WaitGroup
			people [readers]*snapshot.People
		)
		for i := range readers {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				if i%2 == 1 {
					go cancel()
				}
				err := s.View(ctx, func(tx *store.Tx) error {
					var err error
					people[i], err = crowd.Of(ctx, tx)
					return err
				})
				if err != nil && i%2 == 0 {
					t.Errorf("reader %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for i, p := range people {
			if p == nil && i%2 == 1 {
				continue // it gave up
			}
			if p != people[0] || len(p.IDs) != 2 {
				t.Errorf("reader %d has people of its own", i)
			}
		}
	})
}

// A dry run reads in a transaction that could write. What it reads is there for
// others, until it changes something.
func TestPeopleReadBeforeAChangeAreKept(t *testing.T) {
	each(t, func(t *testing.T, s, _ *store.Store) {
		peopled(t, s)
		crowd := snapshot.NewCrowd(s, snapshot.New())
		of := func(tx *store.Tx) *snapshot.People {
			p, err := crowd.Of(t.Context(), tx)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		var before, during *snapshot.People
		undone := errors.New("undone")
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			before = of(tx)
			g, err := tx.CreateGroup(t.Context(), store.GroupInput{Name: "Undone", Description: "d"})
			if err != nil {
				return err
			}
			if err := tx.AddMembers(t.Context(), g.ID, []string{"auth0|undone"}); err != nil {
				return err
			}
			during = of(tx)
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		var after *snapshot.People
		if err := s.View(t.Context(), func(tx *store.Tx) error { after = of(tx); return nil }); err != nil {
			t.Fatal(err)
		}
		if _, seen := during.Position("auth0|undone"); after != before || !seen {
			t.Errorf("read before: %v, during: %v, after: %v", before.IDs, during.IDs, after.IDs)
		}
	})
}

// Who waits for another one's reading can still give up, and does not end it.
func TestWaitingForPeopleCanBeGivenUp(t *testing.T) {
	s := open(t, t.TempDir()+"/trellis.db")
	peopled(t, s)
	crowd := snapshot.NewCrowd(s, snapshot.New())
	of := func(ctx context.Context) (p *snapshot.People, err error) {
		err = s.View(context.Background(), func(tx *store.Tx) error {
			p, err = crowd.Of(ctx, tx)
			return err
		})
		return p, err
	}
	release := crowd.Hold()
	ctx, cancel := context.WithCancel(context.Background())
	gaveUp := make(chan error, 1)
	go func() { _, err := of(ctx); gaveUp <- err }()
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("giving up: %v", err)
	}
	release()
	if p, err := of(context.Background()); err != nil || len(p.IDs) != 2 {
		t.Errorf("after that: %+v, %v", p, err)
	}
}
