package snapshot

import (
	"cmp"
	"slices"
	"sync"
)

// orders is the groups of a snapshot in the orders that were asked for.
type orders struct{ known sync.Map } // of []int32, by ordering

// ordering is a field of a group, as the API spells it, and whether the largest
// comes first.
type ordering struct {
	field string
	down  bool
}

// GroupsBy is the positions of all groups in the order that the database has them
// in: by a field, and those alike as they were made. "" is as they were made. Of a
// field that the graph does not know it is nil. Nobody may change it.
func (s *Snapshot) GroupsBy(field string, down bool) []int32 {
	by := ordering{field, down}
	if known, ok := s.lined.known.Load(by); ok {
		order, _ := known.([]int32)
		return order
	}
	compare := s.comparison(field)
	if compare == nil {
		return nil
	}
	order := s.Sorted(compare, down)
	s.lined.known.Store(by, order)
	return order
}

// Sorted is the positions of all groups by compare, those alike as they were made.
func (s *Snapshot) Sorted(compare func(a, b int32) int, down bool) []int32 {
	order := make([]int32, len(s.GroupList))
	for i := range order {
		order[i] = int32(i) //nolint:gosec // a tenant has not two thousand million groups
	}
	slices.SortFunc(order, func(a, b int32) int {
		by := compare(a, b)
		if down {
			by = -by
		}
		return cmp.Or(by, cmp.Compare(a, b))
	})
	return order
}

// comparison compares two groups by a field; nil is a field that is not known.
func (s *Snapshot) comparison(field string) func(a, b int32) int {
	sized := func(size func(*Group) int) func(a, b int32) int {
		return func(a, b int32) int { return cmp.Compare(size(&s.GroupList[a]), size(&s.GroupList[b])) }
	}
	switch field {
	case "":
		return func(_, _ int32) int { return 0 }
	case "_id":
		return func(a, b int32) int { return cmp.Compare(s.GroupList[a].ID, s.GroupList[b].ID) }
	case "name":
		return func(a, b int32) int { return cmp.Compare(s.GroupList[a].Key, s.GroupList[b].Key) }
	case "nested_count":
		return sized(func(g *Group) int { return len(g.Nested) })
	case "role_count":
		return sized(func(g *Group) int { return len(g.Roles) })
	case "mapping_count":
		return sized(func(g *Group) int { return len(g.Mappings) })
	}
	return nil
}
