package store

import (
	"context"
	"fmt"
	"slices"
)

// RoleUsers is the ids of the users who hold a role directly, in the order of adding.
func (tx *Tx) RoleUsers(ctx context.Context, role string) ([]string, error) {
	if err := tx.roleExists(ctx, role); err != nil {
		return nil, err
	}
	users, err := tx.texts(ctx, `select user_id from role_users where role_id = $1 order by seq`, role)
	if err != nil {
		return nil, fmt.Errorf("reading users of role %q: %w", role, err)
	}
	return users, nil
}

// UsersOfRoles is the ids of the users who hold each of some roles directly, in
// the order of adding.
func (tx *Tx) UsersOfRoles(ctx context.Context, roles []string) (map[string][]string, error) {
	out := make(map[string][]string, len(roles))
	for some := range slices.Chunk(roles, batch) {
		err := tx.pairs(ctx, func(role, user string) { out[role] = append(out[role], user) },
			`select role_id, user_id from role_users where role_id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return nil, fmt.Errorf("reading users of roles: %w", err)
		}
	}
	return out, nil
}

// AddRoleUsers gives a role to users. Whether they exist is not asked.
func (tx *Tx) AddRoleUsers(ctx context.Context, role string, users []string) error {
	if err := tx.roleExists(ctx, role); err != nil {
		return err
	}
	return tx.addRoleUsers(ctx, role, users)
}

// RemoveRoleUsers takes a role from users. Who does not hold it is passed over.
func (tx *Tx) RemoveRoleUsers(ctx context.Context, role string, users []string) error {
	if err := tx.roleExists(ctx, role); err != nil {
		return err
	}
	return tx.removeRoleUsers(ctx, role, users)
}

func (tx *Tx) roleExists(ctx context.Context, role string) error {
	found, err := tx.exists(ctx, `select 1 from roles where id = $1`, role)
	if err == nil && !found {
		err = &NotFoundError{Kind: Roles, ID: role}
	}
	return err
}

func (tx *Tx) addRoleUsers(ctx context.Context, role string, users []string) error {
	fresh := map[string]bool{}
	for some := range slices.Chunk(users, batch) {
		added, err := tx.changeTexts(ctx, `insert into role_users(role_id, user_id) values `+pairsWith(len(some))+
			` on conflict do nothing returning user_id`, append([]any{role}, anys(some)...)...)
		if err != nil {
			return fmt.Errorf("giving role %q: %w", role, err)
		}
		for _, user := range added {
			fresh[user] = true
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := tx.touchRole(ctx, role); err != nil {
		return err
	}
	return tx.record(ctx, "role.users.add", "role", role, nil, inOrder(users, fresh))
}

func (tx *Tx) removeRoleUsers(ctx context.Context, role string, users []string) error {
	gone := map[string]bool{}
	for some := range slices.Chunk(users, batch) {
		removed, err := tx.changeTexts(ctx, `delete from role_users where role_id = $1 and user_id in (`+places(2, len(some))+
			`) returning user_id`, append([]any{role}, anys(some)...)...)
		if err != nil {
			return fmt.Errorf("taking role %q: %w", role, err)
		}
		for _, user := range removed {
			gone[user] = true
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := tx.touchRole(ctx, role); err != nil {
		return err
	}
	return tx.record(ctx, "role.users.remove", "role", role, inOrder(users, gone), nil)
}

// touchRole notes that the users of a role were used, and when the role changed.
func (tx *Tx) touchRole(ctx context.Context, id string) error {
	_, err := tx.change(ctx, `update roles set lists = lists | $2, updated = $3 where id = $1`, id, usedUsers, tx.now().UnixMilli())
	if err != nil {
		return fmt.Errorf("updating role %q: %w", id, err)
	}
	return nil
}
