package layout

import (
	"cmp"
	"slices"
)

// block is a list with its boxes in place, measured from its left upper corner.
type block struct {
	list
	width, height float64
	places        []Point // as nodes
	nodes         []int
	trunks        []float64       // the X of each column's line
	routes        map[int][]Point // to a node that hangs, and from one that stands on it
	entries       map[int][]Point // by edge that comes from elsewhere: its way from above the list
}

// mostRows is how long a column of a list gets before another one begins, where
// the list has no need to be longer.
const mostRows = 14

// blockOf puts the boxes of a list in their places, in as many columns as it takes.
func blockOf(g Graph, o Options, l list, into [][]int) *block {
	b := &block{list: l, routes: map[int][]Point{}, entries: map[int][]Point{}}
	var row, left, right float64
	first := 0 // node of the column
	for i, t := range l.trees {
		if i == 0 || row > float64(mostRows)*(g.Nodes[t.node].Height+o.RowGap) {
			if i > 0 {
				b.enter(g, o, b.nodes[first:], into, &right)
				left, first = right+o.NodeGap, len(b.nodes)
			}
			row = 0
			b.trunks = append(b.trunks, left+o.Indent/2)
		}
		trunk := b.trunks[len(b.trunks)-1]
		row = b.put(g, o, t, Point{left + o.Indent, row}, []Point{{trunk, 0}}, &right)
	}
	b.enter(g, o, b.nodes[first:], into, &right)
	b.width = right
	if l.side == above {
		b.turnOver(g)
	}
	return b
}

// put places a tree at a corner, and returns where the next row begins. to is the
// way that leads there from the host, and ends above the line that it hangs from.
func (b *block) put(g Graph, o Options, t *tree, at Point, to []Point, right *float64) float64 {
	for _, crown := range t.crowns {
		at.Y = b.crown(g, o, crown, at, right)
	}
	n := g.Nodes[t.node]
	for _, crown := range t.crowns {
		stem := &b.routes[crown][2]
		stem.Y = at.Y
	}
	middle := at.Y + n.Height/2
	trunk := to[len(to)-1].X
	b.nodes, b.places = append(b.nodes, t.node), append(b.places, at)
	b.routes[t.node] = append(append([]Point{}, to...), Point{trunk, middle}, Point{at.X, middle})
	*right = max(*right, at.X+n.Width)
	b.height = max(b.height, at.Y+n.Height)
	row := at.Y + n.Height + o.RowGap
	line := Point{at.X + o.Indent/2, at.Y + n.Height}
	for _, inner := range t.trees {
		row = b.put(g, o, inner, Point{at.X + o.Indent, row}, []Point{line}, right)
	}
	return row
}

// crown places what stands on a node alone, in a row above that of the node, and
// returns where the next row begins. Its way to the node is still without an end.
func (b *block) crown(g Graph, o Options, node int, at Point, right *float64) float64 {
	n := g.Nodes[node]
	place := Point{at.X + 1.5*o.Indent, at.Y}
	line, middle := at.X+.75*o.Indent, at.Y+n.Height/2
	b.nodes, b.places = append(b.nodes, node), append(b.places, place)
	b.routes[node] = []Point{{place.X, middle}, {line, middle}, {line, 0}}
	*right = max(*right, place.X+n.Width)
	return at.Y + n.Height + o.RowGap
}

// enter leads the edges that come from elsewhere to the nodes of a column: down at its
// right, in one line for each node that they come from, and from there to the side of
// the box. The lines that end first are the nearest.
func (b *block) enter(g Graph, o Options, column []int, into [][]int, right *float64) {
	lowest, lines := map[int]float64{}, []int{}
	for k, node := range column {
		for _, edge := range into[node] {
			from := g.Edges[edge].From
			if _, met := lowest[from]; !met {
				lines = append(lines, from)
			}
			lowest[from] = max(lowest[from], b.places[len(b.nodes)-len(column)+k].Y)
		}
	}
	slices.SortStableFunc(lines, func(x, y int) int { return cmp.Compare(lowest[x], lowest[y]) })
	for k, node := range column {
		at, n := b.places[len(b.nodes)-len(column)+k], g.Nodes[node]
		for _, edge := range into[node] {
			x := *right + o.EdgeGap*float64(slices.Index(lines, g.Edges[edge].From)+1)
			middle := at.Y + n.Height/2
			b.entries[edge] = []Point{{x, 0}, {x, middle}, {at.X + n.Width, middle}}
		}
	}
	*right += o.EdgeGap * float64(len(lines))
}

// turnOver makes the list one that stands on its host.
func (b *block) turnOver(g Graph) {
	for i, node := range b.nodes {
		b.places[i].Y = b.height - b.places[i].Y - g.Nodes[node].Height
		for k := range b.routes[node] {
			b.routes[node][k].Y = b.height - b.routes[node][k].Y
		}
	}
}

// port is where the way to the host leaves the block, from its middle.
func (b *block) port() float64 {
	sum := 0.0
	for _, x := range b.trunks {
		sum += x
	}
	return sum/float64(len(b.trunks)) - b.width/2
}
