package store

import (
	"context"
	"fmt"
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

// EmptyGroups is the groups without members, nested groups and mappings.
func (tx *Tx) EmptyGroups(ctx context.Context) ([]string, error) {
	return tx.found(ctx, "empty groups", `select id from groups
		where not exists (select 1 from group_members where group_id = groups.id)
		and not exists (select 1 from group_nested where group_id = groups.id)
		and not exists (select 1 from group_mappings where group_id = groups.id)`)
}

// FilledGroups is the groups that somebody is in, or can be at a sign-in.
func (tx *Tx) FilledGroups(ctx context.Context) ([]string, error) {
	return tx.found(ctx, "filled groups", `select id from groups
		where exists (select 1 from group_members where group_id = groups.id)
		or exists (select 1 from group_mappings where group_id = groups.id)`)
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

// GoneMembers is the users who do not exist and are direct members of a group. It
// goes from user to user in the index: a membership each would be ten times as
// many steps.
func (tx *Tx) GoneMembers(ctx context.Context) ([]string, error) {
	return tx.found(ctx, "members who are gone", `with recursive member(id) as (
			select min(user_id) from group_members
			union all
			select (select min(user_id) from group_members where user_id > member.id) from member where member.id is not null)
		select id from member where id is not null and not exists (select 1 from users where user_id = member.id)`)
}

// GroupsOfMembers is the groups that have one of users as a direct member.
func (tx *Tx) GroupsOfMembers(ctx context.Context, users []string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	for from := 0; from < len(users); from += batch {
		some := users[from:min(from+batch, len(users))]
		groups, err := tx.found(ctx, "groups of members", `select distinct group_id from group_members where user_id in (`+places(1, len(some))+`)`, anys(some)...)
		if err != nil {
			return nil, err
		}
		for _, id := range groups {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out, nil
}

func (tx *Tx) found(ctx context.Context, what, query string, args ...any) ([]string, error) {
	ids, err := tx.texts(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", what, err)
	}
	return ids, nil
}
