package authzapi

import (
	"context"
	"slices"

	"trellis/cmd/internal/store"
)

func (s *Server) listPermissions(ctx context.Context, c *call) (any, error) {
	find, err := s.narrowed(ctx, c)
	if err != nil {
		return nil, err
	}
	permissions, n, err := c.tx.Permissions(ctx, find)
	if err != nil {
		return nil, err
	}
	records, err := permissionRecords(ctx, c.tx, permissions, fieldsOf(c.query))
	return struct {
		Permissions []record `json:"permissions"`
		totals
	}{records, totalsOf(c.query, n, len(records))}, err
}

// permissionRecords is permissions with the named fields, the count among them.
func permissionRecords(ctx context.Context, tx *store.Tx, permissions []store.Permission, fields []string) ([]record, error) {
	records, err := recordsOf(permissions, nil)
	if err != nil {
		return nil, err
	}
	if slices.Contains(fields, "role_count") {
		ids := make([]string, len(permissions))
		for i, p := range permissions {
			ids[i] = p.ID
		}
		counts, err := tx.PermissionCounts(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			records[i]["role_count"] = counts[id]
		}
	}
	for i := range records {
		records[i].only(fields)
	}
	return records, nil
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
	fields := fieldsOf(c.query)
	if fields == nil {
		return named{p.ID, p.Name, p.Description}, nil
	}
	records, err := permissionRecords(ctx, c.tx, []store.Permission{p}, fields)
	if err != nil {
		return nil, err
	}
	return records[0], nil
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
