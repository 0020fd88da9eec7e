package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// UserGroups is the groups that a user is a direct member of, in store order and
// without their lists.
func (tx *Tx) UserGroups(ctx context.Context, user string) ([]Group, error) {
	return tx.groups(ctx, ` where id in (select group_id from group_members where user_id = $1) order by seq`, user)
}

// UserRoles is the roles that a user holds directly, in store order and without
// their lists.
func (tx *Tx) UserRoles(ctx context.Context, user string) ([]Role, error) {
	var out []Role
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var o Role
		err := r.Scan(&o.ID, &o.Name, &o.Description, &o.ApplicationType, &o.ApplicationID, &o.lists)
		out = append(out, o)
		return err
	}, `select id, name, description, application_type, application_id, lists from roles
		where id in (select role_id from role_users where user_id = $1) order by seq`, user)
	if err != nil {
		return nil, fmt.Errorf("reading roles of user %q: %w", user, err)
	}
	return out, nil
}

// GroupsNamed is the ids of the groups that have one of these names, exactly.
func (tx *Tx) GroupsNamed(ctx context.Context, names []string) ([]string, error) {
	return tx.named(ctx, "groups", names)
}

// RolesNamed is the ids of the roles of any application that have one of these
// names, exactly.
func (tx *Tx) RolesNamed(ctx context.Context, names []string) ([]string, error) {
	return tx.named(ctx, "roles", names)
}

// named compares the folded name too: it has an index.
func (tx *Tx) named(ctx context.Context, table string, names []string) ([]string, error) {
	var out []string
	for some := range slices.Chunk(names, batch) {
		keys := make([]string, len(some))
		for i, name := range some {
			keys[i] = fold(name)
		}
		err := tx.pairs(ctx, func(id, name string) {
			if slices.Contains(some, name) {
				out = append(out, id)
			}
		}, `select id, name from `+table+` where name_key in (`+places(1, len(keys))+`) order by seq`, anys(keys)...)
		if err != nil {
			return nil, fmt.Errorf("looking for %s by name: %w", table, err)
		}
	}
	return out, nil
}

// AddUserGroups makes a user a member of groups. Those that do not exist are
// passed over, and whether the user exists is not asked.
func (tx *Tx) AddUserGroups(ctx context.Context, user string, groups []string) error {
	found, err := tx.GroupsByID(ctx, groups, false)
	if err != nil {
		return err
	}
	for _, g := range found {
		if err := tx.addTo(ctx, memberList(), g.ID, []string{user}); err != nil {
			return err
		}
	}
	return nil
}

// RemoveUserGroups ends a user's direct membership in groups. What is not there
// is passed over.
func (tx *Tx) RemoveUserGroups(ctx context.Context, user string, groups []string) error {
	for _, group := range groups {
		if err := tx.removeFrom(ctx, memberList(), group, []string{user}); err != nil {
			return err
		}
	}
	return nil
}

// AddUserRoles gives roles to a user. Those that do not exist are passed over,
// and whether the user exists is not asked.
func (tx *Tx) AddUserRoles(ctx context.Context, user string, roles []string) error {
	for some := range slices.Chunk(roles, batch) {
		found, err := tx.texts(ctx, `select id from roles where id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return fmt.Errorf("looking for roles: %w", err)
		}
		for _, role := range found {
			if err := tx.addRoleUsers(ctx, role, []string{user}); err != nil {
				return err
			}
		}
	}
	return nil
}

// RemoveUserRoles takes roles from a user: all of them or, when one does not
// exist, none. Roles that the user does not hold are passed over.
func (tx *Tx) RemoveUserRoles(ctx context.Context, user string, roles []string) error {
	for _, role := range roles {
		if err := tx.roleExists(ctx, role); err != nil {
			return err
		}
	}
	for _, role := range roles {
		if err := tx.removeRoleUsers(ctx, role, []string{user}); err != nil {
			return err
		}
	}
	return nil
}
