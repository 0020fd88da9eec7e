package access

import (
	"cmp"
	"slices"
)

// None is the position of no group.
const None int32 = -1

// mostBranches is how many branches a search opens.
const mostBranches = 200

// Outline is the nesting of groups unfolded into a tree: each group stands under
// every group that it is nested in. Only the branches that are asked for are ever
// made, as an acyclic graph can have exponentially many ways and a cyclic one has
// no end of them. It is never changed, so it may be shared.
type Outline struct {
	graph *Graph
	rank  []int32 // of each group among its siblings
	tops  []int32
}

// NewOutline is the outline of g, whose groups stand among their siblings as rank
// has them. O(V+E), and O(t log t) for t groups at the top.
func NewOutline(g *Graph, rank []int32) *Outline {
	o := &Outline{graph: g, rank: rank, tops: g.Tops()}
	o.sort(o.tops)
	return o
}

// Unfold says which branches of an outline are wanted.
type Unfold struct {
	Below        int32   // the group whose branch comes first; None for the top
	Start, Limit int     // the part of it; of the others the first Limit groups are told
	Open         []int32 // groups whose branches are wanted too
	Keep         []int32 // groups that are told wherever they stand in a branch

	// Searching leaves the groups in Found and those above them, with every branch
	// on a way to one of them, as far as there is room.
	Searching bool
	Found     []int32

	// Reveal is a group whose place under In is to be seen: the branches on the
	// shortest way there. Without In the shortest way to the group counts.
	Reveal, In int32
}

// Branch is some of the groups directly in Parent, and of how many.
type Branch struct {
	Parent int32 // None for the top
	Total  int
	Nodes  []Twig
}

// Twig is a group in a branch. Leads says that something found lies below it.
type Twig struct {
	Group, Position int32 // the position counts from 1
	Found, Leads    bool
}

// Unfolded is the branches that were asked for, each once, and the groups from
// the first branch down to the one to reveal. Unless Complete, there are more ways
// to what was found.
type Unfolded struct {
	Branches []Branch
	Way      []int32
	Found    int
	Complete bool
}

// Unfold makes the branches that u asks for. O(V+E), and O(d log d) for each
// branch with d groups.
func (o *Outline) Unfold(u Unfold) Unfolded {
	d := &unfolding{Outline: o, ask: u, keep: map[int32]bool{}, made: map[int32]bool{}, out: Unfolded{Way: o.way(u), Complete: true}}
	for _, group := range slices.Concat(u.Keep, d.out.Way) {
		d.keep[group] = true
	}
	if u.Searching {
		d.search()
	}
	d.make(u.Below, u.Start)
	if u.Searching {
		d.openWays()
	}
	for i := range len(d.out.Way) - 1 {
		d.make(d.out.Way[i], 0)
	}
	for _, group := range u.Open {
		d.make(group, 0)
	}
	return d.out
}

// unfolding is an answer while it is made.
type unfolding struct {
	*Outline

	ask           Unfold
	keep          map[int32]bool
	made          map[int32]bool
	found, wanted marks // while searching: what was found, and that with all above it
	out           Unfolded
}

// search finds what lies on a way to what was found, below the first branch.
func (d *unfolding) search() {
	n := len(d.graph.groups)
	w := d.graph.walk()
	defer d.graph.walks.Put(w)
	d.found, d.wanted = newMarks(n), newMarks(n)
	inside := newMarks(n)
	if d.ask.Below != None {
		inside.addEach(w.reach(d.graph.below, d.ask.Below))
	}
	for _, group := range d.ask.Found {
		if (d.ask.Below == None || inside.has(group) && group != d.ask.Below) && d.found.add(group) {
			d.out.Found++
		}
	}
	d.wanted.addEach(w.reach(d.graph.above, d.found.appendTo(nil)...))
}

// openWays makes the branches on the ways to what was found, the nearest to the
// top first.
func (d *unfolding) openWays() {
	for next := 0; next < len(d.out.Branches); next++ {
		branch := d.out.Branches[next]
		d.out.Complete = d.out.Complete && len(branch.Nodes) == branch.Total
		for _, node := range branch.Nodes {
			if node.Leads && !d.made[node.Group] && len(d.out.Branches) == mostBranches {
				d.out.Complete = false
				return
			}
			if node.Leads {
				d.make(node.Group, 0)
			}
		}
	}
}

// make makes the branch of a group, unless it was made before.
func (d *unfolding) make(parent int32, start int) {
	if d.made[parent] {
		return
	}
	d.made[parent] = true
	all := d.children(parent)
	if d.ask.Searching {
		all = slices.DeleteFunc(slices.Clone(all), func(group int32) bool { return !d.wanted.has(group) })
	}
	branch := Branch{Parent: parent, Total: len(all)}
	for i, group := range all {
		if within := i >= start && i < start+d.ask.Limit; within || d.keep[group] {
			branch.Nodes = append(branch.Nodes, d.node(group, i+1))
		}
	}
	d.out.Branches = append(d.out.Branches, branch)
}

func (d *unfolding) node(group int32, position int) Twig {
	out := Twig{Group: group, Position: int32(position)} //nolint:gosec // as in indexOf
	if d.ask.Searching {
		out.Found = d.found.has(group)
		out.Leads = slices.ContainsFunc(d.graph.below.of(group), d.wanted.has)
	}
	return out
}

// children is the groups directly in a group, or at the top, in their order. The
// list may be that of the outline itself.
func (o *Outline) children(parent int32) []int32 {
	if parent == None {
		return o.tops
	}
	children := unique(o.graph.below.of(parent))
	o.sort(children)
	return children
}

func (o *Outline) sort(groups []int32) {
	slices.SortFunc(groups, func(a, b int32) int { return cmp.Compare(o.rank[a], o.rank[b]) })
}

// way is the groups from the first branch down to what u wants revealed, or nil.
func (o *Outline) way(u Unfold) []int32 {
	if u.Reveal == None {
		return nil
	}
	starts := o.tops
	if u.Below != None {
		starts = []int32{u.Below}
	}
	way := o.graph.wayDown(starts, u.Reveal)
	if u.In != None && slices.Contains(o.graph.below.of(u.In), u.Reveal) {
		if to := o.graph.wayDown(starts, u.In); to != nil {
			way = append(to, u.Reveal)
		}
	}
	if u.Below != None && len(way) > 0 {
		way = way[1:]
	}
	return way
}
