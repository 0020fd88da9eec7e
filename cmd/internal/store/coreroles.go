package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
)

// CoreRole is a role of the Management API: a set of permissions of APIs, which
// users get by having the role. Roles of the Authorization API are another kind.
type CoreRole struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

func coreRoleTable() table { return table{name: "core_roles"} }

// newCoreRoleID is an id as Auth0 gives it: the prefix tells what it is of.
func newCoreRoleID() string { return "rol_" + rand.Text()[:16] }

// CoreRoles is the core roles whose names hold search, in any case of letters,
// in the order of their making: limit of them after the first offset, and how
// many there are.
func (tx *Tx) CoreRoles(ctx context.Context, search string, offset, limit int) ([]CoreRole, int, error) {
	const matching = ` from core_roles where name_key like $1 escape '\'`
	total, err := tx.number(ctx, `select count(*)`+matching, like(fold(search)))
	if err != nil {
		return nil, 0, fmt.Errorf("counting core roles: %w", err)
	}
	roles, err := tx.coreRoles(ctx, matching+` order by seq limit $2 offset $3`, like(fold(search)), limit, offset)
	return roles, total, err
}

// CoreRole is the core role with id.
func (tx *Tx) CoreRole(ctx context.Context, id string) (CoreRole, error) {
	found, err := tx.coreRoles(ctx, ` from core_roles where id = $1`, id)
	if err != nil {
		return CoreRole{}, err
	}
	if len(found) == 0 {
		return CoreRole{}, &NotFoundError{Kind: CoreRoles, ID: id}
	}
	return found[0], nil
}

// coreRoles is the roles that rest, from its "from" on, selects.
func (tx *Tx) coreRoles(ctx context.Context, rest string, args ...any) ([]CoreRole, error) {
	var out []CoreRole
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var o CoreRole
		err := r.Scan(&o.ID, &o.Name, &o.Description)
		out = append(out, o)
		return err
	}, `select core_roles.id, core_roles.name, core_roles.description`+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading core roles: %w", err)
	}
	return out, nil
}

// CreateCoreRole makes a core role with no permissions and no users. A name
// that another one has is a TakenError.
func (tx *Tx) CreateCoreRole(ctx context.Context, name, description string) (CoreRole, error) {
	o := CoreRole{ID: newCoreRoleID(), Name: name, Description: description}
	if err := tx.taken(ctx, coreRoleTable(), CoreRoles, name, "", ""); err != nil {
		return CoreRole{}, err
	}
	if err := tx.insertCoreRole(ctx, o); err != nil {
		return CoreRole{}, err
	}
	return o, tx.record(ctx, "core_role.create", "core_role", o.ID, nil, o)
}

func (tx *Tx) insertCoreRole(ctx context.Context, o CoreRole) error {
	_, err := tx.change(ctx, `insert into core_roles(id, name, name_key, description, created, updated)
		values($1, $2, $3, $4, $5, $5)`, o.ID, o.Name, fold(o.Name), o.Description, tx.now().UnixMilli())
	if tx.store.dialect.duplicate(err) {
		return &TakenError{Kind: CoreRoles, Name: o.Name}
	}
	if err != nil {
		return fmt.Errorf("creating core role %q: %w", o.Name, err)
	}
	return nil
}

// UpdateCoreRole gives the core role with o's id the name and the description of o.
func (tx *Tx) UpdateCoreRole(ctx context.Context, o CoreRole) error {
	was, err := tx.CoreRole(ctx, o.ID)
	if err != nil || was == o {
		return err
	}
	if err := tx.taken(ctx, coreRoleTable(), CoreRoles, o.Name, o.ID, ""); err != nil {
		return err
	}
	if err := tx.replaceCoreRole(ctx, o); err != nil {
		return err
	}
	return tx.record(ctx, "core_role.update", "core_role", o.ID, was, o)
}

func (tx *Tx) replaceCoreRole(ctx context.Context, o CoreRole) error {
	_, err := tx.change(ctx, `update core_roles set name = $2, name_key = $3, description = $4, updated = $5 where id = $1`,
		o.ID, o.Name, fold(o.Name), o.Description, tx.now().UnixMilli())
	if tx.store.dialect.duplicate(err) {
		return &TakenError{Kind: CoreRoles, Name: o.Name}
	}
	if err != nil {
		return fmt.Errorf("updating core role %q: %w", o.ID, err)
	}
	return nil
}

// DeleteCoreRole deletes the core role with id, and takes it from everyone.
func (tx *Tx) DeleteCoreRole(ctx context.Context, id string) error {
	was, err := tx.wholeCoreRole(ctx, id)
	if err != nil {
		return err
	}
	if _, err := tx.change(ctx, `delete from core_roles where id = $1`, id); err != nil {
		return fmt.Errorf("deleting core role %q: %w", id, err)
	}
	return tx.record(ctx, "core_role.delete", "core_role", id, was, nil)
}
