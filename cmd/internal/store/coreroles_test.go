package store

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"sync"
	"testing"
)

// withCoreRoles is a store with the users "u" and "v", an API of three scopes,
// and the roles "Reader", who reads, and "Writer", who reads and writes.
func withCoreRoles(t *testing.T, s *Store) (reader, writer string) {
	t.Helper()
	withPermissions(t, s)
	write(t, s, func(tx *Tx) error {
		r, err1 := tx.CreateCoreRole(t.Context(), "Reader", "Reads")
		w, err2 := tx.CreateCoreRole(t.Context(), "Writer", "")
		reader, writer = r.ID, w.ID
		return errors.Join(err1, err2,
			tx.PutUser(t.Context(), User{UserID: "v"}),
			tx.AddCoreRolePermissions(t.Context(), reader, []UserPermission{{"urn:a", "read"}}),
			tx.AddCoreRolePermissions(t.Context(), writer, []UserPermission{{"urn:a", "write"}, {"urn:a", "read"}}))
	})
	return reader, writer
}

// since is what the journal says was done after the first n entries.
func since(t *testing.T, s *Store, n int) []string {
	t.Helper()
	return actions(t, s)[n:]
}

func TestACoreRoleHasAnIDLikeAuth0s(t *testing.T) {
	for range 100 {
		if id := newCoreRoleID(); !regexp.MustCompile(`^rol_[A-Za-z0-9]{16}$`).MatchString(id) {
			t.Fatalf("id = %q", id)
		}
	}
}

func TestACoreRoleLives(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, writer := withCoreRoles(t, s)
		n := count(t, s, "journal")
		for range 2 { // the second time nothing changes
			write(t, s, func(tx *Tx) error {
				return tx.UpdateCoreRole(t.Context(), CoreRole{ID: reader, Name: "READER", Description: "100%_"})
			})
		}
		look(t, s, func(tx *Tx) error {
			for search, want := range map[string][]string{"": {"READER", "Writer"}, "eADe": {"READER"}, "%": nil, "_": nil, "R": {"READER", "Writer"}} {
				found, total, err := tx.CoreRoles(t.Context(), search, 0, 10)
				var names []string
				for _, o := range found {
					names = append(names, o.Name)
				}
				if err != nil || total != len(want) || !slices.Equal(names, want) {
					t.Errorf("%q finds %d %v, %v", search, total, names, err)
				}
			}
			page, total, err := tx.CoreRoles(t.Context(), "", 1, 1)
			if total != 2 || len(page) != 1 || page[0] != (CoreRole{writer, "Writer", ""}) {
				t.Errorf("second of %d = %v", total, page)
			}
			return err
		})
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.AddCoreRoleUsers(t.Context(), reader, []string{"u"}), tx.DeleteCoreRole(t.Context(), reader))
		})
		for table, want := range map[string]int{"core_roles": 1, "core_role_permissions": 2, "core_role_users": 0} {
			if got := count(t, s, table); got != want {
				t.Errorf("%d rows of %s are left, want %d", got, table, want)
			}
		}
		want := []string{"core_role.update " + reader, "core_role.users.add " + reader, "core_role.delete " + reader}
		if got := since(t, s, n); !slices.Equal(got, want) {
			t.Errorf("journal = %v, want %v", got, want)
		}
	})
}

func TestTheJournalKeepsWhatADeletedCoreRoleGave(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, _ := withCoreRoles(t, s)
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.AddCoreRoleUsers(t.Context(), reader, []string{"v", "u"}), tx.DeleteCoreRole(t.Context(), reader))
		})
		look(t, s, func(tx *Tx) error {
			entries, err := tx.Journal(t.Context(), 0, 100)
			last := entries[len(entries)-1]
			want := `{"id":"` + reader + `","name":"Reader","description":"Reads","permissions":[{"resource_server_identifier":"urn:a","permission_name":"read"}],"users":["v","u"]}`
			if string(last.Before) != want || string(last.After) != "null" {
				t.Errorf("before %s, after %s, want %s", last.Before, last.After, want)
			}
			return err
		})
	})
}

