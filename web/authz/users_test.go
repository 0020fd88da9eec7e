package authz_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
)

const user, userPath = "auth0|a/b", "/users/auth0%7Ca%2Fb"

func TestReadingWhatAUserHas(t *testing.T) {
	role := authz.UserRole{ID: id, Name: "R", Description: "d", ApplicationID: "app1"}
	roleJSON := `[{"_id":"` + id + `","name":"R","applicationId":"app1","description":"d"}]`
	groups := []authz.Group{{ID: id, Name: "G", Description: "d"}}
	groupJSON := `[{"_id":"` + id + `","name":"G","description":"d"}]`
	tests := map[string]struct {
		exchange exchange
		call     func(context.Context, *authz.Client) (any, error)
		want     any
	}{
		"groups": {
			exchange{method: "GET", url: userPath + "/groups", answer: groupJSON},
			func(ctx context.Context, c *authz.Client) (any, error) { return c.UserGroups(ctx, user) }, groups,
		},
		"all groups": {
			exchange{method: "GET", url: userPath + "/groups/calculate", answer: groupJSON},
			func(ctx context.Context, c *authz.Client) (any, error) { return c.AllUserGroups(ctx, user) }, groups,
		},
		"roles": {
			exchange{method: "GET", url: userPath + "/roles", answer: roleJSON},
			func(ctx context.Context, c *authz.Client) (any, error) { return c.UserRoles(ctx, user) },
			[]authz.UserRole{role},
		},
		"all roles": {
			exchange{method: "GET", url: userPath + "/roles/calculate", answer: roleJSON},
			func(ctx context.Context, c *authz.Client) (any, error) { return c.AllUserRoles(ctx, user) },
			[]authz.UserRole{role},
		},
		"the profile": {
			exchange{method: "GET", url: userPath, answer: `{"user_id":"auth0|a/b","name":"Ada"}`},
			func(ctx context.Context, c *authz.Client) (any, error) { return c.User(ctx, user) },
			authz.User{UserID: user, Name: "Ada"},
		},
		"the policy": {
			exchange{
				method: "POST", url: userPath + "/policy/app%201", body: `{"connectionName":"ad","groups":["Staff"]}`,
				answer: `{"groups":["G"],"roles":["R"],"permissions":["P"]}`,
			},
			func(ctx context.Context, c *authz.Client) (any, error) {
				return c.Policy(ctx, user, "app 1", authz.SignIn{ConnectionName: "ad", Groups: []string{"Staff"}})
			},
			authz.Policy{Groups: []string{"G"}, Roles: []string{"R"}, Permissions: []string{"P"}},
		},
		"users": {
			exchange{
				method: "GET", url: "/users?page=2&per_page=10&q=ada",
				answer: `{"start":10,"limit":10,"length":1,"users":[{"user_id":"auth0|a/b","name":"Ada"}],"total":11}`,
			},
			func(ctx context.Context, c *authz.Client) (any, error) {
				return c.ListUsers(ctx, authz.ListQuery{Search: "ada", Page: 1, PerPage: 10})
			},
			authz.Page[authz.User]{Items: []authz.User{{UserID: user, Name: "Ada"}}, Total: 11},
		},
		"users of a group with a role, by name": {
			exchange{
				method: "GET", url: "/users?group=" + id + "&page=1&per_page=25&role=" + id + "&sort=name%3A1",
				answer: `{"start":0,"limit":25,"length":1,"users":[{"user_id":"auth0|a/b","name":"Ada","logins_count":7,"blocked":true}],"total":1}`,
			},
			func(ctx context.Context, c *authz.Client) (any, error) {
				return c.ListUsers(ctx, authz.ListQuery{Group: id, Role: id, PerPage: 25, Sort: "name:1"})
			},
			authz.Page[authz.User]{Items: []authz.User{{UserID: user, Name: "Ada", LoginsCount: 7, Blocked: true}}, Total: 1},
		},
		"users of a role": {
			exchange{
				method: "GET", url: "/roles/" + id + "/users?page=1&per_page=25&q=ada",
				answer: `{"total":2,"users":[{"user_id":"auth0|a/b","name":"Ada"},{"user_id":"gone","name":"<Error: ManagementApiError>","email":"gone"}]}`,
			},
			func(ctx context.Context, c *authz.Client) (any, error) {
				return c.RoleUsers(ctx, id, authz.ListQuery{Search: "ada", PerPage: 25})
			},
			authz.Page[authz.User]{Items: []authz.User{{UserID: user, Name: "Ada"}, {UserID: "gone", Missing: true}}, Total: 2},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := tt.call(t.Context(), serve(t, tt.exchange))
			if d := cmp.Diff(tt.want, got); d != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, d)
			}
		})
	}
}

