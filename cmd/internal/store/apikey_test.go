package store

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/store/pgtest"
)

// policyKey is a key as the Authorization Extension makes them.
var policyKey = strings.Repeat("0a9f", 16)

// opens fails t unless key opens the policy call, or does not, as want says.
func opens(t *testing.T, s *Store, key string, want bool) {
	t.Helper()
	view(t, s, func(tx *Tx) error {
		got, err := tx.APIKeyMatches(t.Context(), key)
		if got != want {
			t.Errorf("the key %q opens the policy call: %v, want %v", key, got, want)
		}
		return err
	})
}

// everything is every text and blob that s keeps, as it is kept.
func everything(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	view(t, s, func(tx *Tx) error {
		for _, query := range []string{
			`select body from documents`, `select before || after from journal`, `select reason || counts from snapshots`,
		} {
			found, err := tx.texts(t.Context(), query)
			if err != nil {
				return err
			}
			fmt.Fprintln(&b, found)
		}
		all, err := tx.Snapshots(t.Context())
		for _, one := range all {
			r, err := tx.snapshotSource(t.Context(), one.ID)()
			if err != nil {
				return err
			}
			if _, err := fmt.Fprint(&b, readAll(t, r)); err != nil {
				return err
			}
		}
		return err
	})
	return b.String()
}

func TestARotatedKeyTakesThePlaceOfTheOld(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var first, second string
		update(t, s, func(tx *Tx) (err error) {
			if err := tx.UpdateConfiguration(t.Context(), map[string]bool{"groupsInToken": true}); err != nil {
				return err
			}
			if first, err = tx.RotateAPIKey(t.Context()); err != nil {
				return err
			}
			second, err = tx.RotateAPIKey(t.Context())
			return err
		})
		view(t, s, func(tx *Tx) error {
			c, ok, err := tx.Configuration(t.Context())
			if !ok || !c.Key || !c.Set["groupsInToken"] || len(c.Set) != 1 {
				t.Errorf("configuration = %+v", c)
			}
			return err
		})
		for key, want := range map[string]bool{second: true, first: false, "": false, strings.ToUpper(second): false, hashKey(second): false} {
			opens(t, s, key, want)
		}
		if kept := everything(t, s); strings.Contains(kept, first) || strings.Contains(kept, second) {
			t.Errorf("the database tells a key: %s", kept)
		}
	})
}

// An import brings its key along, whoever made it, and no place of the database
// tells it.
func TestAnImportedKeyOpensThePolicyCallAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		document := `{"configuration":[{"_id":"v1","apikey":"` + policyKey + `"}]}`
		importText(t, s, document, ImportOptions{})
		opens(t, s, policyKey, true)
		if got := exportText(t, s, ExportOptions{Keys: true}); got != document {
			t.Errorf("exported %s, want %s", got, document)
		}
		if got := exportText(t, s, ExportOptions{}); got != `{"configuration":[{"_id":"v1"}]}` {
			t.Errorf("an export without keys: %s", got)
		}
		importText(t, s, document, ImportOptions{}) // keeps a snapshot of the key
		importText(t, s, `{"configuration":[{"_id":"v1"}]}`, ImportOptions{})
		opens(t, s, policyKey, false)
		if kept := everything(t, s); strings.Contains(kept, policyKey) || !strings.Contains(kept, hashKey(policyKey)) {
			t.Errorf("the database keeps %s, want the hash of the key and not the key", kept)
		}
	})
}

func TestRestoringBringsTheKeyBack(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		importText(t, s, `{"configuration":[{"_id":"v1","apikey":"`+policyKey+`"}]}`, ImportOptions{})
		first := exportText(t, s, whole())
		importText(t, s, `{"groups":[]}`, ImportOptions{})
		opens(t, s, policyKey, false)
		update(t, s, func(tx *Tx) error {
			_, err := tx.Restore(t.Context(), "latest", ImportOptions{Machines: true})
			return err
		})
		opens(t, s, policyKey, true)
		if got := exportText(t, s, whole()); got != first {
			t.Errorf("restored %s, want %s", got, first)
		}
	})
}

