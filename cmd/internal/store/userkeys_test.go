package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a list is narrowed by in the database is what the profile says.
func TestKeysInTheDatabaseAreThoseOfTheProfile(t *testing.T) {
	users := []User{
		{UserID: "auth0|ADA", Profile: map[string]any{"name": "ÄDA Lovelace", "email": "Ada@Example.com", "nickname": "Ade", "last_login": "2026-01-02T03:04:05.000Z"}},
		{UserID: "auth0|bare", Profile: map[string]any{"created_at": "2020-01-01T00:00:00.000Z", "updated_at": "2020-01-01T00:00:00.000Z"}},
		{UserID: "auth0|odd", Profile: map[string]any{"name": 7.0, "email": nil, "nickname": []any{"x"}, "last_login": map[string]any{}}},
		{UserID: "İstanbul|ß", Profile: map[string]any{"name": "e\u0301 STRASSE"}},
	}
	each(t, func(t *testing.T, s *Store) {
		var ids []string
		for _, u := range users {
			ids = append(ids, u.UserID)
			update(t, s, func(tx *Tx) error { return tx.PutUser(t.Context(), u) })
		}
		err := s.View(t.Context(), func(tx *Tx) error {
			keys, err := tx.UserKeys(t.Context(), append(ids, "nobody"))
			if err != nil {
				return err
			}
			if len(keys) != len(users) {
				t.Errorf("%d keys of %d users", len(keys), len(users))
			}
			for _, id := range ids {
				u, err := tx.User(t.Context(), id)
				if err != nil {
					return err
				}
				if d := cmp.Diff(u.Keys(), keys[id], cmp.AllowUnexported(UserKeys{})); d != "" {
					t.Errorf("%s (-profile +database):\n%s", id, d)
				}
			}
			if ada := keys["auth0|ADA"]; !Search("äda")(ada) || !Search("EXAMPLE")(ada) || !Search("0|ad")(ada) || Search("ade")(ada) {
				t.Error("a search finds something else than names, emails and ids")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
