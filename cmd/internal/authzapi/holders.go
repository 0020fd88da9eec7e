package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/web/access"
)

// mostSources is how many of the ways to a role an answer names.
const mostSources = 20

// labelled is a record by its name.
type labelled struct {
	ID   string `json:"_id"`
	Name string `json:"name"`
}

// source is one way in which a user has a role; without Group it is held directly.
type source struct {
	Role     labelled  `json:"role"`
	Group    *labelled `json:"group,omitempty"`
	MemberOf *labelled `json:"member_of,omitempty"`
}

// holder is a user and every way in which the user has something.
type holder struct {
	User        record   `json:"user"`
	SourceCount int      `json:"source_count"`
	Sources     []source `json:"sources"`
}

// calculateRoleUsers is the users who have a role, also through groups.
func (s *Server) calculateRoleUsers(ctx context.Context, c *call) (any, error) {
	if _, err := c.tx.RoleWithoutUsers(ctx, c.id); err != nil {
		return nil, err
	}
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	var roles []int32
	if role, ok := graph.Role(c.id); ok {
		roles = append(roles, role)
	}
	return holdersPage(ctx, c, graph, roles)
}

// calculatePermissionUsers is the users who have a role that contains a
// permission, also through groups.
func (s *Server) calculatePermissionUsers(ctx context.Context, c *call) (any, error) {
	if _, err := c.tx.Permission(ctx, c.id); err != nil {
		return nil, err
	}
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	return holdersPage(ctx, c, graph, graph.RolesWith(c.id))
}

// holdersPage is the page that the query asks for of those who have one of roles.
// Only of them it is looked up where they have it from.
func holdersPage(ctx context.Context, c *call, graph *snapshot.Snapshot, roles []int32) (any, error) {
	grants, err := holders(ctx, c, graph, roles)
	if err != nil {
		return nil, err
	}
	found, total, err := membersPage(ctx, c, grants, "name")
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	if fields == nil {
		fields = memberFields()
	}
	out := make([]holder, len(found))
	for i, m := range found {
		out[i].User = m.shown(c.query, fields)
		held, err := c.tx.Held(ctx, m.grant.ID)
		if err != nil {
			return nil, err
		}
		out[i].addSources(graph, access.Held{Groups: held.Groups, Roles: held.Roles}, roles)
	}
	return struct {
		totals
		Users []holder `json:"users"`
	}{pageTotals(c.query, total, len(out)), out}, nil
}

// holders is who has one of roles, each once: those who hold one directly, then
// the members of groups.
func holders(ctx context.Context, c *call, graph *snapshot.Snapshot, roles []int32) ([]access.Grant, error) {
	ids := make([]string, len(roles))
	for i, at := range roles {
		ids[i] = graph.RoleList[at].ID
	}
	direct, err := c.tx.UsersOfRoles(ctx, ids)
	if err != nil {
		return nil, err
	}
	with := graph.GroupsWith(roles)
	groups := make([]string, len(with))
	for i, at := range with {
		groups[i] = graph.GroupList[at].ID
	}
	members, err := c.tx.MembersOf(ctx, groups)
	if err != nil {
		return nil, err
	}
	var out []access.Grant
	seen := map[string]bool{}
	add := func(users []string) {
		for _, user := range users {
			if !seen[user] {
				seen[user] = true
				out = append(out, access.Grant{ID: user})
			}
		}
	}
	for _, role := range ids {
		add(direct[role])
	}
	for _, group := range groups {
		add(members[group])
	}
	return out, nil
}

// addSources tells by which ways who holds held has one of roles.
func (h *holder) addSources(graph *snapshot.Snapshot, held access.Held, roles []int32) {
	h.Sources = []source{}
	wanted := make(map[int32]bool, len(roles))
	for _, role := range roles {
		wanted[role] = true
	}
	for _, role := range graph.RoleSources(held, access.SignIn{}) {
		if !wanted[role.Position] {
			continue
		}
		for _, way := range role.Sources {
			if h.SourceCount++; h.SourceCount <= mostSources {
				h.Sources = append(h.Sources, sourceOf(graph, role.Position, way))
			}
		}
	}
}

func sourceOf(graph *snapshot.Snapshot, role int32, way access.Source) source {
	r := &graph.RoleList[role]
	out := source{Role: labelled{r.ID, r.Name}}
	if way.Group != "" {
		out.Group = &labelled{way.Group, graph.Name(way.Group)}
		out.MemberOf = &labelled{way.Entry, graph.Name(way.Entry)}
	}
	return out
}
