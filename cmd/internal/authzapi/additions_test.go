package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

func TestVersions(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		id := tn.newGroup(t, "Team")
		path := "/groups/" + id
		first := tn.send(t, "GET", path, "")
		version := first.header.Get("ETag")
		if version == "" || strings.HasPrefix(version, "W/") {
			t.Fatalf("ETag = %q, want a strong one", version)
		}
		for _, known := range []string{version, `"other", ` + version, "W/" + version, "*"} {
			if got := tn.send(t, "GET", path, "", "If-None-Match", known); got.status != http.StatusNotModified || got.body != "" {
				t.Errorf("If-None-Match: %s: %d %s, want 304", known, got.status, got.body)
			}
		}
		if got := tn.send(t, "GET", path, "", "If-None-Match", `"other"`); got.status != http.StatusOK {
			t.Errorf("another version: %d, want 200", got.status)
		}

		// A new member does not change what the group is called.
		if got := tn.send(t, "PATCH", path+"/members", `["u1"]`); got.status != http.StatusNoContent {
			t.Fatal(got)
		}
		body := `{"name":"Team 2","description":"d"}`
		for _, wrong := range []string{`"other"`, "W/" + version} {
			got := tn.send(t, "PUT", path, body, "If-Match", wrong)
			if got.status != http.StatusPreconditionFailed || !strings.Contains(got.body, `"error":"Precondition Failed"`) {
				t.Errorf("If-Match: %s: %d %s, want 412", wrong, got.status, got.body)
			}
		}
		if got := tn.send(t, "PUT", path, body, "If-Match", version); got.status != http.StatusOK {
			t.Errorf("the current version: %d %s, want 200", got.status, got.body)
		}
		if got := tn.send(t, "DELETE", path, "", "If-Match", version); got.status != http.StatusPreconditionFailed {
			t.Errorf("deleting with the old version: %d, want 412", got.status)
		}
		members := tn.send(t, "GET", path+"/members", "").header.Get("ETag")
		if got := tn.send(t, "PATCH", path+"/members", `["u2"]`, "If-Match", members); got.status != http.StatusNoContent {
			t.Errorf("adding to the current members: %d %s, want 204", got.status, got.body)
		}
		if got := tn.send(t, "PATCH", path+"/members", `["u3"]`, "If-Match", members); got.status != http.StatusPreconditionFailed {
			t.Errorf("adding to the old members: %d, want 412", got.status)
		}
		if got := tn.send(t, "PUT", "/groups/"+someID, body, "If-Match", version); got.status != http.StatusNotFound {
			t.Errorf("an unknown group: %d, want 404", got.status)
		}
	})
}

func TestListsOfGroups(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		var ids []string
		for i := range 7 {
			ids = append(ids, tn.newGroup(t, fmt.Sprintf("Group %d", i)))
		}
		tn.send(t, "PATCH", "/groups/"+ids[5]+"/nested", fmt.Sprintf(`[%q]`, ids[2]))
		tn.send(t, "PATCH", "/groups/"+ids[2]+"/members", `["u1","u2"]`)
		tests := []struct{ query, want string }{
			{"?page=1&per_page=3&fields=name", `{"groups":[{"name":"Group 3"},{"name":"Group 4"},{"name":"Group 5"}],"total":7}`},
			{"?page=2&per_page=3&fields=name", `{"groups":[{"name":"Group 6"}],"total":7}`},
			{"?page=9&fields=name", `{"groups":[],"total":7}`},
			{"?q=group+2&fields=name", `{"groups":[{"name":"Group 2"}],"total":7}`},
			{"?q=group+2&fields=name&include_totals=true", `{"groups":[{"name":"Group 2"}],"total":1,"start":0,"limit":1,"length":1}`},
			{"?page=1&per_page=5&fields=name&include_totals=true", `{"groups":[{"name":"Group 5"},{"name":"Group 6"}],"total":7,"start":5,"limit":5,"length":2}`},
			{"?sort=name:-1&per_page=2&fields=name", `{"groups":[{"name":"Group 6"},{"name":"Group 5"}],"total":7}`},
			{"?sort=member_count:-1&per_page=1&fields=name,member_count,nested_in", `{"groups":[{"member_count":2,"name":"Group 2","nested_in":["` + ids[5] + `"]}],"total":7}`},
			{"/" + ids[5] + "?fields=_id,nested_count,member_count,role_count,mapping_count,nested_in", `{"_id":"` + ids[5] + `","mapping_count":0,"member_count":0,"nested_count":1,"nested_in":[],"role_count":0}`},
		}
		for _, tt := range tests {
			if got := tn.send(t, "GET", "/groups"+tt.query, ""); got.body != tt.want {
				t.Errorf("%s: %d %s\nwant %s", tt.query, got.status, got.body, tt.want)
			}
		}
	})
}

