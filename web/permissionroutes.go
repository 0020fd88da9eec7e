package web

import (
	"trellis/handlers"
	"trellis/views/urls"
)

// permissionRoutes list the permissions, make, edit and delete them, and take them out of roles.
func (s *Server) permissionRoutes() []route {
	permissions := handlers.Permissions{API: s.authz, Catalogue: s.catalogue(), Impacts: s.impacts()}
	permissionUsers := handlers.PermissionUsers{API: s.authz, Catalogue: s.catalogue()}
	return []route{
		{get, urls.Permissions, signedIn(), permissions.List},
		{get, urls.NewPermission, signedIn(), permissions.New},
		{post, urls.NewPermission, authorization("create:permissions"), permissions.Create},
		{get, urls.PastePermissions, signedIn(), permissions.Paste},
		{post, urls.PastePermissions, authorization("create:permissions"), permissions.CreatePasted},
		{get, urls.PermissionActions, signedIn(), permissions.Actions},
		{get, urls.PermissionEdit, signedIn(), permissions.Edit},
		{post, urls.PermissionEdit, authorization("update:permissions"), permissions.Update},
		{get, urls.PermissionDelete, signedIn(), permissions.ConfirmDelete},
		{post, urls.PermissionDelete, authorization("delete:permissions"), permissions.Delete},
		{get, urls.Permission, signedIn(), permissions.Roles},
		{get, urls.PermissionUsers, signedIn(), permissionUsers.Show},
		{get, urls.PermissionRolesRemove, signedIn(), permissions.ConfirmRelease},
		{post, urls.PermissionRolesRemove, authorization("update:roles"), permissions.Release},
	}
}
