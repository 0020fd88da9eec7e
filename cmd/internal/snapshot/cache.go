package snapshot

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"

	"trellis/cmd/internal/store"
)

// keep is how many versions stay in memory, the newest first: a transaction that
// began before a change asks for the version before it.
const keep = 4

// patchLimit is how many changed records are read one by one; with more of them
// everything is read anew.
const patchLimit = 1000

// Cache is the newest snapshots of a tenant. It is safe for concurrent use; its
// zero value is not ready, New makes one.
type Cache struct {
	recent atomic.Pointer[[]*Snapshot] // newest first
	turn   chan struct{}               // holds one token: one reads the database, who wants the same waits
}

// New makes a cache that holds nothing yet.
func New() *Cache {
	c := &Cache{turn: make(chan struct{}, 1)}
	c.recent.Store(&[]*Snapshot{})
	return c
}

// Of is the graph as tx sees it.
func (c *Cache) Of(ctx context.Context, tx *store.Tx) (*Snapshot, error) {
	version, err := tx.GraphVersion(ctx)
	if err != nil {
		return nil, err
	}
	return c.At(ctx, tx, version)
}

// At is the graph at the version that tx sees. Mostly it is in memory; otherwise
// tx reads what changed since the nearest one that is, and others who need the
// same version wait for it. What a transaction sees of its own changes is kept
// from others, as it may come to nothing.
func (c *Cache) At(ctx context.Context, tx *store.Tx, version int64) (*Snapshot, error) {
	if s := c.Known(version); s != nil {
		return s, nil
	}
	if tx.Changed() {
		return c.read(ctx, tx, version)
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s := c.Known(version); s != nil {
		return s, nil
	}
	s, err := c.read(ctx, tx, version)
	if err == nil {
		c.add(s)
	}
	return s, err
}

// Known is the graph at version if it is in memory, else nil.
func (c *Cache) Known(version int64) *Snapshot {
	for _, s := range *c.recent.Load() {
		if s.Version == version {
			return s
		}
	}
	return nil
}

// add keeps s. Only the holder of the turn may call it.
func (c *Cache) add(s *Snapshot) {
	all := append([]*Snapshot{s}, *c.recent.Load()...)
	slices.SortFunc(all, func(a, b *Snapshot) int { return cmp.Compare(b.Version, a.Version) })
	all = all[:min(len(all), keep)]
	c.recent.Store(&all)
}

// read makes the graph at version from the nearest older one and what tx says
// has changed since, or from nothing.
func (c *Cache) read(ctx context.Context, tx *store.Tx, version int64) (*Snapshot, error) {
	for _, s := range *c.recent.Load() {
		if s.Version > version {
			continue
		}
		changed, known, err := tx.ChangedSince(ctx, s.Version, patchLimit)
		if err != nil {
			return nil, err
		}
		if !known {
			break
		}
		fresh, err := tx.NodesOf(ctx, changed)
		if err != nil {
			return nil, err
		}
		return build(version, s.parts().patched(changed, partsOf(fresh))), nil
	}
	nodes, err := tx.Nodes(ctx)
	if err != nil {
		return nil, err
	}
	return build(version, partsOf(nodes)), nil
}
