package mgmt

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// Account is somebody who may sign in. Password is there when it was just made.
type Account struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	Name      string `json:"name"`
	Role      string `json:"role"`
	CreatedAt string `json:"created_at"`
	Password  string `json:"password,omitempty"`
}

// Accounts returns who may sign in. An API of Auth0 has no such call: 404.
func (c *Client) Accounts(ctx context.Context) ([]Account, error) {
	return whole(func(q ListQuery) (Page[Account], error) {
		var out struct {
			Accounts []Account `json:"accounts"`
			Total    int       `json:"total"`
		}
		err := c.get(ctx, []string{"accounts"}, q.values(), &out)
		if err == nil {
			err = upstream.CheckList(out.Accounts, func(a Account) string { return a.ID })
		}
		if err != nil {
			return Page[Account]{}, fmt.Errorf("listing accounts: %w", err)
		}
		return Page[Account]{Items: out.Accounts, Total: out.Total}, nil
	})
}

// CreateAccount lets somebody sign in, with the password that comes back.
func (c *Client) CreateAccount(ctx context.Context, email, name, role string) (Account, error) {
	return c.password(ctx, []string{"accounts"}, map[string]string{"email": email, "name": name, "role": role}, "adding an account")
}

// ResetPassword gives somebody another password, which comes back.
func (c *Client) ResetPassword(ctx context.Context, id string) (Account, error) {
	return c.password(ctx, []string{"accounts", id, "reset-password"}, nil, "resetting a password")
}

func (c *Client) password(ctx context.Context, path []string, in any, what string) (Account, error) {
	var out Account
	err := c.exchange(ctx, http.MethodPost, path, in, &out)
	if err == nil {
		err = upstream.CheckRecord(out.Password)
	}
	if err != nil {
		return Account{}, fmt.Errorf("%s: %w", what, err)
	}
	return out, nil
}

// SetAccountRole gives somebody another role.
func (c *Client) SetAccountRole(ctx context.Context, id, role string) error {
	if err := c.send(ctx, http.MethodPatch, []string{"accounts", id}, map[string]string{"role": role}); err != nil {
		return fmt.Errorf("changing the role of account %q: %w", id, err)
	}
	return nil
}

// DeleteAccount lets somebody sign in no more.
func (c *Client) DeleteAccount(ctx context.Context, id string) error {
	if err := c.send(ctx, http.MethodDelete, []string{"accounts", id}, nil); err != nil {
		return fmt.Errorf("deleting account %q: %w", id, err)
	}
	return nil
}
