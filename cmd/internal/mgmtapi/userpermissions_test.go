package mgmtapi_test

import (
	"strings"
	"testing"

	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
)

const permissions = "/users/auth0%7C1/permissions"

// refs is the body that names permissions of the API of expenses.
func refs(names ...string) map[string]any {
	list := []mgmt.PermissionRef{}
	for _, name := range names {
		list = append(list, mgmt.PermissionRef{ResourceServerIdentifier: expenses, PermissionName: name})
	}
	return map[string]any{"permissions": list}
}

func TestPermissionsAreGivenListedAndTaken(t *testing.T) {
	x := newTenant(t)
	for range 2 {
		if res := x.do("POST", permissions, refs("read:expenses", "approve:expenses")).is(t, 201); len(res.body) != 0 {
			t.Errorf("body = %s, want none", res.body)
		}
	}
	got := strings.TrimSpace(string(x.do("GET", permissions, nil).is(t, 200).body))
	want := `[{"resource_server_identifier":"https://expenses.test/api","permission_name":"approve:expenses","resource_server_name":"Expenses","description":""},` +
		`{"resource_server_identifier":"https://expenses.test/api","permission_name":"read:expenses","resource_server_name":"Expenses","description":"Read expenses"}]`
	if got != want {
		t.Errorf("permissions = %s\nwant %s", got, want)
	}
	for range 2 {
		x.do("DELETE", permissions, refs("read:expenses")).is(t, 204)
	}
	left := as[[]mgmt.UserPermission](t, x.do("GET", permissions, nil))
	if len(left) != 1 || left[0].PermissionName != "approve:expenses" {
		t.Errorf("left = %v", left)
	}
}

func TestPermissionsComeInPages(t *testing.T) {
	x := newTenant(t)
	x.do("POST", permissions, refs("read:expenses", "approve:expenses")).is(t, 201)
	got := as[struct {
		Start, Limit, Total int
		Permissions         []mgmt.UserPermission
	}](t, x.do("GET", permissions+"?page=1&per_page=1&include_totals=true", nil))
	if got.Start != 1 || got.Limit != 1 || got.Total != 2 || len(got.Permissions) != 1 || got.Permissions[0].PermissionName != "read:expenses" {
		t.Errorf("page = %+v", got)
	}
	if got := strings.TrimSpace(string(x.do("GET", permissions+"?page=5", nil).body)); got != "[]" {
		t.Errorf("past the end: %s", got)
	}
}

func TestPermissionsThatDoNotExistCannotBeGiven(t *testing.T) {
	x := newTenant(t)
	elsewhere := map[string]any{"permissions": []mgmt.PermissionRef{{ResourceServerIdentifier: "urn:gone", PermissionName: "read"}}}

	x.do("POST", permissions, refs("read:expenses", "fly")).says(t, 400, "inexistent_permission", "The resource server does not define the permission: 'fly'")
	x.do("POST", permissions, elsewhere).says(t, 404, "inexistent_resource_server", "The resource server does not exist: 'urn:gone'")
	x.do("POST", "/users/nobody/permissions", refs("read:expenses")).says(t, 404, "inexistent_user", "The user does not exist.")
	if got := as[[]mgmt.UserPermission](t, x.do("GET", permissions, nil)); len(got) != 0 {
		t.Errorf("permissions = %v", got)
	}
	x.do("DELETE", permissions, elsewhere).is(t, 204)
	x.do("DELETE", permissions, refs("fly")).is(t, 204)
	x.do("DELETE", "/users/nobody/permissions", refs("read:expenses")).says(t, 404, "inexistent_user", "The user does not exist.")
	x.do("GET", "/users/nobody/permissions", nil).says(t, 404, "inexistent_user", "The user does not exist.")
}

func TestABodyThatNamesNoPermissionIsRefused(t *testing.T) {
	x := newTenant(t)
	for body, message := range map[string]string{
		`{}`:                       "Missing required property: permissions",
		`{"permissions":[]}`:       "permissions: minimum number of items is 1",
		`{"permissions":null}`:     "permissions: Value is not nullable",
		`{"permissions":[{}]}`:     "Missing required property: resource_server_identifier",
		`{"permissions":["read"]}`: "permissions.0: value must be an object",
		`{"user_id":"x","permissions":[{"resource_server_identifier":"a","permission_name":"b"}]}`:                                                                            "Additional properties not allowed: user_id",
		`{"permissions":[{"resource_server_identifier":"a","permission_name":""}]}`:                                                                                           "permissions.0.permission_name: minimum string length is 1",
		`{"permissions":[{"resource_server_identifier":"a","permission_name":1}]}`:                                                                                            "permissions.0.permission_name: value must be a string",
		`{"permissions":[{"resource_server_identifier":"a","permission_name":"b","id":"auth0|2"}]}`:                                                                           "Additional properties not allowed: id",
		`{"permissions":[{"Resource_Server_Identifier":"a","permission_name":"b"}]}`:                                                                                          "",
		`{"permissions":[` + strings.Repeat(`{"resource_server_identifier":"a","permission_name":"b"},`, 1000) + `{"resource_server_identifier":"a","permission_name":"b"}]}`: "permissions: maximum number of items is 1000",
	} {
		for _, method := range []string{"POST", "DELETE"} {
			got := as[problem](t, x.do(method, permissions, body).is(t, 400))
			if got.ErrorCode != "invalid_body" || (message != "" && got.Message != "Payload validation error: '"+message+"'.") {
				t.Errorf("%s %.100s: %+v", method, body, got)
			}
		}
	}
}

func TestPermissionsOfAnAPIThatIsGoneCanStillBeTaken(t *testing.T) {
	x := newTenant(t)
	x.do("POST", permissions, refs("read:expenses")).is(t, 201)
	x.do("PATCH", "/resource-servers/rs1", `{"scopes":[{"value":"approve:expenses"}]}`).is(t, 200)
	if got := as[[]mgmt.UserPermission](t, x.do("GET", permissions, nil)); len(got) != 0 {
		t.Errorf("a permission that its API dropped is still held: %v", got)
	}
	x.do("DELETE", permissions, refs("read:expenses")).is(t, 204)
}

func BenchmarkRemovePermission(b *testing.B) {
	x := newTenant(b)
	give := func(tx *store.Tx) error {
		return tx.AddUserPermissions(b.Context(), "auth0|1", []store.UserPermission{{API: expenses, Name: "read:expenses"}})
	}
	body := `{"permissions":[{"resource_server_identifier":"` + expenses + `","permission_name":"read:expenses"}]}`
	for b.Loop() {
		b.StopTimer()
		x.change(give)
		b.StartTimer()
		x.do("DELETE", permissions, body).is(b, 204)
	}
}

func BenchmarkListUsers(b *testing.B) {
	x := newTenant(b)
	for b.Loop() {
		x.do("GET", "/users?include_totals=true&sort=last_login:-1&per_page=50", nil).is(b, 200)
	}
}
