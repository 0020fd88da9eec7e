package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// importText imports text, which must succeed.
func importText(t testing.TB, s *Store, text string, o ImportOptions) map[string]int {
	t.Helper()
	var counts map[string]int
	err := s.Update(t.Context(), func(tx *Tx) (err error) {
		counts, err = tx.ImportFrom(t.Context(), Bytes([]byte(text)), o)
		return err
	})
	if err != nil {
		t.Fatalf("import of %.300s: %v", text, err)
	}
	return counts
}

func exportText(t testing.TB, s *Store, o ExportOptions) string {
	t.Helper()
	var b strings.Builder
	if err := s.View(t.Context(), func(tx *Tx) error { return tx.ExportTo(t.Context(), &b, o) }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// whole is an export with everything.
func whole() ExportOptions { return ExportOptions{Directory: true, Machines: true, Keys: true} }

// Exports of the Authorization Extension come out as they went in, byte for byte.
func TestExportsComeOutAsTheyWentIn(t *testing.T) {
	documents := map[string]string{
		"nothing":            `{}`,
		"empty collections":  `{"roles":[],"groups":[]}`,
		"made by the API":    `{"groups":[{"name":"A","description":"a","_id":"g1","mappings":[{"groupName":"x","connectionName":"c","_id":"m1"}],"members":["u1"]}]}`,
		"any order of keys":  `{"rules":[{"b":1,"a":{"z":[1,2.50,1e3]}}],"groups":[],"configuration":[{"_id":"v1","rolesInToken":false,"groupsInToken":true}],"permissions":[]}`,
		"unknown fields":     `{"groups":[{"_id":"g1","name":"A","extra":{"deep":[1,{"<":"&"}]}}],"roles":[{"x":null,"name":"R","_id":"r1"}],"permissions":[{"applicationId":"a","_id":"p1","name":"P","description":"d","applicationType":"client","y":1.0}]}`,
		"mappings of a kind": `{"groups":[{"_id":"g1","name":"A","description":"a","mappings":[{"_id":"m1","groupName":"x","connectionName":"c","since":"2019"}]}]}`,
		"odd characters":     "{\"groups\":[{\"_id\":\"g1\",\"name\":\"<A> & \\\"B\\\" \\\\\",\"description\":\"two\\nlines\u2028and \u2029 😀 \\\\u2028\"}]}",
		"empty lists":        `{"groups":[{"_id":"g1","name":"A","description":"a","members":[],"nested":[],"roles":[],"mappings":[]}],"roles":[{"_id":"r1","name":"R","description":"","applicationType":"client","applicationId":"a","permissions":["p","p"],"users":[]}]}`,
		"no description":     `{"groups":[{"_id":"g1","name":"A"},{"name":"B","_id":"g2","nested":["g1","gone"]}]}`,
		"with a key":         `{"configuration":[{"_id":"v1","apikey":"` + policyKey + `","groupsInToken":true}]}`,
		"keys in odd forms":  `{"configuration":[{"apikey":"","_id":"v0"},{"rolesInToken":true,"apikey":"\u0061<&>é\"","_id":"v1"}]}`,
		"two configurations": `{"configuration":[{"groupsInToken":true,"_id":"v0"},{"_id":"v1"}]}`,
		"a directory":        `{"users":[{"created_at":"2024-01-02T00:00:00.000Z","updated_at":"2024-01-02T00:00:00.000Z","user_id":"u1"}],"connections":[{"id":"c1","name":"ad","strategy":"ad","options":{"a":1}}],"clients":[{"client_id":"a","name":"A","app_type":"spa","created":"2024-01-02T00:00:00Z","callbacks":["https://a/cb"]}]}`,
	}
	each(t, func(t *testing.T, s *Store) {
		for name, document := range documents {
			importText(t, s, `{"users":[],"connections":[],"clients":[],"resource_servers":[]}`, ImportOptions{Machines: true})
			importText(t, s, document, ImportOptions{Machines: true})
			if got := exportText(t, s, whole()); got != document {
				t.Errorf("%s: exported\n%s\nwant\n%s", name, got, document)
			}
		}
	})
}

func TestFixtureImportsAsItIs(t *testing.T) {
	fixture, err := os.ReadFile("testdata/fixture.json")
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, s *Store) {
		counts := importText(t, s, string(fixture), ImportOptions{})
		if counts["users"] != 30 || counts["connections"] != 4 || counts["clients"] != 5 {
			t.Errorf("imported %v", counts)
		}
		first := exportText(t, s, whole())
		importText(t, s, first, ImportOptions{})
		if again := exportText(t, s, whole()); again != first {
			t.Errorf("exported\n%s\nwant\n%s", again, first)
		}
	})
}

