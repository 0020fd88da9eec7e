package mgmtapi

import (
	"context"
	"net/http"

	"trellis/cmd/internal/store"
	"trellis/cmd/internal/texts"
	"trellis/web/mgmt"
)

// GET /roles
func (a *api) listRoles(c *call) error {
	w := c.window()
	var roles []store.CoreRole
	var total int
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		roles, total, err = tx.CoreRoles(c.Request().Context(), c.query.Get("name_filter"), w.offset, w.limit)
		return err
	})
	if err != nil {
		return err
	}
	return c.list(w, "roles", shownRoles(roles), total)
}

// shownRoles is roles as a list shows them, which is never null.
func shownRoles(roles []store.CoreRole) []mgmt.Role {
	shown := make([]mgmt.Role, len(roles))
	for i, o := range roles {
		shown[i] = mgmt.Role(o)
	}
	return shown
}

// POST /roles
func (a *api) createRole(c *call) error {
	var in struct{ Name, Description string }
	if err := c.decode(&in); err != nil {
		return err
	}
	if err := tellable(in.Name); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var o store.CoreRole
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		o, err = tx.CreateCoreRole(ctx, in.Name, in.Description)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, mgmt.Role(o))
}

// tellable refuses a name that could pass for another one.
func tellable(name string) error {
	if texts.Deceives(name) {
		return badBody("name: it holds invisible characters, or ones that turn the direction of writing")
	}
	return nil
}

// GET /roles/{id}
func (a *api) role(c *call) error {
	var o store.CoreRole
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		o, err = tx.CoreRole(c.Request().Context(), c.id)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, mgmt.Role(o))
}

// PATCH /roles/{id}
func (a *api) updateRole(c *call) error {
	var patch struct{ Name, Description *string }
	if err := c.decode(&patch); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var o store.CoreRole
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if o, err = tx.CoreRole(ctx, c.id); err != nil {
			return err
		}
		set(&o.Name, patch.Name)
		set(&o.Description, patch.Description)
		if err := tellable(o.Name); patch.Name != nil && err != nil {
			return err
		}
		return tx.UpdateCoreRole(ctx, o)
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, mgmt.Role(o))
}

// DELETE /roles/{id}
func (a *api) deleteRole(c *call) error {
	return a.change(c, http.StatusOK, nothing(), func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteCoreRole(ctx, c.id)
	})
}

// GET /roles/{id}/permissions
func (a *api) listRolePermissions(c *call) error {
	w := c.window()
	ctx := c.Request().Context()
	shown := []mgmt.UserPermission{}
	var total int
	err := a.store.View(ctx, func(tx *store.Tx) error {
		given, n, err := tx.CoreRolePermissions(ctx, c.id, w.offset, w.limit)
		if err != nil {
			return err
		}
		total = n
		said, err := descriptions(ctx, tx)
		for _, p := range given {
			shown = append(shown, said.of(p))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.list(w, "permissions", shown, total)
}

// POST /roles/{id}/permissions
func (a *api) addRolePermissions(c *call) error {
	permissions, err := c.permissionRefs()
	if err != nil {
		return err
	}
	return a.change(c, http.StatusCreated, nothing(), func(ctx context.Context, tx *store.Tx) error {
		return tx.AddCoreRolePermissions(ctx, c.id, permissions)
	})
}

// DELETE /roles/{id}/permissions
func (a *api) removeRolePermissions(c *call) error {
	permissions, err := c.permissionRefs()
	if err != nil {
		return err
	}
	return a.change(c, http.StatusNoContent, nil, func(ctx context.Context, tx *store.Tx) error {
		return tx.RemoveCoreRolePermissions(ctx, c.id, permissions)
	})
}
