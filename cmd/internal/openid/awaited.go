package openid

import (
	"context"

	"trellis/cmd/internal/store"
)

// admit makes who a member of the groups that wait for its address. The address of
// an account counts as verified: the tenant's operator gave it. When it fails the
// person signs in all the same, and the groups wait for the next time.
func (p *Provider) admit(ctx context.Context, who store.Account, client string) {
	var awaited bool
	err := p.store.View(ctx, func(tx *store.Tx) (err error) {
		awaited, err = tx.IsAwaited(ctx, who.Email)
		return err
	})
	if err == nil && awaited { // most sign-ins need no change
		ctx = store.WithActor(ctx, store.Actor{Subject: who.Subject, Client: client})
		err = p.store.Update(ctx, func(tx *store.Tx) error { return tx.Admit(ctx, who.Subject, who.Email) })
	}
	if err != nil {
		p.log.ErrorContext(ctx, "openid: groups go on waiting for somebody who signed in", "err", err, "subject", who.Subject)
	}
}
