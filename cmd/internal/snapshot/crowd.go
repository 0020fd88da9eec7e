package snapshot

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"
	"time"

	"trellis/cmd/internal/store"
)

// Crowd keeps the newest People of a tenant. It is safe for concurrent use.
//
// To read every membership takes long, so lists do not wait for it: Near says
// that it does not know, and the database is asked as long.
type Crowd struct {
	store    *store.Store
	graphs   *Cache
	recent   atomic.Pointer[[]*People] // newest first
	patching turn
	reading  turn
	moment   atomic.Pointer[Moment] // nil: it is known to be old
	catching atomic.Bool            // somebody reads what is not in memory, or rests

	// Of whoever does that.
	allAgain time.Time // when everybody may be read again
	shaken   bool      // the tenant has changed as a whole, and not been read since
}

// NewCrowd makes a crowd that knows nobody yet, of the tenant in s whose graph
// graphs keeps.
func NewCrowd(s *store.Store, graphs *Cache) *Crowd {
	c := &Crowd{store: s, graphs: graphs, patching: make(turn, 1), reading: make(turn, 1)}
	c.recent.Store(&[]*People{})
	return c
}

// turn lets one at a time do what all of them want.
type turn chan struct{}

// take waits for the turn, which end gives back.
func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) end() { <-t }

// Of is the people as tx sees them.
func (c *Crowd) Of(ctx context.Context, tx *store.Tx) (*People, error) {
	p, entry, err := c.near(ctx, tx)
	if p != nil || err != nil {
		return p, err
	}
	if err := c.reading.take(ctx); err != nil {
		return nil, err
	}
	defer c.reading.end()
	if p, _, err = c.near(ctx, tx); p != nil || err != nil {
		return p, err
	}
	p, err = everybody(ctx, tx, entry)
	if err != nil || tx.Changed() {
		return p, err
	}
	if err := c.patching.take(ctx); err != nil {
		return nil, err
	}
	defer c.patching.end()
	c.add(p)
	return p, nil
}

// Near is the people as tx sees them, when at most a few changed since somebody
// asked; else nil, and everybody is read for those who ask later.
func (c *Crowd) Near(ctx context.Context, tx *store.Tx) (*People, error) {
	p, _, err := c.near(ctx, tx)
	if p == nil && err == nil {
		c.catchUp()
	}
	return p, err
}

// near is the people as tx sees them, made from those of an earlier entry of the
// journal where there are some, and the entry that tx sees.
func (c *Crowd) near(ctx context.Context, tx *store.Tx) (*People, int64, error) {
	entry, err := tx.LastChange(ctx)
	if err != nil {
		return nil, 0, err
	}
	if p := c.before(entry); p == nil || p.entry == entry {
		return p, entry, nil
	}
	if !tx.Changed() {
		if err := c.patching.take(ctx); err != nil {
			return nil, entry, err
		}
		defer c.patching.end()
	}
	p := c.before(entry)
	if p == nil || p.entry == entry {
		return p, entry, nil
	}
	p, err = p.since(ctx, tx, entry)
	if p != nil && err == nil && !tx.Changed() { // what comes to nothing is nobody's business
		c.add(p)
	}
	return p, entry, err
}

// before is the newest people who are not newer than entry.
func (c *Crowd) before(entry int64) *People {
	for _, p := range *c.recent.Load() {
		if p.entry <= entry {
			return p
		}
	}
	return nil
}

// add keeps p. Only who patches may call it.
func (c *Crowd) add(p *People) {
	all := append([]*People{p}, *c.recent.Load()...)
	slices.SortStableFunc(all, func(a, b *People) int { return cmp.Compare(b.entry, a.entry) })
	all = slices.CompactFunc(all, func(a, b *People) bool { return a.entry == b.entry })
	all = all[:min(len(all), keep)]
	c.recent.Store(&all)
}
