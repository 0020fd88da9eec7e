package access

import "slices"

// Group is a vertex, and the ids of the groups nested in it.
type Group struct {
	ID, Name string
	Nested   []string
}

// Graph is the groups of a tenant and how they nest. It is never changed, so
// it may be shared.
type Graph struct {
	groups []Group
	index  map[string]int // of a group's id
	below  [][]int        // the edges, from a group to those nested in it
	above  [][]int        // the same edges, turned round
}

// New builds the graph of groups, which are in store order: every list that the
// graph returns keeps it. O(V+E) time and space.
//
// Of two groups with one id the first counts. An id in Nested without a group
// is no edge.
func New(groups []Group) *Graph {
	g := &Graph{
		groups: groups,
		index:  make(map[string]int, len(groups)),
		below:  make([][]int, len(groups)),
		above:  make([][]int, len(groups)),
	}
	for i, group := range groups {
		if _, ok := g.index[group.ID]; !ok {
			g.index[group.ID] = i
		}
	}
	for from, group := range groups {
		for _, id := range group.Nested {
			if to, ok := g.index[id]; ok {
				g.below[from] = append(g.below[from], to)
				g.above[to] = append(g.above[to], from)
			}
		}
	}
	return g
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
	parents := slices.Clone(g.above[i])
	slices.Sort(parents)
	return g.ids(slices.Compact(parents))
}

// Descendants is the ids of the groups below a group, at any depth, in store
// order. The group itself is not among them, even when a cycle leads back to
// it. O(V+E).
func (g *Graph) Descendants(id string) []string { return g.ids(g.without(id, g.below)) }

// Ancestors is the ids of the groups that contain a group, at any depth, in
// store order, without the group itself. O(V+E).
func (g *Graph) Ancestors(id string) []string { return g.ids(g.without(id, g.above)) }

// without is what reach finds from the group with that id, less the group.
func (g *Graph) without(id string, edges [][]int) []int {
	start, ok := g.index[id]
	if !ok {
		return nil
	}
	return slices.DeleteFunc(g.reach(start, edges), func(i int) bool { return i == start })
}

// reach is start and every vertex that edges lead to from it, in store order: a
// breadth-first search, which visits a vertex once and so ends in cycles too.
// O(V+E).
func (g *Graph) reach(start int, edges [][]int) []int {
	seen := make([]bool, len(g.groups))
	seen[start] = true
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		for _, next := range edges[queue[0]] {
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	var found []int
	for i, s := range seen {
		if s {
			found = append(found, i)
		}
	}
	return found
}

func (g *Graph) ids(found []int) []string {
	out := make([]string, len(found))
	for i, v := range found {
		out[i] = g.groups[v].ID
	}
	return out
}
