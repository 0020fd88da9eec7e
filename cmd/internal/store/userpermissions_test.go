package store

import (
	"errors"
	"slices"
	"testing"
)

// withPermissions is a store with the user "u" and an API of three scopes.
func withPermissions(t *testing.T, s *Store) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		return errors.Join(
			tx.PutUser(t.Context(), User{UserID: "u"}),
			tx.PutResourceServer(t.Context(), ResourceServer{
				ID: "rs", Identifier: "urn:a",
				Scopes: []Scope{{Value: "write"}, {Value: "read"}, {Value: "Admin"}},
			}))
	})
}

func TestPermissionsAreGivenOnceAndTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		withPermissions(t, s)
		all := []UserPermission{{"urn:a", "read"}, {"urn:a", "write"}, {"urn:a", "Admin"}}
		for range 2 {
			write(t, s, func(tx *Tx) error { return tx.AddUserPermissions(t.Context(), "u", all) })
		}
		look(t, s, func(tx *Tx) error {
			page, total, err := tx.UserPermissions(t.Context(), "u", 1, 1)
			if total != 3 || !slices.Equal(page, []UserPermission{{"urn:a", "read"}}) {
				t.Errorf("second of %d = %v", total, page)
			}
			return err
		})
		for range 2 {
			write(t, s, func(tx *Tx) error { return tx.RemoveUserPermissions(t.Context(), "u", all[:2]) })
		}
		if n := count(t, s, "user_permissions"); n != 1 {
			t.Errorf("%d are left, want 1", n)
		}
		want := []string{"user.permissions.add u", "user.permissions.remove u"}
		if got := actions(t, s)[2:]; !slices.Equal(got, want) {
			t.Errorf("journal = %v, want %v", got, want)
		}
	})
}

func TestAnUnknownPermissionGivesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		withPermissions(t, s)
		for _, bad := range []struct {
			user string
			p    UserPermission
			want error
		}{
			{"u", UserPermission{"urn:b", "read"}, &UnknownError{APIs, []string{"urn:b"}}},
			{"u", UserPermission{"urn:a", "Read"}, &UnknownError{Permissions, []string{"Read"}}},
			{"v", UserPermission{"urn:a", "read"}, &NotFoundError{Users, "v"}},
		} {
			err := s.Update(t.Context(), func(tx *Tx) error {
				return tx.AddUserPermissions(t.Context(), bad.user, []UserPermission{{"urn:a", "read"}, bad.p})
			})
			if err == nil || err.Error() != bad.want.Error() {
				t.Errorf("err = %v, want %v", err, bad.want)
			}
		}
		if n := count(t, s, "user_permissions"); n != 0 {
			t.Errorf("%d were given", n)
		}
	})
}

func TestADroppedScopeIsTakenFromItsHolders(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		withPermissions(t, s)
		write(t, s, func(tx *Tx) error {
			return tx.AddUserPermissions(t.Context(), "u", []UserPermission{{"urn:a", "read"}, {"urn:a", "write"}})
		})
		write(t, s, func(tx *Tx) error {
			api, err := tx.ResourceServer(t.Context(), "urn:a")
			api.Scopes = api.Scopes[:1]
			return errors.Join(err, tx.PutResourceServer(t.Context(), api))
		})
		look(t, s, func(tx *Tx) error {
			held, _, err := tx.UserPermissions(t.Context(), "u", 0, 10)
			if !slices.Equal(held, []UserPermission{{"urn:a", "write"}}) {
				t.Errorf("held = %v", held)
			}
			return err
		})
	})
}
