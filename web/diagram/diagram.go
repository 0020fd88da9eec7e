package diagram

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a box stands for.
type Kind string

// The kinds of boxes. A fold is some that are not shown.
const (
	User       Kind = "user"
	Group      Kind = "group"
	Role       Kind = "role"
	Permission Kind = "permission"
	Fold       Kind = "fold"
)

// Node is a box. Meta is a few words beside its name, such as a number of members.
type Node struct {
	Kind  Kind
	Name  string
	Meta  string
	Focus bool
}

// Edge leads from what gives, above, to what has it, below.
type Edge struct{ From, To int }

// Diagram is boxes and what connects them. The first node is the one that it is about.
type Diagram struct {
	Nodes []Node
	Edges []Edge
}

// Masked is d with a letter and a number in place of each name: G1, R2, P1, U3, in
// the order of the nodes.
func (d Diagram) Masked() Diagram {
	letters := map[Kind]string{User: "U", Group: "G", Role: "R", Permission: "P"}
	count := map[Kind]int{}
	out := Diagram{Nodes: make([]Node, len(d.Nodes)), Edges: d.Edges}
	for i, n := range d.Nodes {
		out.Nodes[i] = n
		if letter, ok := letters[n.Kind]; ok {
			count[n.Kind]++
			out.Nodes[i].Name = letter + strconv.Itoa(count[n.Kind])
		}
	}
	return out
}

// Plain is a name on one line, without what cannot be written or turns the text
// around it: control characters, and marks of the direction of writing.
func Plain(name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case r == utf8.RuneError || r == '\ufffe' || r == '\uffff' || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "")))
}
