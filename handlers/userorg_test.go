package handlers_test

import (
	"context"
	"slices"

	"trellis/web/authz"
)

// newStaff is newOrg with what it takes to know what a user has: Bo is also an
// Auditor, and roles have permissions.
func newStaff() *org {
	o := newOrg()
	o.roles[3].Users, o.roles[3].Permissions = []string{"u2"}, []string{"p3"}
	o.permissions = []authz.Permission{
		{ID: "p1", Name: "read:builds", Description: "See builds", ApplicationID: "app1"},
		{ID: "p2", Name: "start:builds", ApplicationID: "app1"},
		{ID: "p3", Name: "read:log", Description: "See the log", ApplicationID: "app2"},
	}
	return o
}

func (o *org) UserGroups(_ context.Context, user string) ([]authz.Group, error) {
	var in []authz.Group
	for _, g := range o.groups {
		if slices.Contains(g.Members, user) {
			in = append(in, authz.Group{ID: g.ID, Name: g.Name, Description: g.Description})
		}
	}
	return in, o.fails["UserGroups"]
}

func (o *org) UserRoles(_ context.Context, user string) ([]authz.UserRole, error) {
	var has []authz.UserRole
	for _, r := range o.roles {
		if slices.Contains(r.Users, user) {
			has = append(has, authz.UserRole{ID: r.ID, Name: r.Name})
		}
	}
	return has, o.fails["UserRoles"]
}

func (o *org) Policy(_ context.Context, _, _ string, in authz.SignIn) (authz.Policy, error) {
	o.ran = append(o.ran, in)
	return o.policy, o.fails["Policy"]
}

func (o *org) AddUserGroups(_ context.Context, user string, groups []string) error {
	return o.write("put %s into %v", user, groups)
}

func (o *org) AddUserRoles(_ context.Context, user string, roles []string) error {
	return o.write("give %v to %s", roles, user)
}

func (o *org) RemoveUserRoles(_ context.Context, user string, roles []string) error {
	return o.write("take %v from %s", roles, user)
}
