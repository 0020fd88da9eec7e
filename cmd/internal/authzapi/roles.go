package authzapi

import (
	"context"
	"slices"

	"trellis/cmd/internal/store"
)

func listRoles(ctx context.Context, c *call) (any, error) {
	read, fields := c.tx.Roles, fieldsOf(c.query)
	if fields != nil && !slices.Contains(fields, "users") {
		read = c.tx.RolesWithoutUsers // who holds them can be many
	}
	roles, n, err := read(ctx, findOf(c.query))
	if err != nil {
		return nil, err
	}
	records, err := recordsOf(roles, fields)
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
	r, err := c.tx.RoleWithoutUsers(ctx, c.id)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	if fields == nil {
		return named{r.ID, r.Name, r.Description}, nil
	}
	out, err := recordOf(r)
	if err != nil {
		return nil, err
	}
	if slices.Contains(fields, "user_count") {
		if out["user_count"], err = c.tx.RoleUserCount(ctx, c.id); err != nil {
			return nil, err
		}
	}
	return out.only(fields), nil
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
