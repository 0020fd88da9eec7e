package authzapi

import (
	"context"
	"slices"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

func listGroupRoles(ctx context.Context, c *call) (any, error) {
	ids, err := c.tx.GroupRoles(ctx, c.id)
	if err != nil {
		return nil, err
	}
	roles, err := rolesByID(ctx, c, ids)
	if err != nil {
		return nil, err
	}
	return listing(c, "roles", withGone(c.query, ids, roles, func(r store.Role) string { return r.ID }))
}

// rolesByID is the roles with ids. Who holds them can be many, and is read only
// where the call shows it.
func rolesByID(ctx context.Context, c *call, ids []string) ([]store.Role, error) {
	if fields := fieldsOf(c.query); fields != nil && !slices.Contains(fields, "users") {
		return c.tx.RolesByIDWithoutUsers(ctx, ids)
	}
	return c.tx.RolesByID(ctx, ids)
}

func (s *Server) addGroupRoles(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error {
		if err := s.mayAddRoles(ctx, c, c.id, ids); err != nil {
			return err
		}
		return c.tx.AddGroupRoles(ctx, c.id, ids)
	})
}

func removeGroupRoles(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error { return c.tx.RemoveGroupRoles(ctx, c.id, ids) })
}

// nestedRole is a role and the group that grants it.
type nestedRole struct {
	Role  store.Role  `json:"role"`
	Group store.Group `json:"group"`
}

func (s *Server) listNestedRoles(ctx context.Context, c *call) (any, error) {
	if _, err := c.tx.Group(ctx, c.id); err != nil {
		return nil, err
	}
	granted, err := s.granted(ctx, c)
	if err != nil {
		return nil, err
	}
	var roleIDs, groupIDs []string
	from := map[string]string{}
	for _, g := range granted {
		roleIDs, groupIDs = append(roleIDs, g.ID), append(groupIDs, g.Group)
		from[g.ID] = g.Group
	}
	roles, err := rolesByID(ctx, c, roleIDs)
	if err != nil {
		return nil, err
	}
	groups, err := s.groupsByID(ctx, c, groupIDs)
	if err != nil {
		return nil, err
	}
	out := make([]nestedRole, len(roles))
	for i, r := range roles {
		out[i] = nestedRole{Role: r, Group: groups[from[r.ID]]}
	}
	return listingOf(c, "nested", out, func(r record) []record { return []record{r.part("role"), r.part("group")} })
}

// granted is the roles of the call's group and of the groups that contain it.
func (s *Server) granted(ctx context.Context, c *call) ([]access.Grant, error) {
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	return graph.Graph.Roles(c.id, graph.GrantedTo), nil
}

func (s *Server) groupsByID(ctx context.Context, c *call, ids []string) (map[string]store.Group, error) {
	groups, err := c.tx.GroupsByID(ctx, ids, false)
	if err == nil {
		err = s.fill(ctx, c.tx, groups, fieldsOf(c.query))
	}
	out := make(map[string]store.Group, len(groups))
	for _, g := range groups {
		out[g.ID] = g
	}
	return out, err
}
