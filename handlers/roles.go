package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// RoleReader is what every page about roles asks of the Authorization API.
type RoleReader interface {
	ListRoles(context.Context, authz.ListQuery) (authz.Page[authz.Role], error)
	Role(ctx context.Context, id string) (authz.Role, error)
}

// RolesAPI is what the list of roles and the form of a role ask.
type RolesAPI interface {
	RoleReader
	CreateRole(context.Context, authz.RoleInput) (authz.Role, error)
	UpdateRole(ctx context.Context, id string, in authz.RoleInput, ifMatch string) (authz.Role, error)
	DeleteRole(ctx context.Context, id, ifMatch string) error
	ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error)
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	RemoveGroupRoles(ctx context.Context, group string, roles []string) error
}

// Roles serves the list of roles, and makes, copies, edits and deletes a role.
type Roles struct {
	API       RolesAPI
	Catalogue Catalogue
	Impacts   Impacts
}

const (
	createRoles = "create:roles"
	updateRoles = "update:roles"
	deleteRoles = "delete:roles"

	rolesPerPage = 25
)

// roleColumns are the columns of the list of roles.
var roleColumns = []sortable{
	{key: "name", field: "name", head: views.Column{Label: "Role", Class: "wide"}},
	{head: views.Column{Label: "Application", Prio: 2, Class: "fifth"}},
	{key: "permissions", field: "permission_count", head: views.Column{Label: "Permissions", Numeric: true}},
	{key: "groups", field: "group_count", head: views.Column{Label: "Groups", Numeric: true, Prio: 2}},
	{key: "users", field: "user_count", head: views.Column{Label: "Given directly", Numeric: true, Prio: 2}},
}

// listedRoleFields are the fields of a role that its row shows.
var listedRoleFields = []string{"_id", "name", "description", "applicationId", "permission_count", "user_count", "group_count"}

// roleIndexOf is the state of the list that the request asks for.
func roleIndexOf(c echo.Context) urls.RoleIndex {
	return urls.RoleIndex{
		Search: searchOf(c), Of: applicationOf(c), Show: findingOf(c, roleFindings), Sort: sortOf(c, roleColumns), Page: pageOf(c),
	}
}

// List shows a page of roles, narrowed by ?q and ?application and ordered by ?sort.
func (h Roles) List(c echo.Context) error {
	at := roleIndexOf(c)
	page, err := h.page(c, &at)
	if err != nil {
		return err
	}
	list := roleIndex(page, at, h.Catalogue.read(c.Request().Context()))
	list.Actions = roleActions(c, views.AnyRow)
	list.New = views.Action{
		ID: "new-role", Label: "New role", Icon: "plus", Kind: views.Primary,
		URL: urls.ToNewRole(at.Of), Dialog: true, Refusal: needs(c, session.Authorization, createRoles),
	}
	list.Export = exporting(at.ToExport())
	list.Bar = bar(c, at.ToSelect(), "role", deleteRoles, page.Total, len(list.Rows))
	addressed(c, at.To())
	l := layout(c, "Roles", urls.Roles)
	return answer(c, http.StatusOK, views.RolesPage(l, list), parts{"list": withExport(views.Titled(l, views.RoleIndexRows(list)), list.Export)})
}

// page asks the API for the page of roles at at, and moves at to the last page
// when it lies behind.
func (h Roles) page(c echo.Context, at *urls.RoleIndex) (authz.Page[authz.Role], error) {
	q := authz.ListQuery{
		Search: at.Search, Of: at.Of, Finding: at.Show, PerPage: rolesPerPage,
		Sort: sortField(roleColumns, at.Sort), Fields: listedRoleFields,
	}
	return turned(c.Request().Context(), h.API.ListRoles, q, &at.Page)
}

// roleIndex words a page of roles.
func roleIndex(page authz.Page[authz.Role], at urls.RoleIndex, apps catalogue) views.RoleIndex {
	p := paging{at.Page, rolesPerPage, page.Total}
	list := views.RoleIndex{
		At:      at,
		Finding: views.Finding{Name: at.Show, Text: roleFindings[at.Show], Noun: "roles", All: urls.RoleIndex{Search: at.Search, Of: at.Of, Sort: at.Sort}.To()},
		Status:  found(page.Total, "role", at.Search),
		Filter:  apps.filter(at.Of),
		Pager: p.pager(func(n int) string {
			return urls.RoleIndex{Search: at.Search, Of: at.Of, Show: at.Show, Sort: at.Sort, Page: n}.To()
		}),
		Columns: columns(roleColumns, at.Sort, func(sort string) string {
			return urls.RoleIndex{Search: at.Search, Of: at.Of, Show: at.Show, Sort: sort}.To()
		}),
	}
	for _, r := range page.Items {
		list.Rows = append(list.Rows, views.ListedRole{
			ID:          r.ID,
			Name:        named(r.Name),
			Description: r.Description,
			URL:         urls.ToRole(r.ID),
			Application: apps.name(r.ApplicationID),
			Permissions: number(r.PermissionCount),
			Groups:      number(r.GroupCount),
			Users:       number(r.UserCount),
		})
	}
	return list
}

// applicationOf is the application that the request names.
func applicationOf(c echo.Context) string { return c.FormValue("application") }
