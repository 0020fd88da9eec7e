package mgmtapi_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
)

// newRole makes a role called name, and returns its id.
func (x *tenant) newRole(name string) string {
	x.t.Helper()
	return as[mgmt.Role](x.t, x.do("POST", "/roles", map[string]any{"name": name}).is(x.t, 200)).ID
}

func TestARoleLives(t *testing.T) {
	x := newTenant(t)
	made := as[mgmt.Role](t, x.do("POST", "/roles", `{"name":"Auditor","description":"Looks","type":"tenant"}`).is(t, 200))
	if !regexp.MustCompile(`^rol_[A-Za-z0-9]{16}$`).MatchString(made.ID) || made.Name != "Auditor" || made.Description != "Looks" {
		t.Errorf("made = %+v", made)
	}
	if got := as[mgmt.Role](t, x.do("GET", "/roles/"+made.ID, nil).is(t, 200)); got != made {
		t.Errorf("read = %+v", got)
	}
	want := mgmt.Role{ID: made.ID, Name: "Auditor", Description: "Looks closely"}
	if got := as[mgmt.Role](t, x.do("PATCH", "/roles/"+made.ID, `{"description":"Looks closely"}`).is(t, 200)); got != want {
		t.Errorf("changed = %+v", got)
	}
	if body := x.do("DELETE", "/roles/"+made.ID, nil).is(t, 200).body; strings.TrimSpace(string(body)) != "{}" {
		t.Errorf("deleting says %s", body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		x.do(method, "/roles/"+made.ID, nil).says(t, 404, "", "The role does not exist.")
	}
}

func TestRolesAreListed(t *testing.T) {
	x := newTenant(t)
	x.newRole("Beta")
	x.newRole("beta two")
	for query, want := range map[string]string{
		"":                                "Approver Beta beta two",
		"name_filter=":                    "Approver Beta beta two",
		"name_filter=BETA":                "Beta beta two",
		"name_filter=%25":                 "",
		"per_page=1&page=1":               "Beta",
		"type=tenant&per_page=2&page=1":   "beta two",
		"name_filter=b&per_page=1&page=1": "beta two",
	} {
		var names []string
		for _, o := range as[[]mgmt.Role](t, x.do("GET", "/roles?"+query, nil).is(t, 200)) {
			names = append(names, o.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	page := as[map[string]any](t, x.do("GET", "/roles?include_totals=true&per_page=1&page=1&name_filter=beta", nil).is(t, 200))
	if page["start"] != 1.0 || page["limit"] != 1.0 || page["total"] != 2.0 {
		t.Errorf("page = %v", page)
	}
	for _, bad := range []string{"type=organization", "owner_id=org_1", "per_page=101", "page=-1"} {
		if got := x.do("GET", "/roles?"+bad, nil).is(t, 400); as[problem](t, got).ErrorCode != "invalid_query_string" {
			t.Errorf("%s: %s", bad, got.body)
		}
	}
}

func TestARoleIsAsTheContractSays(t *testing.T) {
	x := newTenant(t)
	long := strings.Repeat("é", 200)
	for body, want := range map[string]int{
		`{"name":"` + long + `"}`:              200,
		`{"name":"Tab <b>"}`:                   200,
		`{"name":"قارئ"}`:                      200,
		`{"name":"` + long + `x"}`:             400,
		`{"name":""}`:                          400,
		`{"name":"  "}`:                        400,
		`{"name":null}`:                        400,
		`{"name":1}`:                           400,
		`{}`:                                   400,
		`[]`:                                   400,
		`{"name":"a","name":"b"}`:              400,
		`{"name":"a\tb"}`:                      400,
		`{"name":"a\u202eb"}`:                  400,
		`{"name":"a","description":"\u2066b"}`: 400,
		`{"name":"a","type":"organization"}`:   400,
		`{"name":"a","permissions":[]}`:        400,
		`{"name":"approver"}`:                  409,
		`{"name":"D","description":"` + strings.Repeat("d", 501) + `"}`: 400,
	} {
		x.do("POST", "/roles", body).is(t, want)
	}
	x.do("POST", "/roles", `{"name":"APPROVER"}`).says(t, 409, "role_exists", "A role with this name already exists.")
	other := x.newRole("Other")
	x.do("PATCH", "/roles/"+other, `{"name":"Approver"}`).says(t, 409, "role_exists", "A role with this name already exists.")
	x.do("PATCH", "/roles/"+other, `{"name":"OTHER"}`).is(t, 200)
	const invisible = "Payload validation error: 'name: it holds invisible characters, or ones that turn the direction of writing'."
	x.do("POST", "/roles", `{"name":"App\u200brover"}`).says(t, 400, "invalid_body", invisible)
	x.do("PATCH", "/roles/"+other, `{"name":"App\u200brover"}`).says(t, 400, "invalid_body", invisible)
	x.do("PATCH", "/roles/"+other, `{}`).is(t, 400)
	x.do("PATCH", "/roles/"+other, `{"id":"rol_x"}`).is(t, 400)
	x.do("PATCH", "/roles/rol_gone", `{"name":"X"}`).says(t, 404, "", "The role does not exist.")
}

func TestARoleGivesPermissions(t *testing.T) {
	x := newTenant(t)
	path := "/roles/" + x.role + "/permissions"
	for range 2 {
		if body := x.do("POST", path, refs("read:expenses", "approve:expenses")).is(t, 201).body; strings.TrimSpace(string(body)) != "{}" {
			t.Errorf("adding says %s", body)
		}
	}
	want := []mgmt.UserPermission{
		{ResourceServerIdentifier: expenses, PermissionName: "approve:expenses", ResourceServerName: "Expenses"},
		{ResourceServerIdentifier: expenses, PermissionName: "read:expenses", ResourceServerName: "Expenses", Description: "Read expenses"},
	}
	if got := as[[]mgmt.UserPermission](t, x.do("GET", path, nil).is(t, 200)); !slices.Equal(got, want) {
		t.Errorf("given = %+v", got)
	}
	page := as[map[string]any](t, x.do("GET", path+"?include_totals=true&per_page=1&page=1", nil).is(t, 200))
	if page["total"] != 2.0 || len(page["permissions"].([]any)) != 1 {
		t.Errorf("page = %v", page)
	}
	for range 2 {
		x.do("DELETE", path, refs("read:expenses", "approve:expenses")).is(t, 204)
	}
	if got := x.do("GET", path, nil).is(t, 200).body; strings.TrimSpace(string(got)) != "[]" {
		t.Errorf("given = %s", got)
	}
	x.do("POST", path, refs("read:expenses", "nonsense")).says(t, 400, "inexistent_permission", "The resource server does not define the permission: 'nonsense'")
	x.do("POST", path, `{"permissions":[{"resource_server_identifier":"urn:x","permission_name":"a"}]}`).says(t, 404, "inexistent_resource_server", "The resource server does not exist: 'urn:x'")
	x.do("POST", path, `{"permissions":[]}`).is(t, 400)
	for _, method := range []string{"GET", "POST", "DELETE"} {
		var body any
		if method != "GET" {
			body = refs("read:expenses")
		}
		x.do(method, "/roles/rol_gone/permissions", body).says(t, 404, "", "The role does not exist.")
	}
}

func TestRolesAreGivenFromBothSides(t *testing.T) {
	x := newTenant(t)
	second := x.newRole("Second")
	if body := x.do("POST", "/roles/"+x.role+"/users", `{"users":["auth0|1","ad|3","auth0|1"]}`).is(t, 200).body; strings.TrimSpace(string(body)) != "{}" {
		t.Errorf("giving says %s", body)
	}
	for range 2 {
		x.do("POST", "/users/auth0%7C1/roles", map[string]any{"roles": []string{second, x.role}}).is(t, 204)
	}
	users := strings.TrimSpace(string(x.do("GET", "/roles/"+x.role+"/users", nil).is(t, 200).body))
	if want := `[{"email":"ada@example.com","name":"Ada Lovelace","user_id":"auth0|1"},{"email":"zoë@example.com","name":"Zoë","user_id":"ad|3"}]`; users != want {
		t.Errorf("users = %s\nwant %s", users, want)
	}
	page := as[map[string]any](t, x.do("GET", "/roles/"+x.role+"/users?include_totals=true&per_page=1&page=1", nil).is(t, 200))
	if page["total"] != 2.0 || page["start"] != 1.0 || page["limit"] != 1.0 || len(page["users"].([]any)) != 1 {
		t.Errorf("page = %v", page)
	}
	roles := as[map[string]any](t, x.do("GET", "/users/auth0%7C1/roles?include_totals=true", nil).is(t, 200))
	if roles["total"] != 2.0 || len(roles["roles"].([]any)) != 2 {
		t.Errorf("roles = %v", roles)
	}
	for range 2 {
		x.do("DELETE", "/users/auth0%7C1/roles", map[string]any{"roles": []string{second, "rol_gone"}}).is(t, 204)
	}
	if got := as[[]mgmt.Role](t, x.do("GET", "/users/auth0%7C1/roles", nil).is(t, 200)); len(got) != 1 || got[0].ID != x.role {
		t.Errorf("roles left = %v", got)
	}
	x.do("POST", "/roles/"+second+"/users", `{"users":["auth0|2","gone"]}`).says(t, 404, "inexistent_user", "The user does not exist.")
	x.do("POST", "/users/auth0%7C2/roles", map[string]any{"roles": []string{second, "rol_gone"}}).says(t, 404, "", "The role does not exist.")
	if got := x.do("GET", "/users/auth0%7C2/roles", nil).is(t, 200).body; strings.TrimSpace(string(got)) != "[]" {
		t.Errorf("a refused request gave %s", got)
	}
	for _, path := range []string{"/users/gone/roles", "/users/gone/effective-roles", "/users/gone/effective-permissions?resource_server_identifier=x"} {
		x.do("GET", path, nil).says(t, 404, "inexistent_user", "The user does not exist.")
	}
	x.do("GET", "/roles/rol_gone/users", nil).says(t, 404, "", "The role does not exist.")
	x.do("GET", "/roles/rol_gone/users?take=1", nil).says(t, 404, "", "The role does not exist.")
}

func TestUsersOfARoleComeInParts(t *testing.T) {
	x := newTenant(t)
	x.do("POST", "/roles/"+x.role+"/users", `{"users":["auth0|2","ad|3","auth0|1"]}`).is(t, 200)
	type part struct {
		Next  string
		Users []mgmt.RoleUser
	}
	path := "/roles/" + x.role + "/users?include_totals=true&take=2"
	first := as[part](t, x.do("GET", path, nil).is(t, 200))
	last := as[part](t, x.do("GET", path+"&from="+first.Next, nil).is(t, 200))
	if len(first.Users) != 2 || first.Users[0].UserID != "auth0|2" || first.Next == "" {
		t.Errorf("first = %+v", first)
	}
	if len(last.Users) != 1 || last.Users[0].UserID != "auth0|1" || last.Next != "" {
		t.Errorf("last = %+v", last)
	}
	for _, bad := range []string{"x", "-1", "9223372036854775808"} {
		x.do("GET", path+"&from="+bad, nil).says(t, 400, "invalid_query_string", "Query validation error: 'from: there is no such page, or no longer'.")
	}
}

// What a person has is told whole, and taking away the direct assignment takes
// away nothing else.
func TestEffectiveAccessSaysWhereFrom(t *testing.T) {
	x := newTenant(t)
	path := "/users/auth0%7C1/"
	effective := func() string {
		return strings.TrimSpace(string(x.do("GET", path+"effective-permissions?resource_server_identifier="+expenses, nil).is(t, 200).body))
	}
	const approve = `{"resource_server_identifier":"` + expenses + `","permission_name":"approve:expenses","resource_server_name":"Expenses","description":"","sources":[%s]}`
	const read = `{"resource_server_identifier":"` + expenses + `","permission_name":"read:expenses","resource_server_name":"Expenses","description":"Read expenses","sources":["direct"]}`
	if got := effective(); got != `{"permissions":[]}` {
		t.Errorf("at first: %s", got)
	}
	x.do("POST", path+"permissions", refs("read:expenses", "approve:expenses")).is(t, 201)
	x.do("POST", path+"roles", map[string]any{"roles": []string{x.role}}).is(t, 204)
	if got, want := effective(), `{"permissions":[`+fmt.Sprintf(approve, `"direct","roles"`)+","+read+`]}`; got != want {
		t.Errorf("with both: %s\nwant %s", got, want)
	}
	first := x.do("GET", path+"effective-permissions?take=1&resource_server_identifier="+expenses, nil).is(t, 200)
	if next := as[map[string]any](t, first)["next"]; next != "approve:expenses" {
		t.Errorf("next = %v", next)
	}
	second := x.do("GET", path+"effective-permissions?take=1&from=approve:expenses&resource_server_identifier="+expenses, nil).is(t, 200)
	if got := strings.TrimSpace(string(second.body)); got != `{"permissions":[`+read+`]}` {
		t.Errorf("the second part: %s", got)
	}
	x.do("DELETE", path+"permissions", refs("read:expenses", "approve:expenses")).is(t, 204)
	if got, want := effective(), `{"permissions":[`+fmt.Sprintf(approve, `"roles"`)+`]}`; got != want {
		t.Errorf("without the direct ones: %s\nwant %s", got, want)
	}
	all := as[[]mgmt.UserPermission](t, x.do("GET", path+"permissions", nil).is(t, 200))
	if len(all) != 1 || all[0].PermissionName != "approve:expenses" {
		t.Errorf("permissions = %+v", all)
	}

	role := `{"roles":[{"id":"` + x.role + `","name":"Approver","description":"Approves expenses","sources":["direct"]}]}`
	sources := path + "effective-permissions/sources/effective-roles?resource_server_identifier=" + expenses + "&permission_name="
	for query, want := range map[string]string{
		path + "effective-roles": role, sources + "approve:expenses": role, sources + "read:expenses": `{"roles":[]}`,
	} {
		if got := strings.TrimSpace(string(x.do("GET", query, nil).is(t, 200).body)); got != want {
			t.Errorf("%s: %s\nwant %s", query, got, want)
		}
	}
	x.do("GET", path+"effective-permissions", nil).is(t, 400)
	x.do("GET", path+"effective-roles?take=0", nil).is(t, 400)
	x.do("GET", path+"effective-roles?from=x", nil).is(t, 400)
}

// Fifty requests at once: every role that was given is there.
func TestNoAssignmentIsLost(t *testing.T) {
	x := newTenant(t)
	x.change(func(tx *store.Tx) error {
		for i := range 50 {
			if err := tx.PutUser(t.Context(), store.User{UserID: fmt.Sprint("u", i)}); err != nil {
				return err
			}
		}
		return nil
	})
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			user := fmt.Sprint("u", i)
			if i%2 == 0 {
				x.do("POST", "/roles/"+x.role+"/users", map[string]any{"users": []string{user}}).is(t, 200)
			} else {
				x.do("POST", "/users/"+user+"/roles", map[string]any{"roles": []string{x.role}}).is(t, 204)
			}
		})
	}
	all.Wait()
	page := as[map[string]any](t, x.do("GET", "/roles/"+x.role+"/users?include_totals=true", nil).is(t, 200))
	if page["total"] != 50.0 {
		t.Errorf("%v have the role, want 50", page["total"])
	}
}
