package authzapi

import (
	"context"

	"trellis/cmd/internal/store"
)

func listRoles(ctx context.Context, c *call) (any, error) {
	roles, n, err := c.tx.Roles(ctx, findOf(c.query))
	if err != nil {
		return nil, err
	}
	records, err := recordsOf(roles, fieldsOf(c.query))
	return struct {
		Roles []record `json:"roles"`
		totals
	}{records, totalsOf(c.query, n, len(records))}, err
}

func createRole(ctx context.Context, c *call) (any, error) {
	var in store.RoleInput
	if err := c.into(&in); err != nil {
		return nil, err
	}
	return body(c.tx.CreateRole(ctx, in))
}

func getRole(ctx context.Context, c *call) (any, error) {
	r, err := c.tx.Role(ctx, c.id)
	if err != nil {
		return nil, err
	}
	return named{r.ID, r.Name, r.Description}, nil
}

func updateRole(ctx context.Context, c *call) (any, error) {
	var in store.RoleInput
	if err := c.into(&in); err != nil {
		return nil, err
	}
	return body(c.tx.UpdateRole(ctx, c.id, in))
}

func deleteRole(ctx context.Context, c *call) (any, error) {
	return nil, c.tx.DeleteRole(ctx, c.id)
}

// body is v as the body of an answer: none when there is an error.
func body[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}
