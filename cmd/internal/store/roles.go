package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Role is a set of permissions of one application, with the users who have it
// directly. A list that is nil was never used.
type Role struct {
	ID              string   `json:"_id"`
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	ApplicationType string   `json:"applicationType"`
	ApplicationID   string   `json:"applicationId"`
	Permissions     []string `json:"permissions,omitzero"`
	Users           []string `json:"users,omitzero"`

	lists int
}

// The bits of Role.lists: which of its lists were ever used.
const (
	usedPermissions = 1 << iota
	usedUsers
)

// RoleInput is what is said of a new or changed role.
type RoleInput struct {
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	ApplicationType string   `json:"applicationType"`
	ApplicationID   string   `json:"applicationId"`
	Permissions     []string `json:"permissions"`
}

// ForeignError says that a role of one application would get Permissions, by
// name, of another.
type ForeignError struct {
	Application string
	Permissions []string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("permissions of another application than %q: %s", e.Application, strings.Join(e.Permissions, ", "))
}

// FixedError says that a role cannot move to another application.
type FixedError struct{ Role, Application string }

func (e *FixedError) Error() string {
	return fmt.Sprintf("role %q belongs to application %q", e.Role, e.Application)
}

func roleTable() table {
	t := tableOf("roles").ofApplication()
	for field, list := range map[string]string{
		"permission_count": "role_permissions", "user_count": "role_users", "group_count": "group_roles",
	} {
		t.sort[field] = `(select count(*) from ` + list + ` where role_id = roles.id)`
	}
	return t
}

// RoleCounts is how many permissions roles have, how many users hold them
// directly and how many groups give them.
type RoleCounts struct{ Permissions, Users, Groups int }

// RoleCounts is the counts of the roles with ids.
func (tx *Tx) RoleCounts(ctx context.Context, ids []string) (map[string]RoleCounts, error) {
	out := make(map[string]RoleCounts, len(ids))
	for table, at := range map[string]func(*RoleCounts) *int{
		"role_permissions": func(c *RoleCounts) *int { return &c.Permissions },
		"role_users":       func(c *RoleCounts) *int { return &c.Users },
		"group_roles":      func(c *RoleCounts) *int { return &c.Groups },
	} {
		counts, err := tx.countsOf(ctx, table, "role_id", ids)
		if err != nil {
			return nil, err
		}
		for id, n := range counts {
			c := out[id]
			*at(&c) = n
			out[id] = c
		}
	}
	return out, nil
}

// sameApplication narrows who may not have the same name.
const sameApplication = ` and application_id = $3`

// Roles is the roles that f finds.
func (tx *Tx) Roles(ctx context.Context, f Find) ([]Role, Totals, error) {
	rest, args, totals, err := tx.clauses(ctx, roleTable(), f)
	if err != nil {
		return nil, totals, err
	}
	roles, err := tx.roles(ctx, rest, args...)
	return roles, totals, err
}

// RolesWithoutUsers is the roles that f finds. Who holds them is not read: that can
// be many.
func (tx *Tx) RolesWithoutUsers(ctx context.Context, f Find) ([]Role, Totals, error) {
	rest, args, totals, err := tx.clauses(ctx, roleTable(), f)
	if err != nil {
		return nil, totals, err
	}
	roles, err := tx.rolesWithoutUsers(ctx, rest, args...)
	return roles, totals, err
}

// RoleWithoutUsers is the role with id. Who holds it is not read.
func (tx *Tx) RoleWithoutUsers(ctx context.Context, id string) (Role, error) {
	roles, err := tx.rolesWithoutUsers(ctx, ` where id = $1`, id)
	if err != nil {
		return Role{}, err
	}
	if len(roles) == 0 {
		return Role{}, &NotFoundError{Kind: Roles, ID: id}
	}
	return roles[0], nil
}

// RolesByID is the roles with ids, as far as they exist, in store order.
func (tx *Tx) RolesByID(ctx context.Context, ids []string) ([]Role, error) {
	return rolesByID(ctx, ids, tx.roles)
}

// RolesByIDWithoutUsers is RolesByID, without reading who holds them.
func (tx *Tx) RolesByIDWithoutUsers(ctx context.Context, ids []string) ([]Role, error) {
	return rolesByID(ctx, ids, tx.rolesWithoutUsers)
}

func rolesByID(ctx context.Context, ids []string, read func(context.Context, string, ...any) ([]Role, error)) ([]Role, error) {
	var out []Role
	for some := range slices.Chunk(ids, wholeBatch) {
		found, err := read(ctx, ` where id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// Role is the role with id.
func (tx *Tx) Role(ctx context.Context, id string) (Role, error) {
	roles, err := tx.roles(ctx, ` where id = $1`, id)
	if err != nil {
		return Role{}, err
	}
	if len(roles) == 0 {
		return Role{}, &NotFoundError{Kind: Roles, ID: id}
	}
	return roles[0], nil
}

// roles is the roles that rest of a query selects, with their lists.
func (tx *Tx) roles(ctx context.Context, rest string, args ...any) ([]Role, error) {
	out, err := tx.rolesWithoutUsers(ctx, rest, args...)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Users = used(out[i].lists, usedUsers)
	}
	return out, tx.fillRoles(ctx, out, "role_users", "user_id", func(o *Role) *[]string { return &o.Users })
}

func (tx *Tx) rolesWithoutUsers(ctx context.Context, rest string, args ...any) ([]Role, error) {
	var out []Role
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var o Role
		err := r.Scan(&o.ID, &o.Name, &o.Description, &o.ApplicationType, &o.ApplicationID, &o.lists)
		o.Permissions = used(o.lists, usedPermissions)
		out = append(out, o)
		return err
	}, `select id, name, description, application_type, application_id, lists from roles`+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading roles: %w", err)
	}
	return out, tx.fillRoles(ctx, out, "role_permissions", "permission_id", func(o *Role) *[]string { return &o.Permissions })
}

// fillRoles reads one list of roles into them: column of table.
func (tx *Tx) fillRoles(ctx context.Context, roles []Role, table, column string, list func(*Role) *[]string) error {
	byID := make(map[string]*[]string, len(roles))
	ids := make([]string, len(roles))
	for i := range roles {
		ids[i], byID[roles[i].ID] = roles[i].ID, list(&roles[i])
	}
	for some := range slices.Chunk(ids, batch) {
		err := tx.pairs(ctx, func(role, held string) { *byID[role] = append(*byID[role], held) },
			`select role_id, `+column+` from `+table+` where role_id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return fmt.Errorf("reading %s: %w", table, err)
		}
	}
	return nil
}
