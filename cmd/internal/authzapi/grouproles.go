package authzapi

import (
	"context"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

func listGroupRoles(ctx context.Context, c *call) (any, error) {
	ids, err := c.tx.GroupRoles(ctx, c.id)
	if err != nil {
		return nil, err
	}
	roles, err := c.tx.RolesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	return withGone(c.query, ids, roles, func(r store.Role) string { return r.ID }), nil
}

func addGroupRoles(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error { return c.tx.AddGroupRoles(ctx, c.id, ids) })
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
	roles, err := c.tx.RolesByID(ctx, roleIDs)
	if err != nil {
		return nil, err
	}
	groups, err := groupsByID(ctx, c.tx, groupIDs)
	if err != nil {
		return nil, err
	}
	out := make([]nestedRole, len(roles))
	for i, r := range roles {
		out[i] = nestedRole{Role: r, Group: groups[from[r.ID]]}
	}
	return out, nil
}

// granted is the roles of the call's group and of the groups that contain it.
func (s *Server) granted(ctx context.Context, c *call) ([]access.Grant, error) {
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	return graph.Graph.Roles(c.id, graph.GrantedTo), nil
}

func groupsByID(ctx context.Context, tx *store.Tx, ids []string) (map[string]store.Group, error) {
	groups, err := tx.GroupsByID(ctx, ids, true)
	out := make(map[string]store.Group, len(groups))
	for _, g := range groups {
		out[g.ID] = g
	}
	return out, err
}