// Whatever the extension wrote, its export is a fixed point.
func TestRandomExportsComeOutAsTheyWentIn(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			if n++; n > 60 { // each round is a whole import
				return
			}
			document := randomDocument(rt)
			importText(t, s, document, ImportOptions{})
			if got := exportText(t, s, ExportOptions{}); got != document {
				rt.Fatalf("exported\n%s\nwant\n%s", got, document)
			}
		})
	})
}

// randomDocument is an export as JSON.stringify writes it.
func randomDocument(rt *rapid.T) string {
	var w objectWriter
	ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-f0-9]{4}-[a-z |@%/]{0,6}[a-z]`), 1, 6, rapid.ID[string]).Draw(rt, "ids")
	for _, key := range rapid.Permutation(extensionKeys()).Draw(rt, "keys") {
		if key == "configuration" || rapid.Bool().Draw(rt, "absent") {
			continue
		}
		var records [][]byte
		for i := range rapid.IntRange(0, len(ids)).Draw(rt, "records") {
			records = append(records, randomRecord(rt, key, ids, i))
		}
		w.add(key, append(append([]byte{'['}, bytes.Join(records, []byte{','})...), ']'))
	}
	return string(w.end())
}

func randomRecord(rt *rapid.T, key string, ids []string, i int) []byte {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aZ09 <>&'\"\\/äßé漢😀\u2028")), 0, 12, -1)
	list := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, len(ids), rapid.ID[string])
	all := []field{{"_id", mustJSON(rt, ids[i])}, {"name", mustJSON(rt, fmt.Sprintf("%d%s", i, text.Draw(rt, "name")))}}
	add := func(name string, value any) {
		if rapid.Bool().Draw(rt, name) {
			all = append(all, field{name, mustJSON(rt, value)})
		}
	}
	add("description", text.Draw(rt, "description"))
	add("odd "+text.Draw(rt, "field"), rapid.SampledFrom([]any{nil, 1.5, "x", []int{1}, map[string]any{"y": true}}).Draw(rt, "value"))
	switch key {
	case "groups":
		for _, name := range []string{"members", "nested", "roles"} {
			add(name, list.Draw(rt, name))
		}
		add("metadata", map[string]any{"a": text.Draw(rt, "metadata"), "b": 1.5, "c": rapid.Bool().Draw(rt, "c")})
		add("pending", rapid.SampledFrom([][]string{{}, {"ada@example.com"}, {"z@example.com", "Ada@example.com"}}).Draw(rt, "pending"))
		add("mappings", []map[string]string{{"groupName": "g", "_id": fmt.Sprintf("m%d", i), "connectionName": "c"}})
	case "roles", "permissions":
		add("applicationType", "client")
		add("applicationId", text.Draw(rt, "applicationId"))
	}
	if key == "roles" {
		add("permissions", list.Draw(rt, "permissions"))
		add("users", list.Draw(rt, "users"))
	}
	return object(rapid.Permutation(all).Draw(rt, "order"))
}

func mustJSON(rt *rapid.T, v any) []byte {
	b, err := plainJSON(v)
	if err != nil {
		rt.Fatal(err)
	}
	return b
}

func TestEverythingThatIsWrongIsTold(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		newGroups(t, s, "Kept")
		for document, want := range map[string][]string{
			`{"groups":[{"_id":"a"},{"_id":"a","name":"A\u0000"},{"_id":"b","name":"x\u202e"},{"_id":1,"name":"n"},7,{"_id":"c","name":"C","members":[""]}]}`: {
				"groups[0]: has no name", `groups[1]: has the _id "a" of groups[0]`, "groups[1].name: must not contain control characters",
				"groups[2].name: must not contain invisible", "groups[3]._id: must be a string", "groups[4]: must be of type object", "groups[5].members[0]: is not allowed to be empty",
			},
			`{"groups":[{"_id":"a","name":"` + strings.Repeat("ü", 501) + `"}]}`:                                {"groups[0].name: length must be less than or equal to 500"},
			`{"groups":[{"_id":"a","name":"A","name":"B"}]}`:                                                    {`groups[0]: the key "name" is given twice`},
			`{"groups":[{"_id":"a","name":"A","members":null}]}`:                                                {"groups[0]: members must not be null"},
			`{"groups":[{"_id":"a","name":"A","NAME":7,"members":{}}]}`:                                         {"groups[0].members: must be a list"},
			`{"groups":[{"_id":"a","name":"A","mappings":[{"_id":"m"}]}]}`:                                      {"groups[0].mappings[0]: needs a groupName and a connectionName"},
			`{"groups":[{"_id":"a","name":"A","x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}]}`: {"groups[0]: the body nests deeper than 32 levels"},
			`{"groups":{},"rols":[],"roles":7}`:                                                                 {"groups: must be a list", "rols: is not allowed", "roles: must be a list"},
			`{"groups":[],"groups":[]}`:                                                                         {`the key "groups" is given twice`},
			`{"groups":[`:                                                                                       {"no JSON document"},
			`[]`:                                                                                                {"must be an object"},
			`{} {}`:                                                                                             {"something follows"},
			`{"configuration":[{"groupsInToken":"maybe"}]}`:                                                     {"configuration[0].groupsInToken: must be a boolean", "configuration[0]._id: is required"},
			`{"configuration":[{"_id":"v1","color":1}]}`:                                                        {"configuration[0].color: is not allowed"},
			`{"connections":[{"id":"1","name":"a"},{"id":"2","name":"a"}]}`:                                     {`connections[1]: has the name "a" a second time`},
			`{"clients":[{"client_id":"c","name":"C","secret_hash":"x"}]}`:                                      {"clients[0]: asks for tokens of its own"},
			`{"user_permissions":{"u":[{"resource_server_identifier":"a","permission_name":"p"}]}}`:             {`user_permissions["u"][0]: is of the user "u", who does not exist`},
		} {
			err := s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.ImportFrom(t.Context(), Bytes([]byte(document)), ImportOptions{})
				return err
			})
			if _, ok := errors.AsType[*DocumentError](err); !ok {
				t.Errorf("%.80s: %v, want a DocumentError", document, err)
				continue
			}
			for _, w := range want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%.80s: %v\nwant %q in it", document, err, w)
				}
			}
		}
		if n := count(t, s, "groups"); n != 1 {
			t.Errorf("%d groups are left, want the one that was there", n)
		}
		if n := count(t, s, "snapshots"); n != 0 {
			t.Errorf("%d snapshots of imports that failed", n)
		}
	})
}

