package authzapi_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"trellis/cmd/internal/store"
	"trellis/web/authz"
)

// crowd is company with enough of everything for a second page.
func crowd() store.Document {
	d := company()
	d.Groups[0].Members = []string{"auth0|1", "auth0|2", "ghost"}
	d.Groups[0].Roles = []string{reader, writer, "gone"}
	d.Groups[0].Nested = []string{finance, "33333333-0000-4000-8000-000000000003", "gone"}
	d.Groups[0].Mappings = []store.Mapping{{ID: "m1", GroupName: "b", ConnectionName: "ad"}, {ID: "m2", GroupName: "a", ConnectionName: "ad"}}
	d.Groups = append(d.Groups, store.Group{ID: "33333333-0000-4000-8000-000000000003", Name: "audit", Description: "d", Members: []string{"auth0|1"}})
	d.Roles[0].Users, d.Roles[1].Users = []string{"auth0|1", "ghost"}, []string{"auth0|1"}
	d.Users = []map[string]any{
		{"user_id": "auth0|1", "name": "Zoe", "email": "z@example.com", "logins_count": 1, "last_login": "2026-01-02T00:00:00.000Z"},
		{"user_id": "auth0|2", "name": "Ada", "email": "a@example.com", "logins_count": 2, "last_login": "2026-01-01T00:00:00.000Z"},
	}
	d.Connections = []store.Connection{{ID: "c1", Name: "ad", Strategy: "ad"}, {ID: "c2", Name: "Basic", Strategy: "auth0"}}
	d.Clients = []store.DocumentClient{{ID: "app1", Name: "Beta", AppType: "spa"}, {ID: "app2", Name: "alpha", AppType: "spa"}}
	return d
}

