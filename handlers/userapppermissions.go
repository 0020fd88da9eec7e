package handlers

import (
	"cmp"
	"context"
	"slices"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
)

// applications reads what permissions of applications the user with id has by roles.
// What comes back words them, on the page that at asks for; at moves to the last one
// when that lies behind. Where they cannot be read, the permissions of APIs still
// stand.
func (h UserPermissions) applications(ctx context.Context, id string) (func(mgmt.User, *urls.PermissionList) views.AppPermissions, error) {
	var e entitlements
	var refusal string
	var apps catalogue
	err := atOnce(
		func() (err error) {
			e, err = entitlementsOf(ctx, h.Access, id, toPermissions)
			refusal, err = refusalOf(err, "Permissions of applications")
			return err
		},
		func() error { apps = h.Catalogue.read(ctx); return nil },
	)
	return func(u mgmt.User, at *urls.PermissionList) views.AppPermissions {
		if refusal != "" {
			return views.AppPermissions{Refusal: refusal}
		}
		return appPermissions(u, &e, e.permissionSources(signInsOf(u)...), apps, at)
	}, err
}

// appPermissions words the page of all that at asks for, by application.
func appPermissions(u mgmt.User, e *entitlements, all []sourced, apps catalogue, at *urls.PermissionList) views.AppPermissions {
	all = slices.DeleteFunc(all, func(s sourced) bool {
		p := e.permissions[s.position]
		return !mentions(at.Search, named(p.Name), p.Description, apps.name(p.ApplicationID))
	})
	slices.SortStableFunc(all, func(a, b sourced) int {
		x, y := e.permissions[a.position], e.permissions[b.position]
		return cmp.Or(byName(apps.name(x.ApplicationID), apps.name(y.ApplicationID)),
			cmp.Compare(x.ApplicationID, y.ApplicationID), byName(x.Name, y.Name))
	})
	p := paging{at.Apps, permissionsPerPage, len(all)}
	if p.beyond() {
		p.page = p.last()
		at.Apps = p.page
	}
	first := (p.page - 1) * p.size
	return views.AppPermissions{
		Total:        len(all),
		Status:       found(len(all), "permission", at.Search),
		Applications: e.byApplication(u, all[first:min(first+p.size, len(all))], apps),
		Pager: p.pager(func(n int) string {
			return urls.PermissionList{User: at.User, Search: at.Search, Page: at.Page, Apps: n}.To()
		}),
	}
}

// byApplication parts permissions, which are in the order of their applications.
func (e *entitlements) byApplication(u mgmt.User, all []sourced, apps catalogue) []views.AppSection {
	var out []views.AppSection
	last := ""
	for i, s := range all {
		p := e.permissions[s.position]
		if i == 0 || p.ApplicationID != last {
			last = p.ApplicationID
			out = append(out, views.AppSection{Name: apps.name(last)})
		}
		section := &out[len(out)-1]
		section.Rows = append(section.Rows, views.AppPermission{
			Name: named(p.Name), Description: p.Description, Sources: e.ways(s, false),
			Why: whyOf(u, s, urls.End(permissionKind, p.ID), nameOf(u)+" has "+named(p.Name)),
		})
	}
	return out
}