func TestMerge(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, `{"groups":[{"_id":"1","name":"One"},{"_id":"2","name":"Two"},{"_id":"3","name":"Three"}],"users":[{"user_id":"u"}],"configuration":[{"_id":"v1","groupsInToken":true}]}`, ImportOptions{})
		importText(t, s, `{"groups":[{"_id":"2","name":"one"},{"_id":"1","name":"TWO","members":["u"]},{"_id":"4","name":"Four"}],"roles":[{"_id":"r","name":"R"}],"configuration":[{"_id":"v1","rolesInToken":true}]}`, ImportOptions{Merge: true})
		want := `{"groups":[{"_id":"1","name":"TWO","members":["u"]},{"_id":"2","name":"one"},{"_id":"3","name":"Three"},{"_id":"4","name":"Four"}],"configuration":[{"_id":"v1","rolesInToken":true}],"roles":[{"_id":"r","name":"R"}]}`
		if got := exportText(t, s, ExportOptions{}); got != want {
			t.Errorf("exported %s\nwant %s", got, want)
		}
		if n := count(t, s, "users"); n != 1 {
			t.Errorf("%d users, want the one that was there", n)
		}
		err := s.Update(t.Context(), func(tx *Tx) error {
			_, err := tx.ImportFrom(t.Context(), Bytes([]byte(`{"groups":[{"_id":"5","name":"three"}]}`)), ImportOptions{Merge: true})
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "groups[0]: has the name of the record 3, which stays") {
			t.Errorf("err = %v", err)
		}
	})
}

