package authzapi_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

var addedAt = regexp.MustCompile(`"added":"[^"]+"`)

func TestMembersByEmail(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, company())
		path := "/groups/" + finance + "/members"
		for _, step := range []struct {
			what, method, path, body string
			status                   int
			want                     string
		}{
			{"nobody yet", "GET", "/pending", "", 200, `{"length":0,"limit":0,"pending":[],"start":0,"total":0}`},
			{"no address", "PATCH", "/pending", `["ada@example.com","Ada <ada@example.com>"]`, 400, `"message":"\"[1]\" must be a valid email","validation":{"source":"payload","keys":["1"]}`},
			{"nothing", "PATCH", "/pending", `[]`, 400, `"\"value\" must contain at least 1 items"`},
			{"two", "PATCH", "/pending", `["Zoe@example.com","ada@example.com"]`, 204, ""},
			{"in the order of adding", "GET", "/pending?fields=email", "", 200, `{"length":2,"limit":2,"pending":[{"email":"Zoe@example.com"},{"email":"ada@example.com"}],"start":0,"total":2}`},
			{"by address", "GET", "/pending?sort=email:1&per_page=1&page=1&fields=email", "", 200, `{"length":1,"limit":1,"pending":[{"email":"Zoe@example.com"}],"start":1,"total":2}`},
			{"found", "GET", "/pending?q=ZOE", "", 200, `{"length":1,"limit":1,"pending":[{"added":"","email":"Zoe@example.com"}],"start":0,"total":1}`},
			{"members are as ever", "GET", "?fields=user_id", "", 200, `{"total":1,"users":[{"user_id":"auth0|1"}]}`},
			{"members, and who is awaited", "GET", "?fields=user_id&pending=true&q=a", "", 200, `{"total":1,"users":[{"user_id":"auth0|1"}],"pending":{"total":2,"records":[{"email":"Zoe@example.com","added":""},{"email":"ada@example.com","added":""}]}}`},
			{"no longer", "DELETE", "/pending", `["ZOE@example.com","nobody@example.com"]`, 204, ""},
			{"one left", "GET", "/pending?fields=email", "", 200, `{"length":1,"limit":1,"pending":[{"email":"ada@example.com"}],"start":0,"total":1}`},
		} {
			got := tn.send(t, step.method, path+step.path, step.body)
			if told := addedAt.ReplaceAllString(got.body, `"added":""`); got.status != step.status || !strings.Contains(told, step.want) || step.status == 200 && told != step.want {
				t.Errorf("%s: %d %s, want %d %s", step.what, got.status, told, step.status, step.want)
			}
		}
		if got := tn.send(t, "GET", "/groups?fields=name,pending,pending_count&sort=pending_count:-1&per_page=1", ""); got.body != `{"groups":[{"name":"Finance","pending":["ada@example.com"],"pending_count":1}],"total":2}` {
			t.Errorf("the list of groups: %s", got.body)
		}
		update(t, tn.store, func(tx *store.Tx) error {
			return tx.PutUser(t.Context(), store.User{UserID: "auth0|ada", Profile: map[string]any{"email": "ADA@example.com", "email_verified": true}})
		})
		if got := tn.send(t, "GET", path+"?fields=user_id&pending=true", ""); got.body != `{"total":2,"users":[{"user_id":"auth0|1"},{"user_id":"auth0|ada"}],"pending":{"total":0,"records":[]}}` {
			t.Errorf("once Ada is there: %s", got.body)
		}
		for method, body := range map[string]string{"GET": "", "PATCH": `["a@b.c"]`, "DELETE": `["a@b.c"]`} {
			if got := tn.send(t, method, "/groups/"+nothing+"/members/pending", body); got.status != 404 {
				t.Errorf("%s of an unknown group: %d %s", method, got.status, got.body)
			}
		}
	})
}

// A version of the list of pending members guards its changes.
func TestPendingMembersHaveAVersion(t *testing.T) {
	tn := onSQLite(t)
	path := "/groups/" + tn.newGroup(t, "Team") + "/members/pending"
	version := tn.send(t, "GET", path, "").header.Get("ETag")
	if got := tn.send(t, "PATCH", path, `["a@b.c"]`, "If-Match", version); got.status != 204 {
		t.Errorf("the current version: %d %s", got.status, got.body)
	}
	if got := tn.send(t, "DELETE", path, `["a@b.c"]`, "If-Match", version); got.status != 412 {
		t.Errorf("an old version: %d %s", got.status, got.body)
	}
}

// Who creates a group with something in it needs the right to put it there.
func TestAGroupWithSomethingInItFromTheStart(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, company())
		in := func(nested string) string {
			return `{"name":"New","description":"d","metadata":{"k":"v"},"initial":{"members":["auth0|1"],"pending":["ada@example.com"],"nested":["` + nested + `"],"roles":["` + reader + `"],"mappings":[{"groupName":"g","connectionName":"c"}]}}`
		}
		if got := tn.as(t, "create:groups", "POST", "/groups", in(finance)); got.status != 403 || !strings.Contains(got.header.Get("WWW-Authenticate"), `scope="update:groups"`) {
			t.Errorf("without update:groups: %d %s", got.status, got.body)
		}
		if got := tn.send(t, "POST", "/groups", in(nothing)); got.status != 400 || !strings.Contains(got.body, "These groups do not exist") {
			t.Errorf("nesting nothing: %d %s", got.status, got.body)
		}
		got := tn.as(t, "create:groups update:groups update:roles", "POST", "/groups", in(finance))
		var made struct {
			ID       string            `json:"_id"`
			Metadata map[string]string `json:"metadata"`
		}
		if err := json.Unmarshal([]byte(got.body), &made); err != nil || got.status != 200 || made.Metadata["k"] != "v" {
			t.Fatalf("%d %s", got.status, got.body)
		}
		list := tn.send(t, "GET", "/groups?q=new&fields=members,pending,nested,roles,mapping_count", "").body
		if want := `{"groups":[{"mapping_count":1,"members":["auth0|1"],"nested":["` + finance + `"],"pending":["ada@example.com"],"roles":["` + reader + `"]}],"total":3}`; list != want {
			t.Errorf("it holds %s, want %s", list, want)
		}
		if got := tn.as(t, "create:groups", "POST", "/groups", `{"name":"Plain","description":"d","initial":{"member":[]}}`); got.status != 400 || !strings.Contains(got.body, `\"initial.member\" is not allowed`) {
			t.Errorf("an unknown list: %d %s", got.status, got.body)
		}
	})
}
