package layout

import "slices"

// ties is which nodes are tied to nothing but one tree, or to little else.
type ties struct {
	g        Graph
	up, down [][]int // neighbours, with cycles cut
	crown    []bool  // nodes with nothing above them and one below
	parent   []int   // the node that another may be hung from, or -1
	below    []int   // how tall the tree is that hangs from a node, when it may be hung below its parent; else -1
	above    []int   // the same, turned over
}

// side is where a list hangs from its host.
type side bool

const (
	below side = false
	above side = true
)

// hung is which nodes hang in lists, and from whom.
type hung struct {
	lists []list
	host  []int // by node: the list that it is in, or -1
	ties  ties
}

// enters reports whether an edge leads from elsewhere to a node in a list, beside
// that by which the node hangs.
func (h hung) enters(e Edge) bool {
	l := h.host[e.To]
	return l >= 0 && h.lists[l].side == below && e.From != h.ties.parent[e.To] && !h.ties.crown[e.From] && !h.ties.crown[e.To]
}

// entering is, for each node, the edges that enter a list to lead to it.
func (h hung) entering(g Graph) [][]int {
	out := make([][]int, len(g.Nodes))
	for i, e := range g.Edges {
		if h.enters(e) {
			out[e.To] = append(out[e.To], i)
		}
	}
	return out
}

// list is trees that hang from a host.
type list struct {
	host  int
	side  side
	trees []*tree
}

// tree is a node with what hangs from it in turn. Crowns are what stands on the
// node and on nothing else, such as a role of one group alone.
type tree struct {
	node   int
	crowns []int
	trees  []*tree
}

const (
	shortestList = 2 // boxes
	mostOthers   = 3 // parents of a node in a list, beside the one that it hangs from
)

// tiesOf finds the trees of g. O(V+E).
func tiesOf(g Graph, back []bool) ties {
	n := len(g.Nodes)
	t := ties{g: g, up: make([][]int, n), down: make([][]int, n)}
	tied := make([]bool, n) // to a cycle
	for i, e := range g.Edges {
		if back[i] {
			tied[e.From], tied[e.To] = true, true
			continue
		}
		t.down[e.From] = append(t.down[e.From], e.To)
		t.up[e.To] = append(t.up[e.To], e.From)
	}
	order := topological(n, func(i int) []int { return t.down[i] })
	t.below, t.above, t.crown = make([]int, n), make([]int, n), make([]bool, n)
	for i, node := range g.Nodes {
		t.crown[i] = len(t.up[i]) == 0 && len(t.down[i]) == 1 && !tied[i] && !node.Apart
	}
	t.parent = t.parents(order)
	for k := range order {
		first, last := order[k], order[len(order)-1-k]
		t.above[first] = treeHeight(t.up[first], len(t.down[first]) == 1 && !tied[first] && !g.Nodes[first].Apart, t.above)
		t.below[last] = treeHeight(t.down[last], t.hangable(last) && !tied[last] && !g.Nodes[last].Apart, t.below)
	}
	return t
}

// parents is, for each node, the deepest of its parents: what the others are parents
// of is then more likely to be a layer of its own anyhow.
func (t ties) parents(order []int) []int {
	out, depth := make([]int, len(t.up)), make([]int, len(t.up))
	for _, i := range order {
		out[i] = -1
		for _, up := range t.up[i] {
			depth[i] = max(depth[i], depth[up]+1)
			if !t.crown[up] && (out[i] < 0 || depth[up] > depth[out[i]]) {
				out[i] = up
			}
		}
	}
	return out
}

// hangable reports whether a node may be in a list: it has a parent to hang from and
// few others, and everything below it hangs from it.
func (t ties) hangable(node int) bool {
	others := map[int]bool{}
	for _, up := range t.up[node] {
		if up != t.parent[node] && !t.crown[up] {
			others[up] = true
		}
	}
	return t.parent[node] >= 0 && len(others) <= mostOthers &&
		!slices.ContainsFunc(t.down[node], func(i int) bool { return t.parent[i] != node })
}

// crowns is what stands on a node and on nothing else.
func (t ties) crowns(node int) (out []int) {
	for _, i := range t.up[node] {
		if t.crown[i] {
			out = append(out, i)
		}
	}
	return out
}

// treeHeight is how tall the tree of a node is by the heights of what hangs from it.
func treeHeight(hanging []int, free bool, heights []int) int {
	if !free {
		return -1
	}
	height := 0
	for _, i := range hanging {
		if heights[i] < 0 {
			return -1
		}
		height = max(height, heights[i]+1)
	}
	return height
}

// tallest is the height of the tallest tree.
func (t ties) tallest() int {
	out := -1
	for i := range t.below {
		out = max(out, t.below[i], t.above[i])
	}
	return out
}

// hang makes lists of the trees that are no taller than height.
func (t ties) hang(height int) hung {
	h := hung{host: make([]int, len(t.g.Nodes)), ties: t}
	for i := range h.host {
		h.host[i] = -1
	}
	hosting := make([]bool, len(t.g.Nodes))
	for _, s := range []side{below, above} {
		for host := range t.g.Nodes {
			if h.host[host] < 0 && !t.hangs(host, s, height) && (s == above || !t.crown[host]) {
				t.hangFrom(&h, hosting, list{host: host, side: s}, height)
			}
		}
	}
	return h
}

// hangs reports whether a node will itself be in a list on that side of another.
func (t ties) hangs(node int, s side, height int) bool {
	heights := t.below
	if s == above {
		heights = t.above
	}
	return heights[node] >= 0 && heights[node] <= height
}

func (t ties) hangFrom(h *hung, hosting []bool, l list, height int) {
	hanging := t.down[l.host]
	if l.side == above {
		hanging = t.up[l.host]
	}
	var nodes []int
	for _, i := range hanging {
		if t.hangs(i, l.side, height) && h.host[i] < 0 && !hosting[i] && (l.side == above || t.parent[i] == l.host) {
			l.trees = append(l.trees, t.tree(i, l.side, &nodes))
		}
	}
	if len(nodes) < shortestList || l.side == below && slices.ContainsFunc(nodes, func(i int) bool { return h.host[i] >= 0 || hosting[i] }) {
		return
	}
	for _, i := range nodes {
		h.host[i] = len(h.lists)
	}
	hosting[l.host] = true
	h.lists = append(h.lists, l)
}

func (t ties) tree(node int, s side, nodes *[]int) *tree {
	*nodes = append(*nodes, node)
	out, hanging := &tree{node: node}, t.up[node]
	if s == below {
		out.crowns, hanging = t.crowns(node), t.down[node]
		*nodes = append(*nodes, out.crowns...)
	}
	for _, i := range hanging {
		out.trees = append(out.trees, t.tree(i, s, nodes))
	}
	return out
}
