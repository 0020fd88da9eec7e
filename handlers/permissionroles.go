package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

var (
	permissionRolesTab = tab{"roles", "Roles"}
	permissionUsersTab = tab{"users", "Who has it"}
)

// Roles lists the roles that contain a permission.
func (h Permissions) Roles(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.API.Permission(ctx, idOf(c))
	if err != nil {
		return err
	}
	containing, err := h.containing(ctx, p)
	if err != nil {
		return err
	}
	at := paging{pageOf(c), rolesPerPage, len(containing)}
	at.page = min(at.page, at.last())
	first := (at.page - 1) * at.size
	list := views.ContainingList{
		Permission: named(p.Name),
		Status:     count(len(containing), "role"),
		Pager:      at.pager(func(n int) string { return urls.ContainingList{Permission: p.ID, Page: n}.To() }),
		Roles:      views.Action{Label: "Roles of the application", URL: urls.RoleIndex{Of: p.ApplicationID}.To()},
	}
	if len(containing) > 1 {
		list.RemoveAll = takingOut(c, "Take out of all roles", urls.ToPermissionRolesRemove(p.ID, ""))
		list.RemoveAll.ID = "remove-all"
	}
	for _, r := range containing[first:min(first+at.size, len(containing))] {
		list.Rows = append(list.Rows, views.ContainingRole{
			Name: named(r.Name), Description: r.Description, URL: urls.ToRole(r.ID),
			Groups: number(r.GroupCount), Users: number(r.UserCount),
			Remove: takingOut(c, "Remove "+named(p.Name)+" from "+named(r.Name), urls.ToPermissionRolesRemove(p.ID, r.ID)),
		})
	}
	visited(c, permissionKind, p.ID, named(p.Name))
	l := layout(c, named(p.Name)+", "+permissionRolesTab.label, urls.Permissions)
	frame := permissionFrame(c, p, h.Catalogue.read(ctx), permissionRolesTab)
	return showDetail(c, l, frame, views.PermissionRoles(list), views.ContainingRows(list))
}

// takingOut is a control that takes a permission out of roles.
func takingOut(c echo.Context, label, url string) views.Action {
	a := removing(c, label, url)
	a.Refusal = needs(c, session.Authorization, updateRoles)
	return a
}

// permissionFrame words what stands above every tab of p.
func permissionFrame(c echo.Context, p authz.Permission, apps catalogue, at tab) views.DetailFrame {
	return views.DetailFrame{
		ID:          p.ID,
		Application: apps.name(p.ApplicationID),
		Head: views.PageHead{
			Crumbs: []views.Link{{Label: "Permissions", URL: urls.Permissions}, {Label: named(p.Name)}},
			Title:  named(p.Name),
			Text:   p.Description,
			Actions: []views.Action{
				graphAction(permissionKind, p.ID),
				{
					ID: "delete-permission", Label: "Delete permission", Icon: "trash", Kind: views.Bad, Dialog: true,
					URL: urls.ToPermissionDelete(p.ID), Refusal: needs(c, session.Authorization, deletePermissions),
				},
				{
					ID: "edit-permission", Label: "Edit", Icon: "edit", Dialog: true,
					URL: urls.ToPermissionEdit(p.ID), Refusal: needs(c, session.Authorization, updatePermissions),
				},
			},
		},
		Changes: changesOf(c, permissionKind, p.ID),
		Tabs: []views.Tab{
			{
				ID: permissionRolesTab.id, Label: permissionRolesTab.label, URL: urls.ToPermission(p.ID),
				Count: number(p.RoleCount), Current: at == permissionRolesTab,
			},
			{
				ID: permissionUsersTab.id, Label: permissionUsersTab.label, URL: urls.PermissionUserList{Permission: p.ID}.To(),
				Current: at == permissionUsersTab,
			},
		},
	}
}

// ConfirmRelease asks whether a permission shall be taken out of a role, or out of
// all of them.
func (h Permissions) ConfirmRelease(c echo.Context) error {
	return h.releasing(c, http.StatusOK, "")
}

func (h Permissions) releasing(c echo.Context, status int, problem string) error {
	ctx, role := c.Request().Context(), c.FormValue("role")
	p, err := h.API.Permission(ctx, idOf(c))
	if err != nil {
		return err
	}
	containing, err := h.containing(ctx, p)
	if err != nil {
		return err
	}
	s := views.Sheet{
		Title:   "Take " + named(p.Name) + " out of " + count(len(containing), "role") + "?",
		Text:    "Who has these roles loses the permission, unless it is in another one of theirs. The roles stay.",
		Action:  urls.ToPermissionRolesRemove(p.ID, role),
		Back:    urls.ToPermission(p.ID),
		Submit:  "Take out",
		Icon:    "trash",
		Danger:  true,
		Problem: problem,
		Refusal: needs(c, session.Authorization, updateRoles),
	}
	var changes []authz.ProposedChange
	for _, r := range containing {
		if role == "" || r.ID == role {
			changes = append(changes, undone(addInclusion(r.ID, p.ID)))
		}
	}
	s.Impact = h.Impacts.Of(c, changes...)
	if role == "" {
		return sheet(c, status, urls.Permissions, s, views.UsesOf(uses("Contained in:", roleLinks(containing))))
	}
	name := role
	for _, r := range containing {
		if r.ID == role {
			name = named(r.Name)
		}
	}
	s.Title = "Remove " + named(p.Name) + " from " + name + "?"
	s.Text = "Who has this role loses the permission, unless it is in another one of theirs. The role stays."
	s.Submit = "Remove permission"
	return sheet(c, status, urls.Permissions, s, views.Nothing())
}

// Release takes a permission out of a role, or out of all of them.
func (h Permissions) Release(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.API.Permission(ctx, idOf(c))
	if err != nil {
		return err
	}
	o, err := h.release(ctx, p, c.FormValue("role"))
	if err != nil {
		return err
	}
	if problem := o.problem("Taken out of", "role"); problem != "" {
		return h.releasing(c, http.StatusConflict, problem)
	}
	return done(c, urls.ToPermission(p.ID), "Taken out of "+count(o.done, "role"), h.Roles)
}
