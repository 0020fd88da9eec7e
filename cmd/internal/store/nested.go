package store

import (
	"context"
	"database/sql"
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

// above is a group and those that contain it, at any depth, with what nests in
// them on the way to it. No other group can be on a way down to it.
func (tx *Tx) above(ctx context.Context, group Group) (*access.Graph, error) {
	vertices := []access.Group{{ID: group.ID, Name: group.Name}}
	at := map[string]int{group.ID: 0}
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var id, name, nested string
		if err := r.Scan(&id, &name, &nested); err != nil {
			return err
		}
		if _, known := at[id]; !known {
			at[id] = len(vertices)
			vertices = append(vertices, access.Group{ID: id, Name: name})
		}
		outer := &vertices[at[id]]
		outer.Nested = append(outer.Nested, nested)
		return nil
	}, `with recursive up(id) as (
			select cast($1 as text) union select nesting.group_id from group_nested nesting join up on nesting.nested_id = up.id)
		select nesting.group_id, groups.name, nesting.nested_id from up
			join group_nested nesting on nesting.nested_id = up.id
			join groups on groups.id = nesting.group_id order by nesting.seq`, group.ID)
	if err != nil {
		return nil, fmt.Errorf("reading what group %q is nested in: %w", group.ID, err)
	}
	return access.New(vertices), nil
}

// AddNested puts groups inside a group. The group itself is passed over;
// groups that do not exist are an UnknownError, and nesting that closes a cycle
// is a CycleError unless the store allows cycles.
func (tx *Tx) AddNested(ctx context.Context, group string, ids []string) error {
	outer, err := tx.Group(ctx, group)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == group })
	if err := tx.allExist(ctx, Groups, "groups", ids); err != nil {
		return err
	}
	if !tx.store.allowCycles {
		graph, err := tx.above(ctx, outer)
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
