package access

import "slices"

// mostVisits is how many arcs the searches for one question look at, at most.
const mostVisits = 10_000_000

// Removals is minimal sets of hops without which no way is left, the smallest
// first. Sure says that no other set is smaller than the last of them.
type Removals struct {
	Sets [][]Hop
	Sure bool
}

// Removals finds n of the minimal cuts between the origin and the target: each set
// has a hop of every path, and needs all its hops. It is Lawler's procedure: what a
// smallest cut leaves is parted by the first of its hops that another cut does not
// have, and each part is only searched when no other may have a smaller one. That is
// O(nk) searches for a smallest cut of O(kE) each, for cuts of k hops, unless there
// are many sets that need not all their hops; after mostVisits it gives the two sets
// at the ends of the ways and is not sure of them. The hops of mappings come without
// From.
func (w *Ways) Removals(n int) Removals {
	if w.none || n < 1 {
		return Removals{Sure: true}
	}
	c := w.cutter()
	net := newNetwork(c)
	var found [][]int32
	for open := (parts{{}}); len(open) > 0 && len(found) < n; {
		p := open.pop()
		if !p.searched {
			if cut, ok := net.smallest(p.with, p.without); ok {
				open.push(p.searchedFor(cut))
			}
		} else {
			if c.needed(p.set) {
				found = append(found, unique(slices.Clone(p.set)))
			}
			open.push(p.others()...)
		}
		if net.visited > mostVisits && len(found) < n {
			return Removals{Sets: c.named(c.atTheEnds(found, n))}
		}
	}
	return Removals{c.named(found), true}
}

// part is the cuts that have some labels and not others. Once it was searched it has
// the smallest of them.
type part struct {
	with, without []int32
	least         int // no cut of it is smaller
	searched      bool
	set           []int32 // with, and after that what completes it
}

func (p part) searchedFor(cut []int32) part {
	p.set = slices.Concat(p.with, cut)
	p.least, p.searched = len(p.set), true
	return p
}

// others is p without its smallest cut, and without what has all of that and more, in
// parts: in each, one of its labels is the first that is missing.
func (p part) others() []part {
	out := make([]part, 0, len(p.set)-len(p.with))
	for i := len(p.with); i < len(p.set); i++ {
		out = append(out, part{with: p.set[:i:i], without: append(slices.Clone(p.without), p.set[i]), least: p.least})
	}
	return out
}

// parts is in the order in which they are looked at: what may have the smallest cut
// first, and of those what came first.
type parts []part

func (p *parts) pop() part {
	next := (*p)[0]
	*p = (*p)[1:]
	return next
}

func (p *parts) push(more ...part) {
	for _, m := range more {
		at, _ := slices.BinarySearchFunc(*p, m, func(a, b part) int {
			if a.least < b.least || a.least == b.least && (a.searched || !b.searched) {
				return -1
			}
			return 1
		})
		*p = slices.Insert(*p, at, m)
	}
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
	var leaving, arriving []int32
	for v, hops := range c.out {
		for _, h := range hops {
			if v == 0 {
				leaving = append(leaving, c.label[h])
			}
			if c.head[h] == c.target {
				arriving = append(arriving, c.label[h])
			}
		}
	}
	for _, set := range [][]int32{arriving, leaving} {
		set = c.minimal(unique(set))
		if len(found) < n && !slices.ContainsFunc(found, func(f []int32) bool { return slices.Equal(f, set) }) {
			found = append(found, set)
		}
	}
	slices.SortStableFunc(found, func(a, b []int32) int { return len(a) - len(b) })
	return found
}

// needed reports whether a set needs all its labels: without any of them a way is
// left. O(n(V+E)).
func (c *cutter) needed(set []int32) bool {
	for i := range set {
		if c.left(slices.Delete(slices.Clone(set), i, i+1)) == nil {
			return false
		}
	}
	return true
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
