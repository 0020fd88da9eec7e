package snapshot

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"trellis/cmd/internal/store"
)

// Lineup is people with what they are found and sorted by, by their positions. It
// is safe for concurrent use.
type Lineup struct {
	ids   []string
	as    int64 // the entry of the register that it is made of
	keys  []store.UserKeys
	turn  sync.Mutex
	order map[string][]int32 // by field
}

// Lineup is people as tx sees them. It is made when somebody was renamed, or has
// something for the first time, and otherwise kept. unknown is the keys of somebody
// whom the tenant does not know.
func (r *Registry) Lineup(ctx context.Context, tx *store.Tx, people *People, unknown func(id string) store.UserKeys) (*Lineup, error) {
	register, err := r.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	if known := r.lineup.Load(); known != nil && known.as == register.since && same(known.ids, people.IDs) {
		return known, nil
	}
	l := &Lineup{ids: people.IDs, as: register.since, keys: make([]store.UserKeys, len(people.IDs)), order: map[string][]int32{}}
	for i, id := range l.ids {
		keys, known := register.Keys(id)
		if !known {
			keys = unknown(id)
		}
		l.keys[i] = keys
	}
	r.lineup.Store(l)
	return l, nil
}

// same reports whether a and b are one list, without looking at what is in it.
func same(a, b []string) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// Finding reports whether a user is found by text.
func (l *Lineup) Finding(text string) func(user int32) bool {
	matches := store.Search(text)
	return func(user int32) bool { return matches(l.keys[user]) }
}

// By is everybody in the order of a field, those alike by their ids. O(n log n),
// and later O(1).
func (l *Lineup) By(field string) []int32 {
	l.turn.Lock()
	defer l.turn.Unlock()
	if known, ok := l.order[field]; ok {
		return known
	}
	order := make([]int32, len(l.ids))
	for i := range order {
		order[i] = int32(i) //nolint:gosec // a tenant has not two thousand million users
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(l.keys[a].By(field), l.keys[b].By(field)), cmp.Compare(l.ids[a], l.ids[b]))
	})
	l.order[field] = order
	return order
}
