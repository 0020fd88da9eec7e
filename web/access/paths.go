package access

import "slices"

// What one question about paths looks at, at most. Acyclic graphs are counted
// whole by other means; steps are for those with cycles alone.
const (
	mostHops  = 256       // of a path that is listed
	mostSteps = 1_000_000 // of a search through a graph with cycles
	mostPaths = 1 << 53   // to which paths are counted; a number of JSON is exact up to it
)

// Found is a page of paths, the shortest first and those of one length in store
// order, and how many there are. Unless Exact, there are Total or more.
type Found struct {
	Paths []Path
	Total int
	Exact bool
}

// Paths is a page of the simple paths: those that visit no vertex twice.
//
// Without cycles they are counted by dynamic programming over a topological order
// and the page is found without looking at those before it: O((V+E)l + nl) for n
// paths on the page and a longest one of l hops. With cycles counting them is
// #P-complete; they are listed one by one, until all are or mostSteps were taken.
func (w *Ways) Paths(offset, limit int) Found {
	if w.none {
		return Found{Exact: true}
	}
	order, acyclic := w.topological()
	longest := len(w.out) - 1
	if acyclic {
		longest = w.longest(order)
	}
	l := &lister{w: w, walks: w.walks(min(longest, mostHops)), skip: offset, limit: limit, acyclic: acyclic, on: newMarks(len(w.out))}
	out := Found{Exact: longest <= mostHops}
	if acyclic {
		out.Total = w.count(order)
		out.Exact = out.Total < mostPaths
	}
	for length := 1; length < len(l.walks) && !l.done(); length++ {
		l.list(0, length)
	}
	out.Paths = l.paths
	if !acyclic {
		out.Total, out.Exact = l.total, out.Exact && l.steps < mostSteps
	}
	return out
}

// topological is the vertices in an order in which every hop leads onward, if
// there is one (Kahn's algorithm). O(V+E).
func (w *Ways) topological() (order []int32, acyclic bool) {
	in := make([]int, len(w.out))
	for _, hops := range w.out {
		for _, h := range hops {
			in[w.head[h]]++
		}
	}
	for v, n := range in {
		if n == 0 {
			order = append(order, int32(v)) //nolint:gosec // as in indexOf
		}
	}
	for next := 0; next < len(order); next++ {
		for _, h := range w.out[order[next]] {
			if in[w.head[h]]--; in[w.head[h]] == 0 {
				order = append(order, w.head[h])
			}
		}
	}
	return order, len(order) == len(w.out)
}

// longest is how many hops the longest path to the target has. O(V+E).
func (w *Ways) longest(order []int32) int {
	hops := make([]int, len(w.out))
	for _, v := range slices.Backward(order) {
		for _, h := range w.out[v] {
			hops[v] = max(hops[v], hops[w.head[h]]+1)
		}
	}
	return hops[0]
}

// count is how many paths there are, up to mostPaths. O(V+E).
func (w *Ways) count(order []int32) int {
	paths := make([]int, len(w.out))
	paths[w.target] = 1
	for _, v := range slices.Backward(order) {
		for _, h := range w.out[v] {
			paths[v] = min(paths[v]+paths[w.head[h]], mostPaths)
		}
	}
	return paths[0]
}

// walks is, by length and vertex, how many walks of that length lead from the
// vertex to the target, up to mostPaths. Without cycles every walk is a path.
// O((V+E)l).
func (w *Ways) walks(longest int) [][]int {
	out := make([][]int, longest+1)
	out[0] = make([]int, len(w.out))
	out[0][w.target] = 1
	for length := 1; length <= longest; length++ {
		row := make([]int, len(w.out))
		for v, hops := range w.out {
			for _, h := range hops {
				row[v] = min(row[v]+out[length-1][w.head[h]], mostPaths)
			}
		}
		out[length] = row
	}
	return out
}

// lister is a depth-first search for the paths of one length after the other,
// which enters no branch that has none.
type lister struct {
	w           *Ways
	walks       [][]int
	acyclic     bool
	skip, limit int

	on           marks // the vertices on path
	path         Path
	paths        []Path
	total, steps int
}

// done reports whether nothing more is to be looked for: with cycles the others
// are still counted.
func (l *lister) done() bool {
	if l.acyclic {
		return len(l.paths) >= l.limit
	}
	return l.steps >= mostSteps
}

// list finds the paths that go on from a vertex with so many hops.
func (l *lister) list(from int32, hops int) {
	if hops == 0 {
		l.found()
		return
	}
	l.on.add(from)
	for _, h := range l.w.out[from] {
		ahead, head := l.walks[hops-1][l.w.head[h]], l.w.head[h]
		switch {
		case ahead == 0 || l.done():
			continue
		case l.acyclic && l.skip >= ahead:
			l.skip -= ahead
			continue
		case l.on.has(head):
			continue
		}
		l.steps++
		l.path = append(l.path, l.w.hops[h])
		l.list(head, hops-1)
		l.path = l.path[:len(l.path)-1]
	}
	l.on.remove(from)
}

func (l *lister) found() {
	l.total++
	switch {
	case l.skip > 0:
		l.skip--
	case len(l.paths) < l.limit:
		l.paths = append(l.paths, slices.Clone(l.path))
	}
}
