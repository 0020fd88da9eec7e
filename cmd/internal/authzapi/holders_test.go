package authzapi_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

// Whoever has a role is listed once, with the shortest way of each kind of source.
func TestWhoHasARoleInEffect(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, heldCompany())
		const toReader = `,"to":{"kind":"role","_id":"` + reader + `","name":"Reader"}}`
		const all = `{"kind":"group","_id":"` + allStaff + `","name":"All staff"}`
		const fin = `{"kind":"group","_id":"` + finance + `","name":"Finance"}`
		const ada = `{"user":{"email":"ada@example.com","name":"Ada","user_id":"auth0|1"},"ways":[` +
			`{"source":"direct","path":[{"kind":"user_role","from":{"kind":"user","_id":"auth0|1"}` + toReader + `]},` +
			`{"source":"group","path":[{"kind":"member","from":{"kind":"user","_id":"auth0|1"},"to":` + all + `},{"kind":"group_role","from":` + all + toReader + `]},` +
			`{"source":"mapping","path":[{"kind":"member","from":{"kind":"user","_id":"auth0|1"},"to":` + fin + `},` +
			`{"kind":"mapping","from":` + fin + `,"to":` + all + `,"connectionName":"okta","groupName":"Finance"},{"kind":"group_role","from":` + all + toReader + `]}` +
			`],"way_count":5,"exact":true}`
		const bo = `{"user":{"email":"bo@example.com","name":"Bo","user_id":"auth0|2"},"ways":[` +
			`{"source":"direct","path":[{"kind":"user_role","from":{"kind":"user","_id":"auth0|2"}` + toReader + `]}],"way_count":1,"exact":true}`
		counts := func(everybody int, direct, group, mapping string) string {
			return fmt.Sprintf(`"everybody":%d,"sources":[{"source":"direct",%s},{"source":"group",%s},{"source":"mapping",%s}]`, everybody, direct, group, mapping)
		}
		const none, one = `"total":0,"only":0`, `"total":1,"only":0`
		both := counts(2, `"total":2,"only":1`, one, one)
		for path, want := range map[string]string{
			"":                          `{"total":2,` + both + `,"users":[` + ada + `,` + bo + `]}`,
			"?q=BO":                     `{"total":1,` + counts(1, `"total":1,"only":1`, none, none) + `,"users":[` + bo + `]}`,
			"?sort=name:-1":             `{"total":2,` + both + `,"users":[` + bo + `,` + ada + `]}`,
			"?per_page=1":               `{"total":2,` + both + `,"users":[` + bo + `]}`,
			"?per_page=1&page=2":        `{"total":2,` + both + `,"users":[` + ada + `]}`,
			"?source=direct":            `{"total":2,` + both + `,"users":[` + ada + `,` + bo + `]}`,
			"?source=direct&only=true":  `{"total":1,` + both + `,"users":[` + bo + `]}`,
			"?source=group":             `{"total":1,` + both + `,"users":[` + ada + `]}`,
			"?source=group&only=true":   `{"total":0,` + both + `,"users":[]}`,
			"?source=mapping":           `{"total":1,` + both + `,"users":[` + ada + `]}`,
			"?source=mapping&q=bo":      `{"total":0,` + counts(1, `"total":1,"only":1`, none, none) + `,"users":[]}`,
			"?source=role":              `{"total":0,` + both + `,"users":[]}`,
			"?only=true":                `{"total":2,` + both + `,"users":[` + ada + `,` + bo + `]}`,
			"?page=9&q=nobdy":           `{"total":0,` + counts(0, none, none, none) + `,"users":[]}`,
			"?source=nobody":            `{"statusCode":400`,
			"?per_page=501":             `{"statusCode":400`,
			"?fields=email&per_page=1":  `"users":[{"user":{"email":"bo@example.com"},"ways":[`,
			"?include_totals=true&q=bo": `{"total":1,"start":0,"limit":25,"length":1,`,
		} {
			if got := tn.send(t, "GET", "/roles/"+reader+"/users/calculate"+path, ""); !strings.Contains(got.body, want) {
				t.Errorf("%s: %d %s\nwant %s", path, got.status, got.body, want)
			}
		}
		for path, want := range map[string]string{
			"/roles/" + writer + "/users/calculate":               `{"total":0,` + counts(0, none, none, none) + `,"users":[]}`,
			"/roles/" + reader + "?fields=user_count,group_count": `{"group_count":2,"user_count":2}`,
			"/roles/" + writer + "?fields=name,permission_count":  `{"name":"Writer","permission_count":0}`,
		} {
			if got := tn.send(t, "GET", path, ""); got.body != want {
				t.Errorf("%s: %d %s\nwant %s", path, got.status, got.body, want)
			}
		}
		if got := tn.send(t, "GET", "/roles/"+nothing+"/users/calculate", ""); got.status != http.StatusNotFound {
			t.Errorf("an unknown role: %d, want 404", got.status)
		}
	})
}

