package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"trellis/e2e/page"
)

// newTenant starts a program of its own with what document holds, and opens a tab
// for its administrator. It is gone after the test.
func newTenant(t *testing.T, document map[string]any) page.Tab {
	t.Helper()
	own, err := start(trellis.binary)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.stop(); err != nil {
			t.Errorf("it did not end well: %v\n%s", err, own.log)
		}
		own.remove()
	})
	const email, password = "walker@test.example", "a walk needs sturdy shoes 42"
	if _, err := own.command(password, "account", "add", email, "--role", "administrator", "--password-stdin"); err != nil {
		t.Fatal(err)
	}
	m, err := own.machine("Walk")
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	send(t, "", http.MethodPost, own.base+"/oauth/token", map[string]string{
		"grant_type": "client_credentials", "client_id": m.ID, "client_secret": m.Secret, "audience": "urn:auth0-authz-api",
	}, &answer)
	send(t, "Bearer "+answer.Token, http.MethodPost, own.base+"/api/configuration/import", document, nil)
	o := look{}.options()
	o.BaseURL = &own.base
	tab := open(t, look{}, o)
	page.SignIn(tab).With(email, password)
	tab.Headed("Overview")
	return tab
}

// packed is an import with n of each, of which the first holds all the others.
func packed(n int) map[string]any {
	var users, groups, roles, permissions []map[string]any
	var members, nested, held, contained []string
	for i := range n {
		id := fmt.Sprintf("gallery|%d", i)
		users = append(users, map[string]any{"user_id": id, "name": fmt.Sprintf("Person %04d", i), "email": fmt.Sprintf("person%04d@test.example", i)})
		members, held, contained = append(members, id), append(held, uuid("b", i)), append(contained, uuid("c", i))
		if i > 0 {
			nested = append(nested, uuid("a", i))
		}
	}
	for i := range n {
		g := map[string]any{"_id": uuid("a", i), "name": fmt.Sprintf("Group %04d", i), "description": "One of many"}
		r := map[string]any{"_id": uuid("b", i), "name": fmt.Sprintf("Role %04d", i), "description": "One of many", "applicationType": "client", "applicationId": "gallery"}
		if i == 0 {
			g["members"], g["nested"], g["roles"] = members, nested, held
			r["permissions"], r["users"] = contained, members
		}
		groups, roles = append(groups, g), append(roles, r)
		permissions = append(permissions, map[string]any{"_id": uuid("c", i), "name": fmt.Sprintf("do:thing%04d", i), "description": "One of many", "applicationType": "client", "applicationId": "gallery"})
	}
	return map[string]any{"users": users, "groups": groups, "roles": roles, "permissions": permissions}
}

// uuid is the id of one of a kind, "a" to "f".
func uuid(kind string, i int) string {
	return fmt.Sprintf("%s0000000-0000-4000-8000-%012d", kind, i)
}
