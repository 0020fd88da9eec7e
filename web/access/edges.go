package access

// edges is where the edges of each vertex lead. They stand in one array, one
// vertex after the other: a search through thousands of them waits for memory
// more than for anything else.
type edges struct {
	to   []int32
	from []int32 // where the edges of each vertex begin in to, and where the last ones end
}

// of is where the edges of a vertex lead.
func (e edges) of(vertex int32) []int32 { return e.to[e.from[vertex]:e.from[vertex+1]] }

// adjacency is, for each of items, where those that it names stand in index.
// What is not there is left out.
func adjacency[T any](items []T, index map[string]int32, named func(T) []string) edges {
	n := 0
	for i := range items {
		n += len(named(items[i]))
	}
	out := edges{to: make([]int32, 0, n), from: make([]int32, 1, len(items)+1)}
	for i := range items {
		for _, id := range named(items[i]) {
			if to, ok := index[id]; ok {
				out.to = append(out.to, to)
			}
		}
		out.from = append(out.from, int32(len(out.to))) //nolint:gosec // as in indexOf
	}
	return out
}

// reversed is e turned round, where edges lead from vertices to vertices of the
// same list.
func (e edges) reversed() edges { return e.turned(len(e.from) - 1) }

// turned is e turned round, where its edges lead to a list of n vertices, by
// counting the edges into each vertex first. O(V+E).
func (e edges) turned(n int) edges {
	out := edges{to: make([]int32, len(e.to)), from: make([]int32, n+1)}
	for _, to := range e.to {
		out.from[to+1]++
	}
	for i := 1; i < len(out.from); i++ {
		out.from[i] += out.from[i-1]
	}
	next := append([]int32(nil), out.from...)
	for i := range int32(len(e.from) - 1) { //nolint:gosec // as in indexOf
		for _, to := range e.of(i) {
			out.to[next[to]] = i
			next[to]++
		}
	}
	return out
}
