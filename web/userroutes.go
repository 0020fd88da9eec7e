package web

import (
	"trellis/handlers"
	"trellis/views/urls"
)

// userRoutes list the users and show one, with groups, roles and what they come to.
func (s *Server) userRoutes() []route {
	users := s.users()
	userGroups := handlers.UserGroups{Frame: s.userFrame(), API: s.authz, Impacts: s.impacts()}
	userRoles := handlers.UserRoles{Frame: s.userFrame(), API: s.authz, Catalogue: s.catalogue(), Impacts: s.impacts()}
	userAccess := handlers.UserAccess{Frame: s.userFrame(), API: s.authz, Directory: s.mgmt, Catalogue: s.catalogue()}
	return []route{
		{get, urls.Users, signedIn(), users.List},
		{get, urls.UserFilter, signedIn(), users.Filter},
		{get, urls.User, signedIn(), users.Show},
		{get, urls.UserActions, signedIn(), users.Actions},
		{get, urls.UserGroups, signedIn(), userGroups.Show},
		{get, urls.UserGroupsAdd, signedIn(), userGroups.Pick},
		{post, urls.UserGroupsAdd, authorization("update:groups"), userGroups.Add},
		{get, urls.UserGroupsRemove, signedIn(), userGroups.ConfirmRemove},
		{post, urls.UserGroupsRemove, authorization("update:groups"), userGroups.Remove},
		{get, urls.UserRoles, signedIn(), userRoles.Show},
		{get, urls.UserRolesAdd, signedIn(), userRoles.Pick},
		{post, urls.UserRolesAdd, authorization(giveRoles), userRoles.Add},
		{get, urls.UserRolesRemove, signedIn(), userRoles.ConfirmRemove},
		{post, urls.UserRolesRemove, authorization(giveRoles), userRoles.Remove},
		{get, urls.UserAccess, signedIn(), userAccess.Show},
	}
}

// userPermissions serves what users may do at APIs.
func (s *Server) userPermissions() handlers.UserPermissions {
	return handlers.UserPermissions{Frame: s.userFrame(), API: s.mgmt, Access: s.authz, Catalogue: s.catalogue()}
}

// userPermissionRoutes are the permissions that a user holds directly, and what an API must have for them.
func (s *Server) userPermissionRoutes() []route {
	userPermissions := s.userPermissions()
	rbac := handlers.RBAC{API: s.mgmt, Users: userPermissions}
	return []route{
		{get, urls.UserPermissions, signedIn(), userPermissions.List},
		{get, urls.UserPermissionsAdd, signedIn(), userPermissions.Pick},
		{post, urls.UserPermissionsAdd, management("update:users"), userPermissions.Add},
		{get, urls.UserPermissionsRemove, signedIn(), userPermissions.ConfirmRemove},
		{post, urls.UserPermissionsRemove, management("update:users"), userPermissions.Remove},
		{get, urls.APIRBAC, signedIn(), rbac.Confirm},
		{post, urls.APIRBAC, management("update:resource_servers"), rbac.TurnOn},
	}
}

// users lists the users.
func (s *Server) users() handlers.Users {
	return handlers.Users{Frame: s.userFrame(), Search: s.mgmt, API: s.authz}
}

// userFrame is what stands on each of a user's pages.
func (s *Server) userFrame() handlers.UserFrame {
	return handlers.UserFrame{Users: s.mgmt, Holdings: s.authz}
}
