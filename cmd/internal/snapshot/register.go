package snapshot

import (
	"context"
	"maps"
	"sync/atomic"

	"trellis/cmd/internal/store"
)

// mostRenamed is how many changed users are read one by one; with more of them
// all are read anew.
const mostRenamed = 500

// Registry keeps the newest Register of a tenant. It is safe for concurrent use.
type Registry struct {
	recent  atomic.Pointer[Register]
	lineup  atomic.Pointer[Lineup]
	reading turn
}

// NewRegistry makes a registry that knows nobody yet.
func NewRegistry() *Registry { return &Registry{reading: make(turn, 1)} }

// Register is what the users of a tenant are found and sorted by, at one moment. It
// is never changed.
type Register struct {
	keys  map[string]store.UserKeys
	entry int64 // of the journal, the last one that is in it
	since int64 // the entry since which the keys are these
}

// Keys is the keys of a user, whom the tenant need not know.
func (r *Register) Keys(id string) (store.UserKeys, bool) {
	k, known := r.keys[id]
	return k, known
}

// Of is the users as tx sees them. Who changed since somebody asked is read, or
// everybody the first time; others who ask meanwhile wait.
func (r *Registry) Of(ctx context.Context, tx *store.Tx) (*Register, error) {
	entry, err := tx.LastChange(ctx)
	if err != nil {
		return nil, err
	}
	if known := r.recent.Load(); known != nil && known.entry == entry {
		return known, nil
	}
	if err := r.reading.take(ctx); err != nil {
		return nil, err
	}
	defer r.reading.end()
	before := r.recent.Load()
	fresh, err := before.until(ctx, tx, entry)
	if err == nil && !tx.Changed() && (before == nil || before.entry < entry) {
		r.recent.Store(fresh)
	}
	return fresh, err
}

// until is r with what changed until entry.
func (r *Register) until(ctx context.Context, tx *store.Tx, entry int64) (*Register, error) {
	if r == nil || r.entry > entry {
		return everyName(ctx, tx, entry)
	}
	changed, known, err := tx.UsersChangedBetween(ctx, r.entry, entry, mostRenamed)
	if err != nil {
		return nil, err
	}
	if !known {
		return everyName(ctx, tx, entry)
	}
	if len(changed) == 0 {
		return &Register{keys: r.keys, entry: entry, since: r.since}, nil
	}
	keys, err := tx.UserKeys(ctx, changed)
	if err != nil {
		return nil, err
	}
	out := &Register{keys: maps.Clone(r.keys), entry: entry, since: entry}
	for _, id := range changed {
		delete(out.keys, id)
	}
	maps.Copy(out.keys, keys)
	return out, nil
}

func everyName(ctx context.Context, tx *store.Tx, entry int64) (*Register, error) {
	keys, err := tx.EveryUserKeys(ctx)
	return &Register{keys: keys, entry: entry, since: entry}, err
}
