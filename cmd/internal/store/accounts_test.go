package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// mustUpdate runs fn in a transaction that has to succeed.
func mustUpdate(t *testing.T, s *Store, fn func(ctx context.Context, tx *Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), func(tx *Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func newAccount(t *testing.T, s *Store, email string) (a Account) {
	t.Helper()
	mustUpdate(t, s, func(ctx context.Context, tx *Tx) (err error) {
		a, err = tx.CreateAccount(ctx, Account{Email: email, Name: "Ada Admin", Role: Administrator, PasswordHash: "$hash$"})
		return err
	})
	return a
}

func TestAccounts(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ada := newAccount(t, s, " Ada@Meridian.example ")
		if !strings.HasPrefix(ada.Subject, "auth0|") || ada.Email != "Ada@Meridian.example" || ada.Created.IsZero() {
			t.Errorf("account = %+v", ada)
		}
		newAccount(t, s, "zoë@meridian.example")
		err := s.View(t.Context(), func(tx *Tx) error {
			all, err := tx.Accounts(t.Context())
			if err != nil || len(all) != 2 || all[0] != ada {
				t.Errorf("accounts = %+v, %v", all, err)
			}
			if got, err := tx.Account(t.Context(), ada.Subject); err != nil || got != ada {
				t.Errorf("by subject: %+v, %v", got, err)
			}
			for _, email := range []string{"ada@meridian.example", "ADA@MERIDIAN.EXAMPLE", " ada@Meridian.example"} {
				if got, err := tx.AccountByEmail(t.Context(), email); err != nil || got != ada {
					t.Errorf("%q: %+v, %v", email, got, err)
				}
			}
			if _, err := tx.AccountByEmail(t.Context(), "ZOE\u0308@meridian.example"); err != nil {
				t.Errorf("another spelling of one address: %v", err)
			}
			_, err = tx.AccountByEmail(t.Context(), "nobody@meridian.example")
			notFound(t, err, Accounts)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func notFound(t *testing.T, err error, kind Kind) {
	t.Helper()
	if e, ok := errors.AsType[*NotFoundError](err); !ok || e.Kind != kind {
		t.Errorf("err = %v, want no such %s", err, kind)
	}
}

func TestAccountsThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		newAccount(t, s, "ada@meridian.example")
		good := Account{Email: "bo@meridian.example", Name: "Bo", Role: Auditor, PasswordHash: "$hash$"}
		for name, change := range map[string]func(*Account){
			"address taken":  func(a *Account) { a.Email = "ADA@meridian.example" },
			"no address":     func(a *Account) { a.Email = "ada" },
			"name in it":     func(a *Account) { a.Email = "Bo <bo@meridian.example>" },
			"no name":        func(a *Account) { a.Name = " " },
			"unknown role":   func(a *Account) { a.Role = "owner" },
			"role's letters": func(a *Account) { a.Role = "Administrator" },
			"a machine's":    func(a *Account) { a.Subject = "x@clients" },
			"no password":    func(a *Account) { a.PasswordHash = "" },
		} {
			a := good
			change(&a)
			err := s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.CreateAccount(t.Context(), a)
				return err
			})
			taken, isTaken := errors.AsType[*TakenError](err)
			if err == nil || isTaken != (name == "address taken") || isTaken && taken.Kind != Accounts {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := count(t, s, "accounts"); n != 1 {
			t.Errorf("%d accounts, want 1", n)
		}
	})
}

func TestAccountJournalHasNoHashes(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		a := newAccount(t, s, "ada@meridian.example")
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error { return tx.SetPassword(ctx, a.Subject, "$other hash$") })
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error { return tx.DeleteAnyAccount(ctx, a.Subject) })
		var actions []string
		err := s.View(t.Context(), func(tx *Tx) error {
			entries, err := tx.Journal(t.Context(), 0, 10)
			for _, e := range entries {
				actions = append(actions, e.Action)
				if e.ObjectID != a.Subject || strings.Contains(string(e.Before)+string(e.After), "hash") {
					t.Errorf("entry = %+v", e)
				}
			}
			return err
		})
		if got := strings.Join(actions, " "); err != nil || got != "account.create account.password account.delete" {
			t.Errorf("journal = %s, %v", got, err)
		}
		for name, fn := range map[string]func(tx *Tx) error{
			"password": func(tx *Tx) error { return tx.SetPassword(t.Context(), a.Subject, "$hash$") },
			"delete":   func(tx *Tx) error { return tx.DeleteAccount(t.Context(), a.Subject) },
		} {
			if err := s.Update(t.Context(), fn); err == nil {
				t.Errorf("%s of an account that is gone: no error", name)
			} else {
				notFound(t, err, Accounts)
			}
		}
	})
}

// A new password, or the end of an account, ends what the old one began.
func TestAccountChangesEndSignIns(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for name, change := range map[string]func(ctx context.Context, tx *Tx, subject string) error{
			"password": func(ctx context.Context, tx *Tx, subject string) error { return tx.SetPassword(ctx, subject, "$new$") },
			"delete":   func(ctx context.Context, tx *Tx, subject string) error { return tx.DeleteAccount(ctx, subject) },
		} {
			a, other := newAccount(t, s, name+"@meridian.example"), newAccount(t, s, name+"2@meridian.example")
			mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
				for _, subject := range []string{a.Subject, other.Subject} {
					token := RefreshToken{Hash: subject, Family: subject, Subject: subject, Client: "c", Expires: time.Now().Add(time.Hour)}
					if err := tx.AddRefreshToken(ctx, token); err != nil {
						return err
					}
				}
				return change(ctx, tx, a.Subject)
			})
			err := s.View(t.Context(), func(tx *Tx) error {
				_, err := tx.RefreshToken(t.Context(), a.Subject)
				notFound(t, err, RefreshTokens)
				_, err = tx.RefreshToken(t.Context(), other.Subject)
				return err
			})
			if err != nil {
				t.Errorf("%s: somebody else was signed out: %v", name, err)
			}
		}
	})
}

// The last administrator stays one (AZ-09): neither removed nor given another role, and
// not by two who do so to each other at once.
func TestAZ09TheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		a, b := newAccount(t, s, "ada@meridian.example"), newAccount(t, s, "bob@meridian.example")
		takes := []func(tx *Tx, subject string) error{
			func(tx *Tx, subject string) error { return tx.DeleteAccount(t.Context(), subject) },
			func(tx *Tx, subject string) error { return tx.SetAccountRole(t.Context(), subject, Auditor) },
		}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i, subject := range []string{a.Subject, b.Subject} {
			wg.Go(func() {
				errs[i] = s.Update(t.Context(), func(tx *Tx) error { return takes[i](tx, subject) })
			})
		}
		wg.Wait()
		last, one := errors.AsType[*LastAdministratorError](errs[0])
		if !one {
			last, one = errors.AsType[*LastAdministratorError](errs[1])
		}
		if !one || errs[0] != nil && errs[1] != nil {
			t.Fatalf("errors %v and %v, want one of them", errs[0], errs[1])
		}
		mustUpdate(t, s, func(ctx context.Context, tx *Tx) error {
			left, err := tx.AccountByEmail(ctx, last.Email)
			if err != nil || left.Role != Administrator {
				t.Errorf("left %+v, %v", left, err)
			}
			for _, take := range takes {
				if _, refused := errors.AsType[*LastAdministratorError](take(tx, left.Subject)); !refused {
					t.Error("the last administrator is none any more")
				}
			}
			return tx.SetAccountRole(ctx, left.Subject, Administrator)
		})
	})
}
