package store

import (
	"context"
	"database/sql"
	"fmt"
)

// EffectivePermission is a permission that a user has, and where from.
type EffectivePermission struct {
	UserPermission

	Direct bool // the user holds it directly
	ByRole bool // a core role of the user gives it
}

// EffectivePermissions is the permissions that the user with id has, directly
// and by core roles, each once, by API and name: limit of them after the first
// offset, and how many there are.
func (tx *Tx) EffectivePermissions(ctx context.Context, id string, offset, limit int) ([]EffectivePermission, int, error) {
	if _, err := tx.User(ctx, id); err != nil {
		return nil, 0, err
	}
	total, err := tx.number(ctx, `select count(*) from (`+effective+`group by api, permission) counted`, id)
	if err != nil {
		return nil, 0, fmt.Errorf("counting effective permissions of user %q: %w", id, err)
	}
	held, err := tx.effectivePermissions(ctx, `group by api, permission order by api, permission limit $2 offset $3`, id, limit, offset)
	return held, total, err
}

// EffectivePermissionsAfter is at most limit of the permissions of one API that
// the user with id has, directly and by core roles, by name, after the one called
// name, and whether more follow. Before the first one is "".
func (tx *Tx) EffectivePermissionsAfter(ctx context.Context, id, api, name string, limit int) ([]EffectivePermission, bool, error) {
	if _, err := tx.User(ctx, id); err != nil {
		return nil, false, err
	}
	held, err := tx.effectivePermissions(ctx, `where api = $2 and permission > $3
		group by api, permission order by permission limit $4`, id, api, name, limit+1)
	return held[:min(len(held), limit)], len(held) > limit, err
}

// effective is every permission of the user $1, as often as there are ways to it.
const effective = `select api, permission, max(direct), max(by_role) from (
		select api, permission, 1 as direct, 0 as by_role from user_permissions where user_id = $1
		union all
		select given.api, given.permission, 0, 1 from core_role_users held
			join core_role_permissions given on given.role_id = held.role_id where held.user_id = $1
	) ways `

func (tx *Tx) effectivePermissions(ctx context.Context, rest string, args ...any) ([]EffectivePermission, error) {
	var out []EffectivePermission
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var p EffectivePermission
		var direct, byRole int
		err := r.Scan(&p.API, &p.Name, &direct, &byRole)
		p.Direct, p.ByRole = direct > 0, byRole > 0
		out = append(out, p)
		return err
	}, effective+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading effective permissions: %w", err)
	}
	return out, nil
}

// UserCoreRolesAfter is at most limit of the core roles that the user with id
// has, in the order of the roles' making after place, and the place of the last
// of them, or 0 when no more follow. Before the first place is 0. With a
// permission, it is only of those that give it.
func (tx *Tx) UserCoreRolesAfter(ctx context.Context, id string, giving *UserPermission, place int64, limit int) ([]CoreRole, int64, error) {
	if _, err := tx.User(ctx, id); err != nil {
		return nil, 0, err
	}
	only, args := ``, []any{id, place, limit + 1}
	if giving != nil {
		only = ` and exists(select 1 from core_role_permissions given
			where given.role_id = core_roles.id and given.api = $4 and given.permission = $5)`
		args = append(args, giving.API, giving.Name)
	}
	var roles []CoreRole
	var places []int64
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var o CoreRole
		var at int64
		err := r.Scan(&o.ID, &o.Name, &o.Description, &at)
		roles, places = append(roles, o), append(places, at)
		return err
	}, `select core_roles.id, core_roles.name, core_roles.description, core_roles.seq from core_roles
		join core_role_users held on held.role_id = core_roles.id
		where held.user_id = $1 and core_roles.seq > $2`+only+` order by core_roles.seq limit $3`, args...)
	if err != nil {
		return nil, 0, fmt.Errorf("reading core roles of user %q: %w", id, err)
	}
	if len(roles) <= limit {
		return roles, 0, nil
	}
	return roles[:limit], places[limit-1], nil
}
