package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestEffectivePermissionsSayWhereFrom(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, writer := withCoreRoles(t, s)
		write(t, s, func(tx *Tx) error {
			return errors.Join(
				tx.AddUserPermissions(t.Context(), "u", []UserPermission{{"urn:a", "Admin"}, {"urn:a", "read"}}),
				tx.AddUserCoreRoles(t.Context(), "u", []string{reader, writer}))
		})
		want := []EffectivePermission{
			{UserPermission{"urn:a", "Admin"}, true, false},
			{UserPermission{"urn:a", "read"}, true, true},
			{UserPermission{"urn:a", "write"}, false, true},
		}
		look(t, s, func(tx *Tx) error {
			all, total, err1 := tx.EffectivePermissions(t.Context(), "u", 0, 10)
			if total != 3 || !slices.Equal(all, want) {
				t.Errorf("%d: %v", total, all)
			}
			page, total, err2 := tx.EffectivePermissions(t.Context(), "u", 1, 1)
			if total != 3 || !slices.Equal(page, want[1:2]) {
				t.Errorf("second of %d = %v", total, page)
			}
			first, more, err3 := tx.EffectivePermissionsAfter(t.Context(), "u", "urn:a", "", 2)
			if !more || !slices.Equal(first, want[:2]) {
				t.Errorf("first = %v, %t", first, more)
			}
			rest, more, err4 := tx.EffectivePermissionsAfter(t.Context(), "u", "urn:a", "read", 2)
			if more || !slices.Equal(rest, want[2:]) {
				t.Errorf("rest = %v, %t", rest, more)
			}
			none, _, err5 := tx.EffectivePermissionsAfter(t.Context(), "u", "urn:b", "", 2)
			if len(none) != 0 {
				t.Errorf("of another API: %v", none)
			}
			other, total, err6 := tx.EffectivePermissions(t.Context(), "v", 0, 10)
			if total != 0 || len(other) != 0 {
				t.Errorf("of another user: %v", other)
			}
			return errors.Join(err1, err2, err3, err4, err5, err6)
		})
	})
}

// What a person loses directly stays, if a role gives it.
func TestOnlyTheDirectAssignmentGoes(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, _ := withCoreRoles(t, s)
		read := []UserPermission{{"urn:a", "read"}}
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.AddUserPermissions(t.Context(), "u", read), tx.AddUserCoreRoles(t.Context(), "u", []string{reader}))
		})
		for range 2 {
			write(t, s, func(tx *Tx) error { return tx.RemoveUserPermissions(t.Context(), "u", read) })
		}
		look(t, s, func(tx *Tx) error {
			held, _, err := tx.EffectivePermissions(t.Context(), "u", 0, 10)
			if !slices.Equal(held, []EffectivePermission{{read[0], false, true}}) {
				t.Errorf("held = %v", held)
			}
			return err
		})
	})
}

func TestCoreRolesArePassedOnInParts(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		reader, writer := withCoreRoles(t, s)
		write(t, s, func(tx *Tx) (err error) {
			for i := range 5 {
				id := fmt.Sprint("user", i)
				err = errors.Join(err, tx.PutUser(t.Context(), User{UserID: id}), tx.AddCoreRoleUsers(t.Context(), reader, []string{id}))
			}
			return errors.Join(err, tx.AddUserCoreRoles(t.Context(), "u", []string{writer, reader}))
		})
		look(t, s, func(tx *Tx) error {
			var seen []string
			for place, more := int64(0), true; more; more = place != 0 {
				users, next, err := tx.CoreRoleUsersAfter(t.Context(), reader, place, 2)
				if err != nil {
					return err
				}
				for _, u := range users {
					seen = append(seen, u.UserID)
				}
				place = next
			}
			if want := []string{"user0", "user1", "user2", "user3", "user4", "u"}; !slices.Equal(seen, want) {
				t.Errorf("users = %v, want %v", seen, want)
			}
			first, next, err1 := tx.UserCoreRolesAfter(t.Context(), "u", nil, 0, 1)
			last, end, err2 := tx.UserCoreRolesAfter(t.Context(), "u", nil, next, 1)
			if len(first) != 1 || first[0].ID != reader || len(last) != 1 || last[0].ID != writer || next == 0 || end != 0 {
				t.Errorf("roles = %v (next %d), %v (next %d)", first, next, last, end)
			}
			giving, _, err3 := tx.UserCoreRolesAfter(t.Context(), "u", &UserPermission{"urn:a", "write"}, 0, 5)
			if len(giving) != 1 || giving[0].ID != writer {
				t.Errorf("roles that give write = %v", giving)
			}
			return errors.Join(err1, err2, err3)
		})
	})
}