func TestTheNameOfACoreRoleIsItsOwn(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		_, writer := withCoreRoles(t, s)
		for what, change := range map[string]func(tx *Tx) error{
			"a new role": func(tx *Tx) error {
				_, err := tx.CreateCoreRole(t.Context(), "reader", "")
				return err
			},
			"another role": func(tx *Tx) error {
				return tx.UpdateCoreRole(t.Context(), CoreRole{ID: writer, Name: "READER"})
			},
		} {
			err := s.Update(t.Context(), change)
			if taken, ok := errors.AsType[*TakenError](err); !ok || taken.Kind != CoreRoles {
				t.Errorf("%s: %v", what, err)
			}
		}
		// A role of the Authorization API is another thing and may have the name.
		write(t, s, func(tx *Tx) error {
			_, err := tx.CreateRole(t.Context(), RoleInput{Name: "Reader", ApplicationID: "app"})
			return err
		})
	})
}

func TestWhatIsUnknownChangesNoCoreRole(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, _ := withCoreRoles(t, s)
		read := []UserPermission{{"urn:a", "read"}}
		tests := []struct {
			name   string
			change func(tx *Tx) error
			want   error
		}{
			{"a role to change", func(tx *Tx) error { return tx.UpdateCoreRole(t.Context(), CoreRole{ID: "x", Name: "X"}) }, &NotFoundError{CoreRoles, "x"}},
			{"a role to delete", func(tx *Tx) error { return tx.DeleteCoreRole(t.Context(), "x") }, &NotFoundError{CoreRoles, "x"}},
			{"a role to give permissions", func(tx *Tx) error { return tx.AddCoreRolePermissions(t.Context(), "x", read) }, &NotFoundError{CoreRoles, "x"}},
			{"a role to take permissions from", func(tx *Tx) error { return tx.RemoveCoreRolePermissions(t.Context(), "x", read) }, &NotFoundError{CoreRoles, "x"}},
			{"an API", func(tx *Tx) error {
				return tx.AddCoreRolePermissions(t.Context(), reader, []UserPermission{{"urn:a", "write"}, {"urn:b", "read"}})
			}, &UnknownError{APIs, []string{"urn:b"}}},
			{"a permission", func(tx *Tx) error {
				return tx.AddCoreRolePermissions(t.Context(), reader, []UserPermission{{"urn:a", "write"}, {"urn:a", "x"}})
			}, &UnknownError{Permissions, []string{"x"}}},
			{"a role for users", func(tx *Tx) error { return tx.AddCoreRoleUsers(t.Context(), "x", []string{"u"}) }, &NotFoundError{CoreRoles, "x"}},
			{"a user for a role", func(tx *Tx) error { return tx.AddCoreRoleUsers(t.Context(), reader, []string{"u", "x"}) }, &NotFoundError{Users, "x"}},
			{"a role for a user", func(tx *Tx) error { return tx.AddUserCoreRoles(t.Context(), "u", []string{reader, "x"}) }, &NotFoundError{CoreRoles, "x"}},
			{"a user for roles", func(tx *Tx) error { return tx.AddUserCoreRoles(t.Context(), "x", []string{reader}) }, &NotFoundError{Users, "x"}},
			{"a user to take roles from", func(tx *Tx) error { return tx.RemoveUserCoreRoles(t.Context(), "x", []string{reader}) }, &NotFoundError{Users, "x"}},
		}
		n := count(t, s, "journal")
		for _, tt := range tests {
			if err := s.Update(t.Context(), tt.change); err == nil || err.Error() != tt.want.Error() {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		if count(t, s, "core_role_users") != 0 || count(t, s, "core_role_permissions") != 3 || count(t, s, "journal") != n {
			t.Error("something was changed")
		}
	})
}

