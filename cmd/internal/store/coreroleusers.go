package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// CoreRoleUsers is the users who have the core role with id, in the order of
// their getting it: limit of them after the first offset, and how many there are.
func (tx *Tx) CoreRoleUsers(ctx context.Context, id string, offset, limit int) ([]User, int, error) {
	if _, err := tx.CoreRole(ctx, id); err != nil {
		return nil, 0, err
	}
	total, err := tx.number(ctx, `select count(*) from core_role_users where role_id = $1`, id)
	if err != nil {
		return nil, 0, fmt.Errorf("counting users of core role %q: %w", id, err)
	}
	users, _, err := tx.coreRoleUsers(ctx, `where role_id = $1 order by held.seq limit $2 offset $3`, id, limit, offset)
	return users, total, err
}

// CoreRoleUsersAfter is at most limit of the users who have the core role with
// id and got it after place, and the place of the last of them, or 0 when no
// more follow. Before the first place is 0. A place stays good when users come
// and go.
func (tx *Tx) CoreRoleUsersAfter(ctx context.Context, id string, place int64, limit int) ([]User, int64, error) {
	if _, err := tx.CoreRole(ctx, id); err != nil {
		return nil, 0, err
	}
	users, places, err := tx.coreRoleUsers(ctx, `where role_id = $1 and held.seq > $2 order by held.seq limit $3`, id, place, limit+1)
	if err != nil || len(users) <= limit {
		return users, 0, err
	}
	return users[:limit], places[limit-1], nil
}

// coreRoleUsers is the users that rest selects, and where each stands in the
// order of getting the role.
func (tx *Tx) coreRoleUsers(ctx context.Context, rest string, args ...any) (users []User, places []int64, err error) {
	err = tx.rows(ctx, func(r *sql.Rows) (err error) {
		var u User
		var profile string
		var place int64
		if err := r.Scan(&u.UserID, &profile, &place); err != nil {
			return err
		}
		u.Profile, err = decode(profile)
		users, places = append(users, u), append(places, place)
		return err
	}, `select users.user_id, users.profile, held.seq from core_role_users held
		join users on users.user_id = held.user_id `+rest, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("reading users of a core role: %w", err)
	}
	return users, places, nil
}

// UserCoreRoles is the core roles that the user with id has, in the order of the
// roles' making: limit of them after the first offset, and how many there are.
func (tx *Tx) UserCoreRoles(ctx context.Context, id string, offset, limit int) ([]CoreRole, int, error) {
	if _, err := tx.User(ctx, id); err != nil {
		return nil, 0, err
	}
	total, err := tx.number(ctx, `select count(*) from core_role_users where user_id = $1`, id)
	if err != nil {
		return nil, 0, fmt.Errorf("counting core roles of user %q: %w", id, err)
	}
	roles, err := tx.coreRoles(ctx, ` from core_roles join core_role_users held on held.role_id = core_roles.id
		where held.user_id = $1 order by core_roles.seq limit $2 offset $3`, id, limit, offset)
	return roles, total, err
}

// AddCoreRoleUsers gives the core role with id to those of users who do not have
// it. All or nothing: a user who does not exist is a NotFoundError.
func (tx *Tx) AddCoreRoleUsers(ctx context.Context, id string, users []string) error {
	if _, err := tx.CoreRole(ctx, id); err != nil {
		return err
	}
	if err := tx.usersExist(ctx, users); err != nil {
		return err
	}
	return tx.giveCoreRole(ctx, id, users)
}

// usersExist refuses ids that no user has.
func (tx *Tx) usersExist(ctx context.Context, ids []string) error {
	for some := range slices.Chunk(ids, batch) {
		there, err := tx.texts(ctx, `select user_id from users where user_id in (`+places(1, len(some))+`)`, anys(some)...)
		if err != nil {
			return fmt.Errorf("reading users: %w", err)
		}
		for _, id := range some {
			if !slices.Contains(there, id) {
				return &NotFoundError{Kind: Users, ID: id}
			}
		}
	}
	return nil
}

// giveCoreRole is AddCoreRoleUsers for a role and users that exist.
func (tx *Tx) giveCoreRole(ctx context.Context, id string, users []string) error {
	var added []string
	for _, user := range users {
		n, err := tx.change(ctx, `insert into core_role_users(role_id, user_id) values($1, $2)
			on conflict(role_id, user_id) do nothing`, id, user)
		if err != nil {
			return fmt.Errorf("giving core role %q to user %q: %w", id, user, err)
		}
		if n > 0 {
			added = append(added, user)
		}
	}
	if len(added) == 0 {
		return nil
	}
	return tx.record(ctx, "core_role.users.add", "core_role", id, nil, added)
}

// AddUserCoreRoles gives the user with id those of roles that it does not have.
// All or nothing: a role that does not exist is a NotFoundError.
func (tx *Tx) AddUserCoreRoles(ctx context.Context, id string, roles []string) error {
	if _, err := tx.User(ctx, id); err != nil {
		return err
	}
	for _, role := range roles {
		if _, err := tx.CoreRole(ctx, role); err != nil {
			return err
		}
		if err := tx.giveCoreRole(ctx, role, []string{id}); err != nil {
			return err
		}
	}
	return nil
}

// RemoveUserCoreRoles takes from the user with id those of roles that it has.
// Others, also such as do not exist, are no error.
func (tx *Tx) RemoveUserCoreRoles(ctx context.Context, id string, roles []string) error {
	if _, err := tx.User(ctx, id); err != nil {
		return err
	}
	for _, role := range roles {
		n, err := tx.change(ctx, `delete from core_role_users where role_id = $1 and user_id = $2`, role, id)
		if err != nil {
			return fmt.Errorf("taking core role %q from user %q: %w", role, id, err)
		}
		if n == 0 {
			continue
		}
		if err := tx.record(ctx, "core_role.users.remove", "core_role", role, []string{id}, nil); err != nil {
			return err
		}
	}
	return nil
}
