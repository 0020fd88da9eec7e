package main

import (
	"context"
	"errors"
	"time"

	"trellis/cmd/internal/demo"
	"trellis/cmd/internal/store"
)

type demoDataCommand struct {
	Groups      int    `default:"10000" help:"How many groups."`
	Users       int    `default:"100000" help:"How many users."`
	Memberships int    `default:"1000000" help:"How many direct memberships."`
	Depth       int    `default:"12" help:"How many groups stand above one another at most."`
	Seed        uint64 `default:"1" help:"The same seed makes the same organisation."`
}

// Run fills an empty tenant with an organisation of that size.
func (c *demoDataCommand) Run(ctx context.Context, i *invocation) error {
	size := demo.Size{Groups: c.Groups, Users: c.Users, Memberships: c.Memberships, Depth: c.Depth, Seed: c.Seed}
	if err := size.Check(); err != nil {
		return misuse{err}
	}
	begun := time.Now()
	err := i.with(ctx, func(ctx context.Context, s *store.Store) error { return demo.Generate(ctx, s, size, begun) })
	if errors.Is(err, store.ErrNotEmpty) {
		return misuse{errors.New("demo-data fills an empty tenant, and this one has groups; begin another with --data")}
	}
	if err != nil {
		return err
	}
	return i.printf("Generated: groups %d, users %d, memberships %d, in %s.\n",
		c.Groups, c.Users, c.Memberships, time.Since(begun).Round(100*time.Millisecond))
}
