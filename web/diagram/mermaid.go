package diagram

import (
	"fmt"
	"strings"
	"unicode"
)

// brackets is how Mermaid draws each kind: what stands before and behind a label.
var brackets = map[Kind][2]string{
	User: {"([", "])"}, Group: {"[", "]"}, Role: {"(", ")"}, Permission: {"[/", "/]"}, Fold: {"[", "]"},
}

// Mermaid is d in the language of Mermaid's flowcharts.
func (d Diagram) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for i, n := range d.Nodes {
		around := brackets[n.Kind]
		fmt.Fprintf(&b, "  n%d%s\"%s\"%s\n", i, around[0], mermaidText(n.Name), around[1])
	}
	for _, e := range d.Edges {
		fmt.Fprintf(&b, "  n%d --- n%d\n", e.From, e.To)
	}
	for i, n := range d.Nodes {
		if n.Focus {
			fmt.Fprintf(&b, "  style n%d stroke-width:3px\n", i)
		}
	}
	return b.String()
}

// mermaidText is a name as a label. Mermaid reads Markdown and HTML there, so that
// whatever is not a letter, a digit or harmless is written as its number.
func mermaidText(name string) string {
	var b strings.Builder
	for _, r := range orBlank(Plain(name)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune(" .,:-+()", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
