package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// RolePermissionsAPI is what the permissions of a role ask of the Authorization API.
type RolePermissionsAPI interface {
	RoleReader
	ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error)
}

// RolePermissions serves the permissions of a role.
type RolePermissions struct {
	API       RolePermissionsAPI
	Catalogue Catalogue
}

// Show lists the permissions of a role, narrowed by ?q.
func (h RolePermissions) Show(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := h.API.Role(ctx, idOf(c))
	if err != nil {
		return err
	}
	all, err := h.API.ListPermissions(ctx, authz.ListQuery{Of: r.ApplicationID, Fields: []string{"_id", "name", "description"}})
	if err != nil {
		return err
	}
	at := urls.RolePermissionList{Role: r.ID, Search: searchOf(c), Page: pageOf(c)}
	list := containedList(r, all.Items, &at)
	list.Edit = views.Action{
		ID: "edit-permissions", Label: "Edit permissions", Icon: "edit", Kind: views.Primary, Dialog: true,
		URL: urls.ToRoleEdit(r.ID), Refusal: needs(c, session.Authorization, updateRoles),
	}
	addressed(c, at.To())
	return showRole(c, r, h.Catalogue.read(ctx), rolePermissionsTab, views.RolePermissions(list), views.ContainedRows(list))
}

// containedList words the page of r's permissions at at, and moves at to the last
// page when it lies behind.
func containedList(r authz.Role, all []authz.Permission, at *urls.RolePermissionList) views.ContainedList {
	rows := slices.DeleteFunc(containedRows(r, all), func(row views.ContainedPermission) bool {
		return !mentions(at.Search, row.Name, row.Description)
	})
	p := paging{at.Page, permissionsPerPage, len(rows)}
	if p.beyond() {
		p.page = p.last()
		at.Page = p.page
	}
	first := (p.page - 1) * p.size
	return views.ContainedList{
		Role:   named(r.Name),
		Search: at.Search,
		URL:    urls.ToRole(r.ID),
		Status: found(len(rows), "permission", at.Search),
		Rows:   rows[first:min(first+p.size, len(rows))],
		Pager: p.pager(func(n int) string {
			return urls.RolePermissionList{Role: at.Role, Search: at.Search, Page: n}.To()
		}),
	}
}

// containedRows are the permissions of r by name, those that are gone among them.
func containedRows(r authz.Role, all []authz.Permission) []views.ContainedPermission {
	rows := make([]views.ContainedPermission, 0, len(r.Permissions))
	byID := make(map[string]authz.Permission, len(all))
	for _, p := range all {
		byID[p.ID] = p
	}
	for _, id := range r.Permissions {
		p, ok := byID[id]
		if !ok {
			rows = append(rows, views.ContainedPermission{Name: id, Missing: true})
			continue
		}
		rows = append(rows, views.ContainedPermission{Name: named(p.Name), Description: p.Description, URL: urls.ToPermission(id)})
	}
	slices.SortStableFunc(rows, func(a, b views.ContainedPermission) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return rows
}
