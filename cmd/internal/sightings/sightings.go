package sightings

import (
	"context"
	"slices"
	"sync"
	"time"

	"trellis/cmd/internal/store"
)

const (
	// mostADay is how many names are noted on one day, at most.
	mostADay = 50_000
	// batch is how many are written at once: others who write wait so long.
	batch = 500
)

// Book collects sightings for a store. It is safe for concurrent use.
type Book struct {
	store *store.Store
	now   func() time.Time

	mu      sync.RWMutex
	day     time.Time
	noted   map[string]map[string]bool // by connection: the names of the day
	size    int                        // of noted
	pending []store.Sighting
}

// New makes a book for s that reads the time with now.
func New(s *store.Store, now func() time.Time) *Book {
	return &Book{store: s, now: now, noted: map[string]map[string]bool{}}
}

// Note notes that a provider sent groups at a sign-in over a connection. A nil book
// notes nothing.
func (b *Book) Note(connection string, groups []string) {
	if b == nil || len(groups) == 0 {
		return
	}
	today := b.now().UTC().Truncate(24 * time.Hour)
	if b.known(today, connection, groups) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.day.Equal(today) {
		b.day, b.size, b.noted = today, 0, map[string]map[string]bool{}
	}
	names := b.noted[connection]
	if names == nil {
		names = map[string]bool{}
		b.noted[connection] = names
	}
	for _, group := range groups {
		if names[group] || b.size == mostADay {
			continue
		}
		names[group] = true
		b.size++
		b.pending = append(b.pending, store.Sighting{Connection: connection, Group: group})
	}
}

// known reports whether nothing is to be noted. Nearly always that is so.
func (b *Book) known(today time.Time, connection string, groups []string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if !b.day.Equal(today) {
		return false
	}
	names := b.noted[connection]
	return b.size == mostADay || !slices.ContainsFunc(groups, func(group string) bool { return !names[group] })
}

// Flush writes down what was noted since the last time, and forgets what is old. What
// cannot be written waits for the next time. A nil book has nothing to write.
func (b *Book) Flush(ctx context.Context) error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	at, waiting := b.day, b.pending
	b.pending = nil
	b.mu.Unlock()
	for len(waiting) > 0 {
		some := waiting[:min(batch, len(waiting))]
		err := b.store.Update(ctx, func(tx *store.Tx) error {
			if err := tx.ForgetGroups(ctx, at); err != nil {
				return err
			}
			return tx.SeeGroups(ctx, at, some)
		})
		if err != nil {
			b.mu.Lock()
			b.pending = append(waiting, b.pending...)
			b.mu.Unlock()
			return err
		}
		waiting = waiting[len(some):]
	}
	return nil
}
