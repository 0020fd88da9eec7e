package mgmtapi

import (
	"context"
	"net/http"

	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
)

// GET /roles/{id}/users
func (a *api) listRoleUsers(c *call) error {
	if c.query.Has("take") || c.query.Has("from") {
		return a.listRoleUsersFrom(c)
	}
	w := c.window()
	var users []store.User
	var total int
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		users, total, err = tx.CoreRoleUsers(c.Request().Context(), c.id, w.offset, w.limit)
		return err
	})
	if err != nil {
		return err
	}
	return c.list(w, "users", roleUsers(users), total)
}

func (a *api) listRoleUsersFrom(c *call) error {
	at := c.checkpoint()
	place, err := at.place()
	if err != nil {
		return err
	}
	var users []store.User
	var next int64
	err = a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		users, next, err = tx.CoreRoleUsersAfter(c.Request().Context(), c.id, place, at.take)
		return err
	})
	if err != nil {
		return err
	}
	return c.part("users", roleUsers(users), onFrom(next))
}

// roleUsers is what a role tells of the users who have it.
func roleUsers(users []store.User) []map[string]any {
	shown := make([]map[string]any, len(users))
	for i, u := range users {
		shown[i] = only(u.Profile, "user_id", "email", "name", "picture")
	}
	return shown
}

// POST /roles/{id}/users
func (a *api) addRoleUsers(c *call) error {
	var in struct{ Users []string }
	if err := c.decode(&in); err != nil {
		return err
	}
	return a.change(c, http.StatusOK, nothing(), func(ctx context.Context, tx *store.Tx) error {
		return tx.AddCoreRoleUsers(ctx, c.id, in.Users)
	})
}

// GET /users/{id}/roles
func (a *api) listUserRoles(c *call) error {
	w := c.window()
	var roles []store.CoreRole
	var total int
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		roles, total, err = tx.UserCoreRoles(c.Request().Context(), c.id, w.offset, w.limit)
		return err
	})
	if err != nil {
		return err
	}
	return c.list(w, "roles", shownRoles(roles), total)
}

// POST /users/{id}/roles
func (a *api) addUserRoles(c *call) error {
	return a.changeUserRoles(c, (*store.Tx).AddUserCoreRoles)
}

// DELETE /users/{id}/roles
func (a *api) removeUserRoles(c *call) error {
	return a.changeUserRoles(c, (*store.Tx).RemoveUserCoreRoles)
}

func (a *api) changeUserRoles(c *call, change func(*store.Tx, context.Context, string, []string) error) error {
	var in struct{ Roles []string }
	if err := c.decode(&in); err != nil {
		return err
	}
	return a.change(c, http.StatusNoContent, nil, func(ctx context.Context, tx *store.Tx) error {
		return change(tx, ctx, c.id, in.Roles)
	})
}

// GET /users/{id}/effective-roles
func (a *api) listEffectiveRoles(c *call) error { return a.effectiveRoles(c, nil) }

// GET /users/{id}/effective-permissions/sources/effective-roles
func (a *api) listPermissionRoles(c *call) error {
	return a.effectiveRoles(c, &store.UserPermission{
		API: c.query.Get("resource_server_identifier"), Name: c.query.Get("permission_name"),
	})
}

// effectiveRoles answers the roles of a user; only those that give a permission,
// if there is one.
func (a *api) effectiveRoles(c *call, giving *store.UserPermission) error {
	at := c.checkpoint()
	place, err := at.place()
	if err != nil {
		return err
	}
	var roles []store.CoreRole
	var next int64
	err = a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		roles, next, err = tx.UserCoreRolesAfter(c.Request().Context(), c.id, giving, place, at.take)
		return err
	})
	if err != nil {
		return err
	}
	shown := make([]mgmt.EffectiveRole, len(roles))
	for i, o := range roles {
		shown[i] = mgmt.EffectiveRole{Role: mgmt.Role(o), Sources: []string{mgmt.Direct}}
	}
	return c.part("roles", shown, onFrom(next))
}

// GET /users/{id}/effective-permissions
func (a *api) listEffectivePermissions(c *call) error {
	at := c.checkpoint()
	ctx := c.Request().Context()
	shown := []mgmt.EffectivePermission{}
	next := ""
	err := a.store.View(ctx, func(tx *store.Tx) error {
		held, more, err := tx.EffectivePermissionsAfter(ctx, c.id, c.query.Get("resource_server_identifier"), at.from, at.take)
		if err != nil {
			return err
		}
		if more {
			next = held[len(held)-1].Name
		}
		said, err := descriptions(ctx, tx)
		for _, p := range held {
			shown = append(shown, mgmt.EffectivePermission{UserPermission: said.of(p.UserPermission), Sources: sources(p)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.part("permissions", shown, next)
}

// sources is where p comes from, in the words of the API.
func sources(p store.EffectivePermission) []string {
	var out []string
	if p.Direct {
		out = append(out, mgmt.Direct)
	}
	if p.ByRole {
		out = append(out, mgmt.ByRole)
	}
	return out
}
