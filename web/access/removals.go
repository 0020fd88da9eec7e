package access

import (
	"fmt"
	"slices"
)

// mostTries is how many sets of removals one question looks at, at most.
const mostTries = 20_000

// Removals is minimal sets of hops without which no way is left, the smallest
// first. Sure says that no other set is smaller than the last of them.
type Removals struct {
	Sets [][]Hop
	Sure bool
}

// Removals finds n of the minimal hitting sets of the paths: each set has a hop of
// every path, and needs all its hops. It is a breadth-first search through Reiter's
// tree of hitting sets: a set that leaves a path is tried again with each hop of
// that path, so that smaller sets come first and no minimal one is missed. To
// find them is NP-hard where a mapping stands for several hops, and there may be
// exponentially many; after mostTries sets, each of O(V+E), it gives the two at the
// ends of the ways and is not sure of them. The hops of mappings come without From.
func (w *Ways) Removals(n int) Removals {
	if w.none || n < 1 {
		return Removals{Sure: true}
	}
	c := w.cutter()
	var found [][]int32
	queue, seen := [][]int32{{}}, map[string]bool{}
	for tries := 0; tries < len(queue) && len(found) < n; tries++ {
		if tries == mostTries {
			return Removals{Sets: c.named(c.atTheEnds(found, n))}
		}
		set := queue[tries]
		if slices.ContainsFunc(found, func(f []int32) bool { return contains(set, f) }) {
			continue
		}
		path := c.left(set)
		if path == nil {
			found = append(found, set)
			continue
		}
		for _, label := range path {
			at, _ := slices.BinarySearch(set, label)
			larger := slices.Insert(slices.Clone(set), at, label)
			if key := fmt.Sprint(larger); !seen[key] {
				seen[key] = true
				queue = append(queue, larger)
			}
		}
	}
	return Removals{c.named(found), true}
}

// contains reports whether everything in part is in set; both are sorted.
func contains(set, part []int32) bool {
	for _, label := range part {
		if _, ok := slices.BinarySearch(set, label); !ok {
			return false
		}
	}
	return true
}

// cutter looks for paths without some of the hops. Hops that are removed together
// have one label.
type cutter struct {
	*Ways

	label  []int32 // by hop
	labels []Hop   // by label
	gone   marks   // labels
	by     []int32 // by vertex: the hop that it was reached by
}

func (w *Ways) cutter() *cutter {
	c := &cutter{Ways: w, label: make([]int32, len(w.hops)), by: make([]int32, len(w.out))}
	known := map[Hop]int32{}
	for _, hops := range w.out {
		for _, h := range hops {
			removable := w.hops[h].removable()
			label, ok := known[removable]
			if !ok {
				label = int32(len(c.labels)) //nolint:gosec // as in indexOf
				known[removable], c.labels = label, append(c.labels, removable)
			}
			c.label[h] = label
		}
	}
	c.gone = newMarks(len(c.labels))
	return c
}

// left is the labels of a shortest path that has none of removed, or nil when
// there is no such path. O(V+E).
func (c *cutter) left(removed []int32) []int32 {
	c.gone.clear()
	for _, label := range removed {
		c.gone.add(label)
	}
	const unseen = -1
	for v := range c.by {
		c.by[v] = unseen
	}
	tail := make([]int32, len(c.out))
	for queue := []int32{0}; len(queue) > 0 && c.by[c.target] == unseen; queue = queue[1:] {
		for _, h := range c.out[queue[0]] {
			if head := c.head[h]; head != 0 && c.by[head] == unseen && !c.gone.has(c.label[h]) {
				c.by[head], tail[head] = h, queue[0]
				queue = append(queue, head)
			}
		}
	}
	if c.by[c.target] == unseen {
		return nil
	}
	var path []int32
	for v := c.target; v != 0; v = tail[v] {
		path = append(path, c.label[c.by[v]])
	}
	slices.Reverse(path)
	return path
}

// atTheEnds is found with, up to n, what leaves the origin and what leads to the
// target, each without what it does not need.
func (c *cutter) atTheEnds(found [][]int32, n int) [][]int32 {
	var first, last []int32
	for v, hops := range c.out {
		for _, h := range hops {
			if v == 0 {
				first = append(first, c.label[h])
			}
			if c.head[h] == c.target {
				last = append(last, c.label[h])
			}
		}
	}
	for _, set := range [][]int32{last, first} {
		set = c.minimal(unique(set))
		if len(found) < n && !slices.ContainsFunc(found, func(f []int32) bool { return slices.Equal(f, set) }) {
			found = append(found, set)
		}
	}
	slices.SortStableFunc(found, func(a, b []int32) int { return len(a) - len(b) })
	return found
}

// minimal is set without the labels that the others make needless. O(n(V+E)).
func (c *cutter) minimal(set []int32) []int32 {
	for i := 0; i < len(set); {
		without := slices.Delete(slices.Clone(set), i, i+1)
		if c.left(without) == nil {
			set = without
		} else {
			i++
		}
	}
	return set
}

// named is sets of labels as the hops that they stand for.
func (c *cutter) named(sets [][]int32) [][]Hop {
	out := make([][]Hop, len(sets))
	for i, set := range sets {
		for _, label := range set {
			out[i] = append(out[i], c.labels[label])
		}
	}
	return out
}
