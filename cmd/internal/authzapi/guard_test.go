package authzapi_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store"
)

// The records of the tests below.
const (
	sre, ops, crew      = "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002", "10000000-0000-4000-8000-000000000003"
	team, staff, vault  = "10000000-0000-4000-8000-000000000004", "10000000-0000-4000-8000-000000000005", "10000000-0000-4000-8000-000000000006"
	responder, keys     = "20000000-0000-4000-8000-000000000001", "20000000-0000-4000-8000-000000000002"
	opens               = "30000000-0000-4000-8000-000000000001"
	aboutRole           = `"description":"d","applicationType":"client","applicationId":"app"`
	needsRoles, noScope = "and giving roles needs update:roles or update:users.", `"message":"Insufficient scope"`
)

// protected is a tenant in which SRE gives Responder to its member Ada, Ops gives it to
// whoever is in Crew, and the name Staff gives Keys by a mapping of Vault.
func protected() store.Document {
	group := func(id, name string, g store.Group) store.Group {
		g.ID, g.Name, g.Description = id, name, "d"
		return g
	}
	role := func(id, name string) store.Role {
		return store.Role{ID: id, Name: name, Description: "d", ApplicationType: "client", ApplicationID: "app", Permissions: []string{}}
	}
	return store.Document{
		Groups: []store.Group{
			group(sre, "SRE", store.Group{Roles: []string{responder}, Members: []string{"ada"}}),
			group(ops, "Ops", store.Group{Roles: []string{responder}, Nested: []string{crew}}),
			group(crew, "Crew", store.Group{}),
			group(team, "Team", store.Group{Members: []string{"bob"}}),
			group(staff, "Staff", store.Group{}),
			group(vault, "Vault", store.Group{Roles: []string{keys}, Mappings: []store.Mapping{{ID: "m", ConnectionName: "corp", GroupName: "Staff"}, {ID: "n", ConnectionName: "corp", GroupName: "Staff 2"}}}),
		},
		Roles:       []store.Role{role(responder, "Responder"), role(keys, "Keys")},
		Permissions: []store.Permission{{ID: opens, Name: "open:doors", Description: "d", ApplicationType: "client", ApplicationID: "app"}},
	}
}

// way is a change that gives something, and the scope that the operation asks for.
type way struct {
	name, scopes, method, path, body string
	says                             string // to who has those scopes alone
	also                             string // scopes with which it is done
}

func ways() []way {
	return []way{
		{"a member", "update:groups", "PATCH", "/groups/" + sre + "/members", `["eve"]`, "You may not add members to SRE: that gives the role Responder, " + needsRoles, "update:roles"},
		{"a member of a nested group", "update:groups", "PATCH", "/groups/" + crew + "/members", `["eve"]`, "add members to Crew: that gives the role Responder", "update:users"},
		{"a member by what the name is mapped to", "update:groups", "PATCH", "/groups/" + staff + "/members", `["eve"]`, "add members to Staff: that gives the role Keys", "update:users"},
		{"many members, one of them new", "update:groups", "PATCH", "/groups/" + sre + "/members", `["ada","eve","fay"]`, "add members to SRE", "update:users"},
		{"groups of a user", "update:groups", "PATCH", "/users/eve/groups", `["` + team + `","` + sre + `"]`, "add members to SRE", "update:users"},
		{"groups of a user by name", "update:groups", "PATCH", "/users/eve/groups", `["Team","Crew"]`, "add members to Crew", "update:roles"},
		{"a pending member", "update:groups", "PATCH", "/groups/" + sre + "/members/pending", `["eve@example.com"]`, "add members to SRE", "update:users"},
		{"a nested group", "update:groups", "PATCH", "/groups/" + crew + "/nested", `["` + team + `"]`, "nest groups in Crew: that gives the role Responder", "update:users"},
		{"a group's role", "update:groups", "PATCH", "/groups/" + team + "/roles", `["` + keys + `","` + responder + `"]`, "give roles to Team: that gives the role Keys and another one, " + needsRoles, "update:roles"},
		{"a role's users", "update:groups", "PATCH", "/roles/" + keys + "/users", `["eve"]`, noScope, "update:users"},
		{"a user's roles", "update:groups", "PATCH", "/users/eve/roles", `["` + keys + `"]`, noScope, "update:users"},
		{"a mapping", "update:groups", "PATCH", "/groups/" + sre + "/mappings", `[{"connectionName":"corp","groupName":"Everyone"}]`, "add mappings to SRE", "update:users"},
		{"a mapping in place of others", "update:groups", "PUT", "/groups/" + crew + "/mappings", `{"connectionName":"corp","groupName":"Everyone"}`, "add mappings to Crew", "update:roles"},
		{"a new name", "update:groups", "PUT", "/groups/" + team, `{"name":"Staff","description":"d"}`, "call a group Staff: that gives the role Keys", "update:users"},
		{"a changed name", "update:groups", "PATCH", "/groups/" + team, `{"name":"Staff"}`, "call a group Staff: that gives the role Keys", "update:users"},
		{"a new group with roles", "create:groups update:groups", "POST", "/groups", `{"name":"New","description":"d","initial":{"roles":["` + keys + `"]}}`, "put roles into a new group: that gives the role Keys", "update:users"},
		{"a new group of a mapped name", "create:groups update:groups", "POST", "/groups", `{"name":"Staff","description":"d","initial":{"members":["eve"]}}`, "call a group Staff", "update:users"},
		{"what a user has", "update:users", "PATCH", "/users/ada", `{"user_id":"eve"}`, "You may not hand on what ada has: that gives a membership of SRE, and giving memberships needs update:groups.", "update:groups"},
		{"a role's permissions", "update:groups update:users", "PUT", "/roles/" + responder, `{"name":"Responder",` + aboutRole + `,"permissions":["` + opens + `"]}`, noScope, "update:roles"},
		{"an import of memberships", "update:configuration", "POST", "/configuration/import", `{"groups":[{"_id":"` + team + `","name":"Team","description":"d","members":["eve"]}]}`, "import this: that gives a membership of Team, and giving memberships needs update:groups.", "update:groups"},
		{"an import of a group's roles", "update:configuration update:groups", "POST", "/configuration/import?mode=merge", `{"groups":[{"_id":"` + team + `","name":"Team","description":"d","roles":["` + keys + `"]}]}`, "import this: that gives roles to Team", "update:users"},
		{"an import of a role's users", "update:configuration", "POST", "/configuration/import?mode=merge", `{"roles":[{"_id":"` + keys + `","name":"Keys",` + aboutRole + `,"permissions":[],"users":["eve"]}]}`, "import this: that gives the role Keys, " + needsRoles, "update:roles"},
		{"an import that renames a permission", "update:configuration update:users", "POST", "/configuration/import?mode=merge", `{"permissions":[{"_id":"` + opens + `","name":"open:vault",` + aboutRole + `}]}`, "import this: that gives the permission open:vault to roles that have it, and giving permissions to roles needs update:roles.", "update:roles"},
		{"an import of a role's permissions", "update:configuration update:users", "POST", "/configuration/import?mode=merge", `{"roles":[{"_id":"` + keys + `","name":"Keys",` + aboutRole + `,"permissions":["` + opens + `"]}]}`, "giving permissions to roles needs update:roles.", "update:roles"},
	}
}

