package firstrun_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"trellis/cmd/internal/demo"
	"trellis/cmd/internal/firstrun"
	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestAllOfThisOnPostgreSQL(t *testing.T) { pgtest.Again(t) }

func empty(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: pgtest.Choose(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func accounts(t *testing.T, s *store.Store) []store.Account {
	t.Helper()
	var found []store.Account
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		found, err = tx.Accounts(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTheFirstStart(t *testing.T) {
	tests := []struct {
		name      string
		request   firstrun.Request
		wantEmail string
		wantSays  []string
	}{
		{
			name:     "a service is told how to make an administrator",
			request:  firstrun.Request{Data: " --data /srv/t"},
			wantSays: []string{"trellis account add EMAIL --role administrator --data /srv/t"},
		},
		{
			name:      "somebody at a terminal gets an administrator",
			request:   firstrun.Request{Terminal: true},
			wantEmail: "admin@localhost",
			wantSays:  []string{"admin@localhost", "password is", "trellis account passwd admin@localhost"},
		},
		{
			name:      "the address that was asked for is taken",
			request:   firstrun.Request{Email: "ada@example.com"},
			wantEmail: "ada@example.com",
			wantSays:  []string{"ada@example.com", "password is"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := empty(t)
			var out strings.Builder
			tt.request.Out = &out
			if err := firstrun.Administrator(t.Context(), s, tt.request); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.wantSays {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it says %q, want %q in it", out.String(), want)
				}
			}
			found := accounts(t, s)
			if tt.wantEmail == "" {
				if len(found) != 0 {
					t.Errorf("accounts = %v, want none", found)
				}
				return
			}
			if len(found) != 1 || found[0].Email != tt.wantEmail || found[0].Role != store.Administrator {
				t.Errorf("accounts = %v, want the administrator %s", found, tt.wantEmail)
			}
			madeBy(t, s, "first start")
		})
	}
}

func TestALaterStartMakesNobody(t *testing.T) {
	s := empty(t)
	for i, tt := range []struct {
		request firstrun.Request
		want    string // what it says; "" for nothing at all
	}{
		{firstrun.Request{Email: "ada@example.com", Terminal: true}, "the password is"},
		{firstrun.Request{Email: "eve@example.com"}, "--first-admin made nobody: there are accounts already"},
		{firstrun.Request{Terminal: true}, ""},
		{firstrun.Request{}, ""},
	} {
		var out strings.Builder
		tt.request.Out = &out
		if err := firstrun.Administrator(t.Context(), s, tt.request); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), tt.want) || tt.want == "" && out.Len() > 0 {
			t.Errorf("start %d says %q, want %q", i+1, out.String(), tt.want)
		}
	}
	if found := accounts(t, s); len(found) != 1 || found[0].Email != "ada@example.com" {
		t.Errorf("accounts = %v, want Ada's alone", found)
	}
}

func TestTwoServersThatStartAtOnceMakeOneAdministrator(t *testing.T) {
	s := empty(t)
	var mu sync.Mutex
	said := 0
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			var out strings.Builder
			if err := firstrun.Administrator(t.Context(), s, firstrun.Request{Email: "ada@example.com", Out: &out}); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if strings.Contains(out.String(), "the password is") {
				said++
			}
		})
	}
	all.Wait()
	if found := accounts(t, s); len(found) != 1 || said != 1 {
		t.Errorf("%d accounts and %d passwords, want one of each", len(found), said)
	}
}

