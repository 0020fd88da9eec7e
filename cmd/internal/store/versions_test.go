package store

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"trellis/cmd/internal/store/pgtest"
)

// Many ask at once while two processes write: whoever asks hears of everything that
// was done before it asked, whomever its statement is shared with.
func TestNobodyHearsOfVersionsOlderThanItsQuestion(t *testing.T) {
	for name, address := range map[string]func() string{
		"sqlite":   func() string { return filepath.Join(t.TempDir(), "trellis.db") },
		"postgres": func() string { return pgtest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			url := address()
			s, other := open(t, url), open(t, url)
			group := newGroups(t, s, "Team")[0]
			const changes = 40
			var done atomic.Int64 // the newest entry that is known to be there
			var writing atomic.Bool
			writing.Store(true)
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					for writing.Load() {
						least := done.Load()
						if got, err := s.Versions(t.Context()); err != nil || got.Entry < least {
							t.Errorf("asked after entry %d, and heard of %+v, %v", least, got, err)
						}
					}
				})
			}
			for n := range changes {
				var entry int64
				err := []*Store{s, other}[n%2].Update(t.Context(), func(tx *Tx) error {
					if err := tx.AddMembers(t.Context(), group, []string{groupNames(changes)[n]}); err != nil {
						return err
					}
					var err error
					entry, err = tx.LastChange(t.Context())
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				done.Store(entry)
			}
			writing.Store(false)
			all.Wait()
		})
	}
}

// A connection that broke while it was idle is not what the versions are asked over.
func TestVersionsAfterTheServerWasAway(t *testing.T) {
	server := pgtest.New(t)
	s := open(t, server.Address("postgres"))
	before, err := s.Versions(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	server.Stop()
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	if after, err := s.Versions(context.Background()); err != nil || after != before {
		t.Errorf("%+v became %+v, %v", before, after, err)
	}
}
