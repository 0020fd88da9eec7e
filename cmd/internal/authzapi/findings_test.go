package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

// untidy is a tenant with one of everything that is worth tidying up.
func untidy() store.Document {
	d := company()
	d.Users = []map[string]any{{"user_id": "auth0|1", "name": "Ada"}}
	d.Groups = []store.Group{
		{ID: allStaff, Name: "All staff", Description: "d", Nested: []string{finance, readers}, Roles: []string{reader}},
		{ID: finance, Name: "Finance", Description: "d", Nested: []string{readers}, Members: []string{"auth0|ghost", "auth0|ghoul"}},
		{ID: readers, Name: "Readers", Description: "d", Members: []string{"auth0|1", "auth0|ghost"}, Roles: []string{nothing}},
		{ID: nothing, Name: "Nobody", Description: "d", Roles: []string{writer}},
	}
	return d
}

const readers = "11111111-0000-4000-8000-000000000009"

func TestFindings(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, untidy())
		const want = `{"groups":{"empty":{"records":1},"gone-members":{"records":2,"cases":2},"missing-references":{"records":1,"cases":1},` +
			`"redundant-nesting":{"records":1,"cases":1}},"permissions":{"unused":{"records":0}},"roles":{"missing-permissions":{"records":0},"unheld":{"records":2}}}`
		if got := tn.send(t, "GET", "/findings", ""); got.status != http.StatusOK || got.body != want {
			t.Errorf("%d %s\nwant %s", got.status, got.body, want)
		}
		for path, want := range map[string]string{
			"/groups?finding=empty":              "Nobody",
			"/groups?finding=gone-members":       "Finance Readers",
			"/groups?finding=redundant-nesting":  "All staff",
			"/groups?finding=missing-references": "Readers",
			"/groups?finding=gone-members&q=fin": "Finance",
			"/groups?finding=empty&q=fin":        "",
			"/permissions?finding=unused":        "",
			"/roles?finding=missing-permissions": "",
		} {
			if got := tn.names(t, path+"&fields=name&sort=name:1&include_totals=true"); got != want {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
		}
	})
}

// names is the names of the records that a list shows, and a check of its total.
func (tn *tenant) names(t *testing.T, path string) string {
	t.Helper()
	var list map[string]json.RawMessage
	if err := json.Unmarshal([]byte(tn.send(t, "GET", path, "").body), &list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, kind := range []string{"groups", "roles", "permissions"} {
		var records []struct{ Name string }
		if json.Unmarshal(list[kind], &records) == nil {
			for _, r := range records {
				names = append(names, r.Name)
			}
		}
	}
	if got := string(list["total"]); got != fmt.Sprint(len(names)) {
		t.Errorf("%s: total %s of %v", path, got, names)
	}
	return strings.Join(names, " ")
}

// What was found is found anew after a change.
func TestFindingsFollowChanges(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, untidy())
	empty := func() string { return tn.names(t, "/groups?finding=empty&fields=name&include_totals=true") }
	if got := empty(); got != "Nobody" {
		t.Fatalf("empty: %q", got)
	}
	tn.send(t, "PATCH", "/groups/"+nothing+"/members", `["auth0|1"]`)
	if got := empty(); got != "" {
		t.Errorf("after somebody was added: %q", got)
	}
}

func TestCounts(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, untidy())
		const want = `{"users":1,"groups":4,"roles":3,"permissions":1,"memberships":4}`
		if got := tn.send(t, "GET", "/counts", ""); got.body != want {
			t.Errorf("%d %s, want %s", got.status, got.body, want)
		}
	})
}

