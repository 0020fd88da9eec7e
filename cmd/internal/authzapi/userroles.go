package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
)

// heldRole is a role as the lists of a user's roles show it.
type heldRole struct {
	ID            string `json:"_id"`
	Name          string `json:"name"`
	ApplicationID string `json:"applicationId"`
	Description   string `json:"description"`
}

// listUserRoles is the roles that a user holds directly.
func listUserRoles(ctx context.Context, c *call) (any, error) {
	roles, err := c.tx.UserRoles(ctx, c.id)
	out := make([]heldRole, len(roles))
	for i, r := range roles {
		out[i] = heldRole{r.ID, r.Name, r.ApplicationID, r.Description}
	}
	if err != nil {
		return nil, err
	}
	return listing(c, "roles", out)
}

// calculateRoles is the roles that a user has: those of the calculated groups,
// then the direct ones.
func (s *Server) calculateRoles(ctx context.Context, c *call) (any, error) {
	held, graph, err := s.holdings(ctx, c)
	if err != nil {
		return nil, err
	}
	roles := graph.Roles(held)
	if !asksForPart(c.query) {
		return s.writing(func(b []byte) []byte { return graph.RoleRecords.AppendList(b, roles) }), nil
	}
	out := make([]heldRole, len(roles))
	for i, at := range roles {
		r := &graph.RoleList[at]
		out[i] = heldRole{r.ID, r.Name, r.ApplicationID, r.Description}
	}
	return listing(c, "roles", out)
}

// rolesAt is the roles at positions with their permissions. Permissions that are
// gone are left out.
func rolesAt(graph *snapshot.Snapshot, positions []int32) []expandedRole {
	out := make([]expandedRole, len(positions))
	for i, at := range positions {
		r := &graph.RoleList[at]
		out[i] = expandedRole{named{r.ID, r.Name, r.Description}, r.ApplicationID, r.ApplicationType, []named{}}
		for _, at := range graph.Includes(at) {
			p := &graph.PermissionList[at]
			out[i].Permissions = append(out[i].Permissions, named{p.ID, p.Name, p.Description})
		}
	}
	return out
}

func addUserRoles(ctx context.Context, c *call) (any, error) {
	return nil, c.withRefs(ctx, c.tx.RolesNamed, func(ids []string) error { return c.tx.AddUserRoles(ctx, c.id, ids) })
}

func removeUserRoles(ctx context.Context, c *call) (any, error) {
	return nil, c.withRefs(ctx, c.tx.RolesNamed, func(ids []string) error { return c.tx.RemoveUserRoles(ctx, c.id, ids) })
}
