package store

import (
	"context"
	"database/sql"
	"fmt"
)

// MissingUser is an id that groups or roles name and the tenant does not know.
type MissingUser struct {
	UserID string
	Groups int // how many groups have it as a direct member
	Roles  int // how many roles it holds directly
}

// missingUsers is every such id with its counts; what follows it orders and limits.
const missingUsers = `select user_id, sum(in_group) as groups, sum(in_role) as roles from (
		select user_id, 1 as in_group, 0 as in_role from group_members
		union all select user_id, 0, 1 from role_users
	) held where not exists (select 1 from users where users.user_id = held.user_id) group by user_id`

// MissingUsers is a part of the ids that groups and roles name and the tenant does
// not know, by id, and how many there are.
func (tx *Tx) MissingUsers(ctx context.Context, offset, limit int) ([]MissingUser, int, error) {
	total, err := tx.number(ctx, `select count(*) from (`+missingUsers+`) missing`)
	if err != nil {
		return nil, 0, fmt.Errorf("counting users that are missing: %w", err)
	}
	var out []MissingUser
	err = tx.rows(ctx, func(r *sql.Rows) error {
		var u MissingUser
		err := r.Scan(&u.UserID, &u.Groups, &u.Roles)
		out = append(out, u)
		return err
	}, missingUsers+` order by user_id limit $1 offset $2`, limit, offset)
	if err != nil {
		return nil, 0, fmt.Errorf("reading users that are missing: %w", err)
	}
	return out, total, nil
}

// DropUser takes a user out of every group and takes every role from it. Whether
// the tenant knows the user is not asked, and it goes on knowing it.
func (tx *Tx) DropUser(ctx context.Context, id string) error {
	if err := tx.leave(ctx, id, "group_members", "group_id", "group.members.remove", "group"); err != nil {
		return err
	}
	return tx.leave(ctx, id, "role_users", "role_id", "role.users.remove", "role")
}

// ReplaceUser gives the groups and the roles of one user to another, as when two
// accounts of a person became one.
func (tx *Tx) ReplaceUser(ctx context.Context, id, by string) error {
	if id == by {
		return nil
	}
	groups, err := tx.texts(ctx, `select group_id from group_members where user_id = $1 order by seq`, id)
	if err != nil {
		return fmt.Errorf("reading groups of user %q: %w", id, err)
	}
	roles, err := tx.texts(ctx, `select role_id from role_users where user_id = $1 order by seq`, id)
	if err != nil {
		return fmt.Errorf("reading roles of user %q: %w", id, err)
	}
	if err := tx.AddUserGroups(ctx, by, groups); err != nil {
		return err
	}
	if err := tx.AddUserRoles(ctx, by, roles); err != nil {
		return err
	}
	return tx.DropUser(ctx, id)
}
