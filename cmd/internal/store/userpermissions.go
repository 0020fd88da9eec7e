package store

import (
	"context"
	"database/sql"
	"fmt"
)

// UserPermission is one permission, a scope of an API, as users hold it and core
// roles give it.
type UserPermission struct {
	API  string `json:"resource_server_identifier"`
	Name string `json:"permission_name"`
}

// UserPermissions is the permissions that the user with id holds directly, by
// API and name: limit of them after the first offset, and how many there are.
func (tx *Tx) UserPermissions(ctx context.Context, id string, offset, limit int) ([]UserPermission, int, error) {
	total, err := tx.number(ctx, `select count(*) from user_permissions where user_id = $1`, id)
	if err != nil {
		return nil, 0, fmt.Errorf("counting permissions of user %q: %w", id, err)
	}
	held, err := tx.permissionRefs(ctx, ` from user_permissions where user_id = $1 order by api, permission limit $2 offset $3`, id, limit, offset)
	return held, total, err
}

// AddUserPermissions gives the user with id the permissions it does not hold
// yet. All or nothing: an unknown API or permission is an UnknownError.
func (tx *Tx) AddUserPermissions(ctx context.Context, id string, permissions []UserPermission) error {
	if _, err := tx.User(ctx, id); err != nil {
		return err
	}
	if err := tx.known(ctx, permissions); err != nil {
		return err
	}
	var added []UserPermission
	for _, p := range permissions {
		n, err := tx.change(ctx, `insert into user_permissions(user_id, api, permission, created) values($1, $2, $3, $4)
			on conflict(user_id, api, permission) do nothing`, id, p.API, p.Name, tx.now().UnixMilli())
		if err != nil {
			return fmt.Errorf("giving user %q a permission: %w", id, err)
		}
		if n > 0 {
			added = append(added, p)
		}
	}
	if len(added) == 0 {
		return nil
	}
	return tx.record(ctx, "user.permissions.add", "user", id, nil, added)
}

// RemoveUserPermissions takes from the user with id those of permissions that
// it holds. Whether the APIs still know them does not matter.
func (tx *Tx) RemoveUserPermissions(ctx context.Context, id string, permissions []UserPermission) error {
	if _, err := tx.User(ctx, id); err != nil {
		return err
	}
	var removed []UserPermission
	for _, p := range permissions {
		n, err := tx.change(ctx, `delete from user_permissions where user_id = $1 and api = $2 and permission = $3`, id, p.API, p.Name)
		if err != nil {
			return fmt.Errorf("taking a permission from user %q: %w", id, err)
		}
		if n > 0 {
			removed = append(removed, p)
		}
	}
	if len(removed) == 0 {
		return nil
	}
	return tx.record(ctx, "user.permissions.remove", "user", id, removed, nil)
}

// known refuses permissions of an API that does not exist, or that does not
// define them.
func (tx *Tx) known(ctx context.Context, permissions []UserPermission) error {
	apis := map[string]ResourceServer{}
	all, err := tx.ResourceServers(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		apis[s.Identifier] = s
	}
	for _, p := range permissions {
		s, ok := apis[p.API]
		if !ok {
			return &UnknownError{Kind: APIs, IDs: []string{p.API}}
		}
		if !s.Defines(p.Name) {
			return &UnknownError{Kind: Permissions, IDs: []string{p.Name}}
		}
	}
	return nil
}

// dropUserPermissions takes every permission from the user with id.
func (tx *Tx) dropUserPermissions(ctx context.Context, id string) error {
	held, err := tx.permissionRefs(ctx, ` from user_permissions where user_id = $1 order by api, permission`, id)
	if err != nil || len(held) == 0 {
		return err
	}
	return tx.RemoveUserPermissions(ctx, id, held)
}

// dropHolders takes one permission of an API from everyone who holds it.
func (tx *Tx) dropHolders(ctx context.Context, api, permission string) error {
	holders, err := tx.texts(ctx, `select user_id from user_permissions where api = $1 and permission = $2 order by seq`, api, permission)
	if err != nil {
		return fmt.Errorf("reading who holds %q of %q: %w", permission, api, err)
	}
	for _, id := range holders {
		if err := tx.RemoveUserPermissions(ctx, id, []UserPermission{{API: api, Name: permission}}); err != nil {
			return err
		}
	}
	return nil
}

// permissionRefs is the permissions that rest, from its "from" on, selects.
func (tx *Tx) permissionRefs(ctx context.Context, rest string, args ...any) ([]UserPermission, error) {
	var out []UserPermission
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var p UserPermission
		err := r.Scan(&p.API, &p.Name)
		out = append(out, p)
		return err
	}, `select api, permission`+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading permissions: %w", err)
	}
	return out, nil
}
