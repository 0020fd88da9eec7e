package store

import (
	"context"
	"fmt"
)

// CoreRolePermissions is the permissions that the core role with id gives, by
// API and name: limit of them after the first offset, and how many there are.
func (tx *Tx) CoreRolePermissions(ctx context.Context, id string, offset, limit int) ([]UserPermission, int, error) {
	if _, err := tx.CoreRole(ctx, id); err != nil {
		return nil, 0, err
	}
	const given = ` from core_role_permissions where role_id = $1`
	total, err := tx.number(ctx, `select count(*)`+given, id)
	if err != nil {
		return nil, 0, fmt.Errorf("counting permissions of core role %q: %w", id, err)
	}
	permissions, err := tx.permissionRefs(ctx, given+` order by api, permission limit $2 offset $3`, id, limit, offset)
	return permissions, total, err
}

// AddCoreRolePermissions adds those of permissions to the core role with id that
// it does not give yet. All or nothing: an unknown API or permission is an
// UnknownError.
func (tx *Tx) AddCoreRolePermissions(ctx context.Context, id string, permissions []UserPermission) error {
	if _, err := tx.CoreRole(ctx, id); err != nil {
		return err
	}
	if err := tx.known(ctx, permissions); err != nil {
		return err
	}
	var added []UserPermission
	for _, p := range permissions {
		n, err := tx.change(ctx, `insert into core_role_permissions(role_id, api, permission) values($1, $2, $3)
			on conflict(role_id, api, permission) do nothing`, id, p.API, p.Name)
		if err != nil {
			return fmt.Errorf("adding a permission to core role %q: %w", id, err)
		}
		if n > 0 {
			added = append(added, p)
		}
	}
	if len(added) == 0 {
		return nil
	}
	return tx.record(ctx, "core_role.permissions.add", "core_role", id, nil, added)
}

// RemoveCoreRolePermissions takes from the core role with id those of
// permissions that it gives. Whether the APIs still know them does not matter.
func (tx *Tx) RemoveCoreRolePermissions(ctx context.Context, id string, permissions []UserPermission) error {
	if _, err := tx.CoreRole(ctx, id); err != nil {
		return err
	}
	var removed []UserPermission
	for _, p := range permissions {
		n, err := tx.change(ctx, `delete from core_role_permissions where role_id = $1 and api = $2 and permission = $3`, id, p.API, p.Name)
		if err != nil {
			return fmt.Errorf("removing a permission from core role %q: %w", id, err)
		}
		if n > 0 {
			removed = append(removed, p)
		}
	}
	if len(removed) == 0 {
		return nil
	}
	return tx.record(ctx, "core_role.permissions.remove", "core_role", id, removed, nil)
}

// dropGivers takes one permission of an API from every core role that gives it.
func (tx *Tx) dropGivers(ctx context.Context, api, permission string) error {
	givers, err := tx.texts(ctx, `select role_id from core_role_permissions where api = $1 and permission = $2 order by seq`, api, permission)
	if err != nil {
		return fmt.Errorf("reading which core roles give %q of %q: %w", permission, api, err)
	}
	for _, id := range givers {
		if err := tx.RemoveCoreRolePermissions(ctx, id, []UserPermission{{API: api, Name: permission}}); err != nil {
			return err
		}
	}
	return nil
}
