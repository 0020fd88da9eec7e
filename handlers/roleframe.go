package handlers

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

var (
	rolePermissionsTab = tab{"permissions", "Permissions"}
	roleUsersTab       = tab{"users", "Users"}
	roleGroupsTab      = tab{"groups", "Groups"}
)

// showRole answers with a tab of r: the whole page, its tabs and what is below, or
// the list alone.
func showRole(c echo.Context, r authz.Role, apps catalogue, at tab, body, list templ.Component) error {
	visited(c, roleKind, r.ID, named(r.Name))
	l := layout(c, named(r.Name)+", "+at.label, urls.Roles)
	return showDetail(c, l, roleFrame(c, r, apps, at), body, list)
}

// showDetail answers with a tab of a role or a permission.
func showDetail(c echo.Context, l views.Layout, frame views.DetailFrame, body, list templ.Component) error {
	return answer(c, http.StatusOK, views.DetailPage(l, frame, body), parts{
		"detail": views.Titled(l, views.Detail(frame, body)),
		"list":   views.Titled(l, list),
	})
}

// roleFrame words what stands above every tab of r.
func roleFrame(c echo.Context, r authz.Role, apps catalogue, at tab) views.DetailFrame {
	one := func(t tab, url string, n int) views.Tab {
		return views.Tab{ID: t.id, Label: t.label, URL: url, Count: number(n), Current: t == at}
	}
	return views.DetailFrame{
		ID:          r.ID,
		Application: apps.name(r.ApplicationID),
		Head: views.PageHead{
			Crumbs: []views.Link{{Label: "Roles", URL: urls.Roles}, {Label: named(r.Name)}},
			Title:  named(r.Name),
			Text:   r.Description,
			Actions: []views.Action{
				compareAction(roleKind, r.ID),
				graphAction(roleKind, r.ID),
				{
					ID: "delete-role", Label: "Delete role", Icon: "trash", Kind: views.Bad, Dialog: true,
					URL: urls.ToRoleDelete(r.ID), Refusal: needs(c, session.Authorization, deleteRoles),
				},
				{
					ID: "clone-role", Label: "Clone", Icon: "copy", Dialog: true,
					URL: urls.ToRoleClone(r.ID), Refusal: needs(c, session.Authorization, createRoles),
				},
				{
					ID: "edit-role", Label: "Edit", Icon: "edit", Dialog: true,
					URL: urls.ToRoleEdit(r.ID), Refusal: needs(c, session.Authorization, updateRoles),
				},
			},
		},
		Changes: changesOf(c, roleKind, r.ID),
		Tabs: []views.Tab{
			one(rolePermissionsTab, urls.ToRole(r.ID), len(r.Permissions)),
			one(roleUsersTab, urls.RoleUserList{Role: r.ID}.To(), r.UserCount),
			one(roleGroupsTab, urls.ToRoleGroups(r.ID, ""), r.GroupCount),
		},
	}
}
