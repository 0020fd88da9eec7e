package store

import (
	"fmt"
	"strings"
	"testing"
)

// coreRoles is the part of an export that tells of core roles.
func coreRoles(t testing.TB, s *Store) string {
	t.Helper()
	_, after, _ := strings.Cut(exportText(t, s, whole()), `"core_roles":`)
	return strings.TrimSuffix(strings.TrimSpace(after), "}")
}

// The document names users before or after the roles that they have.
func TestCoreRolesMayComeFirst(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		const roles = `[{"id":"rol_1","name":"One","description":"d","permissions":[{"resource_server_identifier":"a","permission_name":"p"}],"users":["v","u"]}]`
		const users = `"users":[{"user_id":"u"},{"user_id":"v"}]`
		counts := importText(t, s, `{"core_roles":`+roles+`,`+users+`}`, ImportOptions{})
		if got := coreRoles(t, s); got != roles || counts["core_roles"] != 1 {
			t.Errorf("exported %s, counted %v", got, counts)
		}
		// Users that are made anew keep their roles, as far as they stay.
		importText(t, s, `{"users":[{"user_id":"u","name":"U"}]}`, ImportOptions{})
		if got := coreRoles(t, s); !strings.HasSuffix(got, `"users":["u"]}]`) {
			t.Errorf("with other users: %s", got)
		}
		importText(t, s, `{"core_roles":[]}`, ImportOptions{})
		if n := count(t, s, "core_roles") + count(t, s, "core_role_users") + count(t, s, "core_role_permissions"); n != 0 {
			t.Errorf("%d rows are left of core roles that were replaced by none", n)
		}
	})
}

func TestMergedCoreRolesTakeTheirPlaces(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, `{"users":[{"user_id":"u"}],"core_roles":[{"id":"1","name":"One"},{"id":"2","name":"Two","users":["u"]},{"id":"3","name":"Three"}]}`, ImportOptions{})
		importText(t, s, `{"core_roles":[{"id":"2","name":"one"},{"id":"1","name":"TWO","users":["u"]},{"id":"4","name":"Four"}]}`, ImportOptions{Merge: true})
		want := `[{"id":"1","name":"TWO","description":"","users":["u"]},{"id":"2","name":"one","description":""},{"id":"3","name":"Three","description":""},{"id":"4","name":"Four","description":""}]`
		if got := coreRoles(t, s); got != want {
			t.Errorf("exported %s\nwant %s", got, want)
		}
		write(t, s, func(tx *Tx) error { // the places that were taken are no hindrance
			_, err := tx.CreateCoreRole(t.Context(), "Five", "")
			return err
		})
	})
}

func TestWhatIsWrongAboutCoreRolesIsTold(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, `{"core_roles":[{"id":"kept","name":"Kept"}]}`, ImportOptions{})
		for document, want := range map[string][]string{
			`[{"name":"N"},{"id":"a"},{"id":"b","name":"B"},{"id":"b","name":"C"},{"id":"c","name":"b"}]`: {
				"core_roles[0]: has no id", "core_roles[1]: has no name", `core_roles[3]: has the id "b" of core_roles[2]`, `core_roles[4]: has the name "b" of core_roles[2]`,
			},
			`[{"id":1,"name":"A"},{"id":"a","name":"A","users":7}]`:           {"core_roles[0].id: must be a string", "core_roles[1].users: must be a list"},
			`[{"id":"a","name":"A","users":["gone"]}]`:                        {`core_roles[0].users[0]: is the user "gone", who does not exist`},
			`[{"id":"a","name":"A","permissions":[{"permission_name":"p"}]}]`: {"core_roles[0].permissions[0]: needs a resource_server_identifier"},
			`[{"id":"a","name":"x\u202e"}]`:                                   {"core_roles[0].name: must not contain invisible"},
			`[{"id":"a","name":"KEPT"}]`:                                      {"core_roles[0]: has the name of the record kept, which stays"},
		} {
			err := s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.ImportFrom(t.Context(), Bytes([]byte(`{"core_roles":`+document+`}`)), ImportOptions{Merge: true})
				return err
			})
			for _, w := range want {
				if err == nil || !strings.Contains(err.Error(), w) {
					t.Errorf("%s: %v\nwant %q in it", document, err, w)
				}
			}
		}
		if n := count(t, s, "core_roles"); n != 1 {
			t.Errorf("%d core roles are left, want the one that was there", n)
		}
	})
}

func TestAPlanTellsOfCoreRoles(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, `{"users":[{"user_id":"u"}],"resource_servers":[{"id":"rs","identifier":"a","name":"A","scopes":[{"value":"p"}]}],
			"core_roles":[{"id":"1","name":"One","users":["u"]},{"id":"2","name":"Two"},{"id":"3","name":"Three"}]}`, ImportOptions{})
		var p Plan
		view(t, s, func(tx *Tx) (err error) {
			p, err = tx.PlanImport(t.Context(), Bytes([]byte(`{"core_roles":[{"id":"1","name":"One","description":"","users":["u"]},
				{"id":"2","name":"Two","permissions":[{"resource_server_identifier":"a","permission_name":"p"},{"resource_server_identifier":"a","permission_name":"q"}]},
				{"id":"4","name":"Four"}]}`)), ImportOptions{})
			return err
		})
		told := fmt.Sprint(p.Created["core_roles"], p.Changed["core_roles"], p.Deleted["core_roles"], p.Valid, p.Unresolved.Records)
		if want := "{1 [{4 Four}]} {1 [{2 Two}]} {1 [{3 Three}]} true [{core_roles[1].permissions[1] q of a does not exist}]"; told != want {
			t.Errorf("planned %s\nwant %s", told, want)
		}
	})
}
