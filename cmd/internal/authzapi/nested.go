package authzapi

import (
	"cmp"
	"context"
	"slices"

	"trellis/cmd/internal/store"
)

func (s *Server) listNested(ctx context.Context, c *call) (any, error) {
	ids, err := c.tx.Nested(ctx, c.id)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	groups, err := c.tx.GroupsByID(ctx, ids, false)
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, c.tx, groups, fields); err != nil {
		return nil, err
	}
	slices.SortStableFunc(groups, func(a, b store.Group) int { return cmp.Compare(a.Name, b.Name) })
	if fields == nil || !isWanted(fields, counted()...) {
		return listing(c, "nested", withGone(c.query, ids, groups, func(g store.Group) string { return g.ID }))
	}
	records, err := recordsOf(groups, nil)
	if err != nil {
		return nil, err
	}
	if err := s.count(ctx, c.tx, groups, records, fields); err != nil {
		return nil, err
	}
	return listing(c, "nested", withGone(c.query, ids, records, func(r record) string { return r.text("_id") }))
}

func (s *Server) addNested(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error {
		if err := s.mayAddNested(ctx, c, c.id, ids); err != nil {
			return err
		}
		return c.tx.AddNested(ctx, c.id, ids)
	})
}

func removeNested(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(ids []string) error { return c.tx.RemoveNested(ctx, c.id, ids) })
}