func TestAPlanTellsWhatBecomesOfTheKey(t *testing.T) {
	other := strings.Repeat("77", 32)
	tests := []struct {
		name, there, document string
		merge                 bool
		want                  string
	}{
		{"a first key", `{}`, `{"configuration":[{"_id":"v1","apikey":"` + other + `"}]}`, false, "[{configuration brings a key for the policy call, which opens it from then on}]"},
		{"the same key", policyKey, `{"configuration":[{"_id":"v1","apikey":"` + policyKey + `"}]}`, false, "[]"},
		{"another key", policyKey, `{"configuration":[{"_id":"v1","apikey":"` + other + `"}]}`, true, "[{configuration brings another key for the policy call, so that the one that is there opens nothing any more}]"},
		{"no key", policyKey, `{"groups":[]}`, false, "[{configuration has no key for the policy call, so that the one that is there goes}]"},
		{"nothing about it", policyKey, `{"groups":[]}`, true, "[]"},
		{"a configuration without it", policyKey, `{"configuration":[{"_id":"v1"}]}`, true, "[{configuration has no key for the policy call, so that the one that is there goes}]"},
		{"a short key", policyKey, `{"configuration":[{"_id":"v0","apikey":"hush"}]}`, true, "[{configuration[0].apikey has fewer than 32 characters, so that it may be guessed; rotate it}]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, filepath.Join(t.TempDir(), "trellis.db"))
			if tt.there == policyKey {
				tt.there = `{"configuration":[{"_id":"v1","apikey":"` + policyKey + `"}]}`
			}
			importText(t, s, tt.there, ImportOptions{})
			view(t, s, func(tx *Tx) error {
				p, err := tx.PlanImport(t.Context(), Bytes([]byte(tt.document)), ImportOptions{Merge: tt.merge})
				if got := fmt.Sprint(p.Warnings.Records); got != tt.want {
					t.Errorf("warnings %s, want %s", got, tt.want)
				}
				if told := fmt.Sprint(p); strings.Contains(told, policyKey) || strings.Contains(told, other) {
					t.Errorf("the plan shows a key: %s", told)
				}
				if tt.name == "the same key" && len(p.Changed)+len(p.Created)+len(p.Deleted) != 0 {
					t.Errorf("the plan changes something: %+v", p)
				}
				return err
			})
		})
	}
}

func TestKeysThatAreNone(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "trellis.db"))
	for raw, want := range map[string]string{
		`7`:          "configuration[0].apikey: must be a string",
		`null`:       "configuration[0].apikey: must be a string",
		`"********"`: "configuration[0].apikey: stands for a key and is none",
		`{"hash":"` + hashKey(policyKey) + `","sealed":""}`: "configuration[0].apikey: must be a string",
		`"` + strings.Repeat("k", 257) + `"`:                "configuration[0].apikey: length must be less than or equal to 256 characters long",
		`"a\nb"`:                                            "configuration[0].apikey: must not contain control characters",
	} {
		err := s.Update(t.Context(), func(tx *Tx) error {
			_, err := tx.ImportFrom(t.Context(), Bytes([]byte(`{"configuration":[{"_id":"v1","apikey":`+raw+`}]}`)), ImportOptions{})
			return err
		})
		if _, ok := errors.AsType[*DocumentError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", raw, err, want)
		}
	}
}

// With another master key the policy call goes on, and an export says that it
// cannot have the key. A new one can be exported again.
func TestAKeyOfAnotherMasterKey(t *testing.T) {
	for name, url := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "trellis.db"), "postgres": pgtest.Database(t)} {
		t.Run(name, func(t *testing.T) {
			importText(t, openSealed(t, url, 'a'), `{"configuration":[{"_id":"v1","rolesInToken":true,"apikey":"`+policyKey+`"}]}`, ImportOptions{})
			s := openSealed(t, url, 'b')
			opens(t, s, policyKey, true)
			var lost []error
			o := ExportOptions{Keys: true, Lost: func(why error) { lost = append(lost, why) }}
			if got := exportText(t, s, o); got != `{"configuration":[{"_id":"v1","rolesInToken":true}]}` || len(lost) != 1 || !errors.Is(lost[0], errSealed) {
				t.Errorf("exported %s, lost %v", got, lost)
			}
			importText(t, s, `{"groups":[]}`, ImportOptions{})
			update(t, s, func(tx *Tx) error {
				_, err := tx.Restore(t.Context(), "latest", ImportOptions{Machines: true})
				return err
			})
			opens(t, s, policyKey, true)
			var fresh string
			update(t, s, func(tx *Tx) (err error) {
				fresh, err = tx.RotateAPIKey(t.Context())
				return err
			})
			if got := exportText(t, s, o); got != `{"configuration":[{"_id":"v1","rolesInToken":true,"apikey":"`+fresh+`"}]}` || len(lost) != 1 {
				t.Errorf("exported %s, lost %v", got, lost)
			}
		})
	}
}

// A key sealed for one place does not open in another, and one that was changed
// does not open at all.
func TestASealIsForItsPlace(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "trellis.db"))
	view(t, s, func(tx *Tx) error {
		sealed, err := tx.seal(t.Context(), []byte("secret"), "here")
		if err != nil {
			return err
		}
		again, err := tx.seal(t.Context(), []byte("secret"), "here")
		if string(again) == string(sealed) {
			t.Error("the same secret is sealed the same way twice")
		}
		if got, err := tx.unseal(t.Context(), sealed, "here"); string(got) != "secret" || err != nil {
			t.Errorf("unsealed %q, %v", got, err)
		}
		if _, err := tx.unseal(t.Context(), sealed, "there"); !errors.Is(err, errSealed) {
			t.Errorf("in another place: %v", err)
		}
		for i := range sealed {
			sealed[i] ^= 1
			if _, err := tx.unseal(t.Context(), sealed, "here"); !errors.Is(err, errSealed) {
				t.Errorf("with byte %d changed: %v", i, err)
			}
			sealed[i] ^= 1
		}
		return err
	})
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
