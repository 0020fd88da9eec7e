package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store"
)

// The ids of what company has.
const (
	allStaff = "11111111-0000-4000-8000-000000000001"
	finance  = "11111111-0000-4000-8000-000000000002"
	reader   = "22222222-0000-4000-8000-000000000001"
	writer   = "22222222-0000-4000-8000-000000000002"
	nothing  = "00000000-0000-4000-8000-000000000000"
)

// company is Finance within All staff, which may read, and two Readers.
func company() store.Document {
	return store.Document{
		Groups: []store.Group{
			{ID: allStaff, Name: "All staff", Description: "d", Nested: []string{finance}, Roles: []string{reader}},
			{ID: finance, Name: "Finance", Description: "d", Members: []string{"auth0|1"}},
		},
		Roles: []store.Role{
			{ID: reader, Name: "Reader", Description: "d", ApplicationType: "client", ApplicationID: "app1", Permissions: []string{"p"}},
			{ID: writer, Name: "Writer", Description: "d", ApplicationType: "client", ApplicationID: "app1", Permissions: []string{}},
			{ID: "22222222-0000-4000-8000-000000000003", Name: "Reader", Description: "d", ApplicationType: "client", ApplicationID: "app2", Permissions: []string{}},
		},
		Permissions: []store.Permission{{ID: "p", Name: "read", Description: "d", ApplicationType: "client", ApplicationID: "app1"}},
	}
}

func (tn *tenant) load(t *testing.T, d store.Document) {
	t.Helper()
	update(t, tn.store, func(tx *store.Tx) error { return tx.Import(t.Context(), d) })
}

// names is the names in a list, which is the whole body.
func (a answer) names(t *testing.T) string {
	t.Helper()
	var list []struct{ Name string }
	if err := json.Unmarshal([]byte(a.body), &list); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	names := make([]string, len(list))
	for i, item := range list {
		names[i] = item.Name
	}
	return strings.Join(names, ", ")
}

func TestGroupsAndRolesAreGivenAndTaken(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, company())
		for _, step := range []struct {
			what, method, path, body string
			status                   int
			look, want               string
		}{
			{"into a group, by name", "PATCH", "/groups", `["All staff","nobody's"]`, 204, "/groups", "All staff"},
			{"into another, by id", "PATCH", "/groups", `["` + finance + `","All staff"]`, 204, "/groups", "All staff, Finance"},
			{"names are exact", "DELETE", "/groups", `["finance"]`, 204, "/groups", "All staff, Finance"},
			{"out of one, by name", "DELETE", "/groups", `["All staff"]`, 204, "/groups", "Finance"},
			{"still in it through the other", "DELETE", "/groups", `["All staff"]`, 204, "/groups/calculate", "All staff, Finance"},
			{"out of the other, by id", "DELETE", "/groups", `["` + finance + `","` + nothing + `"]`, 204, "/groups/calculate", ""},

			{"roles of one name", "PATCH", "/roles", `["Reader","Writer"]`, 204, "/roles", "Reader, Writer, Reader"},
			{"one unknown and none is taken", "DELETE", "/roles", `["` + reader + `","` + nothing + `"]`, 404, "/roles", "Reader, Writer, Reader"},
			{"taken, by name", "DELETE", "/roles", `["Reader"]`, 204, "/roles", "Writer"},
			{"taken, by id", "DELETE", "/roles", `["` + writer + `"]`, 204, "/roles/calculate", ""},
		} {
			got := tn.send(t, step.method, "/users/auth0%7C2"+step.path, step.body)
			if got.status != step.status {
				t.Errorf("%s: %d %s, want %d", step.what, got.status, got.body, step.status)
			}
			if left := tn.send(t, "GET", "/users/auth0%7C2"+step.look, "").names(t); left != step.want {
				t.Errorf("%s: %s lists %q, want %q", step.what, step.look, left, step.want)
			}
		}
	})
}

