package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// write runs fn as one change that must succeed.
func write(t *testing.T, s *Store, fn func(tx *Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// look runs fn as one read that must succeed.
func look(t *testing.T, s *Store, fn func(tx *Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// actions is what the journal says was done, oldest first.
func actions(t *testing.T, s *Store) (out []string) {
	t.Helper()
	look(t, s, func(tx *Tx) error {
		entries, err := tx.Journal(t.Context(), 0, 1000)
		for _, e := range entries {
			out = append(out, e.Action+" "+e.ObjectID)
		}
		return err
	})
	return out
}

func TestAUserComesBackWhole(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			return tx.PutUser(t.Context(), User{UserID: "auth0|ä/%1", Profile: map[string]any{
				"name": "Ada", "logins_count": 3, "identities": []map[string]any{{"connection": "corp"}},
			}})
		})
		look(t, s, func(tx *Tx) error {
			u, err := tx.User(t.Context(), "auth0|ä/%1")
			if u.Profile["name"] != "Ada" || u.Profile["user_id"] != "auth0|ä/%1" || u.Connection() != "corp" || u.Profile["logins_count"] != 3.0 {
				t.Errorf("user = %+v", u)
			}
			if u.Profile["created_at"] == "" || u.Profile["created_at"] != u.Profile["updated_at"] {
				t.Errorf("created %v, updated %v", u.Profile["created_at"], u.Profile["updated_at"])
			}
			return err
		})
	})
}

func TestTheJournalTellsWhatOfAUserChanged(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		profile := map[string]any{
			"name": "Ada", "email": "a@x", "app_metadata": map[string]any{"key": "s3cret"},
			"updated_at": "2026-01-01T00:00:00.000Z",
		}
		put := func() error {
			return s.Update(t.Context(), func(tx *Tx) error { return tx.PutUser(t.Context(), User{"u", profile}) })
		}
		for range 2 { // the second changes nothing, and is not told
			if err := put(); err != nil {
				t.Fatal(err)
			}
		}
		profile = maps.Clone(profile)
		profile["name"] = "Ada L."
		if err := put(); err != nil {
			t.Fatal(err)
		}
		look(t, s, func(tx *Tx) error {
			entries, err := tx.Journal(t.Context(), 0, 10)
			if len(entries) != 2 {
				t.Fatalf("%d entries, want 2", len(entries))
			}
			if got := string(entries[1].Before) + string(entries[1].After); got != `{"name":"Ada"}{"name":"Ada L."}` {
				t.Errorf("change = %s", got)
			}
			if strings.Contains(string(entries[0].After), "s3cret") {
				t.Errorf("the journal holds a secret: %s", entries[0].After)
			}
			return err
		})
	})
}

func TestUsersAreFoundInBatches(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var ids []string
		write(t, s, func(tx *Tx) error {
			for i := range batch + 20 {
				ids = append(ids, fmt.Sprintf("auth0|%d", i))
				if err := tx.PutUser(t.Context(), User{UserID: ids[i]}); err != nil {
					return err
				}
			}
			return nil
		})
		look(t, s, func(tx *Tx) error {
			users, err := tx.Users(t.Context(), append(ids, "gone"))
			if len(users) != len(ids) {
				t.Errorf("%d users, want %d", len(users), len(ids))
			}
			return err
		})
	})
}

func TestADeletedUserLeavesNothingBehind(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var group Group
		var role Role
		write(t, s, func(tx *Tx) (err error) {
			if group, err = tx.CreateGroup(t.Context(), GroupInput{Name: "G"}); err != nil {
				return err
			}
			if role, err = tx.CreateRole(t.Context(), RoleInput{Name: "R", ApplicationType: "client", ApplicationID: "app"}); err != nil {
				return err
			}
			_, err = tx.change(t.Context(), `insert into role_users(role_id, user_id) values($1, 'u')`, role.ID)
			return errors.Join(err,
				tx.PutUser(t.Context(), User{UserID: "u"}), tx.PutUser(t.Context(), User{UserID: "other"}),
				tx.AddMembers(t.Context(), group.ID, []string{"u", "other"}),
				tx.PutResourceServer(t.Context(), ResourceServer{ID: "rs", Identifier: "urn:a", Scopes: []Scope{{Value: "read"}}}),
				tx.AddUserPermissions(t.Context(), "u", []UserPermission{{"urn:a", "read"}}))
		})
		write(t, s, func(tx *Tx) error { return tx.DeleteUser(t.Context(), "u") })

		for table, want := range map[string]int{"users": 1, "group_members": 1, "role_users": 0, "user_permissions": 0} {
			if n := count(t, s, table); n != want {
				t.Errorf("%s has %d rows, want %d", table, n, want)
			}
		}
		want := []string{"group.members.remove " + group.ID, "role.users.remove " + role.ID, "user.permissions.remove u", "user.delete u"}
		if got := actions(t, s); !slices.Equal(got[len(got)-4:], want) {
			t.Errorf("journal = %v", got)
		}
		err := s.Update(t.Context(), func(tx *Tx) error { return tx.DeleteUser(t.Context(), "u") })
		if missing, ok := errors.AsType[*NotFoundError](err); !ok || missing.Kind != Users || missing.ID != "u" {
			t.Errorf("deleting again: %v", err)
		}
	})
}
