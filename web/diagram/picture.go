package diagram

import (
	"math"
	"strconv"
	"strings"

	"trellis/web/layout"
)

// The measures of boxes. A style sheet sets the size of text to what they say.
const (
	TextSize  = 13
	MetaSize  = 11
	BoxHeight = 28

	boxPadding = 11
	MostText   = 190 // how wide a label is at most
)

// Box is a node in its place. Label is its name as far as there is room.
type Box struct {
	X, Y, Width, Height float64
	Label               string
}

// Line is an edge in its place, as an SVG path from what is above. Back says that it
// closes a circle, and so leads upwards.
type Line struct {
	Path string
	Back bool
}

// Picture is a diagram with everything in its place.
type Picture struct {
	Width, Height float64
	Boxes         []Box  // as the nodes
	Lines         []Line // as the edges
}

// Draw lays d out.
func (d Diagram) Draw() Picture {
	g := layout.Graph{Nodes: make([]layout.Node, len(d.Nodes)), Edges: make([]layout.Edge, len(d.Edges))}
	p := Picture{Boxes: make([]Box, len(d.Nodes)), Lines: make([]Line, len(d.Edges))}
	for i, n := range d.Nodes {
		label := shortened(orBlank(Plain(n.Name)), TextSize, MostText)
		width := textWidth(label, TextSize) + 2*boxPadding
		if n.Meta != "" {
			width += textWidth(n.Meta, MetaSize) + boxPadding - 2
		}
		if n.Kind == User || n.Kind == Permission {
			width += boxPadding // for its mark
		}
		p.Boxes[i] = Box{Label: label, Width: math.Ceil(width), Height: BoxHeight}
		g.Nodes[i] = layout.Node{Width: p.Boxes[i].Width, Height: BoxHeight, Apart: n.Focus}
	}
	for i, e := range d.Edges {
		g.Edges[i] = layout.Edge(e)
	}
	drawing := layout.Of(g, layout.Usual())
	p.Width, p.Height = math.Ceil(drawing.Width), math.Ceil(drawing.Height)
	for i, at := range drawing.Nodes {
		p.Boxes[i].X, p.Boxes[i].Y = round(at.X), round(at.Y)
	}
	for i, r := range drawing.Edges {
		p.Lines[i] = Line{path(r.Points), r.Feedback}
	}
	return p
}

// bend is how far from a corner a line begins to turn: where it goes is seen then,
// also where it meets another.
const bend = 7

// path is points as an SVG path: straight where two share a coordinate, with rounded
// corners, else a curve that begins and ends upright.
func path(points []layout.Point) string {
	var b strings.Builder
	for i, p := range points {
		switch {
		case i == 0:
			b.WriteString("M" + pair(p.X, p.Y))
		case !straight(points[i-1], p):
			middle := (p.Y + points[i-1].Y) / 2
			b.WriteString("C" + pair(points[i-1].X, middle) + " " + pair(p.X, middle) + " " + pair(p.X, p.Y))
		case i+1 < len(points) && straight(p, points[i+1]) && near(p.X, points[i-1].X) != near(p.X, points[i+1].X):
			from, to := toward(p, points[i-1]), toward(p, points[i+1])
			b.WriteString("L" + pair(from.X, from.Y) + "Q" + pair(p.X, p.Y) + " " + pair(to.X, to.Y))
		default:
			b.WriteString("L" + pair(p.X, p.Y))
		}
	}
	return b.String()
}

func straight(a, b layout.Point) bool { return near(a.X, b.X) || near(a.Y, b.Y) }

// toward is a point on the way from a corner to the next one, where the turn ends.
func toward(corner, next layout.Point) layout.Point {
	dx, dy := next.X-corner.X, next.Y-corner.Y
	part := min(.5, bend/math.Hypot(dx, dy))
	return layout.Point{X: corner.X + dx*part, Y: corner.Y + dy*part}
}

func near(a, b float64) bool { return math.Abs(a-b) < .1 }

func pair(x, y float64) string { return Number(x) + " " + Number(y) }

func round(x float64) float64 { return math.Round(x*10) / 10 }

// Number is a coordinate as SVG has it.
func Number(x float64) string { return strconv.FormatFloat(round(x), 'f', -1, 64) }
