package mgmt

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// PermissionRef names a permission: a scope of an API.
type PermissionRef struct {
	ResourceServerIdentifier string `json:"resource_server_identifier"`
	PermissionName           string `json:"permission_name"`
}

// UserPermission is a permission that a user or a role has, with what its API
// says of it.
type UserPermission struct {
	ResourceServerIdentifier string `json:"resource_server_identifier"`
	PermissionName           string `json:"permission_name"`
	ResourceServerName       string `json:"resource_server_name"`
	Description              string `json:"description"`
}

// permissionRefs is the body of a request that gives or takes permissions.
type permissionRefs struct {
	Permissions []PermissionRef `json:"permissions"`
}

// UserPermissions returns a page of the permissions that the user with id has,
// directly or by a role given directly. They come by API and name; q can only
// say which page.
func (c *Client) UserPermissions(ctx context.Context, id string, q ListQuery) (Page[UserPermission], error) {
	var out struct {
		Permissions []UserPermission `json:"permissions"`
		Total       int              `json:"total"`
	}
	err := c.get(ctx, []string{"users", id, "permissions"}, q.pageOnly().values(), &out)
	if err == nil {
		err = upstream.CheckList(out.Permissions, func(p UserPermission) string { return p.PermissionName })
	}
	if err != nil {
		return Page[UserPermission]{}, fmt.Errorf("listing permissions of user %q: %w", id, err)
	}
	return Page[UserPermission]{Items: out.Permissions, Total: out.Total}, nil
}

// AllUserPermissions returns every permission that UserPermissions pages through.
func (c *Client) AllUserPermissions(ctx context.Context, id string) ([]UserPermission, error) {
	return whole(func(q ListQuery) (Page[UserPermission], error) { return c.UserPermissions(ctx, id, q) })
}

// AddUserPermissions gives permissions to the user with id. One that the user
// holds already stays.
func (c *Client) AddUserPermissions(ctx context.Context, id string, permissions []PermissionRef) error {
	if err := c.send(ctx, http.MethodPost, []string{"users", id, "permissions"}, permissionRefs{permissions}); err != nil {
		return fmt.Errorf("adding permissions to user %q: %w", id, err)
	}
	return nil
}

// RemoveUserPermissions takes permissions from the user with id. What a role
// gives stays. One that the user does not hold is no error.
func (c *Client) RemoveUserPermissions(ctx context.Context, id string, permissions []PermissionRef) error {
	if err := c.send(ctx, http.MethodDelete, []string{"users", id, "permissions"}, permissionRefs{permissions}); err != nil {
		return fmt.Errorf("removing permissions from user %q: %w", id, err)
	}
	return nil
}
