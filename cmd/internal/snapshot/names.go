package snapshot

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// outlined is the groups of a snapshot as a tree, and the keys that they are
// found by. It is made when it is first asked for.
type outlined struct {
	once    sync.Once
	outline *access.Outline
	keys    []string // name and description of each group
}

func (s *Snapshot) outlined() *outlined {
	o := &s.tree
	o.once.Do(func() {
		names, order, rank := make([]string, len(s.GroupList)), make([]int32, len(s.GroupList)), make([]int32, len(s.GroupList))
		o.keys = make([]string, len(s.GroupList))
		for i := range s.GroupList {
			g := &s.GroupList[i]
			names[i], order[i] = store.Fold(g.Name), int32(i) //nolint:gosec // a tenant has not two thousand million groups
			o.keys[i] = names[i] + "\n" + store.Fold(g.Description)
		}
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(names[a], names[b]) })
		for place, group := range order {
			rank[group] = int32(place) //nolint:gosec // as above
		}
		o.outline = access.NewOutline(s.Graph, rank)
	})
	return o
}

// Outline is the groups as a tree, siblings by name.
func (s *Snapshot) Outline() *access.Outline { return s.outlined().outline }

// Matching is the groups with text in their names or descriptions, in any case of
// letters, in store order.
func (s *Snapshot) Matching(text string) []int32 {
	text = store.Fold(text)
	var out []int32
	for i, key := range s.outlined().keys {
		if strings.Contains(key, text) {
			out = append(out, int32(i)) //nolint:gosec // as above
		}
	}
	return out
}
