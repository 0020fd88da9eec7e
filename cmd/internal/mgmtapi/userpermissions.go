package mgmtapi

import (
	"context"
	"net/http"

	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
)

// GET /users/{id}/permissions
func (a *api) listUserPermissions(c *call) error {
	w := c.window()
	ctx := c.Request().Context()
	shown := []mgmt.UserPermission{}
	var total int
	err := a.store.View(ctx, func(tx *store.Tx) error {
		if _, err := tx.User(ctx, c.id); err != nil {
			return err
		}
		held, n, err := tx.UserPermissions(ctx, c.id, w.offset, w.limit)
		if err != nil {
			return err
		}
		total = n
		shown, err = explained(ctx, tx, held)
		return err
	})
	if err != nil {
		return err
	}
	return c.list(w, "permissions", shown, total)
}

// explained adds what the APIs say of the permissions.
func explained(ctx context.Context, tx *store.Tx, held []store.UserPermission) ([]mgmt.UserPermission, error) {
	servers, err := tx.ResourceServers(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	descriptions := map[store.UserPermission]string{}
	for _, s := range servers {
		names[s.Identifier] = s.Name
		for _, sc := range s.Scopes {
			descriptions[store.UserPermission{API: s.Identifier, Name: sc.Value}] = sc.Description
		}
	}
	out := make([]mgmt.UserPermission, len(held))
	for i, p := range held {
		out[i] = mgmt.UserPermission{
			ResourceServerIdentifier: p.API, PermissionName: p.Name,
			ResourceServerName: names[p.API], Description: descriptions[p],
		}
	}
	return out, nil
}

// POST /users/{id}/permissions
func (a *api) addUserPermissions(c *call) error {
	return a.changePermissions(c, http.StatusCreated, (*store.Tx).AddUserPermissions)
}

// DELETE /users/{id}/permissions
func (a *api) removeUserPermissions(c *call) error {
	return a.changePermissions(c, http.StatusNoContent, (*store.Tx).RemoveUserPermissions)
}

func (a *api) changePermissions(c *call, status int, change func(*store.Tx, context.Context, string, []store.UserPermission) error) error {
	var in struct{ Permissions []store.UserPermission }
	if err := c.decode(&in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := a.store.Update(ctx, func(tx *store.Tx) error { return change(tx, ctx, c.id, in.Permissions) }); err != nil {
		return err
	}
	return c.NoContent(status)
}
