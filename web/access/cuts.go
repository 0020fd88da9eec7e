package access

import "slices"

// network is Ways for flows: an arc for each label, of capacity one. Hops that share
// a label have one tail, as a membership by which a mapping goes too, or one head, as
// a mapping that several names match: the arc is between two vertices that stand for
// all tails and all heads.
//
// Arc a and a^1 are one arc and its reverse.
type network struct {
	out      [][]int32 // by vertex: its arcs
	head     []int32   // by arc
	capacity []int32   // by arc, of a flow that is none
	residue  []int32   // by arc, of the flow at hand
	of       []int32   // by label: its arc
	target   int32
	visited  int // arcs, by all searches
}

// boundless is the capacity of what is not to be cut.
const boundless = 1 << 30

// newNetwork is O(V+E).
func newNetwork(c *cutter) *network {
	n := &network{out: make([][]int32, len(c.out)), target: c.target, of: make([]int32, len(c.labels))}
	hops := make([]int, len(c.labels))
	for _, out := range c.out {
		for _, h := range out {
			hops[c.label[h]]++
		}
	}
	for i := range n.of {
		n.of[i] = unseen
	}
	for tail, out := range c.out {
		for _, h := range out {
			label, from := c.label[h], int32(tail) //nolint:gosec // as in indexOf
			if hops[label] == 1 {
				n.of[label] = n.arc(from, c.head[h], 1)
				continue
			}
			if n.of[label] == unseen {
				n.of[label] = n.arc(n.vertex(), n.vertex(), 1)
			}
			n.arc(from, n.head[n.of[label]^1], boundless)
			n.arc(n.head[n.of[label]], c.head[h], boundless)
		}
	}
	n.residue = make([]int32, len(n.capacity))
	return n
}

// vertex adds a vertex.
func (n *network) vertex() int32 {
	n.out = append(n.out, nil)
	return int32(len(n.out) - 1) //nolint:gosec // as in indexOf
}

// arc adds an arc and its reverse.
func (n *network) arc(from, to, capacity int32) int32 {
	a := int32(len(n.head)) //nolint:gosec // as in indexOf
	n.head, n.capacity = append(n.head, to, from), append(n.capacity, capacity, 0)
	n.out[from], n.out[to] = append(n.out[from], a), append(n.out[to], a+1)
	return a
}

// smallest is a smallest cut of what is left without some labels, of which others
// are not to be cut: of all such, the one that is nearest to the origin. There is none
// where a path has nothing that may be cut. By Ford and Fulkerson with shortest
// augmenting paths: O(kE) for k labels of the cut.
func (n *network) smallest(without, kept []int32) (cut []int32, ok bool) {
	copy(n.residue, n.capacity)
	for _, label := range without {
		n.residue[n.of[label]] = 0
	}
	for _, label := range kept {
		n.residue[n.of[label]] = boundless
	}
	by := make([]int32, len(n.out))
	for n.search(by) {
		if !n.augment(by) {
			return nil, false
		}
	}
	for label, a := range n.of {
		if by[n.head[a^1]] != unseen && by[n.head[a]] == unseen && !slices.Contains(without, int32(label)) { //nolint:gosec // as in indexOf
			cut = append(cut, int32(label)) //nolint:gosec // as in indexOf
		}
	}
	return cut, true
}

// unseen is in place of the arc to a vertex that a search has not met, and origin in
// that of the origin.
const (
	unseen = -1
	origin = -2
)

// search finds, by vertex, the arc by which it is first reached from the origin over
// arcs that have room, and reports whether the target is. O(V+E).
func (n *network) search(by []int32) bool {
	for v := range by {
		by[v] = unseen
	}
	by[0] = origin
	for queue := []int32{0}; len(queue) > 0 && by[n.target] == unseen; queue = queue[1:] {
		n.visited += len(n.out[queue[0]])
		for _, a := range n.out[queue[0]] {
			if head := n.head[a]; by[head] == unseen && n.residue[a] > 0 {
				by[head] = a
				queue = append(queue, head)
			}
		}
	}
	return by[n.target] != unseen
}

// augment sends one more unit along the path that was found, unless nothing on it
// may be cut.
func (n *network) augment(by []int32) bool {
	bounded := false
	for v := n.target; v != 0; v = n.head[by[v]^1] {
		bounded = bounded || n.residue[by[v]] < boundless/2
	}
	if !bounded {
		return false
	}
	for v := n.target; v != 0; v = n.head[by[v]^1] {
		n.residue[by[v]]--
		n.residue[by[v]^1]++
	}
	return true
}