func TestWhoHoldsARole(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		d := company()
		for i := range 30 {
			id := fmt.Sprintf("auth0|%02d", i)
			d.Users = append(d.Users, map[string]any{"user_id": id, "name": "User " + id, "email": id + "@example.com"})
			d.Roles[1].Users = append(d.Roles[1].Users, id)
		}
		tn.load(t, d)
		path := "/roles/" + writer + "/users"
		for _, tt := range []struct {
			query, want string
			total       int
		}{
			{"?page=2", "auth0|25 auth0|26 auth0|27 auth0|28 auth0|29", 30},
			{"?q=%7C07&fields=user_id", "auth0|07", 1},
			{"?sort=name:-1&per_page=2", "auth0|29 auth0|28", 30},
		} {
			var page struct {
				Total int
				Users []struct {
					UserID string `json:"user_id"`
				}
			}
			if err := json.Unmarshal([]byte(tn.send(t, "GET", path+tt.query, "").body), &page); err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, u := range page.Users {
				ids = append(ids, u.UserID)
			}
			if strings.Join(ids, " ") != tt.want || page.Total != tt.total {
				t.Errorf("%s: %q of %d, want %q of %d", tt.query, ids, page.Total, tt.want, tt.total)
			}
		}
		one := tn.send(t, "GET", "/roles/"+writer+"?fields=name,permissions,user_count", "")
		if one.body != `{"name":"Writer","permissions":[],"user_count":30}` {
			t.Errorf("the role: %d %s", one.status, one.body)
		}
		light := tn.send(t, "GET", "/roles?fields=name,permissions&per_page=2", "")
		if light.body != `{"roles":[{"name":"Reader","permissions":["p"]},{"name":"Writer","permissions":[]}],"total":3}` {
			t.Errorf("roles without users: %d %s", light.status, light.body)
		}
		tn.send(t, "DELETE", path, `["auth0|00","nobody"]`)
		tn.send(t, "PATCH", path, `["new","auth0|01"]`)
		if got := tn.send(t, "GET", path+"?per_page=1", ""); !strings.Contains(got.body, `"total":30`) {
			t.Errorf("one went and one came: %s", got.body)
		}
		if got := tn.send(t, "PATCH", "/roles/"+nothing+"/users", `["u"]`); got.status != http.StatusNotFound {
			t.Errorf("an unknown role: %d", got.status)
		}
	})
}

func TestUsersOfAGroupOrWithARole(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		d := company()
		for _, name := range []string{"Ada", "Bo", "Cy"} {
			d.Users = append(d.Users, map[string]any{"user_id": name, "name": name, "email": name + "@example.com"})
		}
		d.Groups[1].Members = []string{"Cy", "Ada", "gone"}
		d.Roles[1].Users = []string{"Bo", "Ada"}
		tn.load(t, d)
		for _, tt := range []struct{ query, want string }{
			{"?group=" + finance + "&sort=name:1", "Ada Cy"},
			{"?group=" + finance + "&sort=name:-1", "Cy Ada"},
			{"?role=" + writer + "&sort=name:1", "Ada Bo"},
			{"?group=" + finance + "&role=" + writer, "Ada"},
			{"?group=" + finance + "&q=name:c*", "Cy"},
			{"?group=" + finance + "&sort=name:1&per_page=1&page=2", "Cy"},
			{"?group=" + allStaff, ""}, // nested members are no direct ones
			{"?role=" + nothing, ""},
		} {
			var page struct {
				Users []struct {
					ID string `json:"user_id"`
				}
			}
			if err := json.Unmarshal([]byte(tn.send(t, "GET", "/users"+tt.query, "").body), &page); err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, u := range page.Users {
				ids = append(ids, u.ID)
			}
			if got := strings.Join(ids, " "); got != tt.want {
				t.Errorf("%s lists %q, want %q", tt.query, got, tt.want)
			}
		}
	})
}

