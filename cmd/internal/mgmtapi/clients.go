package mgmtapi

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"trellis/cmd/internal/store"
)

// machineType is the app_type of a client that asks for tokens of its own.
const machineType = "non_interactive"

// letters is n random letters and digits: a client's id, or its secret.
func letters(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(rand.Text())
	}
	return b.String()[:n]
}

// newSecret is a secret of more than 200 bits, and what is kept of it.
func newSecret() (secret, hash string) {
	secret = letters(64)
	sum := sha256.Sum256([]byte(secret))
	return secret, hex.EncodeToString(sum[:])
}

// toldSecret is a client with its secret, which is told only now.
func toldSecret(o store.Client, secret string) map[string]any {
	out := toldClient(o)
	out["client_secret"] = secret
	return out
}

// POST /clients
func (a *api) createClient(c *call) error {
	var in struct{ Name string }
	if err := c.decode(&in); err != nil {
		return err
	}
	if err := tellable(in.Name); err != nil {
		return err
	}
	secret, hash := newSecret()
	made := store.Client{ID: letters(32), Name: strings.TrimSpace(in.Name), AppType: machineType, SecretHash: hash}
	if made.Name == "" {
		return badBody("name: it is blank")
	}
	return a.change(c, http.StatusCreated, toldSecret(made, secret), func(ctx context.Context, tx *store.Tx) error {
		return tx.PutClient(ctx, made)
	})
}

// GET /clients/{id}
func (a *api) client(c *call) error {
	var o store.Client
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		o, err = tx.Client(c.Request().Context(), c.id)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, toldClient(o))
}

// PATCH /clients/{id}
func (a *api) updateClient(c *call) error {
	var patch struct{ Name *string }
	if err := c.decode(&patch); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var o store.Client
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if o, err = machine(ctx, tx, c.id); err != nil || patch.Name == nil {
			return err
		}
		if err := tellable(*patch.Name); err != nil {
			return err
		}
		if o.Name = strings.TrimSpace(*patch.Name); o.Name == "" {
			return badBody("name: it is blank")
		}
		return tx.PutClient(ctx, o)
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, toldClient(o))
}

// DELETE /clients/{id}
func (a *api) deleteClient(c *call) error {
	return a.change(c, http.StatusNoContent, nil, func(ctx context.Context, tx *store.Tx) error {
		if _, err := machine(ctx, tx, c.id); err != nil {
			return err
		}
		return tx.DeleteClient(ctx, c.id)
	})
}

// POST /clients/{id}/rotate-secret
func (a *api) rotateSecret(c *call) error {
	ctx := c.Request().Context()
	secret, hash := newSecret()
	var o store.Client
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if o, err = machine(ctx, tx, c.id); err != nil {
			return err
		}
		if err := a.mayKnow(ctx, tx, c.who, o); err != nil {
			return err
		}
		o.SecretHash = hash
		return tx.PutClient(ctx, o)
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, toldSecret(o, secret))
}

// machine is the client with id, if it asks for tokens of its own. The others are
// applications that people sign in to: they are only read here.
func machine(ctx context.Context, tx *store.Tx, id string) (store.Client, error) {
	o, err := tx.Client(ctx, id)
	if err == nil && o.AppType != machineType {
		return o, notPossible("Only machine clients can be changed here.")
	}
	return o, err
}
