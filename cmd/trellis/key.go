package main

import (
	"context"
	"fmt"
	"io/fs"

	"trellis/cmd/internal/keys"
	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/store"
)

// openidSeal is the purpose of the key that seals the tenant's signing keys.
const openidSeal = "openid seal"

type keyRotate struct{}

// Run puts a new master key in front of the old ones. It may run beside a
// server, which reads them when it starts.
func (c *keyRotate) Run(i *invocation) error {
	if err := i.hasMasterKey(); err != nil {
		return err
	}
	if err := keys.Rotate(i.dir().MasterKey()); err != nil {
		return err
	}
	return i.printf("There is a new master key. Restart the server to use it. 12 hours later, run trellis key forget.\n")
}

type keyForget struct{}

// Run leaves only the newest master key, unless the tenant's signing keys still
// need an old one: the server seals them anew when it starts.
func (c *keyForget) Run(ctx context.Context, i *invocation) error {
	if err := i.hasMasterKey(); err != nil {
		return err
	}
	ring, err := keys.Load(i.dir().MasterKey())
	if err != nil {
		return err
	}
	err = i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		if err := openid.CheckSeal(ctx, s, ring.Key(openidSeal, 32)); err != nil {
			return fmt.Errorf("the newest master key is not in use yet: %w; restart the server first", err)
		}
		return s.Update(ctx, func(tx *store.Tx) error { return tx.ResealAPIKey(ctx) })
	})
	if err != nil {
		return err
	}
	old, err := keys.Forget(i.dir().MasterKey())
	if err != nil {
		return err
	}
	return i.printf("Old master keys forgotten: %d.\n", old)
}

// hasMasterKey refuses a folder in which nothing was sealed yet.
func (i *invocation) hasMasterKey() error {
	if i.dir().HasMasterKey() {
		return nil
	}
	return misuse{fmt.Errorf("there is no master key in %s: %w; name its folder with --data", i.dir(), fs.ErrNotExist)}
}