func TestPermissionsOfACoreRoleAreGivenOnceAndTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, _ := withCoreRoles(t, s)
		n := count(t, s, "journal")
		all := []UserPermission{{"urn:a", "read"}, {"urn:a", "write"}, {"urn:a", "Admin"}}
		for range 2 {
			write(t, s, func(tx *Tx) error { return tx.AddCoreRolePermissions(t.Context(), reader, all) })
		}
		look(t, s, func(tx *Tx) error {
			page, total, err := tx.CoreRolePermissions(t.Context(), reader, 1, 2)
			if total != 3 || !slices.Equal(page, []UserPermission{{"urn:a", "read"}, {"urn:a", "write"}}) {
				t.Errorf("last two of %d = %v", total, page)
			}
			return err
		})
		for range 2 {
			write(t, s, func(tx *Tx) error { return tx.RemoveCoreRolePermissions(t.Context(), reader, all[:2]) })
		}
		want := []string{"core_role.permissions.add " + reader, "core_role.permissions.remove " + reader}
		if got := since(t, s, n); !slices.Equal(got, want) {
			t.Errorf("journal = %v, want %v", got, want)
		}
	})
}

func TestCoreRolesAreGivenFromBothSides(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, writer := withCoreRoles(t, s)
		n := count(t, s, "journal")
		for range 2 {
			write(t, s, func(tx *Tx) error {
				return errors.Join(tx.AddUserCoreRoles(t.Context(), "u", []string{writer, reader}),
					tx.AddCoreRoleUsers(t.Context(), reader, []string{"v", "u"}))
			})
		}
		look(t, s, func(tx *Tx) error {
			roles, total, err1 := tx.UserCoreRoles(t.Context(), "u", 0, 1)
			if total != 2 || len(roles) != 1 || roles[0].ID != reader {
				t.Errorf("first of %d roles = %v", total, roles)
			}
			users, total, err2 := tx.CoreRoleUsers(t.Context(), reader, 1, 5)
			if total != 2 || len(users) != 1 || users[0].UserID != "v" {
				t.Errorf("second of %d users = %v", total, users)
			}
			return errors.Join(err1, err2)
		})
		for range 2 {
			write(t, s, func(tx *Tx) error { return tx.RemoveUserCoreRoles(t.Context(), "u", []string{reader, "gone"}) })
		}
		want := []string{"core_role.users.add " + writer, "core_role.users.add " + reader, "core_role.users.add " + reader, "core_role.users.remove " + reader}
		if got := since(t, s, n); !slices.Equal(got, want) {
			t.Errorf("journal = %v, want %v", got, want)
		}
	})
}

func TestADeletedUserLosesTheCoreRoles(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, _ := withCoreRoles(t, s)
		write(t, s, func(tx *Tx) error { return tx.AddCoreRoleUsers(t.Context(), reader, []string{"u", "v"}) })
		n := count(t, s, "journal")
		write(t, s, func(tx *Tx) error { return tx.DeleteUser(t.Context(), "u") })
		if got := count(t, s, "core_role_users"); got != 1 {
			t.Errorf("%d users have the role, want 1", got)
		}
		if got := since(t, s, n); !slices.Equal(got, []string{"core_role.users.remove " + reader, "user.delete u"}) {
			t.Errorf("journal = %v", got)
		}
	})
}

func TestADroppedScopeIsTakenFromCoreRoles(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, writer := withCoreRoles(t, s)
		n := count(t, s, "journal")
		write(t, s, func(tx *Tx) error {
			api, err := tx.ResourceServer(t.Context(), "urn:a")
			api.Scopes = slices.DeleteFunc(api.Scopes, func(sc Scope) bool { return sc.Value == "read" })
			return errors.Join(err, tx.PutResourceServer(t.Context(), api))
		})
		if got := count(t, s, "core_role_permissions"); got != 1 {
			t.Errorf("%d permissions are left, want 1", got)
		}
		want := []string{"core_role.permissions.remove " + reader, "core_role.permissions.remove " + writer, "resource_server.update rs"}
		if got := since(t, s, n); !slices.Equal(got, want) {
			t.Errorf("journal = %v, want %v", got, want)
		}
	})
}