// heldCompany is company with users: Ada is in both groups, whose outer one is
// mapped to the name of the inner one over her connection, and holds the role that
// both give; Bo holds it too, and Cy would be in the outer group over another connection.
func heldCompany() store.Document {
	d := company()
	d.Users = []map[string]any{
		{"user_id": "auth0|1", "name": "Ada", "email": "ada@example.com", "identities": []any{map[string]any{"connection": "db"}, map[string]any{"connection": "okta"}}},
		{"user_id": "auth0|2", "name": "Bo", "email": "bo@example.com"},
	}
	d.Groups[0].Members = []string{"auth0|1"}
	d.Groups[0].Mappings = []store.Mapping{{ID: "44444444-0000-4000-8000-000000000001", GroupName: "Finance", ConnectionName: "okta"}}
	d.Groups[1].Roles = []string{reader}
	d.Roles[0].Users = []string{"auth0|2", "auth0|1"}
	return d
}

// Members of a group are listed with the groups they come from, and those whom
// only a mapping brings there are among them, if they come over its connection.
func TestWhoIsInAGroupInEffect(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		const elsewhere = "33333333-0000-4000-8000-000000000009"
		d := heldCompany()
		d.Users = append(d.Users, map[string]any{"user_id": "auth0|3", "name": "Cy", "email": "cy@example.com", "identities": []any{map[string]any{"connection": "okta"}}})
		d.Groups[0].Members = []string{"auth0|ghost"}
		d.Groups[0].Mappings[0].GroupName = "Elsewhere"
		d.Groups = append(d.Groups, store.Group{ID: elsewhere, Name: "Elsewhere", Description: "d", Members: []string{"auth0|2", "auth0|3"}})
		tn.load(t, d)
		path := "/groups/" + allStaff + "/members/calculate"
		got := tn.send(t, "GET", path+"?sort=user_id:1&fields=user_id&missing=true", "")
		const all = `"to":{"kind":"group","_id":"` + allStaff + `","name":"All staff"}`
		for _, want := range []string{
			`{"total":3,"everybody":3,"sources":[{"source":"direct","total":1,"only":1},{"source":"group","total":1,"only":1},{"source":"mapping","total":1,"only":1}],"users":[`,
			`{"user":{"user_id":"auth0|1"},"ways":[{"source":"group","path":[{"kind":"member",`,
			`{"user":{"user_id":"auth0|3"},"ways":[{"source":"mapping","path":[{"kind":"member","from":{"kind":"user","_id":"auth0|3"},"to":{"kind":"group","_id":"` + elsewhere + `","name":"Elsewhere"}},` +
				`{"kind":"mapping","from":{"kind":"group","_id":"` + elsewhere + `","name":"Elsewhere"},` + all + `,"connectionName":"okta","groupName":"Elsewhere"}]}],"way_count":1,"exact":true}`,
			`{"user":{"missing":true,"user_id":"auth0|ghost"},"ways":[{"source":"direct","path":[{"kind":"member","from":{"kind":"user","_id":"auth0|ghost"},` + all + `}]}],"way_count":1,"exact":true}`,
		} {
			if !strings.Contains(got.body, want) {
				t.Errorf("%d %s\nlacks %s", got.status, got.body, want)
			}
		}
		tn.change(t, "PATCH", "/groups/"+elsewhere+"/members", `["auth0|1"]`)
		tn.change(t, "DELETE", "/groups/"+finance+"/members", `["auth0|1"]`)
		if got := tn.send(t, "GET", path+"?source=mapping&only=true", ""); !strings.HasPrefix(got.body, `{"total":2,"everybody":3,`) {
			t.Errorf("after Ada moved: %s", got.body)
		}
		if got := tn.send(t, "GET", "/groups/"+nothing+"/members/calculate", ""); got.status != http.StatusNotFound {
			t.Errorf("an unknown group: %d, want 404", got.status)
		}
	})
}

