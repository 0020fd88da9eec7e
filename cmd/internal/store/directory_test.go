package store

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestConnectionsComeBackInOrder(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		corp := Connection{ID: "con_2", Name: "corp", Strategy: "ad", Document: map[string]any{"realms": []any{"corp"}}}
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.PutConnection(t.Context(), corp), tx.PutConnection(t.Context(), Connection{ID: "con_1", Name: "acme", Strategy: "samlp"}))
		})
		corp.Name = "corp-ad"
		write(t, s, func(tx *Tx) error { return tx.PutConnection(t.Context(), corp) })
		look(t, s, func(tx *Tx) error {
			got, err := tx.Connections(t.Context())
			if len(got) != 2 || !reflect.DeepEqual(got[0], corp) || got[1].Name != "acme" {
				t.Errorf("connections = %+v", got)
			}
			_, missing := tx.ConnectionNamed(t.Context(), "corp")
			if _, ok := errors.AsType[*NotFoundError](missing); !ok {
				t.Errorf("the old name: %v", missing)
			}
			return err
		})
		err := s.Update(t.Context(), func(tx *Tx) error {
			return tx.PutConnection(t.Context(), Connection{ID: "con_3", Name: "acme"})
		})
		if taken, ok := errors.AsType[*TakenError](err); !ok || taken.Name != "acme" {
			t.Errorf("a name given twice: %v", err)
		}
	})
}

func TestASecretIsNotInTheJournal(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		c := Client{ID: "m2m", Name: "Batch", AppType: "non_interactive", SecretHash: "h4sh", Scopes: []string{"read:users", "read:groups"}}
		write(t, s, func(tx *Tx) error { return tx.PutClient(t.Context(), c) })
		write(t, s, func(tx *Tx) error { return tx.PutClient(t.Context(), c) })
		look(t, s, func(tx *Tx) error {
			got, err := tx.Client(t.Context(), "m2m")
			if got.SecretHash != "h4sh" || !reflect.DeepEqual(got.Scopes, c.Scopes) || got.Created.IsZero() {
				t.Errorf("client = %+v", got)
			}
			entries, bad := tx.Journal(t.Context(), 0, 10)
			for i, e := range entries {
				if strings.Contains(string(e.Before)+string(e.After), "h4sh") {
					t.Errorf("the journal holds the secret's hash: %s", e.After)
				}
				if want := []string{`"secret":"set"`, `"secret":"kept"`}[i]; !strings.Contains(string(e.After), want) {
					t.Errorf("entry %d = %s, want %s", i, e.After, want)
				}
			}
			return errors.Join(err, bad)
		})
		write(t, s, func(tx *Tx) error { return tx.DeleteClient(t.Context(), "m2m") })
		if n := count(t, s, "clients"); n != 0 {
			t.Errorf("%d clients are left", n)
		}
	})
}

func TestAnAPIIsFoundByIDAndByIdentifier(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		api := ResourceServer{
			ID: "rs1", Identifier: "https://api/é", Name: "A", Scopes: []Scope{{"read", "Read it"}}, EnforcePolicies: true, TokenLifetime: 60,
			TokenLifetimeForWeb: 30, TokenDialect: "access_token_authz", SigningAlg: "RS256",
		}
		write(t, s, func(tx *Tx) error { return tx.PutResourceServer(t.Context(), api) })
		look(t, s, func(tx *Tx) error {
			for _, key := range []string{"rs1", "https://api/é"} {
				got, err := tx.ResourceServer(t.Context(), key)
				if err != nil || !reflect.DeepEqual(got, api) {
					t.Errorf("%s: %+v, %v", key, got, err)
				}
			}
			return nil
		})
		err := s.Update(t.Context(), func(tx *Tx) error {
			return tx.PutResourceServer(t.Context(), ResourceServer{ID: "rs2", Identifier: api.Identifier})
		})
		if _, ok := errors.AsType[*TakenError](err); !ok {
			t.Errorf("an identifier given twice: %v", err)
		}
	})
}
