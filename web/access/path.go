package access

import "slices"

// Path is the ids on a shortest way from a group down to another, both ends
// included: how a member of the lower one is a member of the upper one. Of
// several shortest ways it takes the one that follows the order of nesting. It
// is nil when there is no way, and one id when from is to. O(V+E).
func (g *Graph) Path(from, to string) []string {
	start, ok := g.index[from]
	goal, known := g.index[to]
	if !ok || !known {
		return nil
	}
	way := g.path(start, goal)
	if way == nil {
		return nil
	}
	return g.ids(way)
}

// path is a shortest path by breadth-first search, kept as the vertex that
// each one was reached from.
func (g *Graph) path(start, goal int32) []int32 {
	const unseen = -1
	reachedFrom := make([]int32, len(g.groups))
	for i := range reachedFrom {
		reachedFrom[i] = unseen
	}
	reachedFrom[start] = start
	for queue := []int32{start}; len(queue) > 0 && reachedFrom[goal] == unseen; queue = queue[1:] {
		for _, next := range g.below.of(queue[0]) {
			if reachedFrom[next] == unseen {
				reachedFrom[next] = queue[0]
				queue = append(queue, next)
			}
		}
	}
	if reachedFrom[goal] == unseen {
		return nil
	}
	way := []int32{goal}
	for at := goal; at != start; {
		at = reachedFrom[at]
		way = append(way, at)
	}
	slices.Reverse(way)
	return way
}

// Cycle is the names of the groups on the cycle that nesting inner in outer
// would close, beginning and ending with outer's: "A", "B", "A". It is nil when
// there would be none. O(V+E).
func (g *Graph) Cycle(outer, inner string) []string {
	back := g.Path(inner, outer)
	if back == nil {
		return nil
	}
	names := []string{g.Name(outer)}
	for _, id := range back {
		names = append(names, g.Name(id))
	}
	return names
}
