package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// DocumentCoreRole is a core role in a Document: with the permissions that it
// gives and the users who have it, each in the order of adding.
type DocumentCoreRole struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Permissions []UserPermission `json:"permissions,omitempty"`
	Users       []string         `json:"users,omitempty"`
}

func (o DocumentCoreRole) plain() CoreRole {
	return CoreRole{ID: o.ID, Name: o.Name, Description: o.Description}
}

// PutCoreRole creates o, or makes the core role with that id what o says.
// Permissions that no API defines are kept; a user who does not exist is a
// NotFoundError.
func (tx *Tx) PutCoreRole(ctx context.Context, o DocumentCoreRole) error {
	was, err := tx.wholeCoreRole(ctx, o.ID)
	if missing(err) {
		if err := tx.insertCoreRole(ctx, o.plain()); err != nil {
			return err
		}
		if err := tx.fillCoreRole(ctx, o); err != nil {
			return err
		}
		return tx.record(ctx, "core_role.create", "core_role", o.ID, nil, o)
	}
	if err != nil || reflect.DeepEqual(was, o) {
		return err
	}
	if err := tx.replaceCoreRole(ctx, o.plain()); err != nil {
		return err
	}
	for _, table := range []string{"core_role_permissions", "core_role_users"} {
		if _, err := tx.change(ctx, `delete from `+table+` where role_id = $1`, o.ID); err != nil {
			return fmt.Errorf("emptying %s of %q: %w", table, o.ID, err)
		}
	}
	if err := tx.fillCoreRole(ctx, o); err != nil {
		return err
	}
	return tx.record(ctx, "core_role.update", "core_role", o.ID, was, o)
}

// fillCoreRole gives a core role that has none its permissions and users.
func (tx *Tx) fillCoreRole(ctx context.Context, o DocumentCoreRole) error {
	for _, p := range o.Permissions {
		_, err := tx.change(ctx, `insert into core_role_permissions(role_id, api, permission) values($1, $2, $3)
			on conflict do nothing`, o.ID, p.API, p.Name)
		if err != nil {
			return fmt.Errorf("permissions of core role %q: %w", o.ID, err)
		}
	}
	if err := tx.usersExist(ctx, o.Users); err != nil {
		return err
	}
	for some := range slices.Chunk(o.Users, batch) {
		_, err := tx.change(ctx, `insert into core_role_users(role_id, user_id) values `+pairsWith(len(some))+` on conflict do nothing`,
			append([]any{o.ID}, anys(some)...)...)
		if err != nil {
			return fmt.Errorf("users of core role %q: %w", o.ID, err)
		}
	}
	return nil
}

// wholeCoreRole is the core role with id and all that goes when it goes.
func (tx *Tx) wholeCoreRole(ctx context.Context, id string) (DocumentCoreRole, error) {
	o, err := tx.CoreRole(ctx, id)
	if err != nil {
		return DocumentCoreRole{}, err
	}
	whole := DocumentCoreRole{ID: o.ID, Name: o.Name, Description: o.Description}
	if whole.Permissions, err = tx.permissionRefs(ctx, ` from core_role_permissions where role_id = $1 order by seq`, id); err != nil {
		return whole, err
	}
	whole.Users, err = tx.texts(ctx, `select user_id from core_role_users where role_id = $1 order by seq`, id)
	if err != nil {
		return whole, fmt.Errorf("reading users of core role %q: %w", id, err)
	}
	return whole, nil
}

// WholeCoreRoles is every core role, in the order of their making.
func (tx *Tx) WholeCoreRoles(ctx context.Context) ([]DocumentCoreRole, error) {
	ids, err := tx.texts(ctx, `select id from core_roles order by seq`)
	if err != nil {
		return nil, fmt.Errorf("reading core roles: %w", err)
	}
	var out []DocumentCoreRole
	for _, id := range ids {
		whole, err := tx.wholeCoreRole(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, whole)
	}
	return out, nil
}
