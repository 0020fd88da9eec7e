package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// pathsPerPage is how many paths an answer has by itself.
const pathsPerPage = 10

// vertex is a user, a group, a role or a permission on a path.
type vertex struct {
	Kind string `json:"kind"`
	ID   string `json:"_id"`
	Name string `json:"name,omitempty"`
}

// hop is an edge of a path, and what a mapping goes by.
type hop struct {
	Kind           string  `json:"kind"`
	From           *vertex `json:"from,omitempty"`
	To             vertex  `json:"to"`
	ConnectionName string  `json:"connectionName,omitempty"`
	GroupName      string  `json:"groupName,omitempty"`
}

// removal is changes that end an access, and what else they do.
type removal struct {
	Hops     []hop `json:"hops"`
	Affected int   `json:"affected"`
	Losing   int   `json:"losing"`
}

// explanation is why somebody has something, or has it not.
type explanation struct {
	Target       vertex    `json:"target"`
	Granted      bool      `json:"granted"`
	Total        int       `json:"total"`
	Exact        bool      `json:"exact"`
	Start        int       `json:"start"`
	Limit        int       `json:"limit"`
	Paths        [][]hop   `json:"paths"`
	Removals     []removal `json:"removals,omitempty"`
	RemovalsSure *bool     `json:"removals_sure,omitempty"`
	WhyNot       *whyNot   `json:"why_not,omitempty"`
}

var kindNames = map[access.Kind]string{
	access.KindUser: "user", access.KindGroup: "group", access.KindRole: "role", access.KindPermission: "permission",
}

var hopNames = map[access.HopKind]string{
	access.Membership: "member", access.Mapped: "mapping", access.Nesting: "nesting",
	access.GroupRole: "group_role", access.DirectRole: "user_role", access.Inclusion: "role_permission",
}

// explainUser is the paths from a user to a group, a role or a permission.
func (s *Server) explainUser(ctx context.Context, c *call) (any, error) {
	held, graph, err := s.holdingsIn(ctx, c.tx, c.id)
	if err != nil {
		return nil, err
	}
	return s.explain(ctx, c, graph, access.Origin{
		Held: held, In: access.SignIn{Connection: c.query.Get("connection"), Groups: c.query["provider_group"]},
	})
}

// explainGroup is the paths from a group to one above it, to a role or to a permission.
func (s *Server) explainGroup(ctx context.Context, c *call) (any, error) {
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	at, ok := graph.Group(c.id)
	if !ok {
		return nil, &store.NotFoundError{Kind: store.Groups, ID: c.id}
	}
	return s.explain(ctx, c, graph, access.Origin{Node: access.Node{Kind: access.KindGroup, Position: at}})
}

func (s *Server) explain(ctx context.Context, c *call, graph *snapshot.Snapshot, from access.Origin) (any, error) {
	to, err := target(c, graph)
	if err != nil {
		return nil, err
	}
	shown := wording{engine: graph.Engine, users: []string{c.id}}
	limit := numberOr(c.query, "per_page", pathsPerPage)
	start := numberOr(c.query, "page", 0) * limit
	ways := graph.Ways(from, to)
	found := ways.Paths(start, limit)
	out := explanation{
		Target: shown.vertex(to), Granted: ways.Exist(), Total: found.Total, Exact: found.Exact,
		Start: start, Limit: limit, Paths: make([][]hop, len(found.Paths)),
	}
	for i, p := range found.Paths {
		out.Paths[i] = shown.hops(p)
	}
	if n := numberOr(c.query, "why_not", 0); n > 0 && !ways.Exist() {
		out.WhyNot = shown.whyNot(graph.WhyNot(from, to, n))
	}
	if n := numberOr(c.query, "removals", 0); n > 0 && ways.Exist() {
		sets := ways.Removals(n)
		out.RemovalsSure = &sets.Sure
		out.Removals, err = s.removals(ctx, c, graph, from, to, sets.Sets)
	}
	return out, err
}

// target is the one group, role or permission that the query names.
func target(c *call, graph *snapshot.Snapshot) (access.Node, error) {
	var found []access.Node
	for _, kind := range []struct {
		name string
		of   store.Kind
		kind access.Kind
		at   func(string) (int32, bool)
	}{
		{"group", store.Groups, access.KindGroup, graph.Group},
		{"role", store.Roles, access.KindRole, graph.Role},
		{"permission", store.Permissions, access.KindPermission, graph.Permission},
	} {
		if !c.query.Has(kind.name) {
			continue
		}
		at, ok := kind.at(c.query.Get(kind.name))
		if !ok {
			return access.Node{}, &store.NotFoundError{Kind: kind.of, ID: c.query.Get(kind.name)}
		}
		found = append(found, access.Node{Kind: kind.kind, Position: at})
	}
	if len(found) != 1 {
		return access.Node{}, badRequest("Name one of group, role and permission, and no other")
	}
	return found[0], nil
}

// removals is sets of hops with what taking them away does to others.
func (s *Server) removals(ctx context.Context, c *call, graph *snapshot.Snapshot, from access.Origin, to access.Node, sets [][]access.Hop) ([]removal, error) {
	shown := wording{engine: graph.Engine, users: []string{c.id}}
	people, err := s.People.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	self, known := people.Position(c.id)
	if !known {
		self = int32(len(people.IDs)) //nolint:gosec // a tenant has not two thousand million users
	}
	out := make([]removal, len(sets))
	for i, set := range sets {
		changes := make([]access.Change, len(set))
		for j, h := range set {
			if changes[j] = (access.Change{Hop: h, Removed: true}); h.Kind == access.Membership || h.Kind == access.DirectRole {
				changes[j].From.Position = self
			}
		}
		impact, err := graph.Impact(people.Population(graph), changes)
		if err != nil {
			return nil, err
		}
		out[i] = removal{Hops: shown.hops(set), Affected: impact.Affected}
		for j := range set {
			if set[j].Kind == access.Mapped {
				out[i].Hops[j].From = nil // whatever matched it
			}
		}
		for _, shift := range impact.Shifts {
			if shift.Node == to {
				out[i].Losing = shift.Lost
			}
		}
		if from.Node.Kind == access.KindUser && impact.Touches(self) {
			out[i].Affected--
			if impact.Takes(self, to) {
				out[i].Losing--
			}
		}
	}
	return out, nil
}
