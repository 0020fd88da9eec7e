package urls

import (
	"net/url"
	"slices"
	"strings"
)

// Patterns of the graph.
const (
	Graph     = "/graph"
	GraphFile = "/graph/file"
)

// GraphView is a state of the graph: of what is around Focus, or of the ways from
// From to To, which are all a kind and an id, as in group:ID.
type GraphView struct {
	Focus    string
	From, To string
	// Of a user the ways by mappings too: of a sign-in over Connection, as Groups.
	Connection string
	Groups     []string

	Up, Down string   // how many groups away it goes; "all", or "" for the usual
	Layers   []string // "users", "roles", "permissions"
	Unfold   []string // boxes beside which nothing is folded
	Mask     bool     // no names
}

// ToGraph is what is around something: kind is "user", "group", "role" or "permission".
func ToGraph(kind, id string) string { return GraphView{Focus: kind + ":" + id}.Path() }

// Path is the page in this state.
func (v GraphView) Path() string { return Graph + v.query("") }

// ToFile is the graph in this state as a file: "svg", "mermaid", "dot" or "text".
func (v GraphView) ToFile(format string) string { return GraphFile + v.query(format) }

// Unfolded is the page with everything beside a box shown.
func (v GraphView) Unfolded(box string) string {
	if !slices.Contains(v.Unfold, box) {
		v.Unfold = append(slices.Clone(v.Unfold), box)
	}
	return v.Path()
}

// On is the page about something else, in the same layers.
func (v GraphView) On(focus string) string {
	return GraphView{Focus: focus, Up: v.Up, Down: v.Down, Layers: v.Layers, Mask: v.Mask}.Path()
}

func (v GraphView) query(format string) string {
	q := url.Values{}
	for name, value := range map[string]string{"focus": v.Focus, "from": v.From, "to": v.To, "up": v.Up, "down": v.Down, "format": format, "connection": v.Connection, "groups": strings.Join(v.Groups, "\n")} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, list := range map[string][]string{"layers": v.Layers, "unfold": v.Unfold} {
		if len(list) > 0 {
			q[name] = list
		}
	}
	if v.Mask {
		q.Set("mask", "1")
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}