// Fifty at once, half from the side of the role and half from that of the user:
// every one of them is kept, and told in the journal.
func TestNoAssignmentOfACoreRoleIsLost(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, writer := withCoreRoles(t, s)
		write(t, s, func(tx *Tx) (err error) {
			for i := range 50 {
				err = errors.Join(err, tx.PutUser(t.Context(), User{UserID: fmt.Sprint("user", i)}))
			}
			return err
		})
		n := count(t, s, "journal")
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				user := fmt.Sprint("user", i)
				err := s.Update(t.Context(), func(tx *Tx) error {
					if i%2 == 0 {
						return tx.AddCoreRoleUsers(t.Context(), reader, []string{user})
					}
					return tx.AddUserCoreRoles(t.Context(), user, []string{reader, writer})
				})
				if err != nil {
					t.Errorf("%s: %v", user, err)
				}
			})
		}
		all.Wait()
		if got := count(t, s, "core_role_users"); got != 75 {
			t.Errorf("%d assignments are there, want 75", got)
		}
		if got := count(t, s, "journal") - n; got != 75 {
			t.Errorf("the journal tells of %d, want 75", got)
		}
	})
}

// One role gets the same name from many at once: one of them has it.
func TestOneOfManyGetsTheName(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				err := s.Update(t.Context(), func(tx *Tx) error {
					_, err := tx.CreateCoreRole(t.Context(), "Only", "")
					return err
				})
				if _, taken := errors.AsType[*TakenError](err); err != nil && !taken {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := count(t, s, "core_roles"); got != 1 {
			t.Errorf("%d roles have the name, want 1", got)
		}
	})
}

// A core role that is put is what was said, whatever it was before.
func TestACoreRoleIsPutWhole(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, _ := withCoreRoles(t, s)
		write(t, s, func(tx *Tx) error { return tx.AddCoreRoleUsers(t.Context(), reader, []string{"u"}) })
		n := count(t, s, "journal")
		own := DocumentCoreRole{
			ID: "rol_own", Name: "Own", Description: "Mine",
			Permissions: []UserPermission{{"urn:gone", "kept"}, {"urn:a", "read"}}, Users: []string{"v", "u"},
		}
		changed := DocumentCoreRole{ID: reader, Name: "Changed", Permissions: own.Permissions[:1], Users: []string{"v"}}
		for range 2 { // the second time nothing changes
			write(t, s, func(tx *Tx) error {
				return errors.Join(tx.PutCoreRole(t.Context(), own), tx.PutCoreRole(t.Context(), changed))
			})
		}
		look(t, s, func(tx *Tx) error {
			all, err := tx.WholeCoreRoles(t.Context())
			if len(all) != 3 || !reflect.DeepEqual(all[0], changed) || !reflect.DeepEqual(all[2], own) {
				t.Errorf("roles = %+v", all)
			}
			return err
		})
		if got := since(t, s, n); !slices.Equal(got, []string{"core_role.create rol_own", "core_role.update " + reader}) {
			t.Errorf("journal = %v", got)
		}
		for _, bad := range []DocumentCoreRole{
			{ID: "rol_x", Name: "X", Users: []string{"u", "gone"}},
			{ID: "rol_x", Name: "OWN"},
			{ID: reader, Name: "own"},
		} {
			if err := s.Update(t.Context(), func(tx *Tx) error { return tx.PutCoreRole(t.Context(), bad) }); err == nil {
				t.Errorf("%+v was taken", bad)
			}
		}
	})
}
