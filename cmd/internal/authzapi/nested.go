package authzapi

import (
	"cmp"
	"context"
	"slices"

	"trellis/cmd/internal/store"
)

func listNested(ctx context.Context, c *call) (any, error) {
	ids, err := c.tx.Nested(ctx, c.id)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	groups, err := c.tx.GroupsByID(ctx, ids, wholeNeeded(fields))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(groups, func(a, b store.Group) int { return cmp.Compare(a.Name, b.Name) })
	if !slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(counted(), f) }) {
		return listing(c, "nested", withGone(c.query, ids, groups, func(g store.Group) string { return g.ID }))
	}
	records, err := countedRecords(ctx, c.tx, groups)
	if err != nil {
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