func TestChangingWhatAUserHas(t *testing.T) {
	ids, body := []string{id}, `["`+id+`"]`
	for name, tt := range map[string]struct {
		method, url, body string
		call              func(context.Context, *authz.Client) error
	}{
		"into groups":    {"PATCH", userPath + "/groups", body, func(ctx context.Context, c *authz.Client) error { return c.AddUserGroups(ctx, user, ids) }},
		"out of groups":  {"DELETE", userPath + "/groups", body, func(ctx context.Context, c *authz.Client) error { return c.RemoveUserGroups(ctx, user, ids) }},
		"roles":          {"PATCH", userPath + "/roles", body, func(ctx context.Context, c *authz.Client) error { return c.AddUserRoles(ctx, user, ids) }},
		"no roles":       {"DELETE", userPath + "/roles", body, func(ctx context.Context, c *authz.Client) error { return c.RemoveUserRoles(ctx, user, ids) }},
		"role to users":  {"PATCH", "/roles/" + id + "/users", `["u"]`, func(ctx context.Context, c *authz.Client) error { return c.AddRoleUsers(ctx, id, []string{"u"}) }},
		"role from them": {"DELETE", "/roles/" + id + "/users", `["u"]`, func(ctx context.Context, c *authz.Client) error { return c.RemoveRoleUsers(ctx, id, []string{"u"}) }},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, exchange{method: tt.method, url: tt.url, body: tt.body, status: http.StatusNoContent})
			if err := tt.call(t.Context(), client); err != nil {
				t.Error(err)
			}
		})
	}
}

