package mgmt_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"trellis/web/mgmt"
	"trellis/web/upstream"
)

func TestARoleIsChangedByOneCall(t *testing.T) {
	const role = `{"id":"rol_1","name":"Approver","description":"Approves"}`
	ctx := t.Context()
	name := "Approver"
	ref := []mgmt.PermissionRef{{ResourceServerIdentifier: "urn:a", PermissionName: "read"}}
	const permission = `{"permissions":[{"resource_server_identifier":"urn:a","permission_name":"read"}]}`
	tests := []struct {
		status       int
		answer, want string
		call         func(c *mgmt.Client) error
	}{
		{200, role, `GET /api/v2/roles/rol_1`, func(c *mgmt.Client) error { return same(c.Role(ctx, "rol_1")) }},
		{200, role, `POST /api/v2/roles {"name":"Approver","description":"Approves"}`, func(c *mgmt.Client) error {
			return same(c.CreateRole(ctx, mgmt.RoleInput{Name: "Approver", Description: "Approves"}))
		}},
		{200, role, `PATCH /api/v2/roles/rol_1 {"name":"Approver"}`, func(c *mgmt.Client) error {
			return same(c.UpdateRole(ctx, "rol_1", mgmt.RolePatch{Name: &name}))
		}},
		{200, `{}`, `DELETE /api/v2/roles/rol_1`, func(c *mgmt.Client) error { return c.DeleteRole(ctx, "rol_1") }},
		{201, `{}`, `POST /api/v2/roles/rol_1/permissions ` + permission, func(c *mgmt.Client) error { return c.AddRolePermissions(ctx, "rol_1", ref) }},
		{204, ``, `DELETE /api/v2/roles/rol_1/permissions ` + permission, func(c *mgmt.Client) error { return c.RemoveRolePermissions(ctx, "rol_1", ref) }},
		{200, `{}`, `POST /api/v2/roles/rol_1/users {"users":["auth0|1"]}`, func(c *mgmt.Client) error { return c.AssignRoleUsers(ctx, "rol_1", []string{"auth0|1"}) }},
		{204, ``, `POST /api/v2/users/auth0%7C1/roles {"roles":["rol_1"]}`, func(c *mgmt.Client) error { return c.AssignUserRoles(ctx, "auth0|1", []string{"rol_1"}) }},
		{204, ``, `DELETE /api/v2/users/auth0%7C1/roles {"roles":["rol_1"]}`, func(c *mgmt.Client) error { return c.RemoveUserRoles(ctx, "auth0|1", []string{"rol_1"}) }},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			w, c := newWire(t, tt.status, tt.answer)
			if err := tt.call(c); err != nil {
				t.Error(err)
			}
			w.sent(tt.want)
		})
	}
}

// same reports a role that is not the one of the test.
func same(got mgmt.Role, err error) error {
	if want := (mgmt.Role{ID: "rol_1", Name: "Approver", Description: "Approves"}); err == nil && got != want {
		return fmt.Errorf("role = %+v", got)
	}
	return err
}

func TestRolesComeInPages(t *testing.T) {
	const role = `{"id":"rol_1","name":"Approver","description":""}`
	const permission = `{"resource_server_identifier":"urn:a","permission_name":"read","resource_server_name":"A","description":""}`
	page := mgmt.ListQuery{Page: 1, PerPage: 5, Name: "app", Search: "not of roles", Sort: "name:1"}
	const window = "include_totals=true&page=1&per_page=5"
	tests := []struct {
		key, entry, want string
		call             func(ctx context.Context, c *mgmt.Client) (string, error)
	}{
		{"roles", role, `/roles?include_totals=true&name_filter=app&page=1&per_page=5`, func(ctx context.Context, c *mgmt.Client) (string, error) {
			p, err := c.Roles(ctx, page)
			return fmt.Sprint(p.Total, p.Items[0].Name), err
		}},
		{"roles", role, `/users/a%2Fb/roles?` + window, func(ctx context.Context, c *mgmt.Client) (string, error) {
			p, err := c.UserRoles(ctx, "a/b", page)
			return fmt.Sprint(p.Total, p.Items[0].Name), err
		}},
		{"permissions", permission, `/roles/rol_1/permissions?` + window, func(ctx context.Context, c *mgmt.Client) (string, error) {
			p, err := c.RolePermissions(ctx, "rol_1", page)
			return fmt.Sprint(p.Total, p.Items[0].PermissionName), err
		}},
		{"users", `{"user_id":"u"}`, `/roles/rol_1/users?` + window, func(ctx context.Context, c *mgmt.Client) (string, error) {
			p, err := c.RoleUsers(ctx, "rol_1", page)
			return fmt.Sprint(p.Total, p.Items[0].UserID), err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			w, c := newWire(t, 200, `{"start":5,"limit":5,"total":6,"`+tt.key+`":[`+tt.entry+`]}`)
			got, err := tt.call(t.Context(), c)
			if err != nil || !strings.HasPrefix(got, "6") {
				t.Errorf("%s, %v", got, err)
			}
			w.sent("GET /api/v2" + tt.want)
		})
	}
}

