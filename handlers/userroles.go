package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
)

// UserRolesAPI is what the roles of a user ask of the Authorization API.
type UserRolesAPI interface {
	EntitlementsReader
	AddUserRoles(ctx context.Context, user string, roles []string) error
	RemoveUserRoles(ctx context.Context, user string, roles []string) error
}

// UserRoles serves the roles that a user has.
type UserRoles struct {
	Frame     UserFrame
	API       UserRolesAPI
	Catalogue Catalogue
	Impacts   Impacts
}

// Show lists the roles that a user has: directly, through groups, and by the
// mappings of a sign-in.
func (h UserRoles) Show(c echo.Context) error {
	ctx := c.Request().Context()
	var e entitlements
	var apps catalogue
	u, err := h.Frame.read(ctx, idOf(c),
		func() (err error) { e, err = entitlementsOf(ctx, h.API, idOf(c), toRoles); return err },
		func() error { apps = h.Catalogue.read(ctx); return nil },
	)
	if err != nil {
		return err
	}
	at := heldListOf(c)
	list := rolesHeld(c, u.User, &e, apps, &at)
	addressed(c, at.ToRoles())
	return h.Frame.show(c, http.StatusOK, u, userRolesTab, views.UserRoles(list), views.HeldRoleRows(list))
}

// rolesHeld words the roles of u at at, and moves at to the last page when it
// lies behind.
func rolesHeld(c echo.Context, u mgmt.User, e *entitlements, apps catalogue, at *urls.HeldList) views.HeldList {
	all := slices.DeleteFunc(e.roleSources(signInsOf(u)...), func(s sourced) bool {
		r := e.roles[s.position]
		return !mentions(at.Search, named(r.Name), r.Description, apps.name(r.ApplicationID))
	})
	slices.SortStableFunc(all, func(a, b sourced) int {
		x, y := e.roles[a.position], e.roles[b.position]
		return cmp.Or(byName(x.Name, y.Name), byName(apps.name(x.ApplicationID), apps.name(y.ApplicationID)))
	})
	list, shown := heldList(u, all, at, "role", urls.HeldList.ToRoles)
	list.Add = views.Action{
		ID: "add", Label: "Add roles", Icon: "plus", Kind: views.Primary, Dialog: true,
		URL: at.ToRolesAdd(), Refusal: needs(c, session.Authorization, giveRoles),
	}
	for _, s := range shown {
		r := e.roles[s.position]
		row := views.HeldRow{
			Name: named(r.Name), Description: r.Description, URL: urls.ToRole(r.ID),
			Application: apps.name(r.ApplicationID), Direct: s.direct(), Sources: e.ways(s, false),
			Why: whyOf(u, s, urls.End(roleKind, r.ID), nameOf(u)+" has "+named(r.Name)),
		}
		if row.Direct {
			row.Remove = views.Action{
				Label: "Remove " + row.Name + " from " + nameOf(u), Icon: "trash", Kind: views.Bad, Dialog: true,
				URL: at.ToRolesRemove(r.ID), Refusal: needs(c, session.Authorization, giveRoles),
			}
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

// roleNamed is the role with id, and whether there is one.
func (e *entitlements) roleNamed(id string) (authz.Role, bool) {
	i := slices.IndexFunc(e.roles, func(r authz.Role) bool { return r.ID == id })
	if i < 0 {
		return authz.Role{}, false
	}
	return e.roles[i], true
}
