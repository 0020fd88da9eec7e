package access

import (
	"math/bits"
	"slices"
)

// marks is a set of small integers, a bit for each: one of ten thousand stays in
// the cache nearest to the processor, and gives them back in order.
type marks struct{ words []uint64 }

func newMarks(n int) marks { return marks{make([]uint64, (n+63)/64)} }

// clear empties the set. O(n/64).
func (m *marks) clear() { clear(m.words) }

// add puts i into the set and reports whether it is new there.
func (m *marks) add(i int32) bool {
	word, bit := &m.words[uint32(i)>>6], uint64(1)<<(uint32(i)&63) //nolint:gosec // no position is negative
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

// addEach puts all of elements into the set.
func (m *marks) addEach(elements []int32) {
	for _, i := range elements {
		m.add(i)
	}
}

// grow makes room for i.
func (m *marks) grow(i int32) {
	if short := int(i)/64 + 1 - len(m.words); short > 0 {
		m.words = append(m.words, make([]uint64, short)...)
	}
}

// remove takes i out of the set.
func (m *marks) remove(i int32) { m.words[uint32(i)>>6] &^= 1 << (uint32(i) & 63) } //nolint:gosec // as in add

// has reports whether i is in the set.
func (m *marks) has(i int32) bool {
	return m.words[uint32(i)>>6]&(uint64(1)<<(uint32(i)&63)) != 0 //nolint:gosec // as in add
}

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

// reach is starts and every vertex that way leads to from them, in store
// order: a breadth-first search, which visits a vertex once and so ends in
// cycles too. What it returns is good until the next search with w. O(V+E).
func (w *walk) reach(way edges, starts ...int32) []int32 {
	w.seen.clear()
	w.queue = w.queue[:0]
	for _, start := range starts {
		if w.seen.add(start) {
			w.queue = append(w.queue, start)
		}
	}
	for next := 0; next < len(w.queue); next++ {
		for _, to := range way.of(w.queue[next]) {
			if w.seen.add(to) {
				w.queue = append(w.queue, to)
			}
		}
	}
	w.queue = w.seen.sorted(w.queue)
	return w.queue
}

// sorted is elements, which is everything in the set, in order. A few are sorted;
// of many the set tells the order sooner.
func (m *marks) sorted(elements []int32) []int32 {
	if len(elements)*bits.Len(uint(len(elements))) < len(m.words) {
		slices.Sort(elements)
		return elements
	}
	return m.appendTo(elements[:0])
}

// appendTo appends everything in the set to out, in order.
func (m *marks) appendTo(out []int32) []int32 {
	for i, word := range m.words {
		for ; word != 0; word &= word - 1 {
			out = append(out, int32(i<<6|bits.TrailingZeros64(word))) //nolint:gosec // as in indexOf
		}
	}
	return out
}

// beyond is how much of the set is not in another one of its size.
func (m *marks) beyond(other marks) int {
	n := 0
	for i, word := range m.words {
		n += bits.OnesCount64(word &^ other.words[i])
	}
	return n
}

// without appends what is in the set and not in another one of its size, in order.
func (m *marks) without(other marks, out []int32) []int32 {
	for i, word := range m.words {
		for word &^= other.words[i]; word != 0; word &= word - 1 {
			out = append(out, int32(i<<6|bits.TrailingZeros64(word))) //nolint:gosec // as in indexOf
		}
	}
	return out
}