// Every list can be had in parts, in another order, with some fields and with its totals.
func TestEveryListInParts(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, crowd())
		all, ada := "/groups/"+allStaff, "/users/auth0%7C1"
		for _, tt := range []struct{ path, want string }{
			{all + "/nested?fields=name&missing=true&sort=name:-1", `[{"name":"Finance"},{"name":"audit"},{"missing":true}]`},
			{all + "/nested?fields=name,member_count&per_page=1&include_totals=true", `{"length":1,"limit":1,"nested":[{"member_count":1,"name":"Finance"}],"start":0,"total":2}`},
			{all + "/roles?fields=name&page=1&per_page=1", `[{"name":"Writer"}]`},
			{all + "/roles?fields=name,users&sort=name:-1", `[{"name":"Writer","users":["auth0|1"]},{"name":"Reader","users":["auth0|1","ghost"]}]`},
			{all + "/roles?include_totals=true&fields=name&per_page=1&page=7", `{"length":0,"limit":1,"roles":[],"start":7,"total":2}`},
			{all + "/roles/nested?fields=name&sort=name:-1&per_page=1", `[{"group":{"name":"All staff"},"role":{"name":"Writer"}}]`},
			{all + "/mappings?fields=groupName&sort=groupName:1", `[{"groupName":"a"},{"groupName":"b"}]`},
			{all + "/mappings?per_page=1&include_totals=true&fields=_id", `{"length":1,"limit":1,"mappings":[{"_id":"m1"}],"start":0,"total":2}`},
			{all + "/members?fields=user_id&missing=true&include_totals=true&per_page=2&page=2", `{"total":3,"start":2,"limit":2,"length":1,"users":[{"missing":true,"user_id":"ghost"}]}`},
			{all + "/members/nested?fields=user_id&per_page=1&include_totals=true&sort=name:1&q=ada", `{"total":1,"start":0,"limit":1,"length":1,"nested":[{"user":{"user_id":"auth0|2"},"group":{"_id":"` + allStaff + `","name":"All staff","description":"d"}}]}`},
			{"/roles/" + reader + "/users?fields=user_id&missing=true&include_totals=true", `{"total":2,"start":0,"limit":25,"length":2,"users":[{"user_id":"auth0|1"},{"missing":true,"user_id":"ghost"}]}`},
			{"/applications?fields=name&sort=name:-1", `[{"name":"Beta"},{"name":"alpha"}]`},
			{"/applications?fields=client_id&include_totals=true&per_page=1&page=1", `{"applications":[{"client_id":"app1"}],"length":1,"limit":1,"start":1,"total":2}`},
			{"/connections?sort=strategy:-1&fields=strategy", `[{"strategy":"auth0"},{"strategy":"ad"}]`},
			{"/connections?include_totals=true&fields=id", `{"connections":[{"id":"c1"},{"id":"c2"}],"length":2,"limit":2,"start":0,"total":2}`},
			{"/users?sort=name:1&fields=name&include_totals=true", `{"start":0,"limit":100,"length":2,"users":[{"name":"Ada"},{"name":"Zoe"}],"total":2}`},
			{"/users?fields=user_id&per_page=1", `{"start":0,"limit":1,"length":1,"users":[{"user_id":"auth0|1"}],"total":2}`},
			{ada + "/groups?fields=name&sort=name:-1&per_page=2", `[{"name":"Finance"},{"name":"audit"}]`},
			{ada + "/groups?include_totals=true&fields=name&per_page=1", `{"groups":[{"name":"All staff"}],"length":1,"limit":1,"start":0,"total":3}`},
			{ada + "/groups/calculate?include_totals=true&fields=name&page=2&per_page=1", `{"groups":[{"name":"audit"}],"length":1,"limit":1,"start":2,"total":3}`},
			{ada + "/roles?fields=name&sort=name:-1", `[{"name":"Writer"},{"name":"Reader"}]`},
			{ada + "/roles/calculate?include_totals=true&fields=name", `{"length":2,"limit":2,"roles":[{"name":"Reader"},{"name":"Writer"}],"start":0,"total":2}`},
			{"/users/nobody/roles/calculate?include_totals=true", `{"length":0,"limit":0,"roles":[],"start":0,"total":0}`},
		} {
			if got := tn.send(t, "GET", tt.path, ""); got.status != 200 || got.body != tt.want {
				t.Errorf("%s: %d %s\nwant %s", tt.path, got.status, got.body, tt.want)
			}
		}
		for path, key := range map[string]string{
			ada + "/groups?per_page=0": "per_page", ada + "/roles?sort=users:1": "sort", all + "/nested?fields=secret": "fields.0",
			"/users?fields=app_metadata": "fields.0", "/connections?page=-1": "page", all + "/mappings?include_totals=1": "include_totals",
		} {
			if got := tn.send(t, "GET", path, ""); got.status != 400 || !strings.Contains(got.body, `"keys":["`+key+`"]`) {
				t.Errorf("%s: %d %s", path, got.status, got.body)
			}
		}
	})
}

// A list that the document gained without parts would break the promise.
func TestTheDocumentPromisesPartsOfEveryList(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(authz.Spec)
	if err != nil {
		t.Fatal(err)
	}
	lists := 0
	for path, item := range doc.Paths.Map() {
		if item.Get == nil || !strings.HasPrefix(item.Get.OperationID, "list") && !strings.HasPrefix(item.Get.OperationID, "calculate") {
			continue
		}
		lists++
		for _, name := range []string{"page", "per_page", "sort", "fields", "include_totals"} {
			if item.Get.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
				t.Errorf("GET %s has no %s", path, name)
			}
		}
	}
	if lists < 17 {
		t.Errorf("only %d lists were looked at", lists)
	}
}

// A list without wishes is what it always was.
func TestAListWithoutWishesIsAsEver(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, crowd())
	for path, want := range map[string]string{
		"/users/auth0%7C1/groups?x=1":                   `[{"_id":"` + allStaff + `",`,
		"/users/auth0%7C1/groups/calculate":             `[{"_id":"` + allStaff + `",`,
		"/users/auth0%7C1/roles":                        `[{"_id":"` + reader + `",`,
		"/groups/" + allStaff + "/roles":                `[{"_id":"` + reader + `",`,
		"/groups/" + finance + "/mappings":              `[]`,
		"/users/" + url.PathEscape("nobody") + "/roles": `[]`,
	} {
		if got := tn.send(t, "GET", path, ""); got.status != 200 || !strings.HasPrefix(got.body, want) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}
