package authzapi

import (
	"context"

	"trellis/cmd/internal/store"
)

func listPermissions(ctx context.Context, c *call) (any, error) {
	permissions, n, err := c.tx.Permissions(ctx, findOf(c.query))
	if err != nil {
		return nil, err
	}
	records, err := recordsOf(permissions, fieldsOf(c.query))
	return struct {
		Permissions []record `json:"permissions"`
		totals
	}{records, totalsOf(c.query, n, len(records))}, err
}

func createPermission(ctx context.Context, c *call) (any, error) {
	var in store.PermissionInput
	if err := c.into(&in); err != nil {
		return nil, err
	}
	return body(c.tx.CreatePermission(ctx, in))
}

func getPermission(ctx context.Context, c *call) (any, error) {
	p, err := c.tx.Permission(ctx, c.id)
	if err != nil {
		return nil, err
	}
	return named{p.ID, p.Name, p.Description}, nil
}

func updatePermission(ctx context.Context, c *call) (any, error) {
	var in store.PermissionInput
	if err := c.into(&in); err != nil {
		return nil, err
	}
	return body(c.tx.UpdatePermission(ctx, c.id, in))
}

func deletePermission(ctx context.Context, c *call) (any, error) {
	return nil, c.tx.DeletePermission(ctx, c.id)
}
