package authzapi

import (
	"context"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// expandedGroup is a group with the roles that its members have through it.
type expandedGroup struct {
	oneGroup
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
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	roles := graph.Roles(access.Held{Groups: []string{g.ID}})
	return expandedGroup{oneGroup: oneGroupOf(g), Roles: rolesAt(graph, roles)}, nil
}
