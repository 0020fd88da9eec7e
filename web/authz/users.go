package authz

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"trellis/web/upstream"
)

// UserRole is a role as the lists of a user's roles have it.
type UserRole struct {
	ID            string `json:"_id"`
	Name          string `json:"name"`
	Description   string `json:"description"`
	ApplicationID string `json:"applicationId"`
}

// SignIn is what an identity provider tells of a user who signs in.
type SignIn struct {
	ConnectionName string   `json:"connectionName"`
	Groups         []string `json:"groups,omitempty"`
}

// Policy is what a user may do in an application, by name.
type Policy struct {
	Groups      []string `json:"groups"`
	Roles       []string `json:"roles"`
	Permissions []string `json:"permissions"`

	// Metadata is that of the groups, by their names. Filled by PolicyWithMetadata.
	Metadata map[string]map[string]any `json:"metadata,omitempty"`
}

// MissingUser is an id that groups and roles name and the tenant does not know.
type MissingUser struct {
	UserID     string `json:"user_id"`
	GroupCount int    `json:"group_count"`
	RoleCount  int    `json:"role_count"`
}

// UserGroups returns the groups that a user is a direct member of.
func (c *Client) UserGroups(ctx context.Context, id string) ([]Group, error) {
	var out []Group
	if err := c.get(ctx, []string{"users", id, "groups"}, nil, &out); err != nil {
		return nil, fmt.Errorf("listing groups of user %q: %w", id, err)
	}
	return out, nil
}

// AllUserGroups returns the groups that a user is in, directly or through others.
func (c *Client) AllUserGroups(ctx context.Context, id string) ([]Group, error) {
	var out []Group
	if err := c.get(ctx, []string{"users", id, "groups", "calculate"}, nil, &out); err != nil {
		return nil, fmt.Errorf("listing all groups of user %q: %w", id, err)
	}
	return out, nil
}

// AddUserGroups makes a user a member of groups. One that it is in stays.
func (c *Client) AddUserGroups(ctx context.Context, id string, groupIDs []string) error {
	if err := c.patch(ctx, []string{"users", id, "groups"}, groupIDs); err != nil {
		return fmt.Errorf("adding user %q to groups: %w", id, err)
	}
	return nil
}

// RemoveUserGroups ends a user's direct membership in groups.
func (c *Client) RemoveUserGroups(ctx context.Context, id string, groupIDs []string) error {
	if err := c.remove(ctx, []string{"users", id, "groups"}, groupIDs); err != nil {
		return fmt.Errorf("removing user %q from groups: %w", id, err)
	}
	return nil
}

// UserRoles returns the roles that a user holds directly.
func (c *Client) UserRoles(ctx context.Context, id string) ([]UserRole, error) {
	var out []UserRole
	if err := c.get(ctx, []string{"users", id, "roles"}, nil, &out); err != nil {
		return nil, fmt.Errorf("listing roles of user %q: %w", id, err)
	}
	return out, nil
}

// AllUserRoles returns the roles that a user has, also through groups.
func (c *Client) AllUserRoles(ctx context.Context, id string) ([]UserRole, error) {
	var out []UserRole
	if err := c.get(ctx, []string{"users", id, "roles", "calculate"}, nil, &out); err != nil {
		return nil, fmt.Errorf("listing all roles of user %q: %w", id, err)
	}
	return out, nil
}

// AddUserRoles gives roles to a user. One that it holds stays.
func (c *Client) AddUserRoles(ctx context.Context, id string, roleIDs []string) error {
	if err := c.patch(ctx, []string{"users", id, "roles"}, roleIDs); err != nil {
		return fmt.Errorf("giving roles to user %q: %w", id, err)
	}
	return nil
}

// RemoveUserRoles takes roles from a user: all, or none when one does not exist.
func (c *Client) RemoveUserRoles(ctx context.Context, id string, roleIDs []string) error {
	if err := c.remove(ctx, []string{"users", id, "roles"}, roleIDs); err != nil {
		return fmt.Errorf("taking roles from user %q: %w", id, err)
	}
	return nil
}

// Policy returns what a user who signs in may do in an application.
func (c *Client) Policy(ctx context.Context, id, clientID string, in SignIn) (Policy, error) {
	return c.policy(ctx, id, clientID, in, nil)
}

// PolicyWithMetadata is Policy, and the metadata of the groups.
func (c *Client) PolicyWithMetadata(ctx context.Context, id, clientID string, in SignIn) (Policy, error) {
	return c.policy(ctx, id, clientID, in, url.Values{"metadata": {"true"}})
}

func (c *Client) policy(ctx context.Context, id, clientID string, in SignIn, query url.Values) (Policy, error) {
	var out Policy
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPost, Path: []string{"users", id, "policy", clientID}, Query: query, Body: in,
	}, &out)
	if err != nil {
		return Policy{}, fmt.Errorf("asking for the policy of user %q: %w", id, err)
	}
	return out, nil
}

// User returns the profile of a user.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	var out User
	if err := c.get(ctx, []string{"users", id}, nil, &out); err != nil {
		return User{}, fmt.Errorf("reading user %q: %w", id, err)
	}
	return out, nil
}

// ListUsers returns a page of the tenant's users, who signed in last first unless
// Sort says otherwise. The search is in the syntax of the Management API;
// ListQuery.Page counts from 0 here too.
func (c *Client) ListUsers(ctx context.Context, q ListQuery) (Page[User], error) {
	var out struct {
		Total int    `json:"total"`
		Users []User `json:"users"`
	}
	err := c.get(ctx, []string{"users"}, q.fromOne(), &out)
	if err == nil {
		err = upstream.CheckList(out.Users, keyOf)
	}
	if err != nil {
		return Page[User]{}, fmt.Errorf("listing users: %w", err)
	}
	return Page[User]{Items: out.Users, Total: out.Total}, nil
}

// MissingUsers returns a page of the ids that groups and roles name and the tenant
// does not know. page counts from 0.
func (c *Client) MissingUsers(ctx context.Context, page, perPage int) (Page[MissingUser], error) {
	var out struct {
		Total int           `json:"total"`
		Users []MissingUser `json:"users"`
	}
	query := url.Values{"missing": {"true"}, "page": {strconv.Itoa(page + 1)}, "per_page": {strconv.Itoa(perPage)}}
	err := c.get(ctx, []string{"users"}, query, &out)
	if err == nil {
		err = upstream.CheckList(out.Users, keyOf)
	}
	if err != nil {
		return Page[MissingUser]{}, fmt.Errorf("listing users that are missing: %w", err)
	}
	return Page[MissingUser]{Items: out.Users, Total: out.Total}, nil
}

// ReplaceUser gives the groups and roles that a user has directly to another.
func (c *Client) ReplaceUser(ctx context.Context, id, by string) error {
	body := map[string]string{"user_id": by}
	if err := c.patch(ctx, []string{"users", id}, body); err != nil {
		return fmt.Errorf("replacing user %q: %w", id, err)
	}
	return nil
}

// DropUser takes a user out of all groups, and all roles from it. The tenant goes
// on knowing it.
func (c *Client) DropUser(ctx context.Context, id string) error {
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodDelete, Path: []string{"users", id}}, nil)
	if err != nil {
		return fmt.Errorf("dropping user %q: %w", id, err)
	}
	return nil
}
