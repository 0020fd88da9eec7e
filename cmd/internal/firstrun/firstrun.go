package firstrun

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"trellis/cmd/internal/demo"
	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/store"
)

// defaultAdmin is who the first administrator is when a terminal asks for one
// and nobody said who.
const defaultAdmin = "admin@localhost"

// Request says who the first administrator shall be.
type Request struct {
	// Email is the address that was asked for, "" when none was.
	Email string
	// Terminal says that a person sees what is printed, and only a person.
	Terminal bool
	// Data is the flags that lead to this tenant, for the advice.
	Data string
	Out  io.Writer
}

// Administrator makes the first administrator of a tenant without accounts. A
// tenant that has accounts is left as it is.
func Administrator(ctx context.Context, s *store.Store, r Request) error {
	email := r.Email
	if email == "" && r.Terminal {
		email = defaultAdmin
	}
	password := openid.OneTimePassword()
	made, err := first(ctx, s, email, password)
	switch {
	case err != nil:
		return fmt.Errorf("making the first administrator: %w", err)
	case made:
		return say(r.Out, "The first administrator is %s, and the password is %s\nIt is shown only now. Choose another with: trellis account passwd %s%s\n", email, password, email, r.Data)
	case r.Email != "":
		return say(r.Out, "--first-admin made nobody: there are accounts already. See them with: trellis account list%s\n", r.Data)
	case email == "":
		return advise(ctx, s, r)
	}
	return nil
}

// advise says how to make the first administrator, where there is none.
func advise(ctx context.Context, s *store.Store, r Request) error {
	accounts, err := list(ctx, s)
	if err != nil || len(accounts) > 0 {
		return err
	}
	return say(r.Out, "Nobody can sign in yet. Make the first administrator with: trellis account add EMAIL --role administrator%s\n", r.Data)
}

// first adds an administrator unless there are accounts, and reports whether
// it did. Looking and adding are one transaction: two servers that start at
// once on one database make one administrator.
func first(ctx context.Context, s *store.Store, email, password string) (made bool, err error) {
	if email == "" {
		return false, nil
	}
	hash := openid.HashPassword(password)
	ctx = store.WithActor(ctx, store.Actor{Subject: "first start", Client: "cli"})
	err = s.Update(ctx, func(tx *store.Tx) error {
		made = false
		accounts, err := tx.Accounts(ctx)
		if err != nil || len(accounts) > 0 {
			return err
		}
		_, err = tx.CreateAccount(ctx, store.Account{Email: email, Name: "Administrator", Role: store.Administrator, PasswordHash: hash})
		made = err == nil
		return err
	})
	return made, err
}

func list(ctx context.Context, s *store.Store) (accounts []store.Account, err error) {
	err = s.View(ctx, func(tx *store.Tx) (err error) {
		accounts, err = tx.Accounts(ctx)
		return err
	})
	return accounts, err
}

// ErrNotSample says that --demo was asked of a tenant that is somebody's own.
var ErrNotSample = errors.New("this tenant is not the sample organisation, and --demo would let anybody in as its administrator; leave --demo out, or name another folder with --data")

// Sample makes the sample organisation and its accounts out of an empty tenant,
// all or nothing. In a tenant that is the sample already, it only makes the
// accounts that are missing. The accounts' passwords are random and nobody is
// told: the sign-in page of --demo lets people in with a click. A tenant of
// somebody's own is refused with ErrNotSample.
func Sample(ctx context.Context, s *store.Store, now time.Time) error {
	return s.Update(ctx, func(tx *store.Tx) error {
		present, err := tx.Accounts(ctx)
		if err != nil {
			return err
		}
		missing := slices.DeleteFunc(demo.Accounts(), func(a demo.Account) bool {
			return slices.ContainsFunc(present, func(b store.Account) bool { return a.Email == b.Email })
		})
		if len(missing) == len(demo.Accounts()) { // not the sample yet
			if err := mayBecomeSample(ctx, tx, present); err != nil {
				return err
			}
			if err := demo.Load(ctx, tx, now); err != nil {
				return err
			}
		}
		return sampleAccounts(ctx, tx, missing)
	})
}

// mayBecomeSample refuses a tenant in which there is anything beyond what its
// first start made.
func mayBecomeSample(ctx context.Context, tx *store.Tx, accounts []store.Account) error {
	d, err := tx.Export(ctx)
	if err != nil {
		return err
	}
	d.Connections = slices.DeleteFunc(d.Connections, func(c store.Connection) bool {
		return c.Name == ownConnection.Name && c.Strategy == ownConnection.Strategy
	})
	if len(accounts)+recordsOf(d) > 0 {
		return ErrNotSample
	}
	return nil
}

// recordsOf is how many records d has; a machine is one of its clients.
func recordsOf(d store.Document) int {
	return len(d.Configuration) + len(d.Groups) + len(d.Roles) + len(d.Permissions) + len(d.Applications) + len(d.Rules) +
		len(d.Users) + len(d.Connections) + len(d.Clients) + len(d.ResourceServers) + len(d.UserPermissions) + len(d.CoreRoles)
}

func sampleAccounts(ctx context.Context, tx *store.Tx, missing []demo.Account) error {
	ctx = store.WithActor(ctx, demo.Maker())
	for _, a := range missing {
		hash := openid.HashPassword(rand.Text())
		_, err := tx.CreateAccount(ctx, store.Account{Email: a.Email, Name: a.Name, Role: a.Role, PasswordHash: hash})
		if err != nil {
			return fmt.Errorf("making the sample account %s: %w", a.Email, err)
		}
	}
	return nil
}

func say(w io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintf(w, format, args...)
	return err
}
