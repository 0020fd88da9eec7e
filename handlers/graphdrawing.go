package handlers

import (
	"strconv"
	"strings"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/diagram"
)

// sketch is a diagram with the things that its boxes stand for. Behind them are
// the folds.
type sketch struct {
	diagram diagram.Diagram
	things  []authz.GraphNode // of the first boxes
	folds   []authz.GraphFold // of the others
	notes   []string
	ways    bool // it is of ways between two things
}

// sketchOf is a graph as a diagram.
func sketchOf(g authz.Graph, v urls.GraphView) sketch {
	d := sketch{things: g.Nodes, folds: g.Folds}
	for i, n := range g.Nodes {
		box := boxOf(n)
		box.Focus = i == 0
		d.diagram.Nodes = append(d.diagram.Nodes, box)
	}
	for _, e := range g.Edges {
		d.diagram.Edges = append(d.diagram.Edges, diagram.Edge{From: e.To, To: e.From})
	}
	for i, f := range g.Folds {
		d.diagram.Nodes = append(d.diagram.Nodes, diagram.Node{Kind: diagram.Fold, Name: "+ " + count(f.Count, f.Kind)})
		e := diagram.Edge{From: f.Of, To: len(g.Nodes) + i}
		if f.Above {
			e.From, e.To = e.To, e.From
		}
		d.diagram.Edges = append(d.diagram.Edges, e)
	}
	if note := cutNote(g); note != "" {
		d.notes = append(d.notes, note)
	}
	return d.masked(v)
}

// masked is d without names, if that is what v says.
func (d sketch) masked(v urls.GraphView) sketch {
	if v.Mask {
		d.diagram = d.diagram.Masked()
	}
	return d
}

func boxOf(n authz.GraphNode) diagram.Node {
	box := diagram.Node{Kind: diagram.Kind(n.Kind), Name: firstSeen(n.Name, n.ID)}
	if n.Kind != userKind {
		box.Name = named(n.Name)
	}
	var meta []string
	for _, m := range []struct {
		sign  string
		count int
	}{{"", n.Members}, {"↑", n.Above}, {"↓", n.Below}} {
		if m.count > 0 {
			meta = append(meta, m.sign+number(m.count))
		}
	}
	box.Meta = strings.Join(meta, "  ")
	return box
}

// cutNote says what the limit left out: what is not shown is never unsaid.
func cutNote(g authz.Graph) string {
	if !g.Truncated {
		return ""
	}
	shown := map[string]int{}
	for _, n := range g.Nodes {
		shown[n.Kind]++
	}
	for _, f := range g.Folds {
		shown[f.Kind] += f.Count
	}
	var parts []string
	for _, k := range []struct {
		kind  string
		total int
	}{{groupKind, g.Totals.Groups}, {roleKind, g.Totals.Roles}, {permissionKind, g.Totals.Permissions}, {userKind, g.Totals.Users}} {
		if shown[k.kind] < k.total {
			parts = append(parts, number(shown[k.kind])+" of "+count(k.total, k.kind))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Showing " + strings.Join(parts, ", ") + ": the nearest ones. Narrow it by depth or by layers."
}

// circles says how many links of a picture lead upwards.
func circles(p diagram.Picture) string {
	n := 0
	for _, l := range p.Lines {
		if l.Back {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "One link closes a circle: groups there contain each other. It is red and dashed, and leads upwards."
	}
	return strconv.Itoa(n) + " links close a circle: groups there contain each other. They are red and dashed, and lead upwards."
}
