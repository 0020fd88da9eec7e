package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// Permission is something that an application lets its users do.
type Permission struct {
	ID              string `json:"_id"`
	Name            string `json:"name"`
	Description     string `json:"description"`
	ApplicationType string `json:"applicationType"`
	ApplicationID   string `json:"applicationId"`
}

// PermissionInput is what is said of a new or changed permission.
type PermissionInput struct {
	Name            string `json:"name"`
	Description     string `json:"description"`
	ApplicationType string `json:"applicationType"`
	ApplicationID   string `json:"applicationId"`
}

func permissionTable() table {
	t := tableOf("permissions").ofApplication()
	t.sort["role_count"] = `(select count(*) from role_permissions where permission_id = permissions.id)`
	return t
}

// PermissionCounts is how many roles contain each of the permissions with ids.
func (tx *Tx) PermissionCounts(ctx context.Context, ids []string) (map[string]int, error) {
	return tx.countsOf(ctx, "role_permissions", "permission_id", ids)
}

// Permissions is the permissions that f finds.
func (tx *Tx) Permissions(ctx context.Context, f Find) ([]Permission, Totals, error) {
	rest, args, totals, err := tx.clauses(ctx, permissionTable(), f)
	if err != nil {
		return nil, totals, err
	}
	permissions, err := tx.permissions(ctx, rest, args...)
	return permissions, totals, err
}

// PermissionsByID is the permissions with ids, as far as they exist, in store order.
func (tx *Tx) PermissionsByID(ctx context.Context, ids []string) ([]Permission, error) {
	var out []Permission
	for some := range slices.Chunk(ids, wholeBatch) {
		found, err := tx.permissions(ctx, ` where id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// Permission is the permission with id.
func (tx *Tx) Permission(ctx context.Context, id string) (Permission, error) {
	permissions, err := tx.permissions(ctx, ` where id = $1`, id)
	if err != nil {
		return Permission{}, err
	}
	if len(permissions) == 0 {
		return Permission{}, &NotFoundError{Kind: Permissions, ID: id}
	}
	return permissions[0], nil
}

func (tx *Tx) permissions(ctx context.Context, rest string, args ...any) ([]Permission, error) {
	var out []Permission
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var p Permission
		err := r.Scan(&p.ID, &p.Name, &p.Description, &p.ApplicationType, &p.ApplicationID)
		out = append(out, p)
		return err
	}, `select id, name, description, application_type, application_id from permissions`+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading permissions: %w", err)
	}
	return out, nil
}

// CreatePermission makes a permission. A name that another one of the
// application has is a TakenError.
func (tx *Tx) CreatePermission(ctx context.Context, in PermissionInput) (Permission, error) {
	if err := tx.taken(ctx, permissionTable(), Permissions, in.Name, "", sameApplication, in.ApplicationID); err != nil {
		return Permission{}, err
	}
	p := in.as(uuid.NewString())
	if err := tx.insertPermission(ctx, p, 0); err != nil {
		return Permission{}, err
	}
	return p, tx.record(ctx, "permission.create", "permission", p.ID, nil, p)
}

func (in PermissionInput) as(id string) Permission {
	return Permission{
		ID: id, Name: in.Name, Description: in.Description,
		ApplicationType: in.ApplicationType, ApplicationID: in.ApplicationID,
	}
}

// insertPermission inserts p, which is the twin-th more of its application that has its name.
func (tx *Tx) insertPermission(ctx context.Context, p Permission, twin int) error {
	_, err := tx.change(ctx, `insert into permissions(id, name, name_key, description, description_key,
			application_type, application_id, created, updated, twin)
		values($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
		p.ID, p.Name, fold(p.Name), p.Description, fold(p.Description),
		p.ApplicationType, p.ApplicationID, tx.now().UnixMilli(), twin)
	if tx.store.dialect.duplicate(err) {
		return &TakenError{Kind: Permissions, Name: p.Name}
	}
	if err != nil {
		return fmt.Errorf("creating permission %q: %w", p.Name, err)
	}
	return nil
}

// UpdatePermission replaces what is said of the permission with id. One that a
// role has is an InUseError.
func (tx *Tx) UpdatePermission(ctx context.Context, id string, in PermissionInput) (Permission, error) {
	if err := tx.taken(ctx, permissionTable(), Permissions, in.Name, id, sameApplication, in.ApplicationID); err != nil {
		return Permission{}, err
	}
	was, err := tx.Permission(ctx, id)
	if err != nil {
		return Permission{}, err
	}
	if err := tx.unused(ctx, id); err != nil {
		return Permission{}, err
	}
	is := in.as(id)
	if is == was {
		return is, nil
	}
	_, err = tx.change(ctx, `update permissions set name = $2, name_key = $3, twin = 0, description = $4, description_key = $5,
			application_type = $6, application_id = $7, updated = $8 where id = $1`,
		id, is.Name, fold(is.Name), is.Description, fold(is.Description), is.ApplicationType, is.ApplicationID, tx.now().UnixMilli())
	if err != nil {
		return Permission{}, fmt.Errorf("updating permission %q: %w", id, err)
	}
	return is, tx.record(ctx, "permission.update", "permission", id, was, is)
}

// DeletePermission removes the permission with id. One that a role has is an
// InUseError; to delete what does not exist is no error.
func (tx *Tx) DeletePermission(ctx context.Context, id string) error {
	if err := tx.unused(ctx, id); err != nil {
		return err
	}
	was, err := tx.Permission(ctx, id)
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.change(ctx, `delete from permissions where id = $1`, id); err != nil {
		return fmt.Errorf("deleting permission %q: %w", id, err)
	}
	return tx.record(ctx, "permission.delete", "permission", id, was, nil)
}

// unused refuses a permission that roles have.
func (tx *Tx) unused(ctx context.Context, id string) error {
	roles, err := tx.texts(ctx, `select name from roles
		where exists (select 1 from role_permissions where role_id = roles.id and permission_id = $1) order by seq`, id)
	if err != nil {
		return fmt.Errorf("looking for roles with permission %q: %w", id, err)
	}
	if len(roles) > 0 {
		return &InUseError{Kind: Permissions, In: Roles, Names: roles}
	}
	return nil
}
