package access

import (
	"slices"
	"sync"
)

// Group is a vertex, with the ids of the groups nested in it. Roles and
// Mappings are for the Engine alone.
type Group struct {
	ID, Name string
	Nested   []string
	Roles    []string
	Mappings []Mapping
}

// Graph is the groups of a tenant and how they nest. It is never changed, so
// it may be shared.
type Graph struct {
	groups []Group
	index  map[string]int32 // of a group's id
	below  edges            // from a group to those nested in it
	above  edges            // the same, turned round
	walks  *sync.Pool       // of *walk
}

// New builds the graph of groups, which are in store order: every list that the
// graph returns keeps it. O(V+E) time and space.
//
// Of two groups with one id the first counts. An id in Nested without a group
// is no edge.
func New(groups []Group) *Graph {
	g := &Graph{groups: groups, index: indexOf(groups, func(g Group) string { return g.ID })}
	g.below = adjacency(groups, g.index, func(g Group) []string { return g.Nested })
	g.above = g.below.reversed()
	g.walks = &sync.Pool{New: func() any { return newWalk(len(groups)) }}
	return g
}

// indexOf is where the first of items with each id stands.
func indexOf[T any](items []T, id func(T) string) map[string]int32 {
	index := make(map[string]int32, len(items))
	for i, item := range items {
		if _, ok := index[id(item)]; !ok {
			index[id(item)] = int32(i) //nolint:gosec // a tenant has not two thousand million groups
		}
	}
	return index
}

// Has reports whether there is a group with that id. O(1).
func (g *Graph) Has(id string) bool {
	_, ok := g.index[id]
	return ok
}

// Name is the name of the group with that id, or "" when there is none. O(1).
func (g *Graph) Name(id string) string {
	if i, ok := g.index[id]; ok {
		return g.groups[i].Name
	}
	return ""
}

// Parents is the ids of the groups that directly contain a group, in store
// order. O(d log d) for d of them.
func (g *Graph) Parents(id string) []string {
	i, ok := g.index[id]
	if !ok {
		return nil
	}
	parents := slices.Clone(g.above.of(i))
	slices.Sort(parents)
	return g.ids(slices.Compact(parents))
}

// Descendants is the ids of the groups below a group, at any depth, in store
// order. The group itself is not among them, even when a cycle leads back to
// it. O(V+E).
func (g *Graph) Descendants(id string) []string { return g.without(id, g.below) }

// Ancestors is the ids of the groups that contain a group, at any depth, in
// store order, without the group itself. O(V+E).
func (g *Graph) Ancestors(id string) []string { return g.without(id, g.above) }

// without is the ids of what way leads to from the group with that id, less the group.
func (g *Graph) without(id string, way edges) []string {
	start, ok := g.index[id]
	if !ok {
		return []string{}
	}
	w := g.walk()
	defer g.walks.Put(w)
	found := w.reach(way, start)
	return g.ids(slices.DeleteFunc(found, func(i int32) bool { return i == start }))
}

func (g *Graph) ids(found []int32) []string {
	out := make([]string, len(found))
	for i, v := range found {
		out[i] = g.groups[v].ID
	}
	return out
}

// positions is where the groups with ids stand; what does not exist is left out.
func positions(index map[string]int32, ids []string, into []int32) []int32 {
	for _, id := range ids {
		if i, ok := index[id]; ok {
			into = append(into, i)
		}
	}
	return into
}
