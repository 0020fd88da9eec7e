package authzapi

import (
	"cmp"
	"context"
	"strings"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// nodesPerGraph is how many vertices a graph has by itself.
const nodesPerGraph = 300

// graphNode is a vertex of a graph, and what is beside it and not in the graph.
type graphNode struct {
	vertex

	Level   int  `json:"level"`
	Above   int  `json:"above"`
	Below   int  `json:"below"`
	Members *int `json:"members,omitempty"`
}

// graphEdge is a hop between two vertices, by their places.
type graphEdge struct {
	Kind string `json:"kind"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

// graphFold is vertices that are left out beside one, by its place.
type graphFold struct {
	Of    int    `json:"of"`
	Kind  string `json:"kind"`
	Above bool   `json:"above"`
	Count int    `json:"count"`
}

// graphTotals is how many vertices of each kind are within the levels.
type graphTotals struct {
	Users       int `json:"users"`
	Groups      int `json:"groups"`
	Roles       int `json:"roles"`
	Permissions int `json:"permissions"`
}

// graphAnswer is what is around a vertex, which is the first of Nodes.
type graphAnswer struct {
	Nodes     []graphNode `json:"nodes"`
	Edges     []graphEdge `json:"edges"`
	Folds     []graphFold `json:"folds"`
	Totals    graphTotals `json:"totals"`
	Truncated bool        `json:"truncated"`
}

func (s *Server) groupGraph(ctx context.Context, c *call) (any, error) {
	return s.graph(ctx, c, access.KindGroup)
}

func (s *Server) roleGraph(ctx context.Context, c *call) (any, error) {
	return s.graph(ctx, c, access.KindRole)
}

func (s *Server) permissionGraph(ctx context.Context, c *call) (any, error) {
	return s.graph(ctx, c, access.KindPermission)
}

func (s *Server) userGraph(ctx context.Context, c *call) (any, error) {
	return s.graph(ctx, c, access.KindUser)
}

// graph is what is around the vertex of a kind that the path names.
func (s *Server) graph(ctx context.Context, c *call, kind access.Kind) (any, error) {
	snap, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	people, err := s.People.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	g := grapher{snap, people}
	view := access.View{
		Up: numberOr(c.query, "up", -1), Down: numberOr(c.query, "down", -1),
		Limit: numberOr(c.query, "limit", nodesPerGraph), Rows: numberOr(c.query, "fold", 0),
		Unfolded: map[access.Node]bool{},
	}
	var known bool
	if view.Focus, known = g.node(kindNames[kind], c.id); !known && kind != access.KindUser {
		return nil, &store.NotFoundError{Kind: storedAs[kind], ID: c.id}
	}
	for _, layer := range c.query["layer"] {
		view.Users = view.Users || layer == "users"
		view.Roles = view.Roles || layer == "roles"
		view.Permissions = view.Permissions || layer == "permissions"
	}
	for _, name := range c.query["unfold"] {
		kind, id, _ := strings.Cut(name, ":")
		if n, known := g.node(kind, id); known {
			view.Unfolded[n] = true
		}
	}
	words := wording{engine: snap.Engine, users: append(people.IDs[:len(people.IDs):len(people.IDs)], c.id)}
	out := g.answer(snap.Around(people.Population(snap), view), words)
	return out, out.nameUsers(ctx, c.tx)
}

// nameUsers says what the users of a graph are called, as far as the tenant knows.
func (g graphAnswer) nameUsers(ctx context.Context, tx *store.Tx) error {
	var users []access.Grant
	var at []int
	for i, n := range g.Nodes {
		if n.Kind == kindNames[access.KindUser] {
			users, at = append(users, access.Grant{ID: n.ID}), append(at, i)
		}
	}
	if len(users) == 0 {
		return nil
	}
	found, err := profiles(ctx, tx, users)
	if err != nil {
		return err
	}
	for k, m := range found {
		if !m.missing {
			g.Nodes[at[k]].Name = cmp.Or(m.profile.text("name"), m.profile.text("nickname"), m.profile.text("email"))
		}
	}
	return nil
}

var storedAs = map[access.Kind]store.Kind{
	access.KindGroup: store.Groups, access.KindRole: store.Roles, access.KindPermission: store.Permissions,
}

// grapher finds vertices by what they are called in the contract.
type grapher struct {
	*snapshot.Snapshot

	people *snapshot.People
}

// node is the vertex with a kind and an id. A user who has nothing stands after
// those who have something.
func (g grapher) node(kind, id string) (access.Node, bool) {
	var n access.Node
	var known bool
	switch kind {
	case "group":
		n.Kind = access.KindGroup
		n.Position, known = g.Group(id)
	case "role":
		n.Kind = access.KindRole
		n.Position, known = g.Role(id)
	case "permission":
		n.Kind = access.KindPermission
		n.Position, known = g.Permission(id)
	default:
		if n.Position, known = g.people.Position(id); !known {
			n.Position = int32(len(g.people.IDs)) //nolint:gosec // a tenant has not two thousand million users
		}
	}
	return n, known
}

// answer is a view as the contract has it.
func (g grapher) answer(a access.Around, words wording) graphAnswer {
	out := graphAnswer{
		Nodes: make([]graphNode, len(a.Nodes)), Edges: make([]graphEdge, len(a.Hops)), Folds: make([]graphFold, len(a.Folds)),
		Totals: graphTotals{
			Users: a.Totals[access.KindUser], Groups: a.Totals[access.KindGroup],
			Roles: a.Totals[access.KindRole], Permissions: a.Totals[access.KindPermission],
		},
	}
	at := make(map[access.Node]int, len(a.Nodes))
	left := out.Totals.Users + out.Totals.Groups + out.Totals.Roles + out.Totals.Permissions - len(a.Nodes)
	for i, n := range a.Nodes {
		at[n.Node] = i
		out.Nodes[i] = graphNode{vertex: words.vertex(n.Node), Level: n.Level, Above: n.Above, Below: n.Below}
		if n.Kind == access.KindGroup {
			out.Nodes[i].Members = &a.Nodes[i].Members
		}
	}
	for i, h := range a.Hops {
		out.Edges[i] = graphEdge{hopNames[h.Kind], at[h.From], at[h.To]}
	}
	for i, f := range a.Folds {
		out.Folds[i] = graphFold{at[f.Of], kindNames[f.Kind], f.Above, f.Count}
		left -= f.Count
	}
	out.Truncated = left > 0
	return out
}
