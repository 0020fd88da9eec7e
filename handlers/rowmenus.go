package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/session"
)

// choice is an item of a row's menu, which opens a dialog over the list.
func choice(c echo.Context, label, icon, url string, api session.API, scope string) views.Action {
	return views.Action{Label: label, Icon: icon, URL: url, Dialog: true, Refusal: needs(c, api, scope)}
}

// last is the item that ends the thing of a row.
func last(a views.Action) views.Action {
	a.Kind = views.Bad
	return a
}

// actionsFor is a page of what the menu of a row offers: without script it stands in
// for the menu.
func actionsFor(c echo.Context, name, list string, actions []views.Action) error {
	return sheet(c, http.StatusOK, list, views.Sheet{Title: "Actions for " + name, Back: list}, views.RowActions(actions))
}

// groupActions is what can be done with a group from the list.
func groupActions(c echo.Context, id string) []views.Action {
	return []views.Action{
		choice(c, "Add members", "users", urls.MemberList{Group: id}.ToAdd(), session.Authorization, updateGroups),
		choice(c, "Nest groups in it", "nest", urls.ToGroupNestedAdd(id), session.Authorization, updateGroups),
		choice(c, "Give it roles", "roles", urls.ToGroupRolesAdd(id, ""), session.Authorization, updateGroups),
		choice(c, "Edit", "edit", urls.ToGroupEdit(id), session.Authorization, updateGroups),
		last(choice(c, "Delete", "trash", urls.ToGroupDelete(id), session.Authorization, deleteGroups)),
	}
}

// Actions shows what can be done with a group.
func (h Groups) Actions(c echo.Context) error {
	g, err := h.API.Group(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return actionsFor(c, named(g.Name), urls.Groups, groupActions(c, g.ID))
}

// roleActions is what can be done with a role from the list.
func roleActions(c echo.Context, id string) []views.Action {
	return []views.Action{
		choice(c, "Give it to users", "users", urls.RoleUserList{Role: id}.ToAdd(), session.Authorization, giveRoles),
		choice(c, "Give it to groups", "groups", urls.ToRoleGroupsAdd(id, ""), session.Authorization, updateGroups),
		choice(c, "Clone", "copy", urls.ToRoleClone(id), session.Authorization, createRoles),
		choice(c, "Edit", "edit", urls.ToRoleEdit(id), session.Authorization, updateRoles),
		last(choice(c, "Delete", "trash", urls.ToRoleDelete(id), session.Authorization, deleteRoles)),
	}
}

// Actions shows what can be done with a role.
func (h Roles) Actions(c echo.Context) error {
	r, err := h.API.Role(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return actionsFor(c, named(r.Name), urls.Roles, roleActions(c, r.ID))
}

// permissionActions is what can be done with a permission from the list.
func permissionActions(c echo.Context, id string) []views.Action {
	return []views.Action{
		choice(c, "Edit", "edit", urls.ToPermissionEdit(id), session.Authorization, updatePermissions),
		last(choice(c, "Delete", "trash", urls.ToPermissionDelete(id), session.Authorization, deletePermissions)),
	}
}

// Actions shows what can be done with a permission.
func (h Permissions) Actions(c echo.Context) error {
	p, err := h.API.Permission(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return actionsFor(c, named(p.Name), urls.Permissions, permissionActions(c, p.ID))
}

// userActions is what can be done with a user from the list.
func userActions(c echo.Context, id string) []views.Action {
	held := urls.HeldList{User: id}
	return []views.Action{
		choice(c, "Add to groups", "groups", held.ToGroupsAdd(), session.Authorization, updateGroups),
		choice(c, "Give roles", "roles", held.ToRolesAdd(), session.Authorization, giveRoles),
		choice(c, "Give permissions", "permissions", urls.PermissionList{User: id}.ToAdd(), session.Management, updateUsers),
	}
}

// Actions shows what can be done with a user.
func (h Users) Actions(c echo.Context) error {
	u, err := h.Frame.Users.User(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return actionsFor(c, nameOf(u), urls.Users, userActions(c, u.UserID))
}
