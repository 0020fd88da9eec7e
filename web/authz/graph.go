package authz

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"trellis/web/upstream"
)

// The layers that a graph may have beside groups.
const (
	UsersLayer       = "users"
	RolesLayer       = "roles"
	PermissionsLayer = "permissions"
)

// GraphQuery says how much of what is around something is wanted.
type GraphQuery struct {
	Up, Down *int     // how many groups away it goes; nil is as far as there is something
	Layers   []string // what is shown beside groups
	Limit    int      // how many vertices at most; 0 leaves it to the API
	Fold     int      // from how many of a kind beside one vertex the rest is counted only; 0 is never
	Unfold   []string // vertices, as kind:id, beside which that is not done
}

func (q GraphQuery) values() url.Values {
	v := url.Values{}
	for name, n := range map[string]*int{"up": q.Up, "down": q.Down} {
		if n != nil {
			v.Set(name, strconv.Itoa(*n))
		}
	}
	for name, n := range map[string]int{"limit": q.Limit, "fold": q.Fold} {
		if n > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	for name, list := range map[string][]string{"layer": q.Layers, "unfold": q.Unfold} {
		if len(list) > 0 {
			v[name] = list
		}
	}
	return v
}

// Graph is what is around something, which is the first of Nodes.
type Graph struct {
	Nodes  []GraphNode `json:"nodes"`
	Edges  []GraphEdge `json:"edges"`
	Folds  []GraphFold `json:"folds"`
	Totals GraphTotals `json:"totals"`
	// Truncated says that the limit left something out.
	Truncated bool `json:"truncated"`
}

// GraphNode is a vertex. Level is how many groups it is away from the first one,
// less than 0 above it; Above and Below are how many neighbours it has that are
// not shown.
type GraphNode struct {
	Vertex

	Level   int `json:"level"`
	Above   int `json:"above"`
	Below   int `json:"below"`
	Members int `json:"members"` // of a group, directly
}

// GraphEdge leads from what somebody has to what that gives, by the places of both.
type GraphEdge struct {
	Kind string `json:"kind"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

// GraphFold is vertices of a kind that are not shown beside one, by its place.
type GraphFold struct {
	Of    int    `json:"of"`
	Kind  string `json:"kind"`
	Above bool   `json:"above"`
	Count int    `json:"count"`
}

// GraphTotals is how many there are of each kind within the levels.
type GraphTotals struct {
	Users       int `json:"users"`
	Groups      int `json:"groups"`
	Roles       int `json:"roles"`
	Permissions int `json:"permissions"`
}

// Graph returns what is around a vertex, which is a "user", "group", "role" or
// "permission". An API of Auth0 has no such call: 404.
func (c *Client) Graph(ctx context.Context, kind, id string, q GraphQuery) (Graph, error) {
	var out Graph
	err := c.get(ctx, []string{kind + "s", id, "graph"}, q.values(), &out)
	if err == nil {
		err = out.check()
	}
	if err != nil {
		return Graph{}, fmt.Errorf("asking what is around the %s %q: %w", kind, id, err)
	}
	return out, nil
}

// check refuses a graph without a focus, and places that are none.
func (g Graph) check() error {
	if len(g.Nodes) == 0 {
		return upstream.CheckRecord("")
	}
	in := func(at int) bool { return at >= 0 && at < len(g.Nodes) }
	for _, e := range g.Edges {
		if !in(e.From) || !in(e.To) {
			return upstream.CheckRecord("")
		}
	}
	for _, f := range g.Folds {
		if !in(f.Of) {
			return upstream.CheckRecord("")
		}
	}
	return upstream.CheckList(g.Nodes, func(n GraphNode) string { return n.ID })
}
