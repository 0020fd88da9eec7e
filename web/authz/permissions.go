package authz

import (
	"context"
	"fmt"
)

// Permission is something that an application lets its users do.
type Permission struct {
	ID              string `json:"_id"`
	Name            string `json:"name"`
	Description     string `json:"description"`
	ApplicationType string `json:"applicationType"`
	ApplicationID   string `json:"applicationId"`
}

// ListPermissions returns a page of the permissions that match q.
func (c *Client) ListPermissions(ctx context.Context, q ListQuery) (Page[Permission], error) {
	page, err := list[Permission](ctx, c, "permissions", q)
	if err != nil {
		return page, fmt.Errorf("listing permissions: %w", err)
	}
	return page, nil
}