func TestChanges(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, untidy())
		tn.send(t, "PATCH", "/groups/"+finance+"/members", `["auth0|1","auth0|2"]`)
		tn.send(t, "PUT", "/groups/"+finance, `{"name":"Treasury","description":"d"}`)
		tn.send(t, "PATCH", "/configuration/rotate-apikey", "")
		tn.send(t, "DELETE", "/groups/"+nothing, "")

		type page struct {
			Changes []struct {
				Seq    int64
				Action string
				Actor  struct{ Subject string }
				Object struct{ Kind, ID, Name string }
				Items  int
			}
			Next int64
		}
		read := func(query string) (p page) {
			got := tn.send(t, "GET", "/changes"+query, "")
			if got.status != http.StatusOK {
				t.Fatalf("%s: %d %s", query, got.status, got.body)
			}
			if err := json.Unmarshal([]byte(got.body), &p); err != nil {
				t.Fatal(err)
			}
			return p
		}
		first := read("?per_page=2")
		second := read(fmt.Sprintf("?per_page=2&before=%d", first.Next))
		var said []string
		for _, c := range append(first.Changes, second.Changes...) {
			said = append(said, fmt.Sprintf("%s %s %d", c.Action, c.Object.Name, c.Items))
			if c.Actor.Subject == "" {
				t.Errorf("%s: nobody did it", c.Action)
			}
		}
		want := "group.delete Nobody 0, configuration.apikey.rotate  0, group.update Treasury 0, group.members.add Treasury 2"
		if got := strings.Join(said, ", "); got != want {
			t.Errorf("changes: %s\nwant %s", got, want)
		}
		if rest := read("?per_page=100"); rest.Next != 0 || len(rest.Changes) < 5 {
			t.Errorf("all of them: %d, next %d", len(rest.Changes), rest.Next)
		}
	})
}

func TestFindingsNeedTheirScope(t *testing.T) {
	tn := onSQLite(t)
	for _, path := range []string{"/counts", "/findings", "/changes"} {
		token := tn.issuer.Scoped("urn:auth0-authz-api", "read:groups")
		if got := tn.send(t, "GET", path, "", "Authorization", "Bearer "+token); got.status != http.StatusForbidden {
			t.Errorf("%s: %d, want 403", path, got.status)
		}
	}
}

// Who is gone is told right whichever way it was found out: anew, or from what
// changed since it was last asked.
func TestGoneMembersFollowChanges(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, untidy())
		gone := func() string {
			var found struct {
				Groups map[string]struct{ Cases int }
			}
			if err := json.Unmarshal([]byte(tn.send(t, "GET", "/findings", "").body), &found); err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(found.Groups["gone-members"].Cases)
		}
		steps := []struct {
			name, method, path, body string
			want                     string
		}{
			{"at first", "GET", "/groups", "", "2"},
			{"somebody unknown is added", "PATCH", "/groups/" + allStaff + "/members", `["auth0|wraith","auth0|1"]`, "3"},
			{"and removed", "DELETE", "/groups/" + allStaff + "/members", `["auth0|wraith"]`, "2"},
			{"a group goes with a member", "DELETE", "/groups/" + nothing, "", "2"},
			{"one of two memberships goes", "DELETE", "/groups/" + finance + "/members", `["auth0|ghost"]`, "2"},
			{"the other goes too", "DELETE", "/groups/" + readers + "/members", `["auth0|ghost"]`, "1"},
		}
		for _, step := range steps {
			tn.send(t, step.method, step.path, step.body)
			if got := gone(); got != step.want {
				t.Errorf("%s: %s gone, want %s", step.name, got, step.want)
			}
		}
		update(t, tn.store, func(tx *store.Tx) error {
			return tx.PutUser(t.Context(), store.User{UserID: "auth0|ghoul", Profile: map[string]any{"name": "Ghoul"}})
		})
		if got := gone(); got != "0" {
			t.Errorf("when the user is there: %s gone", got)
		}
		d := untidy()
		d.Users = append(d.Users, map[string]any{"user_id": "auth0|ghoul"})
		update(t, tn.store, func(tx *store.Tx) error { return tx.Import(t.Context(), d) })
		if got := gone(); got != "1" {
			t.Errorf("after an import: %s gone", got)
		}
	})
}
