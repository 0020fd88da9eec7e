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

// PermissionReader is what every page about permissions asks of the Authorization
// API.
type PermissionReader interface {
	ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error)
	Permission(ctx context.Context, id string) (authz.Permission, error)
}

// PermissionsAPI is what the list of permissions and the form of a permission ask.
type PermissionsAPI interface {
	PermissionReader
	RoleReader
	CreatePermission(context.Context, authz.PermissionInput) (authz.Permission, error)
	UpdatePermission(ctx context.Context, id string, in authz.PermissionInput, ifMatch string) (authz.Permission, error)
	DeletePermission(ctx context.Context, id, ifMatch string) error
	UpdateRole(ctx context.Context, id string, in authz.RoleInput, ifMatch string) (authz.Role, error)
}

// Permissions serves the list of permissions, and makes, edits and deletes a
// permission.
type Permissions struct {
	API       PermissionsAPI
	Catalogue Catalogue
	Impacts   Impacts
}

const (
	createPermissions = "create:permissions"
	updatePermissions = "update:permissions"
	deletePermissions = "delete:permissions"
)

// permissionColumns are the columns of the list of permissions.
var permissionColumns = []sortable{
	{key: "name", field: "name", head: views.Column{Label: "Permission"}},
	{key: "description", field: "description", head: views.Column{Label: "Description"}},
	{head: views.Column{Label: "Application"}},
	{key: "roles", field: "role_count", head: views.Column{Label: "In roles", Numeric: true}},
}

// listedPermissionFields are the fields of a permission that its row shows.
var listedPermissionFields = []string{"_id", "name", "description", "applicationId", "role_count"}

// permissionIndexOf is the state of the list that the request asks for.
func permissionIndexOf(c echo.Context) urls.PermissionIndex {
	return urls.PermissionIndex{
		Search: searchOf(c), Of: applicationOf(c), Show: findingOf(c, permissionFindings), Sort: sortOf(c, permissionColumns), Page: pageOf(c),
	}
}

// List shows a page of permissions, narrowed by ?q and ?application and ordered by
// ?sort.
func (h Permissions) List(c echo.Context) error {
	at := permissionIndexOf(c)
	page, err := h.page(c, &at)
	if err != nil {
		return err
	}
	list := permissionIndex(page, at, h.Catalogue.read(c.Request().Context()))
	list.Actions = permissionActions(c, views.AnyRow)
	refusal := needs(c, session.Authorization, createPermissions)
	list.Paste = views.Action{ID: "paste-permissions", Label: "Paste many", Icon: "copy", URL: urls.ToPastePermissions(at.Of), Refusal: refusal}
	list.New = views.Action{
		ID: "new-permission", Label: "New permission", Icon: "plus", Kind: views.Primary,
		URL: urls.ToNewPermission(at.Of), Dialog: true, Refusal: refusal,
	}
	list.Export = exporting(at.ToExport())
	list.Bar = bar(c, at.ToSelect(), "permission", deletePermissions, page.Total, len(list.Rows))
	addressed(c, at.To())
	l := layout(c, "Permissions", urls.Permissions)
	return answer(c, http.StatusOK, views.PermissionsPage(l, list), parts{"list": withExport(views.Titled(l, views.PermissionIndexRows(list)), list.Export)})
}

// page asks the API for the page of permissions at at, and moves at to the last
// page when it lies behind.
func (h Permissions) page(c echo.Context, at *urls.PermissionIndex) (authz.Page[authz.Permission], error) {
	q := authz.ListQuery{
		Search: at.Search, Of: at.Of, Finding: at.Show, PerPage: permissionsPerPage,
		Sort: sortField(permissionColumns, at.Sort), Fields: listedPermissionFields,
	}
	return turned(c.Request().Context(), h.API.ListPermissions, q, &at.Page)
}

// permissionIndex words a page of permissions.
func permissionIndex(page authz.Page[authz.Permission], at urls.PermissionIndex, apps catalogue) views.PermissionIndex {
	p := paging{at.Page, permissionsPerPage, page.Total}
	list := views.PermissionIndex{
		At:      at,
		Finding: views.Finding{Name: at.Show, Text: permissionFindings[at.Show], Noun: "permissions", All: urls.PermissionIndex{Search: at.Search, Of: at.Of, Sort: at.Sort}.To()},
		Status:  found(page.Total, "permission", at.Search),
		Filter:  apps.filter(at.Of),
		Pager: p.pager(func(n int) string {
			return urls.PermissionIndex{Search: at.Search, Of: at.Of, Show: at.Show, Sort: at.Sort, Page: n}.To()
		}),
		Columns: columns(permissionColumns, at.Sort, func(sort string) string {
			return urls.PermissionIndex{Search: at.Search, Of: at.Of, Show: at.Show, Sort: sort}.To()
		}),
	}
	for _, one := range page.Items {
		list.Rows = append(list.Rows, views.ListedPermission{
			ID:          one.ID,
			Name:        named(one.Name),
			Description: one.Description,
			URL:         urls.ToPermission(one.ID),
			Application: apps.name(one.ApplicationID),
			Roles:       number(one.RoleCount),
		})
	}
	return list
}