func TestTheSampleOrganisationIsMadeOnce(t *testing.T) {
	s := empty(t)
	for range 2 {
		if err := firstrun.Sample(t.Context(), s, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	found := accounts(t, s)
	if len(found) != len(demo.Accounts()) {
		t.Fatalf("%d accounts, want %d", len(found), len(demo.Accounts()))
	}
	for i, want := range demo.Accounts() {
		if found[i].Email != want.Email || found[i].Role != want.Role || found[i].Name != want.Name {
			t.Errorf("account %d = %s, %s; want %s, %s", i, found[i].Email, found[i].Role, want.Email, want.Role)
		}
	}
	if n := groups(t, s); n < 10 {
		t.Errorf("%d groups, want those of the sample organisation", n)
	}
	madeBy(t, s, "sample organisation")
}

// madeBy fails t unless the journal says that maker made everything.
func madeBy(t *testing.T, s *store.Store, maker string) {
	t.Helper()
	err := s.View(t.Context(), func(tx *store.Tx) error {
		changes, err := tx.Changes(t.Context(), store.ChangeFilter{}, 1000)
		for _, c := range changes {
			if c.Actor.Subject != maker {
				t.Errorf("%s of %s %s was made by %q, want %q", c.Action, c.Kind, c.Name, c.Actor.Subject, maker)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// --demo on somebody's own tenant would make anybody its administrator.
func TestATenantOfItsOwnIsNoSample(t *testing.T) {
	imported := func(d store.Document) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error { return tx.Import(ctx, d) }
	}
	for name, own := range map[string]func(context.Context, *store.Tx) error{
		"a group":      imported(store.Document{Groups: []store.Group{{ID: "g1", Name: "Staff", Description: "Everybody"}}}),
		"a connection": imported(store.Document{Connections: []store.Connection{{ID: "con_1", Name: "corp", Strategy: "ad"}}}),
		"an API":       imported(store.Document{ResourceServers: []store.ResourceServer{{ID: "a1", Identifier: "https://a.example", Name: "A"}}}),
		"an account": func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.CreateAccount(ctx, store.Account{Email: "ada@example.com", Name: "Ada", Role: store.Auditor, PasswordHash: "x"})
			return err
		},
		"a machine": func(ctx context.Context, tx *store.Tx) error {
			return tx.PutClient(ctx, store.Client{ID: "m1", Name: "Sync", AppType: "non_interactive", SecretHash: "x"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := empty(t)
			if err := firstrun.Directory(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if err := s.Update(t.Context(), func(tx *store.Tx) error { return own(t.Context(), tx) }); err != nil {
				t.Fatal(err)
			}
			before := revision(t, s)
			if err := firstrun.Sample(t.Context(), s, time.Now()); !errors.Is(err, firstrun.ErrNotSample) {
				t.Errorf("error = %v, want %v", err, firstrun.ErrNotSample)
			}
			if revision(t, s) != before {
				t.Error("something was written")
			}
		})
	}
}

// Whoever looked at an empty tenant of their own first can still try the sample
// in its folder.
func TestATenantWithItsOwnConnectionAloneBecomesTheSample(t *testing.T) {
	s := empty(t)
	if err := firstrun.Directory(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	own := connections(t, s)[0]
	if err := firstrun.Sample(t.Context(), s, time.Now()); err != nil {
		t.Fatal(err)
	}
	if len(accounts(t, s)) != len(demo.Accounts()) || groups(t, s) < 10 {
		t.Errorf("%d accounts and %d groups, want the sample's", len(accounts(t, s)), groups(t, s))
	}
	found := connections(t, s)
	if len(found) != 3 || found[0].ID != own.ID || found[0].Name != own.Name {
		t.Errorf("connections = %+v, want the tenant's own among the sample's", found)
	}
}

func TestASampleAccountThatIsMissingIsMadeAnew(t *testing.T) {
	s := empty(t)
	if err := firstrun.Sample(t.Context(), s, time.Now()); err != nil {
		t.Fatal(err)
	}
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		return tx.DeleteAnyAccount(t.Context(), accounts(t, s)[0].Subject)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := firstrun.Sample(t.Context(), s, time.Now()); err != nil {
		t.Fatal(err)
	}
	if n := len(accounts(t, s)); n != len(demo.Accounts()) {
		t.Errorf("%d accounts, want %d", n, len(demo.Accounts()))
	}
}

func revision(t *testing.T, s *store.Store) (n int64) {
	t.Helper()
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		n, err = tx.Revision(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func groups(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	err := s.View(t.Context(), func(tx *store.Tx) error {
		d, err := tx.Export(t.Context())
		n = len(d.Groups)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
