package access

import (
	"math/bits"
	"slices"
)

// marks is a set of small integers that is emptied in O(1): a number is in it
// while its stamp is the current generation.
type marks struct {
	stamps     []uint32
	generation uint32
}

func newMarks(n int) marks { return marks{stamps: make([]uint32, n)} }

// clear empties the set. Once in four thousand million times that takes O(n).
func (m *marks) clear() {
	m.generation++
	if m.generation == 0 {
		clear(m.stamps)
		m.generation = 1
	}
}

// add puts i into the set and reports whether it is new there.
func (m *marks) add(i int32) bool {
	if m.stamps[i] == m.generation {
		return false
	}
	m.stamps[i] = m.generation
	return true
}

// has reports whether i is in the set.
func (m *marks) has(i int32) bool { return m.stamps[i] == m.generation }

// walk is the memory of one search through the graph. It is used again by the
// next one, so that a search allocates nothing.
type walk struct {
	seen  marks
	queue []int32
}

func newWalk(n int) *walk { return &walk{seen: newMarks(n)} }

// walk is the memory for a search, which has to go back to g.walks.
func (g *Graph) walk() *walk {
	w, _ := g.walks.Get().(*walk)
	return w
}

// reach is starts and every vertex that edges lead to from them, in store
// order: a breadth-first search, which visits a vertex once and so ends in
// cycles too. What it returns is good until the next search with w. O(V+E).
func (w *walk) reach(edges [][]int32, starts ...int32) []int32 {
	w.seen.clear()
	w.queue = w.queue[:0]
	for _, start := range starts {
		if w.seen.add(start) {
			w.queue = append(w.queue, start)
		}
	}
	for next := 0; next < len(w.queue); next++ {
		for _, to := range edges[w.queue[next]] {
			if w.seen.add(to) {
				w.queue = append(w.queue, to)
			}
		}
	}
	w.queue = w.seen.sorted(w.queue)
	return w.queue
}

// sorted is elements, which is everything in the set, in order. A few are sorted;
// of many the stamps tell the order sooner.
func (m *marks) sorted(elements []int32) []int32 {
	if len(elements)*bits.Len(uint(len(elements))) < len(m.stamps) {
		slices.Sort(elements)
		return elements
	}
	elements = elements[:0]
	for i, stamp := range m.stamps {
		if stamp == m.generation {
			elements = append(elements, int32(i)) //nolint:gosec // as in indexOf
		}
	}
	return elements
}
