package authzapi

import (
	"context"
	"slices"

	"trellis/cmd/internal/store"
)

// groupList is the answer of GET /groups.
type groupList struct {
	Groups any `json:"groups"`
	totals
}

// named is what a single record shows of itself.
type named struct {
	ID          string `json:"_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

func nameOf(g store.Group) named { return named{g.ID, g.Name, g.Description} }

// counted is the fields of a group that are not stored with it.
func counted() []string {
	return []string{"member_count", "nested_count", "role_count", "mapping_count", "nested_in"}
}

func (s *Server) listGroups(ctx context.Context, c *call) (any, error) {
	find, err := s.narrowed(ctx, c)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	whole := fields == nil || slices.ContainsFunc(fields, func(f string) bool {
		return slices.Contains([]string{"members", "nested", "roles", "mappings"}, f)
	})
	groups, n, err := c.tx.Groups(ctx, find, whole)
	if err != nil {
		return nil, err
	}
	for i := range groups {
		if whole { // the list shows these two even when they were never used
			groups[i].Members, groups[i].Mappings = orEmpty(groups[i].Members), orEmpty(groups[i].Mappings)
		}
	}
	list := groupList{Groups: orEmpty(groups), totals: totalsOf(c.query, n, len(groups))}
	if fields != nil {
		list.Groups, err = groupRecords(ctx, c.tx, groups, fields)
	}
	return list, err
}

// groupRecords is groups with the named fields, counts among them.
func groupRecords(ctx context.Context, tx *store.Tx, groups []store.Group, fields []string) ([]record, error) {
	records, err := recordsOf(groups, nil)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(counted(), f) }) {
		ids := make([]string, len(groups))
		for i, g := range groups {
			ids[i] = g.ID
		}
		counts, err := tx.GroupCounts(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			records[i].count(counts[id])
		}
	}
	for i := range records {
		records[i].only(fields)
	}
	return records, nil
}

func (r record) count(n store.Counts) {
	r["member_count"], r["nested_count"] = n.Members, n.Nested
	r["role_count"], r["mapping_count"] = n.Roles, n.Mappings
	r["nested_in"] = orEmpty(n.NestedIn)
}

func createGroup(ctx context.Context, c *call) (any, error) {
	var in store.GroupInput
	if err := c.into(&in); err != nil {
		return nil, err
	}
	g, err := c.tx.CreateGroup(ctx, in)
	if err != nil {
		return nil, err
	}
	return nameOf(g), nil
}

func (s *Server) getGroup(ctx context.Context, c *call) (any, error) {
	g, err := c.tx.Group(ctx, c.id)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	switch {
	case isTrue(c.query, "expand"):
		return s.expanded(ctx, c, g)
	case fields != nil:
		records, err := groupRecords(ctx, c.tx, []store.Group{g}, fields)
		if err != nil {
			return nil, err
		}
		return records[0], nil
	}
	return nameOf(g), nil
}

func updateGroup(ctx context.Context, c *call) (any, error) {
	var in store.GroupInput
	if err := c.into(&in); err != nil {
		return nil, err
	}
	return body(c.tx.UpdateGroup(ctx, c.id, in))
}

func deleteGroup(ctx context.Context, c *call) (any, error) {
	return nil, c.tx.DeleteGroup(ctx, c.id)
}
