package authz

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// Permission is something that an application lets its users do.
type Permission struct {
	ID              string `json:"_id"`
	Name            string `json:"name"`
	Description     string `json:"description"`
	ApplicationType string `json:"applicationType"`
	ApplicationID   string `json:"applicationId"`

	// RoleCount is how many roles contain it. Filled by ListPermissions, when
	// asked for, and by Permission.
	RoleCount int `json:"role_count,omitempty"`

	// ETag is the version of all but the count, for UpdatePermission and
	// DeletePermission. Filled by Permission.
	ETag string `json:"-"`
}

// PermissionInput is what a permission is made of, and what an update replaces.
type PermissionInput struct {
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

// permissionFields is what the version of a permission is of.
var permissionFields = []string{"_id", "name", "description", "applicationType", "applicationId"}

// Permission returns the permission with that id, how many roles contain it, and
// its version. It asks twice, as Role does.
func (c *Client) Permission(ctx context.Context, id string) (Permission, error) {
	var whole, counted Permission
	path := []string{"permissions", id}
	header, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodGet, Path: path, Query: ListQuery{Fields: permissionFields}.values(),
	}, &whole)
	if err == nil {
		err = upstream.CheckRecord(whole.ID)
	}
	if err != nil {
		return Permission{}, fmt.Errorf("reading permission %q: %w", id, err)
	}
	if err := c.get(ctx, path, ListQuery{Fields: []string{"role_count"}}.values(), &counted); err != nil {
		return Permission{}, fmt.Errorf("counting roles of permission %q: %w", id, err)
	}
	whole.RoleCount = counted.RoleCount
	whole.ETag = header.Get("ETag")
	return whole, nil
}

// CreatePermission makes a permission.
func (c *Client) CreatePermission(ctx context.Context, in PermissionInput) (Permission, error) {
	var p Permission
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodPost, Path: []string{"permissions"}, Body: in}, &p)
	if err == nil {
		err = upstream.CheckRecord(p.ID)
	}
	if err != nil {
		return Permission{}, fmt.Errorf("creating permission %q: %w", in.Name, err)
	}
	return p, nil
}

// UpdatePermission replaces what a permission is. The API refuses while roles
// contain it. When ifMatch is not empty and the permission has changed since,
// nothing happens and the error is a 412.
func (c *Client) UpdatePermission(ctx context.Context, id string, in PermissionInput, ifMatch string) (Permission, error) {
	var p Permission
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPut, Path: []string{"permissions", id}, Query: versionOf(permissionFields, ifMatch), Body: in, IfMatch: ifMatch,
	}, &p)
	if err != nil {
		return Permission{}, fmt.Errorf("updating permission %q: %w", id, err)
	}
	return p, nil
}

// DeletePermission removes a permission. The API refuses while roles contain it.
// ifMatch is as for UpdatePermission.
func (c *Client) DeletePermission(ctx context.Context, id, ifMatch string) error {
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodDelete, Path: []string{"permissions", id}, Query: versionOf(permissionFields, ifMatch), IfMatch: ifMatch,
	}, nil)
	if err != nil {
		return fmt.Errorf("deleting permission %q: %w", id, err)
	}
	return nil
}
