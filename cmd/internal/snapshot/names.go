package snapshot

import (
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
		o.keys = make([]string, len(s.GroupList))
		for i := range s.GroupList {
			o.keys[i] = s.GroupList[i].Key + "\n" + store.Fold(s.GroupList[i].Description)
		}
		rank := make([]int32, len(s.GroupList))
		for place, group := range s.GroupsBy("name", false) {
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