// What another process changed counts in the next answer.
func TestAChangeElsewhereCountsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, company())
		policy := func() string {
			return tn.send(t, "POST", "/users/auth0%7C1/policy/app1", `{"connectionName":"c"}`).body
		}
		expanded := func() string { return tn.send(t, "GET", "/users/auth0%7C1/groups?expand=true", "").body }
		if got := policy(); got != `{"groups":["All staff","Finance"],"roles":["Reader"],"permissions":["read"]}` {
			t.Errorf("at first: %s", got)
		}
		if got := expanded(); !strings.Contains(got, `"permissions":[{"_id":"p","name":"read","description":"d"}]`) {
			t.Errorf("expanded: %s", got)
		}
		other := tn.again(t)
		update(t, other, func(tx *store.Tx) error { return tx.RemoveNested(t.Context(), allStaff, []string{finance}) })
		if got := policy(); got != `{"groups":["Finance"],"roles":[],"permissions":[]}` {
			t.Errorf("taken out elsewhere: %s", got)
		}
		if got := expanded(); got != `{"groups":[{"_id":"`+finance+`","name":"Finance","description":"d"}],"roles":[]}` {
			t.Errorf("expanded, taken out elsewhere: %s", got)
		}
		update(t, other, func(tx *store.Tx) error { return tx.RemoveMembers(t.Context(), finance, []string{"auth0|1"}) })
		if got := policy(); got != `{"groups":[],"roles":[],"permissions":[]}` {
			t.Errorf("removed elsewhere: %s", got)
		}
	})
}

func TestTheKeyOpensThePolicyAlone(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, company())
		var key string
		update(t, tn.store, func(tx *store.Tx) (err error) {
			key, err = tx.RotateAPIKey(t.Context())
			return err
		})
		policy := "/users/auth0%7C1/policy/app1"
		noScope := "Bearer " + tn.issuer.Scoped(authzapi.Audience, "read:groups")
		for _, tt := range []struct {
			name, method, path, key, authorization string
			status                                 int
		}{
			{"the key", "POST", policy, key, "", http.StatusOK},
			{"another key", "POST", policy, strings.ToUpper(key), "", http.StatusUnauthorized},
			{"no key", "POST", policy, "", "", http.StatusUnauthorized},
			{"a bad token beside the key", "POST", policy, key, "Bearer a.b.c", http.StatusUnauthorized},
			{"a token without the scope beside the key", "POST", policy, key, noScope, http.StatusForbidden},
			{"something else with the key", "GET", "/users/auth0%7C1/groups", key, "", http.StatusUnauthorized},
		} {
			h := http.Header{"X-Api-Key": {tt.key}}
			if tt.authorization != "" {
				h.Set("Authorization", tt.authorization)
			}
			if got := tn.raw(t, tt.method, tt.path, `{"connectionName":"c"}`, h); got.status != tt.status {
				t.Errorf("%s: %d %s, want %d", tt.name, got.status, got.body, tt.status)
			}
		}
		tn.load(t, company())
		if got := tn.raw(t, "POST", policy, `{"connectionName":"c"}`, http.Header{"X-Api-Key": {""}}); got.status != http.StatusUnauthorized {
			t.Errorf("no key and none is set: %d %s", got.status, got.body)
		}
	})
}

func TestSecretsOfProfilesStayIn(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		d := company()
		d.Users = []map[string]any{{
			"user_id": "auth0|1", "name": "Ada", "password_hash": "hush",
			"identities": []any{map[string]any{"connection": "c", "access_token": "hush"}},
		}}
		tn.load(t, d)
		for _, path := range []string{"/users", "/users/auth0%7C1", "/groups/" + finance + "/members"} {
			if got := tn.send(t, "GET", path, ""); got.status != http.StatusOK || strings.Contains(got.body, "hush") {
				t.Errorf("%s: %d %s", path, got.status, got.body)
			}
		}
	})
}

func TestSearchesThatMeanNothing(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		for _, query := range []string{"?field=name&q=", "?q=(", "?field=nope&q=x", "?page=1.5", "?group=x", "?role=x", "?sort=profile:1"} {
			if got := tn.send(t, "GET", "/users"+query, ""); got.status != http.StatusBadRequest {
				t.Errorf("%s: %d %s, want 400", query, got.status, got.body)
			}
		}
	})
}
