package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newPermission(t *testing.T, s *Store, name, application string) (p Permission) {
	t.Helper()
	update(t, s, func(tx *Tx) (err error) {
		p, err = tx.CreatePermission(t.Context(), PermissionInput{name, "about " + name, "client", application})
		return err
	})
	return p
}

func newRole(t *testing.T, s *Store, name, application string, permissions ...string) (o Role) {
	t.Helper()
	update(t, s, func(tx *Tx) (err error) {
		o, err = tx.CreateRole(t.Context(), RoleInput{name, "about " + name, "client", application, permissions})
		return err
	})
	return o
}

func TestRolesAndPermissionsNeedOneApplication(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		mine, other := newPermission(t, s, "read", "app1"), newPermission(t, s, "READ", "app2")
		importText(t, s, `{"roles":[{"_id":"old","name":"Old","description":"","applicationType":"client","applicationId":"app1","permissions":["gone"]}]}`, ImportOptions{Merge: true})
		editor := newRole(t, s, "Editor", "app1", mine.ID)
		newRole(t, s, "Editor", "app2")
		tests := []struct {
			name string
			do   func(tx *Tx) error
			want error
		}{
			{"a taken name", func(tx *Tx) error {
				_, err := tx.CreateRole(t.Context(), RoleInput{Name: "EDITOR", ApplicationID: "app1"})
				return err
			}, &TakenError{Roles, "EDITOR"}},
			{"a permission of another application", func(tx *Tx) error {
				_, err := tx.CreateRole(t.Context(), RoleInput{Name: "x", ApplicationID: "app1", Permissions: []string{other.ID}})
				return err
			}, &ForeignError{"app1", []string{"READ"}}},
			{"a permission that does not exist", func(tx *Tx) error {
				_, err := tx.CreateRole(t.Context(), RoleInput{Name: "x", ApplicationID: "app1", Permissions: []string{mine.ID, "no", "no"}})
				return err
			}, &UnknownError{Permissions, []string{"no"}}},
			{"one more that does not exist", func(tx *Tx) error {
				_, err := tx.UpdateRole(t.Context(), "old", RoleInput{Name: "Old", ApplicationID: "app1", Permissions: []string{"gone", "no"}})
				return err
			}, &UnknownError{Permissions, []string{"no"}}},
			{"a move", func(tx *Tx) error {
				_, err := tx.UpdateRole(t.Context(), editor.ID, RoleInput{Name: "Mover", ApplicationID: "app2"})
				return err
			}, &FixedError{"Editor", "app1"}},
			{"an unknown role", func(tx *Tx) error {
				_, err := tx.UpdateRole(t.Context(), "nope", RoleInput{Name: "x", ApplicationID: "app2"})
				return err
			}, &NotFoundError{Roles, "nope"}},
			{"a taken permission", func(tx *Tx) error {
				_, err := tx.CreatePermission(t.Context(), PermissionInput{Name: "Read", ApplicationID: "app1"})
				return err
			}, &TakenError{Permissions, "Read"}},
			{"changing a used permission", func(tx *Tx) error {
				_, err := tx.UpdatePermission(t.Context(), mine.ID, PermissionInput{Name: "read", ApplicationID: "app1"})
				return err
			}, &InUseError{Permissions, Roles, []string{"Editor"}}},
			{"deleting a used permission", func(tx *Tx) error {
				return tx.DeletePermission(t.Context(), mine.ID)
			}, &InUseError{Permissions, Roles, []string{"Editor"}}},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				err := s.Update(t.Context(), tt.do)
				if err == nil || err.Error() != tt.want.Error() {
					t.Errorf("err = %v, want %v", err, tt.want)
				}
			})
		}
		update(t, s, func(tx *Tx) error { // what an import brought stays
			o, err := tx.UpdateRole(t.Context(), "old", RoleInput{"Old", "changed", "client", "app1", []string{"gone", mine.ID}})
			if !cmp.Equal(o.Permissions, []string{"gone", mine.ID}) {
				t.Errorf("permissions = %q", o.Permissions)
			}
			return err
		})
	})
}

func TestUpdatingAndDeletingARole(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		p := newPermission(t, s, "read", "app1")
		o := newRole(t, s, "Viewer", "app1", p.ID, p.ID)
		if !cmp.Equal(o.Permissions, []string{p.ID, p.ID}) {
			t.Errorf("permissions = %q, want what was sent", o.Permissions)
		}
		group := newGroups(t, s, "G")[0]
		update(t, s, func(tx *Tx) error { return tx.AddGroupRoles(t.Context(), group, []string{o.ID}) })
		update(t, s, func(tx *Tx) error {
			is, err := tx.UpdateRole(t.Context(), o.ID, RoleInput{"Reader", "r", "resource_server", "app1", nil})
			want := Role{ID: o.ID, Name: "Reader", Description: "r", ApplicationType: "resource_server", ApplicationID: "app1", Permissions: []string{}}
			if d := cmp.Diff(want, is, ignoreBits); d != "" {
				t.Errorf("role (-want +got):\n%s", d)
			}
			return err
		})
		err := s.Update(t.Context(), func(tx *Tx) error { return tx.DeleteRole(t.Context(), o.ID) })
		if e, ok := errors.AsType[*InUseError](err); !ok || !cmp.Equal(e.Names, []string{"G"}) {
			t.Errorf("err = %v, want in use by G", err)
		}
		err = s.Update(t.Context(), func(tx *Tx) error {
			return tx.AddGroupRoles(t.Context(), group, []string{o.ID, "nope", "nope", "nope2"})
		})
		if e, ok := errors.AsType[*UnknownError](err); !ok || !cmp.Equal(e.IDs, []string{"nope", "nope2"}) {
			t.Errorf("err = %v, want nope and nope2 unknown", err)
		}
		update(t, s, func(tx *Tx) error { return tx.RemoveGroupRoles(t.Context(), group, []string{o.ID, "nope"}) })
		update(t, s, func(tx *Tx) error { return tx.DeleteRole(t.Context(), o.ID) })
		update(t, s, func(tx *Tx) error { return tx.DeletePermission(t.Context(), p.ID) })
		if n := count(t, s, "roles") + count(t, s, "permissions") + count(t, s, "group_roles"); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}
