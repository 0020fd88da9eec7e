package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/session"
)

// need is what a route asks of its user: nothing, to be signed in, or a scope of
// an API too.
type need struct {
	person bool
	api    session.API
	scope  string
}

// authorization asks for a scope of the Authorization API.
func authorization(scope string) need { return need{true, session.Authorization, scope} }

// management asks for a scope of the Management API.
func management(scope string) need { return need{true, session.Management, scope} }

// route is one line of the dashboard's table of contents.
type route struct {
	method string
	path   string
	needs  need
	serve  echo.HandlerFunc
}

// routes is every page and action of the dashboard.
func (s *Server) routes() []route {
	var (
		get, post = http.MethodGet, http.MethodPost
		anyone    = need{}
		signedIn  = need{person: true}
	)
	groups := handlers.Groups{API: s.authz}
	members := handlers.Members{API: s.authz, Users: s.mgmt}
	nested := handlers.Nested{API: s.authz}
	roles := handlers.GroupRoles{API: s.authz, Applications: s.mgmt}
	mappings := handlers.Mappings{API: s.authz, Connections: s.mgmt}
	frame := handlers.UserFrame{Users: s.mgmt, Holdings: s.authz}
	names := handlers.ApplicationNames{Applications: s.mgmt, APIs: s.mgmt}
	users := handlers.Users{Frame: frame, Search: s.mgmt, API: s.authz}
	userGroups := handlers.UserGroups{Frame: frame, API: s.authz}
	userRoles := handlers.UserRoles{Frame: frame, API: s.authz, Names: names}
	permissions := handlers.UserPermissions{Frame: frame, API: s.mgmt, Access: s.authz, Names: names}
	userAccess := handlers.UserAccess{Frame: frame, API: s.authz, Directory: s.mgmt}
	rbac := handlers.RBAC{API: s.mgmt, Users: permissions}

	return []route{
		{get, urls.Home, signedIn, home},
		{get, urls.Static + "/*", anyone, serveStatic},
		{post, urls.Theme, signedIn, handlers.Theme},

		{get, urls.Groups, signedIn, groups.List},
		{get, urls.NewGroup, signedIn, groups.New},
		{post, urls.NewGroup, authorization("create:groups"), groups.Create},
		{get, urls.GroupEdit, signedIn, groups.Edit},
		{post, urls.GroupEdit, authorization("update:groups"), groups.Update},
		{get, urls.GroupDelete, signedIn, groups.ConfirmDelete},
		{post, urls.GroupDelete, authorization("delete:groups"), groups.Delete},

		{get, urls.Group, signedIn, members.Show},
		{get, urls.GroupMembersAdd, signedIn, members.Pick},
		{post, urls.GroupMembersAdd, authorization("update:groups"), members.Add},
		{get, urls.GroupMembersRemove, signedIn, members.ConfirmRemove},
		{post, urls.GroupMembersRemove, authorization("update:groups"), members.Remove},

		{get, urls.GroupNested, signedIn, nested.Show},
		{get, urls.GroupNestedAdd, signedIn, nested.Pick},
		{post, urls.GroupNestedAdd, authorization("update:groups"), nested.Add},
		{get, urls.GroupNestedRemove, signedIn, nested.ConfirmRemove},
		{post, urls.GroupNestedRemove, authorization("update:groups"), nested.Remove},

		{get, urls.GroupRoles, signedIn, roles.Show},
		{get, urls.GroupRolesAdd, signedIn, roles.Pick},
		{post, urls.GroupRolesAdd, authorization("update:groups"), roles.Add},
		{get, urls.GroupRolesRemove, signedIn, roles.ConfirmRemove},
		{post, urls.GroupRolesRemove, authorization("update:groups"), roles.Remove},

		{get, urls.GroupMappings, signedIn, mappings.Show},
		{get, urls.GroupMappingsAdd, signedIn, mappings.New},
		{post, urls.GroupMappingsAdd, authorization("update:groups"), mappings.Add},
		{get, urls.GroupMappingsRemove, signedIn, mappings.ConfirmRemove},
		{post, urls.GroupMappingsRemove, authorization("update:groups"), mappings.Remove},

		{get, urls.Users, signedIn, users.List},
		{get, urls.UserFilter, signedIn, users.Filter},
		{get, urls.User, signedIn, users.Show},
		{get, urls.UserGroups, signedIn, userGroups.Show},
		{get, urls.UserGroupsAdd, signedIn, userGroups.Pick},
		{post, urls.UserGroupsAdd, authorization("update:groups"), userGroups.Add},
		{get, urls.UserGroupsRemove, signedIn, userGroups.ConfirmRemove},
		{post, urls.UserGroupsRemove, authorization("update:groups"), userGroups.Remove},
		{get, urls.UserRoles, signedIn, userRoles.Show},
		{get, urls.UserRolesAdd, signedIn, userRoles.Pick},
		{post, urls.UserRolesAdd, authorization("update:roles"), userRoles.Add},
		{get, urls.UserRolesRemove, signedIn, userRoles.ConfirmRemove},
		{post, urls.UserRolesRemove, authorization("update:roles"), userRoles.Remove},
		{get, urls.UserAccess, signedIn, userAccess.Show},
		{get, urls.UserPermissions, signedIn, permissions.List},
		{get, urls.UserPermissionsAdd, signedIn, permissions.Pick},
		{post, urls.UserPermissionsAdd, management("update:users"), permissions.Add},
		{get, urls.UserPermissionsRemove, signedIn, permissions.ConfirmRemove},
		{post, urls.UserPermissionsRemove, management("update:users"), permissions.Remove},
		{get, urls.APIRBAC, signedIn, rbac.Confirm},
		{post, urls.APIRBAC, management("update:resource_servers"), rbac.TurnOn},

		{get, urls.Login, anyone, paced(s.login.Start)},
		{get, urls.Callback, anyone, s.login.Callback},
		{post, urls.Logout, anyone, s.login.Logout},
		{get, urls.SignedOut, anyone, signedOut},
	}
}

// home is the way to where most work is done.
func home(c echo.Context) error { return c.Redirect(http.StatusSeeOther, urls.Groups) }
