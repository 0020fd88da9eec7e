package authzapi

import (
	"context"

	"trellis/web/access"
)

// listRoleUsers is a page of the users who hold a role directly, as members of a
// group are listed.
func listRoleUsers(ctx context.Context, c *call) (any, error) {
	ids, err := c.tx.RoleUsers(ctx, c.id)
	if err != nil {
		return nil, err
	}
	grants := make([]access.Grant, len(ids))
	for i, id := range ids {
		grants[i] = access.Grant{ID: id}
	}
	return body(usersPage(ctx, c, grants))
}

func addRoleUsers(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error { return c.tx.AddRoleUsers(ctx, c.id, ids) })
}

func removeRoleUsers(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error { return c.tx.RemoveRoleUsers(ctx, c.id, ids) })
}
