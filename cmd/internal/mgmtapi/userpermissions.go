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
		held, n, err := tx.EffectivePermissions(ctx, c.id, w.offset, w.limit)
		if err != nil {
			return err
		}
		total = n
		said, err := descriptions(ctx, tx)
		for _, p := range held {
			shown = append(shown, said.of(p.UserPermission))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.list(w, "permissions", shown, total)
}

// POST /users/{id}/permissions
func (a *api) addUserPermissions(c *call) error {
	permissions, err := c.permissionRefs()
	if err != nil {
		return err
	}
	return a.change(c, http.StatusCreated, nil, func(ctx context.Context, tx *store.Tx) error {
		return tx.AddUserPermissions(ctx, c.id, permissions)
	})
}

// DELETE /users/{id}/permissions
func (a *api) removeUserPermissions(c *call) error {
	permissions, err := c.permissionRefs()
	if err != nil {
		return err
	}
	return a.change(c, http.StatusNoContent, nil, func(ctx context.Context, tx *store.Tx) error {
		return tx.RemoveUserPermissions(ctx, c.id, permissions)
	})
}
