package authz

import (
	"context"
	"fmt"
)

// Role is a set of permissions of one application.
type Role struct {
	ID              string   `json:"_id"`
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	ApplicationType string   `json:"applicationType"`
	ApplicationID   string   `json:"applicationId"`
	Permissions     []string `json:"permissions"`
	Users           []string `json:"users,omitempty"`

	// Missing says that a group names this role and it is gone: only ID is known.
	Missing bool `json:"missing,omitempty"`
}

// ListRoles returns a page of the roles that match q.
func (c *Client) ListRoles(ctx context.Context, q ListQuery) (Page[Role], error) {
	page, err := list[Role](ctx, c, "roles", q)
	if err != nil {
		return page, fmt.Errorf("listing roles: %w", err)
	}
	return page, nil
}