// change makes a change, which has to work.
func (tn *tenant) change(t *testing.T, method, path, body string) {
	t.Helper()
	if got := tn.send(t, method, path, body); got.status != http.StatusNoContent {
		t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
	}
}

// In a circle of groups ways are not counted, and the answer says so.
func TestWaysInACircleAreNotCounted(t *testing.T) {
	tn := start(t, store.Config{URL: filepath.Join(t.TempDir(), "trellis.db"), AllowCycles: true})
	d := company()
	d.Groups[1].Nested = []string{allStaff}
	tn.load(t, d)
	got := tn.send(t, "GET", "/roles/"+reader+"/users/calculate?fields=user_id", "")
	if !strings.Contains(got.body, `"way_count":1,"exact":false}`) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// A permission is had through the roles that contain it, and a user whom the
// tenant does not know is listed like a member is.
func TestWhoHasAPermissionInEffect(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		const id = "33333333-0000-4000-8000-000000000001"
		d := company()
		d.Permissions[0].ID = id
		d.Roles[0].Permissions, d.Roles[1].Permissions = []string{id}, []string{id}
		d.Roles[1].Users = []string{"auth0|ghost"}
		tn.load(t, d)
		path := "/permissions/" + id + "/users/calculate"
		got := tn.send(t, "GET", path+"?sort=user_id:1", "")
		const to = `"to":{"kind":"permission","_id":"` + id + `","name":"read"}}]}],"way_count":1,"exact":true}`
		for _, want := range []string{
			`{"total":2,"everybody":2,"sources":[{"source":"group","total":1,"only":1},{"source":"role","total":1,"only":1},{"source":"mapping","total":0,"only":0}],`,
			`{"user":{"email":"auth0|1","name":"<Error: ManagementApiError>","user_id":"auth0|1"},"ways":[{"source":"group","path":[{"kind":"member",`,
			`{"kind":"role_permission","from":{"kind":"role","_id":"` + reader + `","name":"Reader"},` + to,
			`"user_id":"auth0|ghost"},"ways":[{"source":"role","path":[{"kind":"user_role","from":{"kind":"user","_id":"auth0|ghost"},"to":{"kind":"role","_id":"` + writer + `","name":"Writer"}},` +
				`{"kind":"role_permission","from":{"kind":"role","_id":"` + writer + `","name":"Writer"},` + to,
		} {
			if !strings.Contains(got.body, want) {
				t.Errorf("%d %s\nlacks %s", got.status, got.body, want)
			}
		}
		for path, want := range map[string]string{
			"/permissions/" + id + "?fields=name,applicationId,role_count": `{"applicationId":"app1","name":"read","role_count":2}`,
			"/permissions/" + id: `{"_id":"` + id + `","name":"read","description":"d"}`,
		} {
			if got := tn.send(t, "GET", path, ""); got.body != want {
				t.Errorf("%s: %d %s\nwant %s", path, got.status, got.body, want)
			}
		}
		if got := tn.send(t, "GET", "/permissions/"+nothing+"/users/calculate", ""); got.status != http.StatusNotFound {
			t.Errorf("an unknown permission: %d, want 404", got.status)
		}
	})
}

