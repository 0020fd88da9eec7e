package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// CreateRole makes a role. A name that another role of the application has is a
// TakenError, a permission of another application a ForeignError, and one that does
// not exist an UnknownError.
func (tx *Tx) CreateRole(ctx context.Context, in RoleInput) (Role, error) {
	if err := tx.taken(ctx, roleTable(), Roles, in.Name, "", sameApplication, in.ApplicationID); err != nil {
		return Role{}, err
	}
	if err := tx.grantable(ctx, in, nil); err != nil {
		return Role{}, err
	}
	o := Role{
		ID: uuid.NewString(), Name: in.Name, Description: in.Description,
		ApplicationType: in.ApplicationType, ApplicationID: in.ApplicationID,
		Permissions: append([]string{}, in.Permissions...), lists: usedPermissions,
	}
	if err := tx.insertRole(ctx, o, 0); err != nil {
		return Role{}, err
	}
	return o, tx.record(ctx, "role.create", "role", o.ID, nil, o)
}

// insertRole inserts o, which is the twin-th more of its application that has its name.
func (tx *Tx) insertRole(ctx context.Context, o Role, twin int) error {
	_, err := tx.change(ctx, `insert into roles(id, name, name_key, description, description_key,
			application_type, application_id, lists, created, updated, twin)
		values($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)`,
		o.ID, o.Name, fold(o.Name), o.Description, fold(o.Description),
		o.ApplicationType, o.ApplicationID, o.lists, tx.now().UnixMilli(), twin)
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

// grantable refuses permissions of other applications than the role's, and ones that
// do not exist. Those that the role had stay as they are: an import may have brought
// such as are gone.
func (tx *Tx) grantable(ctx context.Context, in RoleInput, had []string) error {
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
	others := slices.DeleteFunc(slices.Clone(in.Permissions), func(id string) bool { return slices.Contains(had, id) })
	return tx.allExist(ctx, Permissions, "permissions", others)
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
	if err := tx.grantable(ctx, in, was.Permissions); err != nil {
		return Role{}, err
	}
	is := was
	is.Name, is.Description, is.ApplicationType = in.Name, in.Description, in.ApplicationType
	is.Permissions, is.lists = append([]string{}, in.Permissions...), was.lists|usedPermissions
	return is, tx.replaceRole(ctx, was, is)
}

func (tx *Tx) replaceRole(ctx context.Context, was, is Role) error {
	_, err := tx.change(ctx, `update roles set name = $2, name_key = $3, twin = 0, description = $4, description_key = $5,
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
