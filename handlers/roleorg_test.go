package handlers_test

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// newRoles is newOrg with permissions: Deploy Viewer is of the application
// Deploy Console, held by two users one of whom is gone, and given by Product and
// Engineering.
func newRoles() *org {
	o := newOrg()
	o.permissions = []authz.Permission{
		{ID: "p1", Name: "read:services", Description: "See services", ApplicationType: "client", ApplicationID: "app1", ETag: `"pv1"`},
		{ID: "p2", Name: "deploy:staging", Description: "Release to staging", ApplicationType: "client", ApplicationID: "app1"},
		{ID: "p3", Name: "rollback:production", Description: "Go back", ApplicationType: "client", ApplicationID: "app1", ETag: `"pv3"`},
		{ID: "p4", Name: "read:invoices", Description: "See invoices", ApplicationType: "resource_server", ApplicationID: ledger},
	}
	o.roles[0].Description, o.roles[0].ApplicationType, o.roles[0].ETag = "Sees what runs", "client", `"rv1"`
	o.roles[0].Users = []string{"u1", "gone-user"}
	o.roles[2].Permissions = nil
	o.apps = []mgmt.Application{
		{ClientID: "app1", Name: "Deploy Console", AppType: "spa"},
		{ClientID: "app2", Name: "People Desk", AppType: "regular_web"},
		{ClientID: "robot", Name: "Robot", AppType: "non_interactive"},
	}
	o.apis = []mgmt.ResourceServer{
		{ID: "rs1", Identifier: ledger, Name: "Ledger API"}, {ID: "sys", Identifier: "https://tenant/api/v2/", Name: "Management API", IsSystem: true},
	}
	o.fails = map[string]error{}
	return o
}

// given is how many groups give a role.
func (o *org) given(role string) int {
	n := 0
	for _, g := range o.groups {
		if slices.Contains(g.Roles, role) {
			n++
		}
	}
	return n
}

func (o *org) Role(_ context.Context, id string) (authz.Role, error) {
	r := o.role(id)
	if r.Missing {
		return r, &upstream.Error{Status: http.StatusNotFound}
	}
	r.PermissionCount, r.UserCount, r.GroupCount = len(r.Permissions), len(r.Users), o.given(id)
	return r, o.fails["Role"]
}

func (o *org) RoleUsers(_ context.Context, id string, q authz.ListQuery) (authz.Page[authz.User], error) {
	var found []authz.User
	for _, user := range o.role(id).Users {
		if u := o.user(user); strings.Contains(u.Name+u.Email+u.UserID, q.Search) {
			found = append(found, u)
		}
	}
	return authz.Page[authz.User]{Items: slice(found, q), Total: len(found)}, nil
}

func (o *org) ListPermissions(_ context.Context, q authz.ListQuery) (authz.Page[authz.Permission], error) {
	o.listed(q)
	var found []authz.Permission
	for _, p := range o.permissions {
		if (q.Of == "" || q.Of == p.ApplicationID) && strings.Contains(strings.ToLower(p.Name+p.Description), strings.ToLower(q.Search)) {
			p.RoleCount = o.containing(p.ID)
			found = append(found, p)
		}
	}
	return authz.Page[authz.Permission]{Items: slice(found, q), Total: len(found)}, o.fails["ListPermissions"]
}

// containing is how many roles contain a permission.
func (o *org) containing(permission string) int {
	n := 0
	for _, r := range o.roles {
		if slices.Contains(r.Permissions, permission) {
			n++
		}
	}
	return n
}

func (o *org) Permission(_ context.Context, id string) (authz.Permission, error) {
	for _, p := range o.permissions {
		if p.ID == id {
			p.RoleCount = o.containing(id)
			return p, nil
		}
	}
	return authz.Permission{}, &upstream.Error{Status: http.StatusNotFound}
}

func (o *org) Applications(context.Context) ([]authz.Application, error) {
	return []authz.Application{{ClientID: "app1", Name: "Deploy Console"}, {ClientID: "app2", Name: "People Desk"}}, o.fails["Applications"]
}

func (o *org) ResourceServers(context.Context) ([]mgmt.ResourceServer, error) {
	return o.apis, o.fails["ResourceServers"]
}

func (o *org) CreateRole(_ context.Context, in authz.RoleInput) (authz.Role, error) {
	return authz.Role{ID: "made"}, o.write("create role %s: %s of %s %s with %v", in.Name, in.Description, in.ApplicationType, in.ApplicationID, in.Permissions)
}

