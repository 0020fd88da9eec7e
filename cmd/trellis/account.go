package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"trellis/cmd/internal/config"
	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/store"
)

// password is where an account's password comes from.
type password struct {
	PasswordStdin bool `help:"Read the password from standard input. Without this flag a random one is made and printed once."`
}

// choose is the password, and whether it must be shown.
func (p password) choose(in io.Reader) (text string, show bool, err error) {
	if !p.PasswordStdin {
		return openid.OneTimePassword(), true, nil
	}
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, fmt.Errorf("reading the password: %w", err)
	}
	text = strings.TrimRight(line, "\r\n")
	if err := openid.CheckPassword(text); err != nil {
		return "", false, misuse{err}
	}
	return text, false, nil
}

// told prints what became of an account, and the password where it is new.
func told(i *invocation, what, text string, show bool) error {
	if !show {
		return i.printf("%s.\n", what)
	}
	return i.printf("%s. The password, shown only now: %s\n", what, text)
}

type accountAdd struct {
	Email string `arg:"" help:"The address to sign in with."`
	Role  string `required:"" enum:"administrator,help-desk,auditor" placeholder:"ROLE" help:"administrator may do everything; help-desk may read everything, change who is in a group and what a user may do; auditor may read everything."`
	Name  string `placeholder:"NAME" help:"The person's name. Default: the address."`
	password
}

// Run adds the account.
func (c *accountAdd) Run(ctx context.Context, i *invocation) error {
	if err := config.CheckEmail(c.Email); err != nil {
		return misuse{err}
	}
	text, show, err := c.choose(i.In)
	if err != nil {
		return err
	}
	a := store.Account{Email: c.Email, Name: cmp.Or(strings.TrimSpace(c.Name), c.Email), Role: c.Role, PasswordHash: openid.HashPassword(text)}
	err = i.with(ctx, func(ctx context.Context, s *store.Store) error {
		return s.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.CreateAccount(ctx, a)
			return err
		})
	})
	if _, taken := errors.AsType[*store.TakenError](err); taken {
		return fmt.Errorf("%s has an account already; see: trellis account list", c.Email)
	}
	if err != nil {
		return err
	}
	return told(i, fmt.Sprintf("%s can sign in as %s", c.Email, c.Role), text, show)
}

type accountList struct{}

// Run lists the accounts.
func (c *accountList) Run(ctx context.Context, i *invocation) error {
	return i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		return s.View(ctx, func(tx *store.Tx) error {
			accounts, err := tx.Accounts(ctx)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(i.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "EMAIL\tNAME\tROLE\tADDED")
			for _, a := range accounts {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Email, a.Name, a.Role, a.Created.Format("2006-01-02"))
			}
			return w.Flush()
		})
	})
}

type accountPasswd struct {
	Email string `arg:"" help:"Whose password."`
	password
}

// Run sets the password.
func (c *accountPasswd) Run(ctx context.Context, i *invocation) error {
	text, show, err := c.choose(i.In)
	if err != nil {
		return err
	}
	hash := openid.HashPassword(text)
	err = i.change(ctx, c.Email, func(ctx context.Context, tx *store.Tx, a store.Account) error {
		return tx.SetPassword(ctx, a.Subject, hash)
	})
	if err != nil {
		return err
	}
	return told(i, c.Email+" has another password", text, show)
}

type accountRemove struct {
	Email string `arg:"" help:"Whose account."`
	Force bool   `help:"Remove the last administrator too. Nobody can change accounts then, until this command line adds another one."`
}

// Run removes the account.
func (c *accountRemove) Run(ctx context.Context, i *invocation) error {
	err := i.change(ctx, c.Email, func(ctx context.Context, tx *store.Tx, a store.Account) error {
		if c.Force {
			return tx.DeleteAnyAccount(ctx, a.Subject)
		}
		return tx.DeleteAccount(ctx, a.Subject)
	})
	if _, last := errors.AsType[*store.LastAdministratorError](err); last {
		return fmt.Errorf("%s is the last administrator. Make another one first (trellis account add EMAIL --role administrator%s), or repeat this with --force", c.Email, i.flags())
	}
	if err != nil {
		return err
	}
	return i.printf("%s can sign in no more.\n", c.Email)
}

// change runs fn on the account with that address.
func (i *invocation) change(ctx context.Context, email string, fn func(context.Context, *store.Tx, store.Account) error) error {
	err := i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		return s.Update(ctx, func(tx *store.Tx) error {
			a, err := tx.AccountByEmail(ctx, email)
			if err != nil {
				return err
			}
			return fn(ctx, tx, a)
		})
	})
	if _, missing := errors.AsType[*store.NotFoundError](err); missing {
		return fmt.Errorf("%s has no account here; see: trellis account list", email)
	}
	return err
}
