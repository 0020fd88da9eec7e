package layout_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trellis/web/layout"
)

// random is a graph with cycles, loops and equal edges among its edges.
func random(r *rapid.T) layout.Graph {
	var g layout.Graph
	for range rapid.IntRange(1, 60).Draw(r, "nodes") {
		g.Nodes = append(g.Nodes, layout.Node{
			Width: float64(rapid.IntRange(40, 220).Draw(r, "width")), Height: 28,
			Apart: rapid.IntRange(0, 20).Draw(r, "apart") == 0,
		})
	}
	n := len(g.Nodes)
	tree := rapid.Bool().Draw(r, "a tree at first")
	for i := 1; tree && i < n; i++ {
		g.Edges = append(g.Edges, layout.Edge{From: rapid.IntRange(0, i-1).Draw(r, "parent"), To: i})
	}
	for range rapid.IntRange(0, n).Draw(r, "edges") {
		e := layout.Edge{From: rapid.IntRange(0, n-1).Draw(r, "from"), To: rapid.IntRange(0, n-1).Draw(r, "to")}
		if rapid.Bool().Draw(r, "downwards") && e.From > e.To {
			e.From, e.To = e.To, e.From
		}
		g.Edges = append(g.Edges, e)
	}
	return g
}

func options(r *rapid.T) layout.Options {
	o := layout.Usual()
	o.Fits = float64(rapid.SampledFrom([]int{100, 600, 1120, 100_000}).Draw(r, "fits"))
	return o
}

func TestBoxesNeverOverlapAndStayInside(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := random(r)
		d := layout.Of(g, options(r))
		for i, a := range d.Nodes {
			if a.X < 0 || a.Y < 0 || a.X+g.Nodes[i].Width > d.Width || a.Y+g.Nodes[i].Height > d.Height {
				r.Fatalf("node %d at %v is outside of %v x %v", i, a, d.Width, d.Height)
			}
			for k, b := range d.Nodes[:i] {
				if a.X < b.X+g.Nodes[k].Width && b.X < a.X+g.Nodes[i].Width && a.Y < b.Y+g.Nodes[k].Height && b.Y < a.Y+g.Nodes[i].Height {
					r.Fatalf("nodes %d and %d overlap: %v, %v", k, i, b, a)
				}
			}
		}
	})
}

// What contains something stands above it, but for an edge that closes a cycle.
func TestEdgesLeadDownwards(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := random(r)
		d := layout.Of(g, options(r))
		for i, e := range g.Edges {
			switch upper, lower := d.Nodes[e.From].Y+g.Nodes[e.From].Height, d.Nodes[e.To].Y; {
			case d.Edges[i].Feedback:
				if upper < lower {
					r.Fatalf("edge %d is said to lead back, and leads down from %v to %v", i, upper, lower)
				}
			case upper > lower:
				r.Fatalf("edge %d leads up from %v to %v", i, upper, lower)
			}
		}
	})
}

// A graph without cycles has no edge that leads back, and cutting those that do
// leaves no cycle.
func TestOnlyCyclesHaveEdgesThatLeadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := random(r)
		d := layout.Of(g, layout.Usual())
		var rest []layout.Edge
		for i, e := range g.Edges {
			if !d.Edges[i].Feedback {
				rest = append(rest, e)
			}
		}
		for i, route := range layout.Of(layout.Graph{Nodes: g.Nodes, Edges: rest}, layout.Usual()).Edges {
			if route.Feedback {
				r.Fatalf("edge %v leads back in a graph that is said to have no cycle", rest[i])
			}
		}
	})
}

func TestEdgesRunFromBoxToBox(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := random(r)
		d := layout.Of(g, options(r))
		for i, e := range g.Edges {
			points := d.Edges[i].Points
			if len(points) < 2 {
				r.Fatalf("edge %d has no way: %v", i, points)
			}
			if from, to := points[0], points[len(points)-1]; !touches(from, d.Nodes[e.From], g.Nodes[e.From]) || !touches(to, d.Nodes[e.To], g.Nodes[e.To]) {
				r.Fatalf("edge %d from %v to %v runs over %v", i, d.Nodes[e.From], d.Nodes[e.To], points)
			}
			for _, p := range points {
				if p.X < 0 || p.Y < 0 || p.X > d.Width || p.Y > d.Height {
					r.Fatalf("edge %d leaves the drawing: %v", i, points)
				}
			}
		}
	})
}

// touches reports whether a point is on the border of a box.
func touches(p, at layout.Point, n layout.Node) bool {
	const near = .01
	inside := p.X > at.X-near && p.X < at.X+n.Width+near && p.Y > at.Y-near && p.Y < at.Y+n.Height+near
	border := min(math.Abs(p.X-at.X), math.Abs(p.X-at.X-n.Width), math.Abs(p.Y-at.Y), math.Abs(p.Y-at.Y-n.Height))
	return inside && border < near
}

// No edge runs through a box that is not at one of its ends.
func TestEdgesGoRoundBoxes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := random(r)
		d := layout.Of(g, options(r))
		for i, e := range g.Edges {
			for _, p := range trace(d.Edges[i].Points) {
				for k, at := range d.Nodes {
					if k != e.From && k != e.To && p.X > at.X+1 && p.X < at.X+g.Nodes[k].Width-1 && p.Y > at.Y+1 && p.Y < at.Y+g.Nodes[k].Height-1 {
						r.Fatalf("edge %d from %d to %d runs through node %d at %v: %v", i, e.From, e.To, k, at, d.Edges[i].Points)
					}
				}
			}
		}
	})
}