func TestListsOfRolesAndPermissions(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		d := company()
		d.Roles[1].Users = []string{"u1", "u2"}
		d.Permissions = append(d.Permissions,
			store.Permission{ID: "q", Name: "write", Description: "d", ApplicationType: "client", ApplicationID: "app1"},
			store.Permission{ID: "r", Name: "read", Description: "d", ApplicationType: "client", ApplicationID: "app2"})
		tn.load(t, d)
		for path, want := range map[string]string{
			"/roles?fields=name&application=app2&include_totals=true":                          `{"roles":[{"name":"Reader"}],"total":1,"start":0,"limit":1,"length":1}`,
			"/roles?fields=name&application=app1&q=READ&include_totals=true":                   `{"roles":[{"name":"Reader"}],"total":1,"start":0,"limit":1,"length":1}`,
			"/roles?fields=name&application=app&include_totals=true":                           `{"roles":[],"total":0,"start":0,"limit":0,"length":0}`,
			"/roles?sort=user_count:-1&per_page=1&fields=name,user_count,permission_count":     `{"roles":[{"name":"Writer","permission_count":0,"user_count":2}],"total":3}`,
			"/roles?sort=group_count:-1&per_page=1&fields=name,group_count":                    `{"roles":[{"group_count":1,"name":"Reader"}],"total":3}`,
			"/permissions?fields=name&application=app1&include_totals=true":                    `{"permissions":[{"name":"read"},{"name":"write"}],"total":2,"start":0,"limit":2,"length":2}`,
			"/permissions?sort=role_count:-1&fields=_id,role_count&per_page=1":                 `{"permissions":[{"_id":"p","role_count":1}],"total":3}`,
			"/permissions?q=d&field=description&application=app2&fields=_id&sort=role_count:1": `{"permissions":[{"_id":"r"}],"total":3}`,
		} {
			if got := tn.send(t, "GET", path, ""); got.body != want {
				t.Errorf("%s: %d %s\nwant %s", path, got.status, got.body, want)
			}
		}
	})
}

// A version with fields covers what the plain one leaves out.
func TestVersionsOfRolesCoverTheirPermissions(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, company())
	const fields = "?fields=_id,name,description,applicationType,applicationId,permissions"
	path := "/roles/" + writer
	read := func(query string) string { return tn.send(t, "GET", path+query, "").header.Get("ETag") }
	body := func(name, permissions string) string {
		return `{"name":"` + name + `","description":"d","applicationType":"client","applicationId":"app1","permissions":[` + permissions + `]}`
	}
	made := tn.send(t, "POST", "/permissions", `{"name":"write","description":"d","applicationType":"client","applicationId":"app1"}`)
	write, _ := at(made.value(t), "$._id").(string)
	plain, whole := read(""), read(fields)
	if got := tn.send(t, "PUT", path, body("Writer", `"`+write+`"`)); got.status != http.StatusOK {
		t.Fatal(got)
	}
	if got := tn.send(t, "PUT", path+fields, body("Mine", ""), "If-Match", whole); got.status != http.StatusPreconditionFailed {
		t.Errorf("permissions changed: %d, want 412", got.status)
	}
	if got := tn.send(t, "DELETE", path+fields, "", "If-Match", whole); got.status != http.StatusPreconditionFailed {
		t.Errorf("deleting after permissions changed: %d, want 412", got.status)
	}
	if got := tn.send(t, "PUT", path+fields, body("Mine", ""), "If-Match", read(fields)); got.status != http.StatusOK {
		t.Errorf("the current version: %d %s, want 200", got.status, got.body)
	}
	if got := tn.send(t, "PUT", path, body("Writer", ""), "If-Match", plain); got.status != http.StatusPreconditionFailed {
		t.Errorf("the plain version after a new name: %d, want 412", got.status)
	}
}
