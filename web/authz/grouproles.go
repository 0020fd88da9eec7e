package authz

import (
	"context"
	"fmt"
)

// NestedRole is a role, and the first group that grants it among a group and
// the groups that contain it.
type NestedRole struct {
	Role  Role  `json:"role"`
	Group Group `json:"group"`
}

// GroupRoles returns the roles of a group, with those that are gone marked Missing.
// Who else holds them it leaves out.
func (c *Client) GroupRoles(ctx context.Context, id string) ([]Role, error) {
	out, err := records[Role](ctx, c, []string{"groups", id, "roles"}, missingToo(roleFields))
	if err != nil {
		return nil, fmt.Errorf("listing roles of group %q: %w", id, err)
	}
	return out, nil
}

// AllGroupRoles returns the roles of a group and of the groups that contain it. Of
// the groups it has the id and the name: all else would come once for each role, the
// ids of all roles among it.
func (c *Client) AllGroupRoles(ctx context.Context, id string) ([]NestedRole, error) {
	out, err := records[NestedRole](ctx, c, []string{"groups", id, "roles", "nested"}, ListQuery{Fields: roleFields}.values())
	if err != nil {
		return nil, fmt.Errorf("listing all roles of group %q: %w", id, err)
	}
	return out, nil
}

// AddGroupRoles gives roles to a group. One that it has stays.
func (c *Client) AddGroupRoles(ctx context.Context, id string, roleIDs []string) error {
	if err := c.patch(ctx, []string{"groups", id, "roles"}, roleIDs); err != nil {
		return fmt.Errorf("adding roles to group %q: %w", id, err)
	}
	return nil
}

// RemoveGroupRoles takes roles from a group.
func (c *Client) RemoveGroupRoles(ctx context.Context, id string, roleIDs []string) error {
	if err := c.remove(ctx, []string{"groups", id, "roles"}, roleIDs); err != nil {
		return fmt.Errorf("removing roles from group %q: %w", id, err)
	}
	return nil
}
