package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// AccountRole is what an account may do in the dashboard. Which scopes that
// means is for package openid to say.
const (
	Administrator = "administrator"
	HelpDesk      = "help-desk"
	Auditor       = "auditor"
)

// AccountRoles is every role that an account can have.
func AccountRoles() []string { return []string{Administrator, HelpDesk, Auditor} }

// Account is a person who can sign in to the dashboard.
type Account struct {
	Subject, Email, Name, Role, PasswordHash string
	Created, Updated                         time.Time
}

// summary is what the journal tells of an account: no password, not even a hash.
func (a Account) summary() map[string]string {
	return map[string]string{"email": a.Email, "name": a.Name, "role": a.Role}
}

const accountColumns = `subject, email, name, role, password_hash, created, updated`

// CreateAccount adds a, and returns it with the subject that it got. Two
// accounts never share an address, in whatever case its letters are.
func (tx *Tx) CreateAccount(ctx context.Context, a Account) (Account, error) {
	a.Email, a.Name = strings.TrimSpace(a.Email), strings.TrimSpace(a.Name)
	if err := a.check(); err != nil {
		return Account{}, err
	}
	if a.Subject == "" {
		a.Subject = newSubject()
	}
	a.Created, a.Updated = tx.now(), tx.now()
	_, err := tx.change(ctx, `insert into accounts(subject, email, email_key, name, role, password_hash, created, updated)
		values($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.Subject, a.Email, fold(a.Email), a.Name, a.Role, a.PasswordHash, a.Created.UnixMilli(), a.Updated.UnixMilli())
	if tx.store.dialect.duplicate(err) {
		return Account{}, &TakenError{Kind: Accounts, Name: a.Email}
	}
	if err != nil {
		return Account{}, fmt.Errorf("adding an account: %w", err)
	}
	return a, tx.record(ctx, "account.create", "account", a.Subject, nil, a.summary())
}

func (a Account) check() error {
	address, err := mail.ParseAddress(a.Email)
	switch {
	case err != nil, address.Address != a.Email:
		return fmt.Errorf("%q is no email address", a.Email)
	case a.Name == "":
		return fmt.Errorf("the account of %s needs a name", a.Email)
	case strings.HasSuffix(a.Subject, "@clients"):
		return fmt.Errorf("the subject %q would pass for an application", a.Subject)
	case !slices.Contains(AccountRoles(), a.Role):
		return fmt.Errorf("%q is no role of an account; use one of %s", a.Role, strings.Join(AccountRoles(), ", "))
	case a.PasswordHash == "":
		return fmt.Errorf("the account of %s needs a password", a.Email)
	}
	return nil
}

func newSubject() string {
	b := make([]byte, 12)
	rand.Read(b)
	return "auth0|" + hex.EncodeToString(b)
}

// Accounts is every account, in order of creation.
func (tx *Tx) Accounts(ctx context.Context) ([]Account, error) {
	return tx.accounts(ctx, `select `+accountColumns+` from accounts order by seq`)
}

// Account is the account of subject.
func (tx *Tx) Account(ctx context.Context, subject string) (Account, error) {
	return tx.account(ctx, subject, `select `+accountColumns+` from accounts where subject = $1`, subject)
}

// AccountByEmail is the account with that address, in any case of its letters.
func (tx *Tx) AccountByEmail(ctx context.Context, email string) (Account, error) {
	return tx.account(ctx, email, `select `+accountColumns+` from accounts where email_key = $1`, fold(strings.TrimSpace(email)))
}

// SetPassword replaces the password of subject, and ends every sign-in that
// the old one began.
func (tx *Tx) SetPassword(ctx context.Context, subject, hash string) error {
	n, err := tx.change(ctx, `update accounts set password_hash = $1, updated = $2 where subject = $3`, hash, tx.now().UnixMilli(), subject)
	if err != nil {
		return fmt.Errorf("setting a password: %w", err)
	}
	if n == 0 {
		return &NotFoundError{Kind: Accounts, ID: subject}
	}
	if err := tx.RevokeSubject(ctx, subject); err != nil {
		return err
	}
	return tx.record(ctx, "account.password", "account", subject, nil, nil)
}

// SetAccountRole gives subject another role. It counts from the next token on. The
// last administrator stays one, or it is a LastAdministratorError.
func (tx *Tx) SetAccountRole(ctx context.Context, subject, role string) error {
	was, err := tx.Account(ctx, subject)
	if err != nil || was.Role == role {
		return err
	}
	is := was
	is.Role = role
	if err := is.check(); err != nil {
		return err
	}
	if err := tx.spare(ctx, was); err != nil {
		return err
	}
	if _, err := tx.change(ctx, `update accounts set role = $1, updated = $2 where subject = $3`, role, tx.now().UnixMilli(), subject); err != nil {
		return fmt.Errorf("setting a role: %w", err)
	}
	return tx.record(ctx, "account.update", "account", subject, was.summary(), is.summary())
}

// spare refuses to take the role from the last administrator. Changes are made one
// after the other, so two administrators cannot take it from each other at once.
func (tx *Tx) spare(ctx context.Context, a Account) error {
	if a.Role != Administrator {
		return nil
	}
	another, err := tx.exists(ctx, `select 1 from accounts where role = $1 and subject <> $2`, Administrator, a.Subject)
	if err == nil && !another {
		err = &LastAdministratorError{a.Email}
	}
	return err
}

// DeleteAccount removes subject's account and ends every sign-in of it. Unless the
// tenant also knows a user of that id, it is gone from groups and roles. That of the
// last administrator stays: it is a LastAdministratorError.
func (tx *Tx) DeleteAccount(ctx context.Context, subject string) error {
	a, err := tx.Account(ctx, subject)
	if err != nil {
		return err
	}
	if err := tx.spare(ctx, a); err != nil {
		return err
	}
	return tx.deleteAccount(ctx, a)
}

// DeleteAnyAccount is DeleteAccount, also of the last administrator: for whoever can
// make another one past the APIs.
func (tx *Tx) DeleteAnyAccount(ctx context.Context, subject string) error {
	a, err := tx.Account(ctx, subject)
	if err != nil {
		return err
	}
	return tx.deleteAccount(ctx, a)
}

func (tx *Tx) deleteAccount(ctx context.Context, a Account) error {
	subject := a.Subject
	if _, err := tx.change(ctx, `delete from accounts where subject = $1`, subject); err != nil {
		return fmt.Errorf("deleting an account: %w", err)
	}
	if err := tx.RevokeSubject(ctx, subject); err != nil {
		return err
	}
	user, err := tx.exists(ctx, `select 1 from users where user_id = $1`, subject)
	if err != nil {
		return err
	}
	if !user {
		if err := tx.DropUser(ctx, subject); err != nil {
			return err
		}
	}
	return tx.record(ctx, "account.delete", "account", subject, a.summary(), nil)
}

func (tx *Tx) account(ctx context.Context, id, query string, args ...any) (Account, error) {
	found, err := tx.accounts(ctx, query, args...)
	if err != nil {
		return Account{}, err
	}
	if len(found) == 0 {
		return Account{}, &NotFoundError{Kind: Accounts, ID: id}
	}
	return found[0], nil
}

func (tx *Tx) accounts(ctx context.Context, query string, args ...any) ([]Account, error) {
	var out []Account
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var a Account
		var created, updated int64
		if err := r.Scan(&a.Subject, &a.Email, &a.Name, &a.Role, &a.PasswordHash, &created, &updated); err != nil {
			return err
		}
		a.Created, a.Updated = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
		out = append(out, a)
		return nil
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading accounts: %w", err)
	}
	return out, nil
}
