package authzapi

import (
	"context"
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

func (s *Server) listRoles(ctx context.Context, c *call) (any, error) {
	find, err := s.narrowed(ctx, c)
	if err != nil {
		return nil, err
	}
	read, fields := c.tx.Roles, fieldsOf(c.query)
	if fields != nil && !slices.Contains(fields, "users") {
		read = c.tx.RolesWithoutUsers // who holds them can be many
	}
	roles, n, err := read(ctx, find)
	if err != nil {
		return nil, err
	}
	records, err := roleRecords(ctx, c.tx, roles, fields)
	return struct {
		Roles []record `json:"roles"`
		totals
	}{records, totalsOf(c.query, n, len(records))}, err
}

// roleRecords is roles with the named fields, counts among them.
func roleRecords(ctx context.Context, tx *store.Tx, roles []store.Role, fields []string) ([]record, error) {
	records, err := recordsOf(roles, nil)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(fields, func(f string) bool { return strings.HasSuffix(f, "_count") }) {
		ids := make([]string, len(roles))
		for i, r := range roles {
			ids[i] = r.ID
		}
		counts, err := tx.RoleCounts(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			n := counts[id]
			records[i]["permission_count"], records[i]["user_count"], records[i]["group_count"] = n.Permissions, n.Users, n.Groups
		}
	}
	for i := range records {
		records[i].only(fields)
	}
	return records, nil
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
	records, err := roleRecords(ctx, c.tx, []store.Role{r}, fields)
	if err != nil {
		return nil, err
	}
	return records[0], nil
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
