package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/store"
)

func TestAClientComesAndGoes(t *testing.T) {
	t.Chdir(t.TempDir())
	added := trellis(t, "client", "add", "nightly sync", "--scope", "read:users", "--scope", "update:users", "--scope", "read:users", "--data", "data").ok(t)
	id := regexp.MustCompile(`client_id: +([A-Za-z0-9]{32})\n`).FindStringSubmatch(added.out)
	secret := regexp.MustCompile(`client_secret: +([A-Za-z0-9]{64})\n`).FindStringSubmatch(added.out)
	if id == nil || secret == nil {
		t.Fatalf("it prints\n%s", added.out)
	}
	inside(t, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Client(ctx, id[1])
		sum := sha256.Sum256([]byte(secret[1]))
		if c.SecretHash != hex.EncodeToString(sum[:]) || c.AppType != "non_interactive" {
			t.Errorf("stored is %+v", c)
		}
		if want := []string{"read:users", "update:users"}; !slices.Equal(c.Scopes, want) {
			t.Errorf("scopes = %v, want %v", c.Scopes, want)
		}
		return err
	})

	listed := trellis(t, "client", "list", "--data", "data").ok(t)
	if !strings.Contains(listed.out, id[1]+"  nightly sync") || strings.Contains(listed.out, secret[1]) {
		t.Errorf("the list is\n%s", listed.out)
	}
	trellis(t, "client", "remove", id[1], "--data", "data").ok(t)
	trellis(t, "client", "remove", id[1], "--data", "data").refused(t, "there is no machine client "+id[1])
}

func TestAClientForAScript(t *testing.T) {
	t.Chdir(t.TempDir())
	got := trellis(t, "client", "add", "ci", "--all-scopes", "--json", "--data", "data").ok(t)
	var c struct {
		ID     string   `json:"client_id"`
		Secret string   `json:"client_secret"`
		Name   string   `json:"name"`
		Scopes []string `json:"scopes"`
	}
	decoder := json.NewDecoder(strings.NewReader(got.out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil || decoder.More() {
		t.Fatalf("it prints %q: %v", got.out, err)
	}
	if len(c.ID) != 32 || len(c.Secret) != 64 || c.Name != "ci" {
		t.Errorf("it prints %+v", c)
	}
	if want := openid.Scopes(store.Administrator); !slices.Equal(c.Scopes, want) {
		t.Errorf("scopes = %v, want all: %v", c.Scopes, want)
	}
}

// An application of the tenant is not the command line's to remove.
func TestOnlyMachinesAreRemoved(t *testing.T) {
	t.Chdir(t.TempDir())
	trellis(t, "client", "add", "ci", "--all-scopes", "--data", "data").ok(t)
	s, err := store.Open(t.Context(), store.Config{URL: "data/trellis.db"})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		return tx.PutClient(t.Context(), store.Client{ID: "portal", Name: "Portal", AppType: "spa"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	trellis(t, "client", "remove", "portal", "--data", "data").refused(t, "there is no machine client portal")
	if got := trellis(t, "client", "list", "--data", "data").ok(t); strings.Contains(got.out, "portal") {
		t.Errorf("the list of machines is\n%s", got.out)
	}
}

func TestLettersAreRandomAndOfTheAlphabet(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		text := letters(32)
		if !regexp.MustCompile(`^[A-Za-z0-9]{32}$`).MatchString(text) || seen[text] {
			t.Fatalf("letters(32) = %q", text)
		}
		seen[text] = true
	}
}
