package authz

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

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

	// How many permissions it has, how many users hold it directly, and how many
	// groups give it. Filled by ListRoles, when asked for, and by Role.
	PermissionCount int `json:"permission_count,omitempty"`
	UserCount       int `json:"user_count,omitempty"`
	GroupCount      int `json:"group_count,omitempty"`

	// ETag is the version of all but the counts, for UpdateRole and DeleteRole.
	// Filled by Role.
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

// RoleInput is what a role is made of, and what an update replaces. A role
// cannot move to another application.
type RoleInput struct {
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	ApplicationType string   `json:"applicationType"`
	ApplicationID   string   `json:"applicationId"`
	Permissions     []string `json:"permissions"`
}

var (
	// roleFields is everything about a role but who has it: what its version is of.
	roleFields = []string{"_id", "name", "description", "applicationType", "applicationId", "permissions"}
	roleCounts = []string{"permission_count", "user_count", "group_count"}
)

// Role returns the role with that id, its counts and its version. It asks twice,
// so that a new holder does not look like a change of the role.
func (c *Client) Role(ctx context.Context, id string) (Role, error) {
	var whole, counted Role
	path := []string{"roles", id}
	header, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodGet, Path: path, Query: ListQuery{Fields: roleFields}.values(),
	}, &whole)
	if err == nil {
		err = upstream.CheckRecord(whole.ID)
	}
	if err != nil {
		return Role{}, fmt.Errorf("reading role %q: %w", id, err)
	}
	if err := c.get(ctx, path, ListQuery{Fields: roleCounts}.values(), &counted); err != nil {
		return Role{}, fmt.Errorf("counting of role %q: %w", id, err)
	}
	whole.PermissionCount, whole.UserCount, whole.GroupCount = counted.PermissionCount, counted.UserCount, counted.GroupCount
	whole.ETag = header.Get("ETag")
	return whole, nil
}

// CreateRole makes a role.
func (c *Client) CreateRole(ctx context.Context, in RoleInput) (Role, error) {
	var r Role
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodPost, Path: []string{"roles"}, Body: in.complete()}, &r)
	if err == nil {
		err = upstream.CheckRecord(r.ID)
	}
	if err != nil {
		return Role{}, fmt.Errorf("creating role %q: %w", in.Name, err)
	}
	return r, nil
}

// UpdateRole replaces what a role is; who has it stays. When ifMatch is not empty
// and the role has changed since, its permissions included, nothing happens and
// the error is a 412.
func (c *Client) UpdateRole(ctx context.Context, id string, in RoleInput, ifMatch string) (Role, error) {
	var r Role
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPut, Path: []string{"roles", id}, Query: versionOf(roleFields, ifMatch), Body: in.complete(), IfMatch: ifMatch,
	}, &r)
	if err != nil {
		return Role{}, fmt.Errorf("updating role %q: %w", id, err)
	}
	return r, nil
}

// DeleteRole removes a role, also from the users who hold it. The API refuses
// while groups give it. ifMatch is as for UpdateRole.
func (c *Client) DeleteRole(ctx context.Context, id, ifMatch string) error {
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodDelete, Path: []string{"roles", id}, Query: versionOf(roleFields, ifMatch), IfMatch: ifMatch,
	}, nil)
	if err != nil {
		return fmt.Errorf("deleting role %q: %w", id, err)
	}
	return nil
}

// complete is in with a list, though it is empty: without one the API does not
// say what it makes of that.
func (in RoleInput) complete() RoleInput {
	if in.Permissions == nil {
		in.Permissions = []string{}
	}
	return in
}

// versionOf says which fields a version is of, when there is one to compare.
func versionOf(fields []string, ifMatch string) url.Values {
	if ifMatch == "" {
		return nil
	}
	return ListQuery{Fields: fields}.values()
}