// twins is what parallel calls and imports made of the extension's store: records
// that share a name, in any case of letters.
const twins = `{"groups":[{"_id":"1","name":"Staff","description":"","members":["u"]},{"_id":"2","name":"Other","description":""},{"_id":"3","name":"staff","description":""},{"_id":"4","name":"Staff","description":""}],` +
	`"roles":[{"_id":"a","name":"Reader","description":"","applicationType":"client","applicationId":"app","permissions":["p","q"],"users":["u"]},{"_id":"b","name":"Reader","description":"","applicationType":"client","applicationId":"app","permissions":[],"users":["u"]}],` +
	`"permissions":[{"_id":"p","name":"read","description":"","applicationType":"client","applicationId":"app"},{"_id":"q","name":"read","description":"","applicationType":"client","applicationId":"app"}]}`

func TestImportTakesNamesakesAndMakesNoMore(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var p Plan
		view(t, s, func(tx *Tx) (err error) {
			p, err = tx.PlanImport(t.Context(), Bytes([]byte(twins)), ImportOptions{})
			return err
		})
		told, want := fmt.Sprint(p.Warnings.Records), `[{groups[2] has the name "staff" of groups[0]; give one of them another name} {groups[3] has the name "Staff" of groups[0]; give one of them another name} {roles[1] has the name "Reader" of roles[0]; give one of them another name} {permissions[1] has the name "read" of permissions[0]; give one of them another name}]`
		if !p.Valid || told != want {
			t.Errorf("valid %v, warns of %s\nwant %s", p.Valid, told, want)
		}
		for _, merge := range []bool{false, false, true} {
			importText(t, s, twins, ImportOptions{Merge: merge})
			if got := exportText(t, s, ExportOptions{}); got != twins {
				t.Errorf("exported %s\nwant %s", got, twins)
			}
		}
		importText(t, s, `{"groups":[{"_id":"3","name":"staff","description":""}],"roles":[{"_id":"b","name":"Reader","description":"","applicationType":"client","applicationId":"app","permissions":[],"users":["u"]}]}`, ImportOptions{Merge: true})
		importText(t, s, `{"groups":[{"_id":"1","name":"Staff","description":"","members":["u"]}]}`, ImportOptions{Merge: true})
		if got := exportText(t, s, ExportOptions{}); got != twins {
			t.Errorf("after a merge of some of them, exported %s\nwant %s", got, twins)
		}
		rename := func(id, name string) error {
			return s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.UpdateGroup(t.Context(), id, GroupInput{Name: name, Description: "d"})
				return err
			})
		}
		if _, taken := errors.AsType[*TakenError](rename("2", "STAFF")); !taken {
			t.Error("a third group got the name")
		}
		for _, tell := range [][2]string{{"1", "Staff 1"}, {"3", "Staff 3"}, {"4", "Staff"}, {"3", "Staff 4"}} {
			if err := rename(tell[0], tell[1]); err != nil {
				t.Errorf("renaming group %s to %s: %v", tell[0], tell[1], err)
			}
		}
		if _, taken := errors.AsType[*TakenError](rename("1", "Staff 4")); !taken {
			t.Error("a second group got the name")
		}
	})
}

func TestAPlanTellsAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, `{"groups":[{"_id":"1","name":"One"},{"_id":"2","name":"Two","nested":["1"]},{"_id":"3","name":"Three"}],"rules":[{"a":1},{"a":1}],"users":[{"user_id":"u1"},{"user_id":"u2","name":"U"}]}`, ImportOptions{})
		before := exportText(t, s, whole())
		document := `{"rules":[{"a":1}],"groups":[{"name":"One","_id":"1"},{"_id":"2","name":"Two","nested":["1","2"],"members":["u1","gone"],"roles":["no"]},{"_id":"4","name":"Four"}],"users":[{"user_id":"u1"},{"user_id":"u3"}]}`
		var p Plan
		view(t, s, func(tx *Tx) (err error) {
			p, err = tx.PlanImport(t.Context(), Bytes([]byte(document)), ImportOptions{})
			return err
		})
		told := fmt.Sprint(p.Created["groups"], p.Changed["groups"], p.Deleted["groups"], p.Deleted["rules"].Total, p.Created["users"], p.Deleted["users"])
		if want := "{1 [{4 Four}]} {1 [{2 Two}]} {1 [{3 Three}]} 1 {1 [{u3 }]} {1 [{u2 U}]}"; told != want {
			t.Errorf("planned %s\nwant %s", told, want)
		}
		if !p.Valid || fmt.Sprint(p.Unresolved.Records) != "[{groups[1].members[1] gone does not exist} {groups[1].roles[0] no does not exist}]" {
			t.Errorf("unresolved %v, valid %v", p.Unresolved, p.Valid)
		}
		if fmt.Sprint(p.Warnings.Records) != "[{groups nest in a circle: 2 > 2}]" {
			t.Errorf("warnings %v", p.Warnings)
		}
		if after := exportText(t, s, whole()); after != before {
			t.Errorf("the tenant became %s", after)
		}
		view(t, s, func(tx *Tx) (err error) {
			p, err = tx.PlanImport(t.Context(), Bytes([]byte(before)), ImportOptions{Machines: true})
			return err
		})
		if len(p.Created)+len(p.Changed)+len(p.Deleted) != 0 {
			t.Errorf("its own export would change the tenant: %+v", p)
		}
	})
}

