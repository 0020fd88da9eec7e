package access

import "slices"

// wayDown is a shortest way from one of starts to a group, both included; nil when
// none leads there. A breadth-first search upwards from the group. O(V+E).
func (g *Graph) wayDown(starts []int32, to int32) []int32 {
	isStart := newMarks(len(g.groups))
	isStart.addEach(starts)
	next := map[int32]int32{to: None}
	queue := []int32{to}
	for at := 0; at < len(queue); at++ {
		group := queue[at]
		if isStart.has(group) {
			var way []int32
			for ; group != None; group = next[group] {
				way = append(way, group)
			}
			return way
		}
		for _, outer := range g.above.of(group) {
			if _, seen := next[outer]; !seen {
				next[outer] = group
				queue = append(queue, outer)
			}
		}
	}
	return nil
}

// Tops is the groups where the nesting begins: those that are in no other group,
// and of each cycle that nothing outside of it contains the first one. Every group
// is one of them or lies below one. In terms of the condensation of the graph: a
// vertex of each component without an edge into it. O(V+E), in store order.
func (g *Graph) Tops() []int32 {
	var tops []int32
	for i := range int32(len(g.groups)) { //nolint:gosec // as in indexOf
		if !slices.ContainsFunc(g.above.of(i), func(outer int32) bool { return outer != i }) {
			tops = append(tops, i)
		}
	}
	// What those do not reach lies in cycles, or below one. Of the vertices that
	// start a search there the later ones may reach the earlier ones, and never the
	// other way round: so backwards, those that are reached are needless.
	seen, starts := newMarks(len(g.groups)), []int32(nil)
	for _, top := range tops {
		g.spread(&seen, top)
	}
	left := newMarks(len(g.groups))
	left.words = append(left.words[:0], seen.words...)
	for i := range int32(len(g.groups)) { //nolint:gosec // as in indexOf
		if !seen.has(i) {
			starts = append(starts, i)
			g.spread(&seen, i)
		}
	}
	for _, start := range slices.Backward(starts) {
		if !left.has(start) {
			tops = append(tops, start)
			g.spread(&left, start)
		}
	}
	slices.Sort(tops)
	return tops
}

// spread adds a group to seen, and whatever lies below it through groups that are
// new there.
func (g *Graph) spread(seen *marks, start int32) {
	if !seen.add(start) {
		return
	}
	for stack := []int32{start}; len(stack) > 0; {
		group := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, inner := range g.below.of(group) {
			if seen.add(inner) {
				stack = append(stack, inner)
			}
		}
	}
}

// ParentsOf is the groups that directly contain another one, in store order.
// O(d log d) for d of them.
func (g *Graph) ParentsOf(group int32) []int32 {
	parents := slices.Clone(g.above.of(group))
	slices.Sort(parents)
	return slices.Compact(parents)
}
