package firstrun_test

import (
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
		})
	}
}

func TestALaterStartMakesAndSaysNothing(t *testing.T) {
	s := empty(t)
	for i := range 2 {
		var out strings.Builder
		if err := firstrun.Administrator(t.Context(), s, firstrun.Request{Email: "ada@example.com", Terminal: true, Out: &out}); err != nil {
			t.Fatal(err)
		}
		if said := out.Len() > 0; said != (i == 0) {
			t.Errorf("start %d says %q", i+1, out.String())
		}
	}
	var out strings.Builder
	if err := firstrun.Administrator(t.Context(), s, firstrun.Request{Out: &out}); err != nil || out.Len() > 0 {
		t.Errorf("a start that asks for nothing says %q, %v", out.String(), err)
	}
	if found := accounts(t, s); len(found) != 1 {
		t.Errorf("%d accounts, want 1", len(found))
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
			if out.Len() > 0 {
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
}

// --demo on somebody's own tenant would make anybody its administrator.
func TestATenantOfItsOwnIsNoSample(t *testing.T) {
	s := empty(t)
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		return tx.Import(t.Context(), store.Document{Groups: []store.Group{{ID: "g1", Name: "Staff", Description: "Everybody"}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := firstrun.Sample(t.Context(), s, time.Now()); !errors.Is(err, firstrun.ErrNotSample) {
		t.Errorf("error = %v, want %v", err, firstrun.ErrNotSample)
	}
	if found := accounts(t, s); len(found) != 0 || groups(t, s) != 1 {
		t.Errorf("%d accounts and %d groups, want the tenant as it was", len(found), groups(t, s))
	}
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