func TestSnapshots(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, old, ImportOptions{Machines: true})
		first := exportText(t, s, whole())
		importText(t, s, `{"users":[],"clients":[],"resource_servers":[],"connections":[],"groups":[{"_id":"n","name":"New"}]}`, ImportOptions{Machines: true})
		second := exportText(t, s, whole())
		restore := func(id string) error {
			return s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.Restore(t.Context(), id, ImportOptions{Machines: true})
				return err
			})
		}
		for _, want := range []string{first, second, first} { // each restoring keeps what it replaces
			if err := restore("latest"); err != nil {
				t.Fatal(err)
			}
			if got := exportText(t, s, whole()); got != want {
				t.Errorf("restored\n%s\nwant\n%s", got, want)
			}
		}
		if err := restore("gone"); err == nil || !strings.Contains(err.Error(), "snapshots") {
			t.Errorf("err = %v", err)
		}
		for range maxSnapshots + 2 {
			importText(t, s, `{"groups":[{"_id":"n","name":"New"}]}`, ImportOptions{})
		}
		var all []Snapshot
		view(t, s, func(tx *Tx) (err error) {
			all, err = tx.Snapshots(t.Context())
			return err
		})
		if len(all) != maxSnapshots || all[0].Size == 0 || all[0].Counts["groups"] != 1 {
			t.Errorf("snapshots = %+v, want the newest %d", all, maxSnapshots)
		}
		view(t, s, func(tx *Tx) error {
			entries, err := tx.Journal(t.Context(), 0, 100)
			if !strings.Contains(string(entries[2].After), `"restored"`) || entries[2].Action != "import.restore" {
				t.Errorf("journal = %+v", entries[2])
			}
			return err
		})
	})
}

// The record of an import names the snapshot of what was there, so that it can
// be undone later; where nothing was, there is none.
func TestTheJournalNamesTheSnapshot(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, `{"groups":[{"_id":"1","name":"One"}]}`, ImportOptions{})
		importText(t, s, `{"groups":[{"_id":"2","name":"Two"}]}`, ImportOptions{Merge: true})
		view(t, s, func(tx *Tx) error {
			all, err := tx.Snapshots(t.Context())
			if err != nil || len(all) != 1 {
				t.Fatalf("snapshots %v, %v", all, err)
			}
			entries, err := tx.Journal(t.Context(), 0, 10)
			if len(entries) != 2 || string(entries[0].After) != `{"mode":"replace","records":{"groups":1}}` ||
				string(entries[1].After) != `{"mode":"merge","records":{"groups":2},"snapshot":"`+all[0].ID+`"}` {
				t.Errorf("journal = %+v, the snapshot is %s", entries, all[0].ID)
			}
			return err
		})
	})
}

// What is no part of a document's users keeps what it has.
func TestReplacedUsersKeepTheirPermissions(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, old, ImportOptions{Machines: true})
		importText(t, s, `{"users":[{"user_id":"auth0|2","name":"Two, again"},{"user_id":"auth0|3"}]}`, ImportOptions{})
		if got := exportText(t, s, whole()); !strings.Contains(got, `"user_permissions":{"auth0|2":[{`) {
			t.Errorf("exported %s", got)
		}
		importText(t, s, `{"users":[]}`, ImportOptions{})
		if n := count(t, s, "user_permissions"); n != 0 {
			t.Errorf("%d permissions of nobody", n)
		}
	})
}