// No change gives somebody what its caller could not give directly (AZ-08, after
// CVE-2026-94000): by whatever way, it is refused, says why and changes nothing.
// With the right scope it is done.
func TestAZ08NobodyGivesWhatTheyMayNotGive(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		for _, w := range ways() {
			t.Run(w.name, func(t *testing.T) {
				update(t, tn.store, func(tx *store.Tx) error { return tx.Import(t.Context(), protected()) })
				w = w.freed(t, tn)
				before := tn.send(t, "GET", "/configuration/export", "").body
				got := tn.as(t, w.scopes, w.method, w.path, w.body)
				if got.status != http.StatusForbidden || !strings.Contains(got.body, w.says) {
					t.Errorf("with %s: %d %s\nwant 403 that says %s", w.scopes, got.status, got.body, w.says)
				}
				if w.says != noScope && (!strings.Contains(got.body, `"error":"GrantError"`) || !strings.Contains(got.header.Get("WWW-Authenticate"), "insufficient_scope")) {
					t.Errorf("how it is refused: %v %s", got.header, got.body)
				}
				if after := tn.send(t, "GET", "/configuration/export", "").body; after != before {
					t.Errorf("it changed something:\n%s\n%s", before, after)
				}
				if got := tn.as(t, w.scopes+" "+w.also, w.method, w.path, w.body); got.status >= 300 {
					t.Errorf("with %s too: %d %s", w.also, got.status, got.body)
				}
			})
		}
	})
}

// freed is w after whoever has the name that it needs has another one.
func (w way) freed(t *testing.T, tn *tenant) way {
	t.Helper()
	if strings.Contains(w.body, `"name":"Staff"`) {
		if got := tn.send(t, "DELETE", "/groups/"+staff, ""); got.status != http.StatusNoContent {
			t.Fatal(got)
		}
	}
	return w
}