func (o *org) UpdateRole(_ context.Context, id string, in authz.RoleInput, ifMatch string) (authz.Role, error) {
	return authz.Role{ID: id}, o.write("update role %s if %s to %s: %s of %s %s with %v", id, ifMatch, in.Name, in.Description, in.ApplicationType, in.ApplicationID, in.Permissions)
}

func (o *org) DeleteRole(_ context.Context, id, ifMatch string) error {
	return o.write("delete role %s if %s", id, ifMatch)
}

func (o *org) AddRoleUsers(_ context.Context, id string, users []string) error {
	return o.write("give role %s to %v", id, users)
}

func (o *org) RemoveRoleUsers(_ context.Context, id string, users []string) error {
	return o.write("take role %s from %v", id, users)
}

func (o *org) CreatePermission(_ context.Context, in authz.PermissionInput) (authz.Permission, error) {
	return authz.Permission{ID: "made"}, o.write("create permission %s: %s of %s %s", in.Name, in.Description, in.ApplicationType, in.ApplicationID)
}

func (o *org) UpdatePermission(_ context.Context, id string, in authz.PermissionInput, ifMatch string) (authz.Permission, error) {
	return authz.Permission{ID: id}, o.write("update permission %s if %s to %s: %s of %s %s", id, ifMatch, in.Name, in.Description, in.ApplicationType, in.ApplicationID)
}

func (o *org) DeletePermission(_ context.Context, id, ifMatch string) error {
	return o.write("delete permission %s if %s", id, ifMatch)
}

// allRoles is the scopes of somebody who may change roles and permissions too.
var allRoles = append([]string{
	"read:roles", "create:roles", "update:roles", "delete:roles",
	"read:permissions", "create:permissions", "update:permissions", "delete:permissions",
}, everything...)

// enterRoles mounts the pages about roles and permissions for somebody who has scopes.
func enterRoles(o *org, scopes ...string) door {
	catalogue := handlers.Catalogue{Applications: o, APIs: o}
	roles := handlers.Roles{API: o, Catalogue: catalogue}
	contained := handlers.RolePermissions{API: o, Catalogue: catalogue}
	users := handlers.RoleUsers{API: o, Users: o, Catalogue: catalogue}
	groups := handlers.RoleGroups{API: o, Catalogue: catalogue}
	permissions := handlers.Permissions{API: o, Catalogue: catalogue}
	holders := handlers.PermissionUsers{API: o, Catalogue: catalogue}

	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Roles, roles.List)
	e.GET(urls.NewRole, roles.New)
	e.POST(urls.NewRole, roles.Create)
	e.GET(urls.RoleEdit, roles.Edit)
	e.POST(urls.RoleEdit, roles.Update)
	e.GET(urls.RoleActions, roles.Actions)
	e.GET(urls.RoleDelete, roles.ConfirmDelete)
	e.POST(urls.RoleDelete, roles.Delete)
	e.GET(urls.Role, contained.Show)
	e.GET(urls.RoleUsers, users.Show)
	e.GET(urls.Group, handlers.Members{API: o, Users: o}.Show)
	e.GET(urls.RoleUsersAdd, users.Pick)
	e.POST(urls.RoleUsersAdd, users.Add)
	e.GET(urls.RoleUsersRemove, users.ConfirmRemove)
	e.POST(urls.RoleUsersRemove, users.Remove)
	e.GET(urls.RoleGroups, groups.Show)
	e.GET(urls.RoleGroupsAdd, groups.Pick)
	e.POST(urls.RoleGroupsAdd, groups.Add)
	e.GET(urls.RoleGroupsRemove, groups.ConfirmRemove)
	e.POST(urls.RoleGroupsRemove, groups.Remove)
	e.GET(urls.Permissions, permissions.List)
	e.GET(urls.NewPermission, permissions.New)
	e.POST(urls.NewPermission, permissions.Create)
	e.GET(urls.PastePermissions, permissions.Paste)
	e.POST(urls.PastePermissions, permissions.CreatePasted)
	e.GET(urls.PermissionEdit, permissions.Edit)
	e.POST(urls.PermissionEdit, permissions.Update)
	e.GET(urls.PermissionActions, permissions.Actions)
	e.GET(urls.PermissionDelete, permissions.ConfirmDelete)
	e.POST(urls.PermissionDelete, permissions.Delete)
	e.GET(urls.Permission, permissions.Roles)
	e.GET(urls.PermissionUsers, holders.Show)
	e.GET(urls.PermissionRolesRemove, permissions.ConfirmRelease)
	e.POST(urls.PermissionRolesRemove, permissions.Release)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Authorization: {Scopes: scopes}},
	}}
}
