package authz

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
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

	// UserCount is how many users hold the role directly. Filled by Role.
	UserCount int `json:"user_count,omitempty"`

	// ETag is the version of ID, Name and Description. Filled by Role.
	ETag string `json:"-"`

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

// roleFields is everything about a role but who holds it.
var roleFields = []string{"_id", "name", "description", "applicationType", "applicationId", "permissions", "user_count"}

// Role returns the role with that id, with how many users hold it and its
// version. It asks twice, as Group does.
func (c *Client) Role(ctx context.Context, id string) (Role, error) {
	var plain, whole Role
	path := []string{"roles", id}
	header, err := c.api.Call(ctx, upstream.Request{Method: http.MethodGet, Path: path}, &plain)
	if err != nil {
		return Role{}, fmt.Errorf("reading role %q: %w", id, err)
	}
	if err := c.get(ctx, path, ListQuery{Fields: roleFields}.values(), &whole); err != nil {
		return Role{}, fmt.Errorf("reading role %q: %w", id, err)
	}
	whole.ETag = header.Get("ETag")
	return whole, nil
}
