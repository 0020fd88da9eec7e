package authzapi_test

import (
	"strings"
	"testing"
)

// Ids that nobody has any more are found, given up, or given to somebody else.
func TestUsersWhoAreGone(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, crowd())
		const none = `{"start":0,"limit":100,"length":0,"users":[],"total":0}`
		for _, step := range []struct {
			what, scopes, method, path, body string
			status                           int
			want                             string
		}{
			{"listed", "read:users", "GET", "/users?missing=true", "", 200, `{"start":0,"limit":100,"length":1,"users":[{"group_count":1,"missing":true,"role_count":1,"user_id":"ghost"}],"total":1}`},
			{"a page past them", "read:users", "GET", "/users?missing=true&page=2", "", 200, `{"start":100,"limit":100,"length":0,"users":[],"total":1}`},
			{"not with other rights", "update:groups update:roles", "DELETE", "/users/ghost", "", 403, ""},
			{"by nobody", "update:users", "PATCH", "/users/ghost", `{}`, 400, `\"user_id\" is required`},
			{"by another without the right to its groups", "update:users", "PATCH", "/users/ghost", `{"user_id":"auth0|2"}`, 403, "giving memberships needs update:groups"},
			{"by another", "update:users update:groups", "PATCH", "/users/ghost", `{"user_id":"auth0|2"}`, 204, ""},
			{"no longer listed", "read:users", "GET", "/users?missing=true", "", 200, none},
			{"the other has the role", "read:users", "GET", "/users/auth0%7C2/roles", "", 200, `"name":"Reader"`},
			{"and the group", "read:users", "GET", "/users/auth0%7C2/groups", "", 200, `"name":"All staff"`},
			{"given up", "update:users", "DELETE", "/users/auth0%7C2", "", 204, ""},
			{"has no role", "read:users", "GET", "/users/auth0%7C2/roles", "", 200, `[]`},
			{"has no group", "read:groups", "GET", "/users/auth0%7C2/groups/calculate", "", 200, `[]`},
			{"is there", "read:users", "GET", "/users/auth0%7C2", "", 200, `"name":"Ada"`},
			{"somebody unknown", "update:users", "DELETE", "/users/nobody", "", 204, ""},
		} {
			got := tn.as(t, step.scopes, step.method, step.path, step.body)
			if got.status != step.status || !strings.Contains(got.body, step.want) {
				t.Errorf("%s: %d %s, want %d %s", step.what, got.status, got.body, step.status, step.want)
			}
		}
	})
}
