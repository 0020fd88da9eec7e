package mgmtapi

import (
	"cmp"
	"context"
	"net/http"
	"net/mail"
	"strings"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// account is somebody who may sign in to the dashboard. Password is told once.
type account struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	Name      string `json:"name"`
	Role      string `json:"role"`
	CreatedAt string `json:"created_at"`
	Password  string `json:"password,omitempty"`
}

func toldAccount(o store.Account, password string) account {
	return account{o.Subject, o.Email, o.Name, o.Role, o.Created.Format("2006-01-02T15:04:05.000Z"), password}
}

// GET /accounts
func (a *api) listAccounts(c *call) error {
	var all []store.Account
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Accounts(c.Request().Context())
		return err
	})
	if err != nil {
		return err
	}
	w := c.window()
	shown := []account{}
	for _, o := range cut(all, w) {
		shown = append(shown, toldAccount(o, ""))
	}
	return c.list(w, "accounts", shown, len(all))
}

// POST /accounts
func (a *api) createAccount(c *call) error {
	var in account
	if err := c.decode(&in); err != nil {
		return err
	}
	in.Email = strings.TrimSpace(in.Email)
	if address, err := mail.ParseAddress(in.Email); err != nil || address.Address != in.Email {
		return badBody("email: it is no email address")
	}
	if err := tellable(in.Name); err != nil {
		return err
	}
	password, hash := a.newPassword()
	ctx := c.Request().Context()
	var o store.Account
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if err := a.mayMake(ctx, tx, c.who, in.Role); err != nil {
			return err
		}
		o, err = tx.CreateAccount(ctx, store.Account{
			Email: in.Email, Name: cmp.Or(strings.TrimSpace(in.Name), in.Email), Role: in.Role, PasswordHash: hash,
		})
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, toldAccount(o, password))
}

// PATCH /accounts/{id}
func (a *api) updateAccount(c *call) error {
	var in account
	if err := c.decode(&in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var o store.Account
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if in.Role != store.Administrator {
			if err := spared(ctx, tx, c.who, c.id); err != nil {
				return err
			}
		}
		if err := a.mayMake(ctx, tx, c.who, in.Role); err != nil {
			return err
		}
		if err := tx.SetAccountRole(ctx, c.id, in.Role); err != nil {
			return err
		}
		o, err = tx.Account(ctx, c.id)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, toldAccount(o, ""))
}

// POST /accounts/{id}/reset-password
func (a *api) resetPassword(c *call) error {
	password, hash := a.newPassword()
	ctx := c.Request().Context()
	var o store.Account
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if o, err = tx.Account(ctx, c.id); err != nil {
			return err
		}
		if err := a.mayBe(ctx, tx, c.who, o); err != nil {
			return err
		}
		return tx.SetPassword(ctx, c.id, hash)
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, toldAccount(o, password))
}

// DELETE /accounts/{id}
func (a *api) deleteAccount(c *call) error {
	return a.change(c, http.StatusNoContent, nil, func(ctx context.Context, tx *store.Tx) error {
		if err := spared(ctx, tx, c.who, c.id); err != nil {
			return err
		}
		return tx.DeleteAccount(ctx, c.id)
	})
}

// spared refuses to take the administrator's role from who asks: they could not give
// it back. That the last one keeps it the store sees to.
func spared(ctx context.Context, tx *store.Tx, who bearer.Principal, id string) error {
	o, err := tx.Account(ctx, id)
	if err == nil && o.Role == store.Administrator && who.Subject == id {
		return lockedOut("You cannot take this from yourself. Another administrator can.")
	}
	return err
}
