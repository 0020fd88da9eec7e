package authz

import (
	"context"
	"fmt"

	"trellis/web/upstream"
)

// RoleUsers returns a page of the users who hold a role directly. It is asked as
// Members is.
func (c *Client) RoleUsers(ctx context.Context, id string, q ListQuery) (Page[User], error) {
	var out struct {
		Total int    `json:"total"`
		Users []User `json:"users"`
	}
	err := c.get(ctx, []string{"roles", id, "users"}, q.fromOne(), &out)
	if err == nil {
		err = upstream.CheckList(out.Users, keyOf)
	}
	if err != nil {
		return Page[User]{}, fmt.Errorf("listing users of role %q: %w", id, err)
	}
	for i := range out.Users {
		out.Users[i].markMissing()
	}
	return Page[User]{Items: out.Users, Total: out.Total}, nil
}

// AddRoleUsers gives a role to users. Who holds it already keeps it.
func (c *Client) AddRoleUsers(ctx context.Context, id string, userIDs []string) error {
	if err := c.patch(ctx, []string{"roles", id, "users"}, userIDs); err != nil {
		return fmt.Errorf("giving role %q: %w", id, err)
	}
	return nil
}

// RemoveRoleUsers takes a role from users.
func (c *Client) RemoveRoleUsers(ctx context.Context, id string, userIDs []string) error {
	if err := c.remove(ctx, []string{"roles", id, "users"}, userIDs); err != nil {
		return fmt.Errorf("taking role %q: %w", id, err)
	}
	return nil
}
