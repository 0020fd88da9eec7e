package mgmt

import (
	"context"
	"fmt"
	"net/http"
)

// Role is a role of the tenant: permissions of APIs under one name. The roles of
// the Authorization API are another kind.
type Role struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// RoleInput is what is said of a new role.
type RoleInput struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// RolePatch is what to change of a role; nil stays.
type RolePatch struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`
}

// RoleUser is what a role tells of a user who has it.
type RoleUser struct {
	UserID  string `json:"user_id"`
	Email   string `json:"email,omitempty"`
	Name    string `json:"name,omitempty"`
	Picture string `json:"picture,omitempty"`
}

// Roles returns a page of the roles. Only q.Name narrows which ones.
func (c *Client) Roles(ctx context.Context, q ListQuery) (Page[Role], error) {
	var out rolePage
	values := q.pageOnly().values()
	if q.Name != "" {
		values.Set("name_filter", q.Name)
	}
	if err := c.get(ctx, []string{"roles"}, values, &out); err != nil {
		return Page[Role]{}, fmt.Errorf("listing roles: %w", err)
	}
	return out.page(), nil
}

// rolePage is a page of roles on the wire.
type rolePage struct {
	Roles []Role `json:"roles"`
	Total int    `json:"total"`
}

func (p rolePage) page() Page[Role] { return Page[Role]{Items: p.Roles, Total: p.Total} }

// Role returns the role with id.
func (c *Client) Role(ctx context.Context, id string) (Role, error) {
	var out Role
	if err := c.get(ctx, []string{"roles", id}, nil, &out); err != nil {
		return Role{}, fmt.Errorf("reading role %q: %w", id, err)
	}
	return out, nil
}

// CreateRole makes a role, which has no permissions and no users yet.
func (c *Client) CreateRole(ctx context.Context, in RoleInput) (Role, error) {
	var out Role
	if err := c.exchange(ctx, http.MethodPost, []string{"roles"}, in, &out); err != nil {
		return Role{}, fmt.Errorf("creating a role: %w", err)
	}
	return out, nil
}

// UpdateRole changes the role with id, and returns it as it is then.
func (c *Client) UpdateRole(ctx context.Context, id string, patch RolePatch) (Role, error) {
	var out Role
	if err := c.exchange(ctx, http.MethodPatch, []string{"roles", id}, patch, &out); err != nil {
		return Role{}, fmt.Errorf("updating role %q: %w", id, err)
	}
	return out, nil
}

// DeleteRole deletes the role with id. Everyone who had it loses it.
func (c *Client) DeleteRole(ctx context.Context, id string) error {
	if err := c.send(ctx, http.MethodDelete, []string{"roles", id}, nil); err != nil {
		return fmt.Errorf("deleting role %q: %w", id, err)
	}
	return nil
}

// RolePermissions returns a page of the permissions that the role with id gives.
// They come by API and name; q can only say which page.
func (c *Client) RolePermissions(ctx context.Context, id string, q ListQuery) (Page[UserPermission], error) {
	var out struct {
		Permissions []UserPermission `json:"permissions"`
		Total       int              `json:"total"`
	}
	if err := c.get(ctx, []string{"roles", id, "permissions"}, q.pageOnly().values(), &out); err != nil {
		return Page[UserPermission]{}, fmt.Errorf("listing permissions of role %q: %w", id, err)
	}
	return Page[UserPermission]{Items: out.Permissions, Total: out.Total}, nil
}

// AllRolePermissions returns every permission that the role with id gives.
func (c *Client) AllRolePermissions(ctx context.Context, id string) ([]UserPermission, error) {
	return whole(func(q ListQuery) (Page[UserPermission], error) { return c.RolePermissions(ctx, id, q) })
}

// AddRolePermissions makes the role with id give permissions. One that it gives
// already stays.
func (c *Client) AddRolePermissions(ctx context.Context, id string, permissions []PermissionRef) error {
	if err := c.send(ctx, http.MethodPost, []string{"roles", id, "permissions"}, permissionRefs{permissions}); err != nil {
		return fmt.Errorf("adding permissions to role %q: %w", id, err)
	}
	return nil
}

// RemoveRolePermissions takes permissions from the role with id. One that it
// does not give is no error.
func (c *Client) RemoveRolePermissions(ctx context.Context, id string, permissions []PermissionRef) error {
	if err := c.send(ctx, http.MethodDelete, []string{"roles", id, "permissions"}, permissionRefs{permissions}); err != nil {
		return fmt.Errorf("removing permissions from role %q: %w", id, err)
	}
	return nil
}
