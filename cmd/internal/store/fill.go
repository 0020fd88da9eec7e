package store

import (
	"context"
	"errors"
	"iter"
)

// Filling is a tenant made up by a program, which has seen to it that names and
// ids are one. Users is read once, as it goes.
type Filling struct {
	Connections []Connection
	Clients     []Client
	Permissions []Permission
	Roles       []Role
	Groups      []Group
	Users       iter.Seq[User]
}

// ErrNotEmpty says that a tenant that was to be filled has groups already.
var ErrNotEmpty = errors.New("the tenant is not empty")

// Fill puts f into a tenant without groups, many rows at a time. It is for sample
// data of any size; the journal has one entry, with note.
func (tx *Tx) Fill(ctx context.Context, f Filling, note any) error {
	found, err := tx.exists(ctx, `select 1 from groups limit 1`)
	if err != nil {
		return err
	}
	if found {
		return ErrNotEmpty
	}
	if err := tx.store.dialect.roomy(ctx, tx.tx); err != nil {
		return err
	}
	tx.quiet = true
	defer func() { tx.quiet = false }()
	for _, part := range []func(context.Context, Filling) error{tx.fillDirectory, tx.fillPermissions, tx.fillAllRoles, tx.fillGroups, tx.fillUsers} {
		if err := part(ctx, f); err != nil {
			return err
		}
	}
	if err := tx.weigh(ctx, map[string]int{"groups": len(f.Groups), "roles": len(f.Roles), "permissions": len(f.Permissions)}); err != nil {
		return err
	}
	tx.quiet = false
	return tx.record(ctx, "fill", "tenant", "", nil, note)
}

func (tx *Tx) fillDirectory(ctx context.Context, f Filling) error {
	for _, c := range f.Connections {
		if err := tx.PutConnection(ctx, c); err != nil {
			return err
		}
	}
	for _, c := range f.Clients {
		if err := tx.PutClient(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) fillPermissions(ctx context.Context, f Filling) error {
	now := tx.now().UnixMilli()
	rows := tx.bulk("permissions", "id", "name", "name_key", "description", "description_key", "application_type", "application_id", "created", "updated")
	for _, p := range f.Permissions {
		err := rows.add(ctx, p.ID, p.Name, fold(p.Name), p.Description, fold(p.Description), p.ApplicationType, p.ApplicationID, now, now)
		if err != nil {
			return err
		}
	}
	return rows.flush(ctx)
}

func (tx *Tx) fillAllRoles(ctx context.Context, f Filling) error {
	now := tx.now().UnixMilli()
	roles := tx.bulk("roles", "id", "name", "name_key", "description", "description_key", "application_type", "application_id", "lists", "created", "updated")
	for _, o := range f.Roles {
		lists := bit(o.Permissions != nil, usedPermissions) | bit(o.Users != nil, usedUsers)
		err := roles.add(ctx, o.ID, o.Name, fold(o.Name), o.Description, fold(o.Description), o.ApplicationType, o.ApplicationID, lists, now, now)
		if err != nil {
			return err
		}
	}
	if err := roles.flush(ctx); err != nil {
		return err
	}
	err := fillPairs(ctx, tx.bulk("role_permissions", "role_id", "permission_id"), f.Roles,
		func(o Role) (string, []string) { return o.ID, o.Permissions })
	if err != nil {
		return err
	}
	return fillPairs(ctx, tx.bulk("role_users", "role_id", "user_id"), f.Roles, func(o Role) (string, []string) { return o.ID, o.Users })
}

func (tx *Tx) fillGroups(ctx context.Context, f Filling) error {
	now := tx.now().UnixMilli()
	groups := tx.bulk("groups", "id", "name", "name_key", "description", "description_key", "lists", "created", "updated")
	mappings := tx.bulk("group_mappings", "id", "group_id", "group_name", "connection_name")
	for _, g := range f.Groups {
		if err := groups.add(ctx, g.ID, g.Name, fold(g.Name), g.Description, fold(g.Description), g.usedLists(), now, now); err != nil {
			return err
		}
	}
	if err := groups.flush(ctx); err != nil {
		return err
	}
	for _, g := range f.Groups {
		for _, m := range g.Mappings {
			if err := mappings.add(ctx, m.ID, g.ID, m.GroupName, m.ConnectionName); err != nil {
				return err
			}
		}
	}
	if err := mappings.flush(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		list list
		ids  func(g Group) []string
	}{
		{nestedList(), func(g Group) []string { return g.Nested }},
		{roleList(), func(g Group) []string { return g.Roles }},
		{memberList(), func(g Group) []string { return g.Members }},
	} {
		err := fillPairs(ctx, tx.bulk(part.list.table, "group_id", part.list.column), f.Groups,
			func(g Group) (string, []string) { return g.ID, part.ids(g) })
		if err != nil {
			return err
		}
	}
	return nil
}

// usedLists is which lists of g were used, as bits.
func (g Group) usedLists() int {
	return bit(g.Members != nil, usedMembers) | bit(g.Nested != nil, usedNested) |
		bit(g.Roles != nil, usedRoles) | bit(g.Mappings != nil, usedMappings)
}

// fillPairs writes what each of records holds, as pairs of ids.
func fillPairs[T any](ctx context.Context, rows *bulk, records []T, holds func(T) (id string, ids []string)) error {
	for _, r := range records {
		id, ids := holds(r)
		for _, held := range ids {
			if err := rows.add(ctx, id, held); err != nil {
				return err
			}
		}
	}
	return rows.flush(ctx)
}

func (tx *Tx) fillUsers(ctx context.Context, f Filling) error {
	if f.Users == nil {
		return nil
	}
	now := tx.now().Format(timeForm)
	rows := tx.bulk("users", userColumns()...)
	for u := range f.Users {
		profile, err := settled(u, User{}, now)
		if err != nil {
			return err
		}
		values, err := userRow(u.UserID, profile)
		if err != nil {
			return err
		}
		if err := rows.add(ctx, values...); err != nil {
			return err
		}
	}
	return rows.flush(ctx)
}
