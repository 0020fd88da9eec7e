package web

import (
	"trellis/handlers"
	"trellis/views/urls"
)

// roleRoutes list the roles, make, edit and delete them, and give them.
func (s *Server) roleRoutes() []route {
	roles := handlers.Roles{API: s.authz, Catalogue: s.catalogue(), Impacts: s.impacts()}
	rolePermissions := handlers.RolePermissions{API: s.authz, Catalogue: s.catalogue()}
	roleUsers := handlers.RoleUsers{API: s.authz, Users: s.mgmt, Catalogue: s.catalogue(), Impacts: s.impacts()}
	roleGroups := handlers.RoleGroups{API: s.authz, Catalogue: s.catalogue(), Impacts: s.impacts()}
	return []route{
		{get, urls.Roles, signedIn(), roles.List},
		{get, urls.NewRole, signedIn(), roles.New},
		{post, urls.NewRole, authorization("create:roles"), roles.Create},
		{get, urls.RoleActions, signedIn(), roles.Actions},
		{get, urls.RoleEdit, signedIn(), roles.Edit},
		{post, urls.RoleEdit, authorization("update:roles"), roles.Update},
		{get, urls.RoleDelete, signedIn(), roles.ConfirmDelete},
		{post, urls.RoleDelete, authorization("delete:roles"), roles.Delete},
		{get, urls.Role, signedIn(), rolePermissions.Show},
		{get, urls.RoleUsers, signedIn(), roleUsers.Show},
		{get, urls.RoleUsersAdd, signedIn(), roleUsers.Pick},
		{post, urls.RoleUsersAdd, authorization(giveRoles), roleUsers.Add},
		{get, urls.RoleUsersRemove, signedIn(), roleUsers.ConfirmRemove},
		{post, urls.RoleUsersRemove, authorization(giveRoles), roleUsers.Remove},
		{get, urls.RoleGroups, signedIn(), roleGroups.Show},
		{get, urls.RoleGroupsAdd, signedIn(), roleGroups.Pick},
		{post, urls.RoleGroupsAdd, authorization("update:groups"), roleGroups.Add},
		{get, urls.RoleGroupsRemove, signedIn(), roleGroups.ConfirmRemove},
		{post, urls.RoleGroupsRemove, authorization("update:groups"), roleGroups.Remove},
	}
}
