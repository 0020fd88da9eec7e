package main

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"trellis/cmd/internal/datadir"
	"trellis/cmd/internal/store"
)

// inside runs fn on the tenant in the folder data.
func inside(t *testing.T, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: datadir.Dir("data").Database()})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) })
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestAnAccountComesAndGoes(t *testing.T) {
	t.Chdir(t.TempDir())
	shown := regexp.MustCompile(`shown only now: (\S{16,})\n`)

	added := trellis(t, "account", "add", "ada@example.com", "--role", "administrator", "--name", "Ada", "--data", "data").ok(t)
	first := shown.FindStringSubmatch(added.out)
	if first == nil {
		t.Fatalf("no password in %q", added.out)
	}
	trellis(t, "account", "add", "ADA@example.com", "--role", "auditor", "--data", "data").refused(t, "has an account already")

	listed := trellis(t, "--data", "data", "account", "list").ok(t)
	if !regexp.MustCompile(`(?m)^ada@example.com +Ada +administrator +\d{4}-\d\d-\d\d$`).MatchString(listed.out) {
		t.Errorf("the list is\n%s", listed.out)
	}

	changed := trellis(t, "account", "passwd", "ada@example.com", "--data", "data").ok(t)
	if second := shown.FindStringSubmatch(changed.out); second == nil || second[1] == first[1] {
		t.Errorf("the new password is %v, the old one %v", second, first)
	}

	trellis(t, "account", "remove", "ada@example.com", "--data", "data").refused(t, "is the last administrator")
	trellis(t, "account", "remove", "ada@example.com", "--force", "--data", "data").ok(t)
	trellis(t, "account", "remove", "ada@example.com", "--data", "data").refused(t, "has no account here")
	trellis(t, "account", "passwd", "ada@example.com", "--data", "data").refused(t, "has no account here")

	inside(t, func(ctx context.Context, tx *store.Tx) error {
		entries, err := tx.Journal(ctx, 0, 10)
		if len(entries) != 3 {
			t.Errorf("%d records in the journal, want one for each of the 3 changes", len(entries))
		}
		for _, e := range entries {
			if e.Actor.Client != "cli" || e.Actor.Subject == "" {
				t.Errorf("%s was made by %+v, want the system's user through cli", e.Action, e.Actor)
			}
		}
		return err
	})
}

func TestAPasswordFromStandardInput(t *testing.T) {
	tests := []struct{ name, stdin, want string }{
		{"a line", "correct horse battery\n", ""},
		{"without an end of line", "correct horse battery", ""},
		{"too short", "horse\n", "at least 8"},
		{"nothing", "", "at least 8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			got := typed(t, tt.stdin, "account", "add", "ada@example.com", "--role", "auditor", "--password-stdin", "--data", "data")
			if tt.want != "" {
				got.refused(t, tt.want)
				if _, err := os.Stat("data"); err == nil {
					t.Error("it wrote a tenant")
				}
				return
			}
			got.ok(t)
			if strings.Contains(got.out, "horse") {
				t.Errorf("it prints the password: %s", got.out)
			}
			inside(t, func(ctx context.Context, tx *store.Tx) error {
				a, err := tx.AccountByEmail(ctx, "ada@example.com")
				if !strings.HasPrefix(a.PasswordHash, "$argon2id$") {
					t.Errorf("what is stored is %q, want a hash", a.PasswordHash)
				}
				return err
			})
		})
	}
}

func TestWhoMeansTheSampleOrganisationIsToldSo(t *testing.T) {
	t.Chdir(t.TempDir())
	trellis(t, "account", "add", "ada@example.com", "--role", "auditor", "--demo").ok(t)
	trellis(t, "client", "add", "ci", "--all-scopes").refused(t, "the sample organisation is in trellis-data/demo; add --demo")
	trellis(t, "client", "add", "ci", "--all-scopes", "--demo").ok(t)
	trellis(t, "client", "add", "ci", "--all-scopes", "--data", "./trellis-data").ok(t)
}
