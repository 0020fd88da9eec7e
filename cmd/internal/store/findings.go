package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// TenantCounts is how many records of each kind a tenant has.
type TenantCounts struct {
	Users       int `json:"users"`
	Groups      int `json:"groups"`
	Roles       int `json:"roles"`
	Permissions int `json:"permissions"`
	Memberships int `json:"memberships"`
}

// TenantCounts is how many records there are. Memberships are the direct ones.
func (tx *Tx) TenantCounts(ctx context.Context) (TenantCounts, error) {
	var n TenantCounts
	err := tx.tx.QueryRowContext(ctx, `select (select count(*) from users), (select count(*) from groups),
		(select count(*) from roles), (select count(*) from permissions), (select count(*) from group_members)`).
		Scan(&n.Users, &n.Groups, &n.Roles, &n.Permissions, &n.Memberships)
	if err != nil {
		return n, fmt.Errorf("counting the tenant: %w", err)
	}
	return n, nil
}

// GroupFill is which groups are empty, so without members, nested groups and
// mappings, and which somebody is in, or can be at a sign-in.
type GroupFill struct{ Empty, Filled []string }

// GroupFill looks into every group.
func (tx *Tx) GroupFill(ctx context.Context) (GroupFill, error) {
	var fill GroupFill
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var id string
		var members, nested, mappings bool
		err := r.Scan(&id, &members, &nested, &mappings)
		if members || mappings {
			fill.Filled = append(fill.Filled, id)
		} else if !nested {
			fill.Empty = append(fill.Empty, id)
		}
		return err
	}, `select id, exists (select 1 from group_members where group_id = groups.id),
		exists (select 1 from group_nested where group_id = groups.id),
		exists (select 1 from group_mappings where group_id = groups.id) from groups order by seq`)
	if err != nil {
		return fill, fmt.Errorf("finding empty groups: %w", err)
	}
	return fill, nil
}

// HeldRoles is the roles that some user holds directly.
func (tx *Tx) HeldRoles(ctx context.Context) ([]string, error) {
	return tx.found(ctx, "held roles", `select id from roles where exists (select 1 from role_users where role_id = roles.id)`)
}

// UnusedPermissions is the permissions that no role contains.
func (tx *Tx) UnusedPermissions(ctx context.Context) ([]string, error) {
	return tx.found(ctx, "unused permissions", `select id from permissions
		where not exists (select 1 from role_permissions where permission_id = permissions.id)`)
}

// GoneMembers is the users who do not exist and are direct members of a group.
func (tx *Tx) GoneMembers(ctx context.Context) ([]string, error) {
	return tx.found(ctx, "members who are gone", `select user_id from group_members group by user_id
		having not exists (select 1 from users where users.user_id = group_members.user_id)`)
}

// GoneMembersAmong is those of users that GoneMembers would find.
func (tx *Tx) GoneMembersAmong(ctx context.Context, users []string) ([]string, error) {
	return tx.foundIn(ctx, "members who are gone", users, `select distinct user_id from group_members
		where not exists (select 1 from users where users.user_id = group_members.user_id) and user_id in (`)
}

// GroupsOfMembers is the groups that have one of users as a direct member.
func (tx *Tx) GroupsOfMembers(ctx context.Context, users []string) ([]string, error) {
	return tx.foundIn(ctx, "groups of members", users, `select distinct group_id from group_members where user_id in (`)
}

// LastChange is the number of the newest entry of the journal; 0 is none.
func (tx *Tx) LastChange(ctx context.Context) (int64, error) {
	v, err := tx.versions(ctx)
	return v.Entry, err
}

// foundIn is what query, which ends in "in (", finds for ids, each once.
func (tx *Tx) foundIn(ctx context.Context, what string, ids []string, query string) ([]string, error) {
	var out []string
	for some := range slices.Chunk(ids, batch) {
		found, err := tx.found(ctx, what, query+places(1, len(some))+`)`, anys(some)...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (tx *Tx) found(ctx context.Context, what, query string, args ...any) ([]string, error) {
	ids, err := tx.texts(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", what, err)
	}
	return ids, nil
}
