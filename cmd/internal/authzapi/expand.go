package authzapi

import (
	"context"

	"trellis/cmd/internal/store"
)

// expandedGroup is a group with the roles that its members have through it.
type expandedGroup struct {
	named
	Roles []expandedRole `json:"roles"`
}

type expandedRole struct {
	named
	ApplicationID   string  `json:"applicationId"`
	ApplicationType string  `json:"applicationType"`
	Permissions     []named `json:"permissions"`
}

// expanded is g with the roles of it and of the groups that contain it, each
// with its permissions.
func (s *Server) expanded(ctx context.Context, c *call, g store.Group) (any, error) {
	granted, err := s.granted(ctx, c)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(granted))
	for i, grant := range granted {
		ids[i] = grant.ID
	}
	roles, err := c.tx.RolesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	names, err := permissionNames(ctx, c.tx, roles)
	if err != nil {
		return nil, err
	}
	out := expandedGroup{named: nameOf(g), Roles: []expandedRole{}}
	for _, r := range roles {
		role := expandedRole{named{r.ID, r.Name, r.Description}, r.ApplicationID, r.ApplicationType, []named{}}
		for _, id := range r.Permissions {
			if p, ok := names[id]; ok {
				role.Permissions = append(role.Permissions, p)
			}
		}
		out.Roles = append(out.Roles, role)
	}
	return out, nil
}

// permissionNames is every permission of roles, by id.
func permissionNames(ctx context.Context, tx *store.Tx, roles []store.Role) (map[string]named, error) {
	var ids []string
	for _, r := range roles {
		ids = append(ids, r.Permissions...)
	}
	permissions, err := tx.PermissionsByID(ctx, ids)
	out := make(map[string]named, len(permissions))
	for _, p := range permissions {
		out[p.ID] = named{p.ID, p.Name, p.Description}
	}
	return out, err
}
