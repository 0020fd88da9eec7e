package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"trellis/cmd/internal/store"
)

type migrateCommand struct {
	Status bool `help:"Only tell which steps are taken and which are pending."`
}

// Run takes the pending steps of the schema, and tells where the schema is.
func (c *migrateCommand) Run(ctx context.Context, i *invocation) error {
	if err := errors.Join(i.Data.Check(), i.mixedUp()); err != nil {
		return misuse{err}
	}
	if !i.Data.Postgres() && !i.dir().HasDatabase() {
		return misuse{fmt.Errorf("there is no tenant in %s: %w; name its folder with --data", i.dir(), fs.ErrNotExist)}
	}
	if !c.Status {
		if err := i.migrate(ctx); err != nil {
			return err
		}
	}
	steps, err := store.Migrations(ctx, store.Config{URL: i.database()})
	if err != nil {
		return err
	}
	for _, step := range steps {
		state := "pending"
		if !step.Applied.IsZero() {
			state = "applied " + step.Applied.UTC().Format("2006-01-02 15:04 UTC")
		}
		if err := i.printf("%5d  %-24s  %s\n", step.Version, step.Name, state); err != nil {
			return err
		}
	}
	return nil
}

// migrate takes the pending steps, unless a server runs on the folder: it would
// find the ground moved under its feet.
func (i *invocation) migrate(ctx context.Context) (err error) {
	if !i.Data.Postgres() {
		unlock, locked := i.dir().Lock()
		if locked != nil {
			return locked
		}
		defer func() { err = errors.Join(err, unlock()) }()
	}
	taken, err := store.Migrate(ctx, store.Config{URL: i.database(), Log: i.Log})
	if err != nil {
		return err
	}
	if len(taken) == 0 {
		return i.printf("The schema is up to date.\n")
	}
	if len(taken) == 1 {
		return i.printf("Took 1 step.\n")
	}
	return i.printf("Took %d steps.\n", len(taken))
}
