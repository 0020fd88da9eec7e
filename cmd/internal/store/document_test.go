package store

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// old is an export of the Authorization Extension: with references to what is
// gone, a cycle, lists that are empty, and lists that are not there.
const old = `{
	"configuration": [{"_id": "v1", "groupsInToken": true}],
	"groups": [
		{"_id": "g2", "name": "B", "description": "b", "members": ["auth0|2", "auth0|1"], "nested": ["g1", "gone"], "roles": ["r1", "gone"],
		 "mappings": [{"_id": "m1", "groupName": "Staff", "connectionName": "ad"}]},
		{"_id": "g1", "name": "A", "description": "", "members": [], "nested": ["g2"]}
	],
	"roles": [{"_id": "r1", "name": "R", "description": "r", "applicationType": "client", "applicationId": "app", "permissions": ["p1", "p1", "gone"], "users": ["auth0|9"]}],
	"permissions": [{"_id": "p1", "name": "P", "description": "p", "applicationType": "client", "applicationId": "app"}],
	"rules": [{"a": 1}, {"b": [2]}],
	"users": [{"user_id": "auth0|2", "name": "Two", "created_at": "2024-01-02T00:00:00.000Z", "updated_at": "2024-01-02T00:00:00.000Z"}],
	"connections": [{"id": "con_1", "name": "ad", "strategy": "ad"}],
	"clients": [{"client_id": "c1", "name": "C", "app_type": "non_interactive", "secret_hash": "h", "scopes": ["read:groups"], "created": "2024-01-02T00:00:00Z"}],
	"resource_servers": [{"id": "rs1", "identifier": "https://api", "name": "API", "scopes": [{"value": "read:x", "description": "X"}]}],
	"user_permissions": {"auth0|2": [{"resource_server_identifier": "https://api", "permission_name": "read:x"}]},
	"core_roles": [{"id": "rol_2", "name": "Two", "description": "d", "users": ["auth0|2"]},
		{"id": "rol_1", "name": "One", "description": "", "permissions": [{"resource_server_identifier": "https://gone", "permission_name": "x"}]}]
}`

func TestWhatWasImportedIsExported(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		newGroups(t, s, "To be replaced")
		first := export(t, s, old)
		second := export(t, s, first)
		if d := cmp.Diff(first, second); d != "" {
			t.Errorf("the second export differs (-first +second):\n%s", d)
		}
		var want, got map[string]any
		if err := errors.Join(json.Unmarshal([]byte(old), &want), json.Unmarshal([]byte(first), &got)); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"configuration", "groups", "roles", "permissions", "rules", "users", "connections", "user_permissions", "core_roles"} {
			if d := cmp.Diff(want[key], got[key]); d != "" {
				t.Errorf("%s (-want +got):\n%s", key, d)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d collections, want %d", len(got), len(want))
		}
	})
}

// export imports document and returns what is exported then.
func export(t *testing.T, s *Store, document string) string {
	t.Helper()
	var in Document
	if err := json.Unmarshal([]byte(document), &in); err != nil {
		t.Fatal(err)
	}
	entries := count(t, s, "journal")
	update(t, s, func(tx *Tx) error { return tx.Import(t.Context(), in) })
	if n := count(t, s, "journal") - entries; n != 1 {
		t.Errorf("the import wrote %d entries of the journal, want 1", n)
	}
	var out []byte
	view(t, s, func(tx *Tx) error {
		d, err := tx.Export(t.Context())
		if err != nil {
			return err
		}
		out, err = json.MarshalIndent(d, "", " ")
		return err
	})
	return string(out)
}

func TestImportLeavesTheDirectoryThatItDoesNotName(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		export(t, s, old)
		got := export(t, s, `{"groups": [{"_id": "g9", "name": "Only", "description": "o"}], "connections": []}`)
		var d Document
		if err := json.Unmarshal([]byte(got), &d); err != nil {
			t.Fatal(err)
		}
		if len(d.Groups) != 1 || d.Groups[0].Name != "Only" || len(d.Roles)+len(d.Rules)+len(d.Connections) != 0 {
			t.Errorf("the import did not replace: %s", got)
		}
		if len(d.Users) != 1 || len(d.Clients) != 1 || len(d.UserPermissions) != 1 || len(d.CoreRoles) != 2 {
			t.Errorf("the import changed the directory: %s", got)
		}
	})
}

func TestImportRefusesWhatItCannotHold(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		newGroups(t, s, "Kept")
		for document, want := range map[string]string{
			`{"groups": [{"_id": "a", "name": "A"}, {"_id": "a", "name": "B"}]}`: `groups[1]: has the _id "a" of groups[0]`,
			`{"groups": [{"_id": "a"}]}`:                                         `groups[0]: has no name`,
			`{"roles": [{"name": "R"}]}`:                                         `roles[0]: has no _id`,
			`{"users": [{"name": "nobody"}]}`:                                    `users[0]: has no user_id`,
			`{"users": [], "user_permissions": {"u": [{"resource_server_identifier":"a","permission_name":"p"}]}}`: `"u"`,
		} {
			var in Document
			if err := json.Unmarshal([]byte(document), &in); err != nil {
				t.Fatal(err)
			}
			err := s.Update(t.Context(), func(tx *Tx) error { return tx.Import(t.Context(), in) })
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q in it", document, err, want)
			}
		}
		if n := count(t, s, "groups"); n != 1 {
			t.Errorf("%d groups are left, want the one that was there", n)
		}
	})
}
