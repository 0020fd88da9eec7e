package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
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

func roleTable() table { return tableOf("roles").ofApplication() }

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

// RoleUserCount is how many users hold a role directly.
func (tx *Tx) RoleUserCount(ctx context.Context, id string) (int, error) {
	var n int
	if err := tx.tx.QueryRowContext(ctx, `select count(*) from role_users where role_id = $1`, id).Scan(&n); err != nil {
		return 0, fmt.Errorf("counting users of role %q: %w", id, err)
	}
	return n, nil
}

// RolesByID is the roles with ids, as far as they exist, in store order.
func (tx *Tx) RolesByID(ctx context.Context, ids []string) ([]Role, error) {
	var out []Role
	for some := range slices.Chunk(ids, wholeBatch) {
		found, err := tx.roles(ctx, ` where id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
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

// CreateRole makes a role. A name that another role of the application has is a
// TakenError; a permission of another application is a ForeignError, and one
// that does not exist is kept.
func (tx *Tx) CreateRole(ctx context.Context, in RoleInput) (Role, error) {
	if err := tx.taken(ctx, roleTable(), Roles, in.Name, "", sameApplication, in.ApplicationID); err != nil {
		return Role{}, err
	}
	if err := tx.sameApplication(ctx, in); err != nil {
		return Role{}, err
	}
	o := Role{
		ID: uuid.NewString(), Name: in.Name, Description: in.Description,
		ApplicationType: in.ApplicationType, ApplicationID: in.ApplicationID,
		Permissions: append([]string{}, in.Permissions...), lists: usedPermissions,
	}
	if err := tx.insertRole(ctx, o); err != nil {
		return Role{}, err
	}
	return o, tx.record(ctx, "role.create", "role", o.ID, nil, o)
}

func (tx *Tx) insertRole(ctx context.Context, o Role) error {
	_, err := tx.change(ctx, `insert into roles(id, name, name_key, description, description_key,
			application_type, application_id, lists, created, updated)
		values($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
		o.ID, o.Name, fold(o.Name), o.Description, fold(o.Description),
		o.ApplicationType, o.ApplicationID, o.lists, tx.now().UnixMilli())
	if tx.store.dialect.duplicate(err) {
		return &TakenError{Kind: Roles, Name: o.Name}
	}
	if err != nil {
		return fmt.Errorf("creating role %q: %w", o.Name, err)
	}
	return tx.setPermissions(ctx, o.ID, o.Permissions)
}

// setPermissions adds permissions to a role that has none.
func (tx *Tx) setPermissions(ctx context.Context, role string, permissions []string) error {
	for some := range slices.Chunk(permissions, batch) {
		_, err := tx.change(ctx, `insert into role_permissions(role_id, permission_id) values `+pairsWith(len(some)),
			append([]any{role}, anys(some)...)...)
		if err != nil {
			return fmt.Errorf("setting permissions of role %q: %w", role, err)
		}
	}
	return nil
}

// sameApplication refuses permissions of other applications than the role's.
func (tx *Tx) sameApplication(ctx context.Context, in RoleInput) error {
	permissions, err := tx.PermissionsByID(ctx, in.Permissions)
	if err != nil {
		return err
	}
	var foreign []string
	for _, p := range permissions {
		if p.ApplicationID != in.ApplicationID {
			foreign = append(foreign, p.Name)
		}
	}
	if len(foreign) > 0 {
		return &ForeignError{Application: in.ApplicationID, Permissions: foreign}
	}
	return nil
}

// UpdateRole replaces what is said of the role with id; its users stay.
func (tx *Tx) UpdateRole(ctx context.Context, id string, in RoleInput) (Role, error) {
	if err := tx.taken(ctx, roleTable(), Roles, in.Name, id, sameApplication, in.ApplicationID); err != nil {
		return Role{}, err
	}
	was, err := tx.Role(ctx, id)
	if err != nil {
		return Role{}, err
	}
	if was.ApplicationID != in.ApplicationID {
		return Role{}, &FixedError{Role: was.Name, Application: was.ApplicationID}
	}
	if err := tx.sameApplication(ctx, in); err != nil {
		return Role{}, err
	}
	is := was
	is.Name, is.Description, is.ApplicationType = in.Name, in.Description, in.ApplicationType
	is.Permissions, is.lists = append([]string{}, in.Permissions...), was.lists|usedPermissions
	return is, tx.replaceRole(ctx, was, is)
}

func (tx *Tx) replaceRole(ctx context.Context, was, is Role) error {
	_, err := tx.change(ctx, `update roles set name = $2, name_key = $3, description = $4, description_key = $5,
			application_type = $6, lists = $7, updated = $8 where id = $1`,
		is.ID, is.Name, fold(is.Name), is.Description, fold(is.Description), is.ApplicationType, is.lists, tx.now().UnixMilli())
	if err != nil {
		return fmt.Errorf("updating role %q: %w", is.ID, err)
	}
	if _, err := tx.change(ctx, `delete from role_permissions where role_id = $1`, is.ID); err != nil {
		return fmt.Errorf("updating role %q: %w", is.ID, err)
	}
	if err := tx.setPermissions(ctx, is.ID, is.Permissions); err != nil {
		return err
	}
	was.Users, is.Users = nil, nil // they stay
	return tx.record(ctx, "role.update", "role", is.ID, was, is)
}

// DeleteRole removes the role with id, also from the users who have it; one
// that a group has is an InUseError. To delete what does not exist is no error.
func (tx *Tx) DeleteRole(ctx context.Context, id string) error {
	groups, err := tx.texts(ctx, `select groups.name from group_roles join groups on groups.id = group_id
		where role_id = $1 order by groups.seq`, id)
	if err != nil {
		return fmt.Errorf("deleting role %q: %w", id, err)
	}
	if len(groups) > 0 {
		return &InUseError{Kind: Roles, In: Groups, Names: groups}
	}
	was, err := tx.Role(ctx, id)
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.change(ctx, `delete from roles where id = $1`, id); err != nil {
		return fmt.Errorf("deleting role %q: %w", id, err)
	}
	return tx.record(ctx, "role.delete", "role", id, was, nil)
}