// What gives nobody anything new takes no more than the scope of its operation.
func TestWhatGivesNothingIsNotRefused(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		update(t, tn.store, func(tx *store.Tx) error { return tx.Import(t.Context(), protected()) })
		for _, w := range []way{
			{name: "a member of a group without roles", method: "PATCH", path: "/groups/" + team + "/members", body: `["eve"]`},
			{name: "who is a member already", method: "PATCH", path: "/groups/" + sre + "/members", body: `["ada"]`},
			{name: "a user's group already", method: "PATCH", path: "/users/ada/groups", body: `["SRE"]`},
			{name: "what is nested already", method: "PATCH", path: "/groups/" + ops + "/nested", body: `["` + crew + `"]`},
			{name: "the group itself", method: "PATCH", path: "/groups/" + ops + "/nested", body: `["` + ops + `"]`},
			{name: "a role that the group has", method: "PATCH", path: "/groups/" + sre + "/roles", body: `["` + responder + `"]`},
			{name: "a nested group", method: "PATCH", path: "/groups/" + team + "/nested", body: `["` + sre + `"]`},
			{name: "a mapping", method: "PATCH", path: "/groups/" + team + "/mappings", body: `[{"connectionName":"corp","groupName":"x"}]`},
			{name: "another description", method: "PATCH", path: "/groups/" + staff, body: `{"description":"e"}`},
			{name: "a name that a mapping of the group itself matches", method: "PATCH", path: "/groups/" + vault, body: `{"name":"Staff 2"}`},
			{name: "a name of no mapping", method: "PUT", path: "/groups/" + team, body: `{"name":"Team 2","description":"d"}`},
			{name: "taking a role", method: "DELETE", path: "/groups/" + sre + "/roles", body: `["` + responder + `"]`},
			{name: "a new group", scopes: "create:groups", method: "POST", path: "/groups", body: `{"name":"New","description":"d","initial":{"members":["eve"],"nested":["` + sre + `"]}}`},
			{name: "what a user without groups has", scopes: "update:users", method: "PATCH", path: "/users/nobody", body: `{"user_id":"eve"}`},
			{name: "an import without holders", scopes: "update:configuration", method: "POST", path: "/configuration/import", body: `{"groups":[{"_id":"` + team + `","name":"Team","description":"d"}]}`},
		} {
			if got := tn.as(t, "update:groups "+w.scopes, w.method, w.path, w.body); got.status >= 300 {
				t.Errorf("%s: %d %s", w.name, got.status, got.body)
			}
		}
	})
}

// An unknown group is what it was: 404, whoever asks.
func TestTheGuardKnowsNoMoreThanTheAnswer(t *testing.T) {
	tn := onSQLite(t)
	for _, path := range []string{"/members", "/members/pending", "/nested", "/roles"} {
		body := fmt.Sprintf(`[%q]`, someID)
		if path == "/members/pending" {
			body = `["eve@example.com"]`
		}
		if got := tn.as(t, "update:groups", "PATCH", "/groups/"+someID+path, body); got.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// --indirect-grants=allow takes what the scope of the operation allows.
func TestIndirectGrantsCanBeAllowed(t *testing.T) {
	tn := startWith(t, store.Config{URL: filepath.Join(t.TempDir(), "trellis.db")}, authzapi.Config{IndirectGrants: true})
	for _, w := range ways() {
		update(t, tn.store, func(tx *store.Tx) error { return tx.Import(t.Context(), protected()) })
		w = w.freed(t, tn)
		if got := tn.as(t, w.scopes, w.method, w.path, w.body); w.says != noScope && got.status >= 300 {
			t.Errorf("%s: %d %s", w.name, got.status, got.body)
		}
	}
}

// What a group gives counts as it is when the change is made: either the role is
// there first and the member is refused, or the member came in before.
func TestAGroupThatGetsARoleMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		update(t, tn.store, func(tx *store.Tx) error { return tx.Import(t.Context(), protected()) })
		for i := range 10 {
			group := tn.newGroup(t, fmt.Sprint("Race ", i))
			got := together(2, func(n int) answer {
				if n == 0 {
					return tn.send(t, "PATCH", "/groups/"+group+"/roles", `["`+keys+`"]`)
				}
				return tn.as(t, "update:groups", "PATCH", "/groups/"+group+"/members", `["eve"]`)
			})
			order := tn.send(t, "GET", "/changes?per_page=5", "").body
			member, role := strings.Index(order, "group.members.add"), strings.Index(order, "group.roles.add")
			switch got[1].status {
			case http.StatusNoContent: // newest first: the role came later
				if member < role {
					t.Errorf("a member was let in after the role: %s", order)
				}
			case http.StatusForbidden:
			default:
				t.Errorf("%d %s", got[1].status, got[1].body)
			}
		}
	})
}

// A snapshot gives back what somebody had: it takes every scope that giving it takes.
func TestAZ08ASnapshotGivesBackWhatItHolds(t *testing.T) {
	tn := onSQLite(t)
	for range 2 {
		if got := tn.send(t, "POST", "/configuration/import", `{"groups":[]}`); got.status != http.StatusNoContent {
			t.Fatal(got)
		}
		update(t, tn.store, func(tx *store.Tx) error { return tx.Import(t.Context(), protected()) })
	}
	_, id, _ := strings.Cut(tn.send(t, "GET", "/configuration/snapshots", "").body, `"id":"`)
	path := "/configuration/snapshots/" + id[:len(someID)] + "/restore"
	if got := tn.as(t, "update:configuration update:groups update:roles", "POST", path, ""); got.status != http.StatusForbidden || !strings.Contains(got.body, "giving it needs update:users") {
		t.Errorf("without update:users: %d %s", got.status, got.body)
	}
	if got := tn.as(t, "update:configuration update:groups update:roles update:users", "POST", path, ""); got.status != http.StatusNoContent {
		t.Errorf("with all: %d %s", got.status, got.body)
	}
}
