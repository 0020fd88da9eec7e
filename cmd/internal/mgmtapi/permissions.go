package mgmtapi

import (
	"context"

	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
)

// described is what the APIs say of themselves and of their permissions.
type described struct {
	apis        map[string]string
	permissions map[store.UserPermission]string
}

func descriptions(ctx context.Context, tx *store.Tx) (described, error) {
	d := described{apis: map[string]string{}, permissions: map[store.UserPermission]string{}}
	servers, err := tx.ResourceServers(ctx)
	for _, s := range servers {
		d.apis[s.Identifier] = s.Name
		for _, sc := range s.Scopes {
			d.permissions[store.UserPermission{API: s.Identifier, Name: sc.Value}] = sc.Description
		}
	}
	return d, err
}

// of is p with what its API says of it.
func (d described) of(p store.UserPermission) mgmt.UserPermission {
	return mgmt.UserPermission{
		ResourceServerIdentifier: p.API, PermissionName: p.Name,
		ResourceServerName: d.apis[p.API], Description: d.permissions[p],
	}
}

// permissionRefs is the permissions that the body names.
func (c *call) permissionRefs() ([]store.UserPermission, error) {
	var in struct{ Permissions []store.UserPermission }
	err := c.decode(&in)
	return in.Permissions, err
}

// change runs one change of a named record, and answers status with out, or with
// no body where out is nil.
func (a *api) change(c *call, status int, out any, change func(context.Context, *store.Tx) error) error {
	ctx := c.Request().Context()
	if err := a.store.Update(ctx, func(tx *store.Tx) error { return change(ctx, tx) }); err != nil {
		return err
	}
	if out == nil {
		return c.NoContent(status)
	}
	return c.JSON(status, out)
}

// nothing is the body of an answer that Auth0 gives one and that says nothing.
func nothing() any { return struct{}{} }
