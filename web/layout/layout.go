package layout

// Node is a box to place.
type Node struct {
	Width, Height float64
	// Apart keeps the box out of lists, as the one that a drawing is about.
	Apart bool
}

// Edge leads from a node above to one below, by their indexes.
type Edge struct{ From, To int }

// Graph is what is to be drawn. Two equal edges are drawn one over the other.
type Graph struct {
	Nodes []Node
	Edges []Edge
}

// Point is a place in a drawing.
type Point struct{ X, Y float64 }

// Route is how an edge runs, from its node From to its node To. Between two points
// that share an X or a Y it is straight, else it is a curve that begins and ends
// upright.
type Route struct {
	Points []Point
	// Feedback says that the edge closes a cycle, and so runs upwards.
	Feedback bool
}

// Drawing is a graph with everything in its place.
type Drawing struct {
	Width, Height float64
	Nodes         []Point // the left upper corners, as in the graph
	Edges         []Route // as in the graph
	Crossings     int     // how often edges cross between two layers
}

// Options are the measures of a drawing.
type Options struct {
	NodeGap  float64 // between two boxes of a layer
	EdgeGap  float64 // between edges that pass a layer
	LayerGap float64 // between two layers, at least
	Margin   float64
	RowGap   float64 // between two boxes of a list
	Indent   float64 // of a list and of what is hung inside it
	Fits     float64 // the width below which nothing more is hung
}

// Usual are measures for boxes of some 28 units height.
func Usual() Options {
	return Options{NodeGap: 18, EdgeGap: 12, LayerGap: 44, Margin: 20, RowGap: 7, Indent: 16, Fits: 1120}
}

// Of draws g. It is O(V E) at worst for each way of hanging and of parting layers
// that is tried, and much less for graphs that anybody would look at.
func Of(g Graph, o Options) Drawing {
	back := feedback(g)
	t := tiesOf(g, back)
	lists := t.hang(-1)
	best := attempt(g, o, back, lists, 0)
	try := func(h hung, widest float64) {
		if d := attempt(g, o, back, h, widest); d.cost(o) < best.cost(o) {
			best, lists = d, h
		}
	}
	for height := 0; best.Width > o.Fits && height <= t.tallest(); height++ {
		h := t.hang(height)
		try(h, 0)
		if best.cost(o) > roomy {
			try(h, o.Fits)
		}
	}
	for _, fits := range widths {
		if best.cost(o) > roomy {
			try(lists, o.Fits*fits)
		}
	}
	return best
}

// widths are how wide the boxes of a layer may be that are tried for a drawing that
// is far too large, in times of what fits.
var widths = [...]float64{2, 1.5, 0.75}

// roomy is how far a drawing may go beyond a screen before its layers are parted:
// that needs more height and longer edges.
const roomy = 1.25

// cost is how far a drawing goes beyond a screen. Scrolling down is less of a
// nuisance than scrolling aside.
func (d Drawing) cost(o Options) float64 { return max(d.Width/o.Fits, d.Height/(1.3*o.Fits)) }

// attempt draws g with some of its nodes hung, in layers of boxes that together are
// at most widest, or as wide as they come when that is 0.
func attempt(g Graph, o Options, back []bool, h hung, widest float64) Drawing {
	p := newProper(g, o, back, h, widest)
	p.order()
	p.place(o)
	return p.drawing(g, o, back)
}
