package main

import (
	"context"
	"fmt"

	"trellis/cmd/internal/keys"
	"trellis/cmd/internal/store"
)

// loadRing reads the master key of the tenant, or makes the first one when it
// may. It makes none where a signing key shows that there was one: what that
// sealed would be lost. The signing keys are looked at first, since another
// server may be starting, and it makes the master key before them.
func (i *invocation) loadRing(ctx context.Context, tx *store.Tx, first bool) (keys.Ring, error) {
	sealed, err := tx.SigningKeys(ctx)
	if err != nil {
		return keys.Ring{}, err
	}
	if (len(sealed) > 0 || !first) && !i.dir().HasMasterKey() {
		return keys.Ring{}, fmt.Errorf("master.key is missing in %s: put it back from the backup; all servers of one database have the same", i.dir())
	}
	if err := i.dir().Make(); err != nil {
		return keys.Ring{}, err
	}
	return keys.Load(i.dir().MasterKey())
}

// sealKey is what seals the secrets that the tenant must be able to tell again.
// It reads the master key only when there is such a secret, so that most
// commands need none; who only reads makes none.
func (i *invocation) sealKey(ctx context.Context, tx *store.Tx) ([]byte, error) {
	ring, err := i.loadRing(ctx, tx, tx.Writes())
	if err != nil {
		return nil, err
	}
	return ring.Key(storeSeal, 32), nil
}

// storeSeal is the purpose of the key that seals the tenant's secrets.
const storeSeal = "store seal"

// oldSealKeys are what sealKey was with the master keys before.
func (i *invocation) oldSealKeys(ctx context.Context, tx *store.Tx) ([][]byte, error) {
	ring, err := i.loadRing(ctx, tx, false)
	if err != nil {
		return nil, err
	}
	return ring.OldKeys(storeSeal, 32), nil
}