// trace is points along a route.
func trace(points []layout.Point) []layout.Point {
	var out []layout.Point
	for i := range points[1:] {
		a, b := points[i], points[i+1]
		for step := range 21 {
			s := float64(step) / 20
			bend := s * s * (3 - 2*s) // of a curve with upright ends
			if a.X == b.X || a.Y == b.Y {
				bend = s
			}
			out = append(out, layout.Point{X: a.X + (b.X-a.X)*bend, Y: a.Y + (b.Y-a.Y)*curveY(a, b, s)})
		}
	}
	return out
}

// curveY is how far down a curve is whose controls are half way.
func curveY(a, b layout.Point, s float64) float64 {
	if a.X == b.X || a.Y == b.Y {
		return s
	}
	return 1.5*s*(1-s)*(1-s) + 1.5*s*s*(1-s) + s*s*s
}

func TestTheSameGraphIsDrawnTheSameWay(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g, o := random(r), options(r)
		if d := cmp.Diff(layout.Of(g, o), layout.Of(g, o)); d != "" {
			r.Fatal(d)
		}
	})
}

func TestSmallGraphs(t *testing.T) {
	box := layout.Node{Width: 100, Height: 28}
	for name, c := range map[string]struct {
		nodes     int
		edges     []layout.Edge
		crossings int
		feedback  []bool
	}{
		"nothing":               {0, nil, 0, []bool{}},
		"one":                   {1, nil, 0, []bool{}},
		"a loop":                {1, []layout.Edge{{0, 0}}, 0, []bool{true}},
		"a circle of two":       {2, []layout.Edge{{0, 1}, {1, 0}}, 0, []bool{false, true}},
		"a circle below a root": {4, []layout.Edge{{2, 1}, {3, 2}, {1, 3}, {0, 3}}, 0, []bool{false, false, true, false}},
		"two pairs":             {4, []layout.Edge{{0, 3}, {1, 2}}, 0, []bool{false, false}},
		"all with all":          {4, []layout.Edge{{0, 2}, {0, 3}, {1, 2}, {1, 3}}, 1, []bool{false, false, false, false}},
		"twice the same":        {2, []layout.Edge{{0, 1}, {0, 1}}, 0, []bool{false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			g := layout.Graph{Edges: c.edges}
			for range c.nodes {
				g.Nodes = append(g.Nodes, box)
			}
			d := layout.Of(g, layout.Usual())
			back := []bool{}
			for _, e := range d.Edges {
				back = append(back, e.Feedback)
			}
			if d.Crossings != c.crossings || !cmp.Equal(back, c.feedback) {
				t.Errorf("%d crossings, leading back %v; want %d, %v", d.Crossings, back, c.crossings, c.feedback)
			}
		})
	}
}

// Sixty boxes below the same two, which no list can hold, would take ten screens
// side by side.
func TestALayerTooWideIsParted(t *testing.T) {
	g := layout.Graph{Nodes: []layout.Node{{Width: 180, Height: 28}, {Width: 180, Height: 28}}}
	for i := range 60 {
		g.Nodes = append(g.Nodes, layout.Node{Width: 180, Height: 28})
		g.Edges = append(g.Edges, layout.Edge{From: 0, To: i + 2}, layout.Edge{From: 1, To: i + 2})
	}
	o := layout.Usual()
	d := layout.Of(g, o)
	if d.Width > 3*o.Fits || d.Height > 4*o.Fits {
		t.Errorf("%.0f wide and %.0f high, where %.0f fit", d.Width, d.Height, o.Fits)
	}
}

// Teams of three divisions, each team also in one of another division, are lists that
// edges from elsewhere enter: no drawing of twelve screens.
func TestWhatHasAnotherParentIsStillInAList(t *testing.T) {
	g := layout.Graph{Nodes: []layout.Node{{Width: 100, Height: 28}}}
	for range 90 {
		g.Nodes = append(g.Nodes, layout.Node{Width: 180, Height: 28})
	}
	for i := 1; i <= 90; i++ {
		if i <= 3 {
			g.Edges = append(g.Edges, layout.Edge{From: 0, To: i})
			continue
		}
		g.Edges = append(g.Edges, layout.Edge{From: 1 + i%3, To: i})
		if i%10 == 0 {
			g.Edges = append(g.Edges, layout.Edge{From: 1 + (i+1)%3, To: i})
		}
	}
	o := layout.Usual()
	if d := layout.Of(g, o); d.Width > 2*o.Fits || d.Height > o.Fits {
		t.Errorf("%.0f wide and %.0f high, where %.0f fit", d.Width, d.Height, o.Fits)
	}
}

// Two edges that run aside at the same height are branches of one line, or apart.
func TestLevelsTellEdgesApart(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := random(r)
		d := layout.Of(g, options(r))
		type level struct{ from, to layout.Point }
		met := map[float64][]level{}
		for i := range d.Edges {
			points := d.Edges[i].Points
			for k := range len(points) - 1 {
				a, b := points[k], points[k+1]
				if a.Y != b.Y || math.Abs(a.X-b.X) < 220 || g.Edges[i].From == g.Edges[i].To {
					continue
				}
				for _, o := range met[a.Y] {
					if o.from != a && o.to != b && min(a.X, b.X) < max(o.from.X, o.to.X) && min(o.from.X, o.to.X) < max(a.X, b.X) {
						r.Fatalf("edge %d runs from %v to %v over one from %v to %v", i, a, b, o.from, o.to)
					}
				}
				met[a.Y] = append(met[a.Y], level{a, b})
			}
		}
	})
}
