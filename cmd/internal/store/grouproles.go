package store

import "context"

// GroupRoles is the ids of the roles of a group, in the order of adding, those
// that are gone included.
func (tx *Tx) GroupRoles(ctx context.Context, group string) ([]string, error) {
	if _, err := tx.Group(ctx, group); err != nil {
		return nil, err
	}
	roles, err := tx.GroupRolesOf(ctx, []string{group})
	return roles[group], err
}

// GroupRolesOf is the roles of each of some groups.
func (tx *Tx) GroupRolesOf(ctx context.Context, groups []string) (map[string][]string, error) {
	return tx.listsOf(ctx, roleList(), groups)
}

// AddGroupRoles gives roles to a group. Roles that do not exist are an UnknownError.
func (tx *Tx) AddGroupRoles(ctx context.Context, group string, roleIDs []string) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	if err := tx.allExist(ctx, Roles, "roles", roleIDs); err != nil {
		return err
	}
	return tx.addTo(ctx, roleList(), group, roleIDs)
}

// RemoveGroupRoles takes roles from a group.
func (tx *Tx) RemoveGroupRoles(ctx context.Context, group string, roleIDs []string) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	return tx.removeFrom(ctx, roleList(), group, roleIDs)
}