func TestEffectiveAccessIsReadToTheEnd(t *testing.T) {
	w, c := newWire(t, 200, `{"next":"read","permissions":[{"resource_server_identifier":"urn:a","permission_name":"read",
		"resource_server_name":"A","description":"","sources":["direct","roles"]}]}`)
	w.then = []string{`{"permissions":[{"resource_server_identifier":"urn:a","permission_name":"write",
		"resource_server_name":"A","description":"","sources":["roles"]}]}`}
	got, err := c.EffectivePermissions(t.Context(), "u", "urn:a")
	if err != nil || len(got) != 2 || got[0].PermissionName != "read" || strings.Join(got[0].Sources, "+") != "direct+roles" || got[1].PermissionName != "write" {
		t.Errorf("permissions = %+v, %v", got, err)
	}
	w.sent("GET /api/v2/users/u/effective-permissions?resource_server_identifier=urn%3Aa&take=100",
		"GET /api/v2/users/u/effective-permissions?from=read&resource_server_identifier=urn%3Aa&take=100")
}

func TestEffectiveRolesAreReadToTheEnd(t *testing.T) {
	const part = `"roles":[{"id":"rol_1","name":"R","description":"","sources":["direct"]}]}`
	w, c := newWire(t, 200, `{"next":"7",`+part)
	w.then = []string{"{" + part, "{" + part}
	roles, err := c.EffectiveRoles(t.Context(), "u")
	if err != nil || len(roles) != 2 || roles[1].ID != "rol_1" || roles[1].Sources[0] != mgmt.Direct {
		t.Errorf("roles = %+v, %v", roles, err)
	}
	giving, err := c.PermissionRoles(t.Context(), "u", mgmt.PermissionRef{ResourceServerIdentifier: "urn:a", PermissionName: "read"})
	if err != nil || len(giving) != 1 {
		t.Errorf("roles that give it = %+v, %v", giving, err)
	}
	w.sent("GET /api/v2/users/u/effective-roles?take=100", "GET /api/v2/users/u/effective-roles?from=7&take=100",
		"GET /api/v2/users/u/effective-permissions/sources/effective-roles?permission_name=read&resource_server_identifier=urn%3Aa&take=100")
}

func TestAListThatNeverEndsIsGivenUp(t *testing.T) {
	_, c := newWire(t, 200, `{"next":"7","roles":[]}`)
	if _, err := c.EffectiveRoles(t.Context(), "u"); err == nil || !strings.Contains(err.Error(), "more than 5000 entries") {
		t.Errorf("err = %v", err)
	}
}

func TestARoleThatIsGoneIsSaidToBe(t *testing.T) {
	_, c := newWire(t, 404, `{"statusCode":404,"error":"Not Found","message":"The role does not exist."}`)
	for what, err := range map[string]error{
		`reading role "r"`:                    second(c.Role(t.Context(), "r")),
		`updating role "r"`:                   second(c.UpdateRole(t.Context(), "r", mgmt.RolePatch{Description: new(string)})),
		`listing permissions of role "r"`:     second(c.AllRolePermissions(t.Context(), "r")),
		`listing users of role "r"`:           second(c.RoleUsers(t.Context(), "r", mgmt.ListQuery{})),
		`listing effective roles of user "u"`: second(c.EffectiveRoles(t.Context(), "u")),
		`listing what user "u" may do at "a"`: second(c.EffectivePermissions(t.Context(), "u", "a")),
	} {
		if upstream.StatusOf(err) != 404 || !strings.HasPrefix(err.Error(), what) {
			t.Errorf("err = %v, want one that begins with %q", err, what)
		}
	}
}

func second[T any](_ T, err error) error { return err }
