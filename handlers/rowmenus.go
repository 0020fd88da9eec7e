package handlers

import (
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

// groupMenu is what can be done with a group from the list.
func groupMenu(c echo.Context, id, name string) views.RowMenu {
	return views.RowMenu{ID: id, Name: name, Actions: []views.Action{
		choice(c, "Add members", "users", urls.MemberList{Group: id}.ToAdd(), session.Authorization, updateGroups),
		choice(c, "Nest groups in it", "nest", urls.ToGroupNestedAdd(id), session.Authorization, updateGroups),
		choice(c, "Give it roles", "roles", urls.ToGroupRolesAdd(id, ""), session.Authorization, updateGroups),
		choice(c, "Edit", "edit", urls.ToGroupEdit(id), session.Authorization, updateGroups),
		last(choice(c, "Delete", "trash", urls.ToGroupDelete(id), session.Authorization, deleteGroups)),
	}}
}

// roleMenu is what can be done with a role from the list.
func roleMenu(c echo.Context, id, name string) views.RowMenu {
	return views.RowMenu{ID: id, Name: name, Actions: []views.Action{
		choice(c, "Give it to users", "users", urls.RoleUserList{Role: id}.ToAdd(), session.Authorization, giveRoles),
		choice(c, "Give it to groups", "groups", urls.ToRoleGroupsAdd(id, ""), session.Authorization, updateGroups),
		choice(c, "Clone", "copy", urls.ToRoleClone(id), session.Authorization, createRoles),
		choice(c, "Edit", "edit", urls.ToRoleEdit(id), session.Authorization, updateRoles),
		last(choice(c, "Delete", "trash", urls.ToRoleDelete(id), session.Authorization, deleteRoles)),
	}}
}

// permissionMenu is what can be done with a permission from the list.
func permissionMenu(c echo.Context, id, name string) views.RowMenu {
	return views.RowMenu{ID: id, Name: name, Actions: []views.Action{
		choice(c, "Edit", "edit", urls.ToPermissionEdit(id), session.Authorization, updatePermissions),
		last(choice(c, "Delete", "trash", urls.ToPermissionDelete(id), session.Authorization, deletePermissions)),
	}}
}

// userMenu is what can be done with a user from the list.
func userMenu(c echo.Context, id, name string) views.RowMenu {
	held := urls.HeldList{User: id}
	return views.RowMenu{ID: id, Name: name, Actions: []views.Action{
		choice(c, "Add to groups", "groups", held.ToGroupsAdd(), session.Authorization, updateGroups),
		choice(c, "Give roles", "roles", held.ToRolesAdd(), session.Authorization, giveRoles),
		choice(c, "Give permissions", "permissions", urls.PermissionList{User: id}.ToAdd(), session.Management, updateUsers),
	}}
}
