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

// authorization asks for a scope of the Authorization API, or for one of several.
func authorization(scope string) need { return need{true, session.Authorization, scope} }

// giveRoles is what giving a role to a user and taking it away takes: one of them.
const giveRoles = "update:roles update:users"

// management asks for a scope of the Management API.
func management(scope string) need { return need{true, session.Management, scope} }

// route is one line of the dashboard's table of contents.
type route struct {
	method string
	path   string
	needs  need
	serve  echo.HandlerFunc
}

// hasHead reports whether the page answers HEAD as it does GET, the body aside.
// Signing in does not: looking at it would use it up.
func (r route) hasHead() bool {
	return r.method == http.MethodGet && r.path != urls.Login && r.path != urls.Callback
}

// routes is every page and action of the dashboard.
func (s *Server) routes() []route {
	var (
		get, post = http.MethodGet, http.MethodPost
		anyone    = need{}
		signedIn  = need{person: true}
	)
	impacts := handlers.Impacts{API: s.authz}
	groups := handlers.Groups{API: s.authz, Impacts: impacts}
	members := handlers.Members{API: s.authz, Users: s.mgmt, Impacts: impacts}
	tree := handlers.Tree{API: s.authz, Impacts: impacts}
	nested := handlers.Nested{API: s.authz, Impacts: impacts, Tree: tree}
	groupRoles := handlers.GroupRoles{API: s.authz, Applications: s.mgmt, Impacts: impacts}
	mappings := handlers.Mappings{API: s.authz, Connections: s.mgmt, Impacts: impacts}
	pending := handlers.Pending{API: s.authz}
	catalogue := handlers.Catalogue{Applications: s.authz, APIs: s.mgmt}
	frame := handlers.UserFrame{Users: s.mgmt, Holdings: s.authz}
	users := handlers.Users{Frame: frame, Search: s.mgmt, API: s.authz}
	userGroups := handlers.UserGroups{Frame: frame, API: s.authz, Impacts: impacts}
	userRoles := handlers.UserRoles{Frame: frame, API: s.authz, Catalogue: catalogue, Impacts: impacts}
	userPermissions := handlers.UserPermissions{Frame: frame, API: s.mgmt, Access: s.authz, Catalogue: catalogue}
	userAccess := handlers.UserAccess{Frame: frame, API: s.authz, Directory: s.mgmt, Catalogue: catalogue}
	rbac := handlers.RBAC{API: s.mgmt, Users: userPermissions}
	roles := handlers.Roles{API: s.authz, Catalogue: catalogue, Impacts: impacts}
	rolePermissions := handlers.RolePermissions{API: s.authz, Catalogue: catalogue}
	roleUsers := handlers.RoleUsers{API: s.authz, Users: s.mgmt, Catalogue: catalogue, Impacts: impacts}
	roleGroups := handlers.RoleGroups{API: s.authz, Catalogue: catalogue, Impacts: impacts}
	permissions := handlers.Permissions{API: s.authz, Catalogue: catalogue, Impacts: impacts}
	permissionUsers := handlers.PermissionUsers{API: s.authz, Catalogue: catalogue}
	graph := handlers.Graph{API: s.authz}
	paths := handlers.Paths{API: s.authz, Directory: s.mgmt, Catalogue: catalogue}
	idle, absolute := s.sessions.Limits()
	overview := handlers.Overview{API: s.authz, Users: s.mgmt, Idle: idle, Absolute: absolute}
	search := handlers.Search{API: s.authz, Users: s.mgmt, Catalogue: catalogue}
	configuration := handlers.Configuration{API: s.authz, Address: s.authz.Address(), Site: s.base.String()}
	transfer := handlers.Transfer{API: s.authz}
	people := handlers.People{API: s.mgmt}
	machines := handlers.Machines{API: s.mgmt, Audience: s.audience, Issuer: s.issuer}
	access := handlers.APIAccess{API: s.authz, Address: s.authz.Address(), Audience: s.audience, Issuer: s.issuer}

	selection := handlers.Selection{API: s.authz, Users: users, Catalogue: catalogue, Jobs: s.jobs}
	many := handlers.Many{API: s.authz, Jobs: s.jobs}
	jobs := handlers.Jobs{API: s.authz, Jobs: s.jobs, Impacts: impacts}
	return []route{
		{get, urls.Home, signedIn, overview.Show},
		{get, urls.Changes, signedIn, overview.Changes},
		{get, urls.Static + "/*", anyone, serveStatic},
		{post, urls.Theme, signedIn, handlers.Theme},
		{get, urls.Unsaved, signedIn, unsaved},
		{get, urls.Search, signedIn, search.Show},
		{get, urls.Impact, signedIn, impacts.Show},
		{post, urls.Impact, signedIn, impacts.Show},
		{get, urls.ImpactExport, signedIn, impacts.Export},
		{post, urls.ImpactExport, signedIn, impacts.Export},

		{get, urls.Graph, signedIn, graph.Show},
		{get, urls.GraphFile, signedIn, graph.File},

		{get, urls.Groups, signedIn, groups.List},
		{get, urls.NewGroup, signedIn, groups.New},
		{post, urls.NewGroup, authorization("create:groups"), groups.Create},
		{get, urls.Tree, signedIn, tree.Show},
		{get, urls.TreeRows, signedIn, tree.Rows},
		{get, urls.TreePlace, signedIn, tree.Place},
		{get, urls.TreeMove, signedIn, tree.Move},
		{post, urls.TreeMove, authorization("update:groups"), tree.Make},
		{get, urls.TreeTakeOut, signedIn, tree.ConfirmTakeOut},
		{post, urls.TreeTakeOut, authorization("update:groups"), tree.TakeOut},
		{get, urls.GroupEdit, signedIn, groups.Edit},
		{post, urls.GroupEdit, authorization("update:groups"), groups.Update},
		{get, urls.GroupDelete, signedIn, groups.ConfirmDelete},
		{post, urls.GroupDelete, authorization("delete:groups"), groups.Delete},

		{get, urls.Group, signedIn, members.Show},
		{get, urls.GroupMembersAdd, signedIn, members.Pick},
		{post, urls.GroupMembersAdd, authorization("update:groups"), members.Add},
		{get, urls.GroupMembersRemove, signedIn, members.ConfirmRemove},
		{post, urls.GroupMembersRemove, authorization("update:groups"), members.Remove},

		{get, urls.GroupPending, signedIn, pending.Show},
		{get, urls.GroupPendingAdd, signedIn, pending.Ask},
		{post, urls.GroupPendingAdd, authorization("update:groups"), pending.Add},
		{get, urls.GroupPendingRemove, signedIn, pending.ConfirmRemove},
		{post, urls.GroupPendingRemove, authorization("update:groups"), pending.Remove},

		{get, urls.GroupNested, signedIn, nested.Show},
		{get, urls.GroupNestedAdd, signedIn, nested.Pick},
		{post, urls.GroupNestedAdd, authorization("update:groups"), nested.Add},
		{get, urls.GroupNestedRemove, signedIn, nested.ConfirmRemove},
		{post, urls.GroupNestedRemove, authorization("update:groups"), nested.Remove},

		{get, urls.GroupRoles, signedIn, groupRoles.Show},
		{get, urls.GroupRolesAdd, signedIn, groupRoles.Pick},
		{post, urls.GroupRolesAdd, authorization("update:groups"), groupRoles.Add},
		{get, urls.GroupRolesRemove, signedIn, groupRoles.ConfirmRemove},
		{post, urls.GroupRolesRemove, authorization("update:groups"), groupRoles.Remove},

		{get, urls.GroupMappings, signedIn, mappings.Show},
		{get, urls.GroupMappingsAdd, signedIn, mappings.New},
		{post, urls.GroupMappingsAdd, authorization("update:groups"), mappings.Add},
		{get, urls.GroupMappingsRemove, signedIn, mappings.ConfirmRemove},
		{post, urls.GroupMappingsRemove, authorization("update:groups"), mappings.Remove},

		{get, urls.Roles, signedIn, roles.List},
		{get, urls.NewRole, signedIn, roles.New},
		{post, urls.NewRole, authorization("create:roles"), roles.Create},
		{get, urls.RoleEdit, signedIn, roles.Edit},
		{post, urls.RoleEdit, authorization("update:roles"), roles.Update},
		{get, urls.RoleDelete, signedIn, roles.ConfirmDelete},
		{post, urls.RoleDelete, authorization("delete:roles"), roles.Delete},

		{get, urls.Role, signedIn, rolePermissions.Show},
		{get, urls.RoleUsers, signedIn, roleUsers.Show},
		{get, urls.RoleUsersAdd, signedIn, roleUsers.Pick},
		{post, urls.RoleUsersAdd, authorization(giveRoles), roleUsers.Add},
		{get, urls.RoleUsersRemove, signedIn, roleUsers.ConfirmRemove},
		{post, urls.RoleUsersRemove, authorization(giveRoles), roleUsers.Remove},

		{get, urls.RoleGroups, signedIn, roleGroups.Show},
		{get, urls.RoleGroupsAdd, signedIn, roleGroups.Pick},
		{post, urls.RoleGroupsAdd, authorization("update:groups"), roleGroups.Add},
		{get, urls.RoleGroupsRemove, signedIn, roleGroups.ConfirmRemove},
		{post, urls.RoleGroupsRemove, authorization("update:groups"), roleGroups.Remove},

		{get, urls.Permissions, signedIn, permissions.List},
		{get, urls.NewPermission, signedIn, permissions.New},
		{post, urls.NewPermission, authorization("create:permissions"), permissions.Create},
		{get, urls.PastePermissions, signedIn, permissions.Paste},
		{post, urls.PastePermissions, authorization("create:permissions"), permissions.CreatePasted},
		{get, urls.PermissionEdit, signedIn, permissions.Edit},
		{post, urls.PermissionEdit, authorization("update:permissions"), permissions.Update},
		{get, urls.PermissionDelete, signedIn, permissions.ConfirmDelete},
		{post, urls.PermissionDelete, authorization("delete:permissions"), permissions.Delete},

		{get, urls.Permission, signedIn, permissions.Roles},
		{get, urls.PermissionUsers, signedIn, permissionUsers.Show},
		{get, urls.PermissionRolesRemove, signedIn, permissions.ConfirmRelease},
		{post, urls.PermissionRolesRemove, authorization("update:roles"), permissions.Release},

		{get, urls.Paths, signedIn, paths.Show},
		{get, urls.PathEnd, signedIn, paths.Choose},

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
		{post, urls.UserRolesAdd, authorization(giveRoles), userRoles.Add},
		{get, urls.UserRolesRemove, signedIn, userRoles.ConfirmRemove},
		{post, urls.UserRolesRemove, authorization(giveRoles), userRoles.Remove},
		{get, urls.UserAccess, signedIn, userAccess.Show},
		{get, urls.UserPermissions, signedIn, userPermissions.List},
		{get, urls.UserPermissionsAdd, signedIn, userPermissions.Pick},
		{post, urls.UserPermissionsAdd, management("update:users"), userPermissions.Add},
		{get, urls.UserPermissionsRemove, signedIn, userPermissions.ConfirmRemove},
		{post, urls.UserPermissionsRemove, management("update:users"), userPermissions.Remove},
		{get, urls.APIRBAC, signedIn, rbac.Confirm},
		{post, urls.APIRBAC, management("update:resource_servers"), rbac.TurnOn},

		{get, urls.GroupMembersMany, signedIn, many.ForGroup},
		{post, urls.GroupMembersMany, authorization("update:groups"), many.AddToGroup},
		{get, urls.RoleUsersMany, signedIn, many.ForRole},
		{post, urls.RoleUsersMany, authorization(giveRoles), many.AddToRole},
		{get, urls.SelectUsers, signedIn, selection.SelectUsers},
		{post, urls.SelectUsers, signedIn, selection.SelectUsers},
		{get, urls.SelectGroups, signedIn, selection.SelectGroups},
		{post, urls.SelectGroups, signedIn, selection.SelectGroups},
		{get, urls.SelectRoles, signedIn, selection.SelectRoles},
		{post, urls.SelectRoles, signedIn, selection.SelectRoles},
		{get, urls.SelectPermissions, signedIn, selection.SelectPermissions},
		{post, urls.SelectPermissions, signedIn, selection.SelectPermissions},
		{get, urls.SelectMembers, signedIn, selection.SelectMembers},
		{post, urls.SelectMembers, signedIn, selection.SelectMembers},
		{get, urls.SelectRoleUsers, signedIn, selection.SelectRoleUsers},
		{post, urls.SelectRoleUsers, signedIn, selection.SelectRoleUsers},
		{get, urls.ExportUsers, signedIn, selection.ExportUsers},
		{get, urls.ExportGroups, signedIn, selection.ExportGroups},
		{get, urls.ExportRoles, signedIn, selection.ExportRoles},
		{get, urls.ExportPermissions, signedIn, selection.ExportPermissions},
		{get, urls.ExportMembers, signedIn, selection.ExportMembers},
		{get, urls.ExportRoleUsers, signedIn, selection.ExportRoleUsers},
		{get, urls.Jobs, signedIn, jobs.List},
		{get, urls.Job, signedIn, jobs.Show},
		{get, urls.JobTarget, signedIn, jobs.PickTarget},
		{post, urls.JobTarget, signedIn, jobs.SetTarget},
		{get, urls.JobStart, signedIn, jobs.Back},
		{post, urls.JobStart, signedIn, jobs.Start},
		{get, urls.JobAgain, signedIn, jobs.Back},
		{post, urls.JobAgain, signedIn, jobs.Again},
		{get, urls.JobCancel, signedIn, jobs.Back},
		{post, urls.JobCancel, signedIn, jobs.Cancel},
		{get, urls.JobDrop, signedIn, jobs.Back},
		{post, urls.JobDrop, signedIn, jobs.Drop},
		{get, urls.JobResult, signedIn, jobs.Result},
		{get, urls.JobImpact, signedIn, jobs.Impact},
		{get, urls.JobImpactExport, signedIn, jobs.ImpactFile},
		{get, urls.Configuration, signedIn, configuration.Show},
		{post, urls.Configuration, authorization("update:configuration"), configuration.Save},
		{get, urls.APIKey, signedIn, configuration.ConfirmRotateKey},
		{post, urls.APIKey, authorization("update:configuration"), configuration.RotateKey},
		{get, urls.APIAccess, signedIn, access.Show},
		{post, urls.APIAccess, authorization("update:resource-server"), access.Save},
		{get, urls.LoginAction, signedIn, configuration.Action},
		{get, urls.Machines, signedIn, machines.List},
		{get, urls.NewMachine, signedIn, machines.New},
		{post, urls.NewMachine, management("create:clients"), machines.Create},
		{get, urls.MachineScopes, signedIn, machines.Edit},
		{post, urls.MachineScopes, management("update:client_grants"), machines.Save},
		{get, urls.MachineRotate, signedIn, machines.ConfirmRotate},
		{post, urls.MachineRotate, management("update:client_keys"), machines.Rotate},
		{get, urls.MachineDelete, signedIn, machines.ConfirmDelete},
		{post, urls.MachineDelete, management("delete:clients"), machines.Delete},
		{get, urls.People, signedIn, people.List},
		{get, urls.NewPerson, signedIn, people.New},
		{post, urls.NewPerson, management("create:accounts"), people.Create},
		{get, urls.PersonRole, signedIn, people.EditRole},
		{post, urls.PersonRole, management("update:accounts"), people.SaveRole},
		{get, urls.PersonReset, signedIn, people.ConfirmReset},
		{post, urls.PersonReset, management("update:accounts"), people.Reset},
		{get, urls.PersonRemove, signedIn, people.ConfirmRemove},
		{post, urls.PersonRemove, management("delete:accounts"), people.Remove},
		{get, urls.Transfer, signedIn, transfer.Show},
		{get, urls.Export, signedIn, transfer.Export},
		{post, urls.Transfer, authorization("update:configuration"), transfer.Plan},
		{get, urls.Import, signedIn, transfer.Show},
		{get, urls.Restore, authorization("update:configuration"), transfer.PlanRestore},
		{post, urls.Restore, authorization("update:configuration"), transfer.Restore},
		{post, urls.Import, authorization("update:configuration"), transfer.Import},
		{get, urls.ImportImpact, signedIn, transfer.Show},
		{post, urls.ImportImpact, authorization("update:configuration"), transfer.Impact},
		{get, urls.ImportImpactExport, signedIn, transfer.Show},
		{post, urls.ImportImpactExport, authorization("update:configuration"), transfer.ImpactFile},

		{get, urls.Login, anyone, s.paced(s.login.Start)},
		{get, urls.Callback, anyone, s.login.Callback},
		{post, urls.Logout, anyone, s.login.Logout},
		{get, urls.SignedOut, anyone, signedOut},
	}
}
