package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"trellis/cmd/internal/store"
)

// Size is how large a generated organisation is. The same size and seed give
// the same organisation each time.
type Size struct {
	Groups, Users, Memberships int
	Depth                      int // how many groups stand above one another at most
	Seed                       uint64
}

// Check says what of a size cannot be.
func (s Size) Check() error {
	var problems []error
	if s.Groups < 1 || s.Users < 1 {
		problems = append(problems, errors.New("an organisation has at least one group and one user"))
	}
	if s.Depth < 1 || s.Depth > s.Groups {
		problems = append(problems, fmt.Errorf("%d groups cannot stand %d deep", s.Groups, s.Depth))
	}
	if s.Memberships < 0 || s.Memberships/max(s.Users, 1) >= max(s.Groups, 1) {
		problems = append(problems, fmt.Errorf("%d users of %d groups cannot have %d memberships", s.Users, s.Groups, s.Memberships))
	}
	return errors.Join(problems...)
}

// Generate fills an empty tenant with an organisation of that size, in one
// transaction: groups that nest in a random acyclic graph, mappings, applications
// with roles and permissions, users and their memberships. A tenant that has
// groups is store.ErrNotEmpty.
func Generate(ctx context.Context, s *store.Store, size Size, now time.Time) error {
	if err := size.Check(); err != nil {
		return err
	}
	o, err := meridian()
	if err != nil {
		return err
	}
	ctx = store.WithActor(ctx, store.Actor{Subject: "generated organisation", Client: "cli"})
	filling := newGenerator(o, size, now).filling()
	return s.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Fill(ctx, filling, size); err != nil {
			return fmt.Errorf("generating an organisation: %w", err)
		}
		return nil
	})
}
