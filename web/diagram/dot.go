package diagram

import (
	"fmt"
	"strings"
)

// shapes is how Graphviz draws each kind.
var shapes = map[Kind]string{
	User: "shape=ellipse", Group: "shape=box", Role: `shape=box, style="rounded,filled", fillcolor="#eceefb"`,
	Permission: "shape=component", Fold: "shape=plaintext",
}

// DOT is d in the language of Graphviz.
func (d Diagram) DOT() string {
	var b strings.Builder
	b.WriteString("digraph access {\n  rankdir=TB;\n  node [fontname=\"sans-serif\", fontsize=11];\n  edge [arrowhead=none, color=\"#66706b\"];\n")
	for i, n := range d.Nodes {
		focus := ""
		if n.Focus {
			focus = ", penwidth=3"
		}
		fmt.Fprintf(&b, "  n%d [label=%s, %s%s];\n", i, dotQuoted(n.Name), shapes[n.Kind], focus)
	}
	for _, e := range d.Edges {
		fmt.Fprintf(&b, "  n%d -> n%d;\n", e.From, e.To)
	}
	b.WriteString("}\n")
	return b.String()
}

// dotQuoted is a name as a string of DOT. There a backslash begins an escape of
// labels and an ampersand one of HTML.
func dotQuoted(name string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`).Replace(orBlank(Plain(name))) + `"`
}