func TestMembersCanBeSearchedAndSorted(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		loadDirectory(t, tn.store)
		inner, outer := tn.newGroup(t, "Inner"), tn.newGroup(t, "Outer")
		tn.send(t, "PATCH", "/groups/"+outer+"/nested", fmt.Sprintf(`[%q]`, inner))
		tn.send(t, "PATCH", "/groups/"+inner+"/members", `["auth0|u03","auth0|u01","auth0|ghost"]`)
		tn.send(t, "PATCH", "/groups/"+outer+"/members", `["auth0|u02","auth0|u01"]`)
		tests := []struct {
			path      string
			wantUsers string
			wantTotal int
		}{
			{inner + "/members?q=ADA", "auth0|u01", 1},
			{inner + "/members?q=ghost", "auth0|ghost", 1},
			{inner + "/members?q=@example.com&sort=email:-1", "auth0|u03 auth0|u01", 2},
			{inner + "/members?sort=name:1&per_page=2&page=2", "auth0|u03", 3},
			{outer + "/members/nested", "auth0|ghost auth0|u01 auth0|u02 auth0|u03", 4},
			{outer + "/members/nested?q=u0&sort=user_id:-1&per_page=2", "auth0|u03 auth0|u02", 3},
		}
		for _, tt := range tests {
			var page struct {
				Total int
				Users []struct {
					UserID string `json:"user_id"`
				}
				Nested []struct {
					User struct {
						UserID string `json:"user_id"`
					}
				}
			}
			got := tn.send(t, "GET", "/groups/"+tt.path, "")
			if err := json.Unmarshal([]byte(got.body), &page); err != nil {
				t.Fatal(err)
			}
			var users []string
			for _, u := range page.Users {
				users = append(users, u.UserID)
			}
			for _, n := range page.Nested {
				users = append(users, n.User.UserID)
			}
			if strings.Join(users, " ") != tt.wantUsers || page.Total != tt.wantTotal {
				t.Errorf("%s: %q of %d, want %q of %d", tt.path, users, page.Total, tt.wantUsers, tt.wantTotal)
			}
		}
	})
}

// An old export names what is gone: that stays, and is shown to who asks.
func TestWhatIsGoneIsShownOnRequest(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		update(t, tn.store, func(tx *store.Tx) error {
			return tx.Import(t.Context(), store.Document{Groups: []store.Group{{
				ID: someID, Name: "Old", Description: "o", Nested: []string{"gone"}, Roles: []string{"gone"},
				Mappings: []store.Mapping{{ID: "m", GroupName: "Staff", ConnectionName: "nowhere"}},
			}}})
		})
		for path, want := range map[string]string{
			"/nested":                `[]`,
			"/nested?missing=true":   `[{"_id":"gone","missing":true}]`,
			"/roles":                 `[]`,
			"/roles?missing=true":    `[{"_id":"gone","missing":true}]`,
			"/mappings":              `[]`,
			"/mappings?missing=true": `[{"_id":"m","groupName":"Staff","connectionName":"nowhere"}]`,
			"/roles/nested":          `[]`,
		} {
			if got := tn.send(t, "GET", "/groups/"+someID+path, ""); got.body != want {
				t.Errorf("%s: %d %s, want %s", path, got.status, got.body, want)
			}
		}
		for _, path := range []string{"/nested", "/roles"} {
			if got := tn.send(t, "PATCH", "/groups/"+someID+"/members", `["u"]`); got.status != http.StatusNoContent {
				t.Fatal(got)
			}
			if got := tn.send(t, "GET", "/groups/"+someID+path+"?missing=true", ""); !strings.Contains(got.body, "gone") {
				t.Errorf("%s: a change of the members lost it: %s", path, got.body)
			}
		}
	})
}