// The version is that of the record without its counts.
func TestRole(t *testing.T) {
	client := serve(t,
		exchange{
			method: "GET", url: "/roles/" + id + "?fields=_id%2Cname%2Cdescription%2CapplicationType%2CapplicationId%2Cpermissions", etag: `"v"`,
			answer: `{"_id":"` + id + `","name":"R","description":"d","applicationType":"client","applicationId":"app1","permissions":["p"]}`,
		},
		exchange{
			method: "GET", url: "/roles/" + id + "?fields=permission_count%2Cuser_count%2Cgroup_count", etag: `"w"`,
			answer: `{"permission_count":1,"user_count":2,"group_count":3}`,
		})
	got, err := client.Role(t.Context(), id)
	want := authz.Role{
		ID: id, Name: "R", Description: "d", ApplicationType: "client", ApplicationID: "app1",
		Permissions: []string{"p"}, PermissionCount: 1, UserCount: 2, GroupCount: 3, ETag: `"v"`,
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestPermission(t *testing.T) {
	client := serve(t,
		exchange{
			method: "GET", url: "/permissions/" + id + "?fields=_id%2Cname%2Cdescription%2CapplicationType%2CapplicationId", etag: `"v"`,
			answer: `{"_id":"` + id + `","name":"read:x","description":"d","applicationType":"client","applicationId":"app1"}`,
		},
		exchange{method: "GET", url: "/permissions/" + id + "?fields=role_count", etag: `"w"`, answer: `{"role_count":2}`})
	got, err := client.Permission(t.Context(), id)
	want := authz.Permission{ID: id, Name: "read:x", Description: "d", ApplicationType: "client", ApplicationID: "app1", RoleCount: 2, ETag: `"v"`}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestWhoHasIt(t *testing.T) {
	const none = `"everybody":0,"sources":[],"users":[]`
	client := serve(t,
		exchange{
			method: "GET", url: "/roles/" + id + "/users/calculate?only=true&page=2&per_page=25&q=ada&source=group",
			answer: `{"total":1,"everybody":3,"sources":[{"source":"group","total":2,"only":1}],"users":[{"user":{"user_id":"auth0|9","name":"<Error: ManagementApiError>","email":"auth0|9"},
				"way_count":4,"exact":true,"ways":[{"source":"group","path":[{"kind":"group_role","from":{"kind":"group","_id":"g","name":"G"},"to":{"kind":"role","_id":"r","name":"R"}}]}]}]}`,
		},
		exchange{method: "GET", url: "/permissions/" + id + "/users/calculate?page=1&per_page=1", status: http.StatusNotFound, answer: `{}`},
		exchange{method: "GET", url: "/groups/" + id + "/members/calculate?page=1&per_page=1", status: http.StatusMethodNotAllowed, answer: `{}`},
		exchange{method: "GET", url: "/groups/" + id + "/members/calculate?page=1&per_page=2", answer: `{"total":1,"users":[{"user":{"user_id":"auth0|9"}}]}`},
		exchange{method: "GET", url: "/groups/" + id + "/members/calculate?page=1&per_page=3", answer: `{"total":0,` + none + `}`})
	got, known, err := client.RoleHolders(t.Context(), id, authz.ListQuery{Search: "ada", Source: authz.GroupSource, Only: true, Page: 1, PerPage: 25})
	want := authz.Holders{
		Page: authz.Page[authz.Holder]{Total: 1, Items: []authz.Holder{{
			User: authz.User{UserID: "auth0|9", Missing: true}, WayCount: 4, Exact: true,
			Ways: []authz.HolderWay{{Source: authz.GroupSource, Path: []authz.Hop{{
				Kind: authz.GroupRoleHop, From: &authz.Vertex{Kind: "group", ID: "g", Name: "G"}, To: authz.Vertex{Kind: "role", ID: "r", Name: "R"},
			}}}},
		}}},
		Everybody: 3, Sources: []authz.SourceCount{{Source: authz.GroupSource, Total: 2, Only: 1}},
	}
	if d := cmp.Diff(want, got); d != "" || err != nil || !known {
		t.Errorf("known = %t, %v (-want +got):\n%s", known, err, d)
	}
	if _, known, err := client.PermissionHolders(t.Context(), id, authz.ListQuery{PerPage: 1}); known || err != nil {
		t.Errorf("an API that lacks the list: known = %t, %v", known, err)
	}
	if _, known, err := client.GroupHolders(t.Context(), id, authz.ListQuery{PerPage: 1}); known || err != nil {
		t.Errorf("an API that has something else there: known = %t, %v", known, err)
	}
	if _, known, err := client.GroupHolders(t.Context(), id, authz.ListQuery{PerPage: 2}); known || err != nil {
		t.Errorf("an API whose list has no counts: known = %t, %v", known, err)
	}
	if _, known, err := client.GroupHolders(t.Context(), id, authz.ListQuery{PerPage: 3}); !known || err != nil {
		t.Errorf("nobody has it: known = %t, %v", known, err)
	}
}

func TestChangingRolesAndPermissions(t *testing.T) {
	role := authz.RoleInput{Name: "R", Description: "d", ApplicationType: "client", ApplicationID: "app1"}
	permission := authz.PermissionInput{Name: "read:x", Description: "d", ApplicationType: "client", ApplicationID: "app1"}
	const roleBody = `{"name":"R","description":"d","applicationType":"client","applicationId":"app1","permissions":[]}`
	const permissionBody = `{"name":"read:x","description":"d","applicationType":"client","applicationId":"app1"}`
	const roleVersion = "?fields=_id%2Cname%2Cdescription%2CapplicationType%2CapplicationId%2Cpermissions"
	const permissionVersion = "?fields=_id%2Cname%2Cdescription%2CapplicationType%2CapplicationId"
	made := `{"_id":"` + id + `"}`
	for name, tt := range map[string]struct {
		exchange

		call func(context.Context, *authz.Client) error
	}{
		"a new role": {exchange{method: "POST", url: "/roles", body: roleBody, answer: made}, func(ctx context.Context, c *authz.Client) error {
			_, err := c.CreateRole(ctx, role)
			return err
		}},
		"another role": {exchange{method: "PUT", url: "/roles/" + id + roleVersion, body: roleBody, ifMatch: `"v"`, answer: made}, func(ctx context.Context, c *authz.Client) error {
			_, err := c.UpdateRole(ctx, id, role, `"v"`)
			return err
		}},
		"no role": {exchange{method: "DELETE", url: "/roles/" + id + roleVersion, ifMatch: `"v"`, status: http.StatusNoContent}, func(ctx context.Context, c *authz.Client) error {
			return c.DeleteRole(ctx, id, `"v"`)
		}},
		"no role, whatever it is now": {exchange{method: "DELETE", url: "/roles/" + id, status: http.StatusNoContent}, func(ctx context.Context, c *authz.Client) error {
			return c.DeleteRole(ctx, id, "")
		}},
		"a new permission": {exchange{method: "POST", url: "/permissions", body: permissionBody, answer: made}, func(ctx context.Context, c *authz.Client) error {
			_, err := c.CreatePermission(ctx, permission)
			return err
		}},
		"another permission": {exchange{method: "PUT", url: "/permissions/" + id + permissionVersion, body: permissionBody, ifMatch: `"v"`, answer: made}, func(ctx context.Context, c *authz.Client) error {
			_, err := c.UpdatePermission(ctx, id, permission, `"v"`)
			return err
		}},
		"no permission": {exchange{method: "DELETE", url: "/permissions/" + id + permissionVersion, ifMatch: `"v"`, status: http.StatusNoContent}, func(ctx context.Context, c *authz.Client) error {
			return c.DeletePermission(ctx, id, `"v"`)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tt.call(t.Context(), serve(t, tt.exchange)); err != nil {
				t.Error(err)
			}
		})
	}
}
