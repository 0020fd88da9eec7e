package authzapi_test

import (
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

// Whoever has a role is listed once, with every way to it.
func TestWhoHasARoleInEffect(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		d := company()
		d.Users = []map[string]any{
			{"user_id": "auth0|1", "name": "Ada", "email": "ada@example.com"},
			{"user_id": "auth0|2", "name": "Bo", "email": "bo@example.com"},
		}
		d.Groups[0].Members = []string{"auth0|1"}
		d.Groups[1].Roles = []string{reader}
		d.Roles[0].Users = []string{"auth0|2", "auth0|1"}
		tn.load(t, d)

		const role = `"role":{"_id":"` + reader + `","name":"Reader"}`
		const all = `{"_id":"` + allStaff + `","name":"All staff"}`
		const fin = `{"_id":"` + finance + `","name":"Finance"}`
		const ada = `{"user":{"email":"ada@example.com","name":"Ada","user_id":"auth0|1"},"source_count":4,"sources":[{` + role + `},` +
			`{` + role + `,"group":` + all + `,"member_of":` + all + `},{` + role + `,"group":` + all + `,"member_of":` + fin + `},` +
			`{` + role + `,"group":` + fin + `,"member_of":` + fin + `}]}`
		const bo = `{"user":{"email":"bo@example.com","name":"Bo","user_id":"auth0|2"},"source_count":1,"sources":[{` + role + `}]}`
		for path, want := range map[string]string{
			"/roles/" + reader + "/users/calculate":              `{"total":2,"users":[` + ada + `,` + bo + `]}`,
			"/roles/" + reader + "/users/calculate?q=BO":         `{"total":1,"users":[` + bo + `]}`,
			"/roles/" + reader + "/users/calculate?sort=name:-1": `{"total":2,"users":[` + bo + `,` + ada + `]}`,
			"/roles/" + reader + "/users/calculate?per_page=1":   `{"total":2,"users":[` + bo + `]}`,
			"/roles/" + reader + "/users/calculate?fields=email&include_totals=true&per_page=1": `{"total":2,"start":0,"limit":1,"length":1,` +
				`"users":[{"user":{"email":"bo@example.com"},"source_count":1,"sources":[{` + role + `}]}]}`,
			"/roles/" + writer + "/users/calculate":                `{"total":0,"users":[]}`,
			"/roles/" + reader + "?fields=user_count,group_count":  `{"group_count":2,"user_count":2}`,
			"/roles/" + writer + "?fields=name,permission_count":   `{"name":"Writer","permission_count":0}`,
			"/roles/" + reader + "/users/calculate?page=9&q=nobdy": `{"total":0,"users":[]}`,
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
		for _, want := range []string{
			`"total":2`,
			`{"user":{"email":"auth0|1","name":"<Error: ManagementApiError>","user_id":"auth0|1"},"source_count":1,"sources":[{"role":{"_id":"` + reader + `","name":"Reader"},` +
				`"group":{"_id":"` + allStaff + `","name":"All staff"},"member_of":{"_id":"` + finance + `","name":"Finance"}}]}`,
			`"user_id":"auth0|ghost"},"source_count":1,"sources":[{"role":{"_id":"` + writer + `","name":"Writer"}}]}`,
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
	plain, whole := read(""), read(fields)
	if got := tn.send(t, "PUT", path, body("Writer", `"`+nothing+`"`)); got.status != http.StatusOK {
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
