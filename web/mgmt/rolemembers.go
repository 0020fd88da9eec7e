package mgmt

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// Where a permission or a role of a user comes from, in Sources.
const (
	Direct   = "direct" // the user holds it directly
	ByRole   = "roles"  // of a permission: a role of the user gives it
	ByGroups = "groups" // of a role: a group of the user gives it; never of the embedded tenant
)

// EffectivePermission is a permission that a user has, and where from.
type EffectivePermission struct {
	UserPermission

	Sources []string `json:"sources"`
}

// EffectiveRole is a role that a user has, and where from.
type EffectiveRole struct {
	Role

	Sources []string `json:"sources"`
}

// RoleUsers returns a page of the users who have the role with id, in the order
// of their getting it; q can only say which page.
func (c *Client) RoleUsers(ctx context.Context, id string, q ListQuery) (Page[RoleUser], error) {
	var out struct {
		Users []RoleUser `json:"users"`
		Total int        `json:"total"`
	}
	if err := c.get(ctx, []string{"roles", id, "users"}, q.pageOnly().values(), &out); err != nil {
		return Page[RoleUser]{}, fmt.Errorf("listing users of role %q: %w", id, err)
	}
	return Page[RoleUser]{Items: out.Users, Total: out.Total}, nil
}

// AssignRoleUsers gives the role with id to users. Who has it already keeps it.
func (c *Client) AssignRoleUsers(ctx context.Context, id string, users []string) error {
	body := map[string][]string{"users": users}
	if err := c.send(ctx, http.MethodPost, []string{"roles", id, "users"}, body); err != nil {
		return fmt.Errorf("giving role %q to users: %w", id, err)
	}
	return nil
}

// UserRoles returns a page of the roles that the user with id has; q can only
// say which page.
func (c *Client) UserRoles(ctx context.Context, id string, q ListQuery) (Page[Role], error) {
	var out rolePage
	if err := c.get(ctx, []string{"users", id, "roles"}, q.pageOnly().values(), &out); err != nil {
		return Page[Role]{}, fmt.Errorf("listing roles of user %q: %w", id, err)
	}
	return out.page(), nil
}

// AssignUserRoles gives roles to the user with id. One that the user has
// already stays.
func (c *Client) AssignUserRoles(ctx context.Context, id string, roles []string) error {
	if err := c.send(ctx, http.MethodPost, []string{"users", id, "roles"}, map[string][]string{"roles": roles}); err != nil {
		return fmt.Errorf("giving roles to user %q: %w", id, err)
	}
	return nil
}

// RemoveUserRoles takes roles from the user with id. One that the user does not
// have is no error.
func (c *Client) RemoveUserRoles(ctx context.Context, id string, roles []string) error {
	if err := c.send(ctx, http.MethodDelete, []string{"users", id, "roles"}, map[string][]string{"roles": roles}); err != nil {
		return fmt.Errorf("taking roles from user %q: %w", id, err)
	}
	return nil
}

// EffectivePermissions returns every permission of one API that the user with
// id has, whatever it comes from, by name.
func (c *Client) EffectivePermissions(ctx context.Context, id, api string) ([]EffectivePermission, error) {
	all, err := toTheEnd(func(query url.Values) ([]EffectivePermission, string, error) {
		var out struct {
			Permissions []EffectivePermission `json:"permissions"`
			Next        string                `json:"next"`
		}
		query.Set("resource_server_identifier", api)
		err := c.get(ctx, []string{"users", id, "effective-permissions"}, query, &out)
		return out.Permissions, out.Next, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing what user %q may do at %q: %w", id, api, err)
	}
	return all, nil
}

// EffectiveRoles returns every role that the user with id has, whatever it
// comes from.
func (c *Client) EffectiveRoles(ctx context.Context, id string) ([]EffectiveRole, error) {
	all, err := c.effectiveRoles(ctx, []string{"users", id, "effective-roles"}, nil)
	if err != nil {
		return nil, fmt.Errorf("listing effective roles of user %q: %w", id, err)
	}
	return all, nil
}

// PermissionRoles returns the roles that give the user with id a permission.
func (c *Client) PermissionRoles(ctx context.Context, id string, p PermissionRef) ([]EffectiveRole, error) {
	all, err := c.effectiveRoles(ctx, []string{"users", id, "effective-permissions", "sources", "effective-roles"}, url.Values{
		"resource_server_identifier": {p.ResourceServerIdentifier}, "permission_name": {p.PermissionName},
	})
	if err != nil {
		return nil, fmt.Errorf("listing the roles that give user %q %q: %w", id, p.PermissionName, err)
	}
	return all, nil
}

func (c *Client) effectiveRoles(ctx context.Context, path []string, of url.Values) ([]EffectiveRole, error) {
	return toTheEnd(func(query url.Values) ([]EffectiveRole, string, error) {
		var out struct {
			Roles []EffectiveRole `json:"roles"`
			Next  string          `json:"next"`
		}
		for name, values := range of {
			query[name] = values
		}
		err := c.get(ctx, path, query, &out)
		return out.Roles, out.Next, err
	})
}

// toTheEnd reads a list whose every part names the next one.
func toTheEnd[T any](read func(url.Values) ([]T, string, error)) ([]T, error) {
	var out []T
	query := url.Values{"take": {strconv.Itoa(fullPage)}}
	for range maxPages {
		part, next, err := read(query)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
		if next == "" {
			return out, nil
		}
		query.Set("from", next)
	}
	return nil, fmt.Errorf("the list has more than %d entries", maxPages*fullPage)
}