// An import that may not bring machine clients leaves those there are alone.
func TestMachinesStay(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, old, ImportOptions{Machines: true})
		importText(t, s, `{"clients":[{"client_id":"c1","name":"Taken over"},{"client_id":"c2","name":"App","app_type":"spa"}]}`, ImportOptions{})
		var clients []Client
		view(t, s, func(tx *Tx) (err error) {
			clients, err = tx.Clients(t.Context())
			return err
		})
		if len(clients) != 2 || clients[0].Name != "C" || clients[0].SecretHash != "h" || clients[1].Name != "App" {
			t.Errorf("clients = %+v", clients)
		}
		if got := exportText(t, s, ExportOptions{Directory: true}); strings.Contains(got, "secret_hash") || strings.Contains(got, `"c1"`) {
			t.Errorf("exported %s", got)
		}
	})
}

func TestCircles(t *testing.T) {
	for _, tt := range []struct {
		n    nesting
		want string
	}{
		{nesting{"a": {"b"}, "b": {"c", "gone"}}, "[]"},
		{nesting{"a": {"b"}, "b": {"c"}, "c": {"a"}}, "[[a b c a]]"},
		{nesting{"a": {"a"}, "b": {"c", "c"}, "d": {"b"}}, "[[a a]]"},
		{nesting{"a": {"b", "c"}, "b": {"d"}, "c": {"d"}}, "[]"},
	} {
		if got := fmt.Sprint(tt.n.circles()); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.n, got, tt.want)
		}
	}
}

// generated is a document of about size bytes, which is nowhere as a whole.
type generated struct {
	left int
	buf  bytes.Buffer
	n    int
	peak *uint64
}

func (g *generated) Close() error { return nil }

func (g *generated) Read(p []byte) (int, error) {
	for g.buf.Len() < len(p) && g.left > 0 {
		if g.n == 0 {
			g.buf.WriteString(`{"users":[`)
		} else {
			g.buf.WriteString(",")
		}
		before := g.buf.Len()
		fmt.Fprintf(&g.buf, `{"user_id":"auth0|%d","name":"User %d","user_metadata":{"text":"%s"}}`, g.n, g.n, strings.Repeat("x", 4000))
		g.n++
		if g.left -= g.buf.Len() - before; g.left <= 0 {
			g.buf.WriteString("]}")
		}
		if g.n%500 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			*g.peak = max(*g.peak, m.HeapAlloc)
		}
	}
	if g.buf.Len() == 0 {
		return 0, io.EOF
	}
	return g.buf.Read(p)
}

// Of a large document only a part is in memory.
func TestALargeDocumentStreams(t *testing.T) {
	const size = 24 << 20
	s := open(t, filepath.Join(t.TempDir(), "trellis.db"))
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak := uint64(0)
	update(t, s, func(tx *Tx) error {
		_, err := tx.ImportFrom(t.Context(), func() (io.ReadCloser, error) { return &generated{left: size, peak: &peak}, nil }, ImportOptions{})
		return err
	})
	if grown := int64(peak) - int64(before.HeapAlloc); grown > size/4 {
		t.Errorf("a document of %d MB takes %d MB of memory", size>>20, grown>>20)
	}
	if n := count(t, s, "users"); n < size/4200 {
		t.Errorf("%d users", n)
	}
}

// Whatever the bytes, an import refuses them with a DocumentError, or takes them
// and exports them again.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{old, `{}`, `{"groups":[{"_id":"a","name":"b"}]}`, `{"configuration":[{"_id":"v1","apikey":""}]}`, `{"user_permissions":{"":[{}]}}`, "\xff"} {
		f.Add([]byte(seed))
	}
	s, err := Open(f.Context(), Config{URL: filepath.Join(f.TempDir(), "trellis.db"), SealKey: func(context.Context, *Tx) ([]byte, error) {
		return make([]byte, sealSize), nil
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	random := rand.New(rand.NewPCG(1, 2))
	f.Fuzz(func(t *testing.T, document []byte) {
		o := ImportOptions{Merge: random.IntN(2) == 0, Machines: true}
		err := s.Update(t.Context(), func(tx *Tx) error {
			_, err := tx.ImportFrom(t.Context(), Bytes(document), o)
			return err
		})
		if _, refused := errors.AsType[*DocumentError](err); err != nil && !refused {
			t.Fatalf("%q: %v", document, err)
		}
		if err != nil {
			return
		}
		first := exportText(t, s, whole())
		importText(t, s, first, ImportOptions{Machines: true})
		if again := exportText(t, s, whole()); again != first {
			t.Fatalf("%q: exported\n%s\nthen\n%s", document, first, again)
		}
	})
}
