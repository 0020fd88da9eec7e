package diagram

import "strings"

// Entry is a line of an outline. Again says that what is below the node stands where
// it is named first; Circle that the node is inside itself.
type Entry struct {
	Node   int
	Depth  int
	Again  bool
	Circle bool
}

// Outline is d as an indented list from above to below, with a node under each of
// what it is in. What is below one stands there once. O(V+E).
func (d Diagram) Outline() []Entry {
	below, in := d.below()
	o := &outliner{below: below, shown: make([]bool, len(d.Nodes)), open: make([]bool, len(d.Nodes))}
	for i := range d.Nodes {
		if in[i] == 0 {
			o.add(i, 0)
		}
	}
	for i := range d.Nodes { // circles have no beginning
		if !o.shown[i] {
			o.add(i, 0)
		}
	}
	return o.lines
}

// below is what each node has below it, and how many have it below them.
func (d Diagram) below() (below [][]int, in []int) {
	below, in = make([][]int, len(d.Nodes)), make([]int, len(d.Nodes))
	for _, e := range d.Edges {
		below[e.From] = append(below[e.From], e.To)
		if e.From != e.To {
			in[e.To]++
		}
	}
	return below, in
}

type outliner struct {
	below       [][]int
	shown, open []bool
	lines       []Entry
}

func (o *outliner) add(i, depth int) {
	o.lines = append(o.lines, Entry{Node: i, Depth: depth, Again: o.shown[i] && !o.open[i] && len(o.below[i]) > 0, Circle: o.open[i]})
	if o.shown[i] {
		return
	}
	o.shown[i], o.open[i] = true, true
	for _, to := range o.below[i] {
		o.add(to, depth+1)
	}
	o.open[i] = false
}

// Text is the outline as text.
func (d Diagram) Text() string {
	var b strings.Builder
	for _, l := range d.Outline() {
		n := d.Nodes[l.Node]
		b.WriteString(strings.Repeat("  ", l.Depth) + orBlank(Plain(n.Name)))
		if n.Kind != Group && n.Kind != Fold {
			b.WriteString(" [" + string(n.Kind) + "]")
		}
		switch {
		case l.Circle:
			b.WriteString(" (a circle: it contains itself)")
		case n.Focus:
			b.WriteString(" (focus)")
		case l.Again:
			b.WriteString(" (what is below it: see above)")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func orBlank(name string) string {
	if name == "" {
		return "(blank name)"
	}
	return name
}
