package authzapi_test

import (
	"strings"
	"testing"
)

// Roles and permissions of an API work as those of an application.
func TestRolesOfAPIs(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		const api = "https://api.example.com/v1/"
		tn.load(t, company())
		about := func(name, application, kind string) string {
			return `"name":"` + name + `","description":"d","applicationType":"` + kind + `","applicationId":"` + application + `"`
		}
		send := func(path, body string) string {
			t.Helper()
			got := tn.send(t, "POST", path, "{"+body+"}")
			if got.status != 200 {
				t.Fatalf("%s: %d %s", body, got.status, got.body)
			}
			id, _, _ := strings.Cut(got.body[strings.Index(got.body, `"_id":"`)+7:], `"`)
			return id
		}
		read := send("/permissions", about("read:orders", api, "resource_server"))
		write := send("/permissions", about("write:orders", api, "resource_server"))
		role := send("/roles", about("Clerk", api, "resource_server")+`,"permissions":["`+read+`"]`)
		foreign := send("/permissions", about("read:orders", "app1", "client"))
		for _, step := range []struct {
			what, method, path, body string
			status                   int
			want                     string
		}{
			{"a permission of an application in it", "PUT", "/roles/" + role, "{" + about("Clerk", api, "resource_server") + `,"permissions":["` + read + `","` + foreign + `"]}`, 400, `"message":"These permissions belong to another application than \"` + api + `\": read:orders"`},
			{"a permission of the API in an application's role", "POST", "/roles", "{" + about("Mixed", "app1", "client") + `,"permissions":["` + write + `"]}`, 400, `"error":"ValidationError"`},
			{"the same name in an application", "POST", "/roles", "{" + about("Clerk", "app1", "client") + `,"permissions":[]}`, 200, `"name":"Clerk"`},
			{"moved to an application", "PUT", "/roles/" + role, "{" + about("Cashier", "app1", "client") + `}`, 400, `cannot move`},
			{"changed", "PUT", "/roles/" + role, "{" + about("Clerk", api, "resource_server") + `,"permissions":["` + read + `","` + write + `"]}`, 200, `"applicationType":"resource_server"`},
			{"to a group", "PATCH", "/groups/" + finance + "/roles", `["` + role + `"]`, 204, ""},
			{"in policy", "POST", "/users/auth0%7C1/policy/https%3A%2F%2Fapi.example.com%2Fv1%2F", `{"connectionName":"c"}`, 200, `"roles":["Clerk"],"permissions":["read:orders","write:orders"]}`},
			{"not of another API", "POST", "/users/auth0%7C1/policy/https%3A%2F%2Fapi.example.com%2Fv2%2F", `{"connectionName":"c"}`, 200, `"roles":[],"permissions":[]}`},
			{"by name from a user", "PATCH", "/users/auth0%7C9/roles", `["Clerk"]`, 204, ""},
			{"found by its type", "GET", "/roles?q=resource_server&field=applicationType&fields=name", "", 200, `{"roles":[{"name":"Clerk"}]`},
			{"whole", "GET", "/roles/" + role + "?fields=applicationType,user_count", "", 200, `{"applicationType":"resource_server","user_count":1}`},
		} {
			got := tn.send(t, step.method, step.path, step.body)
			if got.status != step.status || !strings.Contains(got.body, step.want) {
				t.Errorf("%s: %d %s, want %d %s", step.what, got.status, got.body, step.status, step.want)
			}
		}
	})
}
