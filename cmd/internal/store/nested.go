package store

import (
	"context"
	"fmt"
	"slices"

	"trellis/web/access"
)

// Nested is the ids of the groups directly inside a group, in the order of
// adding, those that are gone included.
func (tx *Tx) Nested(ctx context.Context, group string) ([]string, error) {
	if _, err := tx.Group(ctx, group); err != nil {
		return nil, err
	}
	nested, err := tx.listsOf(ctx, nestedList(), []string{group})
	return nested[group], err
}

// Graph is every group and how they nest.
func (tx *Tx) Graph(ctx context.Context) (*access.Graph, error) {
	groups, err := tx.groups(ctx, ` order by seq`)
	if err != nil {
		return nil, err
	}
	nested := map[string][]string{}
	err = tx.pairs(ctx, func(group, id string) { nested[group] = append(nested[group], id) },
		`select group_id, nested_id from group_nested order by seq`)
	if err != nil {
		return nil, fmt.Errorf("reading nested groups: %w", err)
	}
	vertices := make([]access.Group, len(groups))
	for i, g := range groups {
		vertices[i] = access.Group{ID: g.ID, Name: g.Name, Nested: nested[g.ID]}
	}
	return access.New(vertices), nil
}

// AddNested puts groups inside a group. The group itself is passed over;
// groups that do not exist are an UnknownError, and nesting that closes a cycle
// is a CycleError unless the store allows cycles.
func (tx *Tx) AddNested(ctx context.Context, group string, ids []string) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == group })
	if err := tx.allExist(ctx, Groups, "groups", ids); err != nil {
		return err
	}
	if !tx.store.allowCycles {
		graph, err := tx.Graph(ctx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if cycle := graph.Cycle(group, id); cycle != nil {
				return &CycleError{Path: cycle}
			}
		}
	}
	return tx.addTo(ctx, nestedList(), group, ids)
}

// RemoveNested takes groups out of a group.
func (tx *Tx) RemoveNested(ctx context.Context, group string, ids []string) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	return tx.removeFrom(ctx, nestedList(), group, ids)
}

// allExist refuses ids that no record of table has.
func (tx *Tx) allExist(ctx context.Context, kind Kind, table string, ids []string) error {
	known := map[string]bool{}
	for some := range slices.Chunk(ids, batch) {
		found, err := tx.texts(ctx, `select id from `+table+` where id in (`+places(1, len(some))+`)`, anys(some)...)
		if err != nil {
			return fmt.Errorf("looking for %s: %w", table, err)
		}
		for _, id := range found {
			known[id] = true
		}
	}
	var unknown []string
	for _, id := range ids {
		if !known[id] {
			unknown = append(unknown, id)
			known[id] = true // named once
		}
	}
	if len(unknown) > 0 {
		return &UnknownError{Kind: kind, IDs: unknown}
	}
	return nil
}
