package authzapi

import (
	"cmp"
	"context"
	"slices"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
)

// counted is the fields of a group that are not stored with it.
func counted() []string {
	return []string{"member_count", "nested_count", "role_count", "mapping_count", "pending_count", "nested_in"}
}

// lists is the fields of a group that are lists.
func lists() []string { return []string{"members", "nested", "roles", "mappings", "pending"} }

// isWanted reports whether fields, or an answer without a choice of them, have one of
// some fields.
func isWanted(fields []string, some ...string) bool {
	return fields == nil || slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(some, f) })
}

// groupPage is the groups that find finds, without their lists, and of the rest what
// fields name. In which order they stand is in memory where find is a page of all of
// them: the database would count all and pass over those before the page.
func (s *Server) groupPage(ctx context.Context, tx *store.Tx, find store.Find, fields []string) ([]store.Group, store.Totals, error) {
	if find.Limit == 0 || find.Search != "" || find.Of != "" || find.Among != nil {
		return tx.Groups(ctx, find, false)
	}
	graph, err := s.Access.Of(ctx, tx)
	if err != nil {
		return nil, store.Totals{}, err
	}
	order, err := s.groupOrder(ctx, tx, graph, find)
	if err != nil {
		return nil, store.Totals{}, err
	}
	if order == nil {
		return tx.Groups(ctx, find, false)
	}
	from := min(find.Offset, len(order))
	at := order[from:min(from+find.Limit, len(order))]
	groups := make([]store.Group, len(at))
	for i, g := range at {
		known := &graph.GroupList[g]
		groups[i] = store.Group{ID: known.ID, Name: known.Name, Description: known.Description}
	}
	n := store.Totals{Found: len(order), All: len(order)}
	if !isWanted(fields, append(lists(), "metadata")...) {
		return groups, n, nil
	}
	groups, err = readAgain(ctx, tx, groups)
	return groups, n, err
}

// readAgain is groups with what memory does not have of them.
func readAgain(ctx context.Context, tx *store.Tx, groups []store.Group) ([]store.Group, error) {
	ids, place := make([]string, len(groups)), make(map[string]int, len(groups))
	for i := range groups {
		ids[i], place[groups[i].ID] = groups[i].ID, i
	}
	whole, err := tx.GroupsByID(ctx, ids, false)
	slices.SortFunc(whole, func(a, b store.Group) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return whole, err
}

// groupOrder is the positions of all groups in the order of find; nil where memory
// does not know it.
func (s *Server) groupOrder(ctx context.Context, tx *store.Tx, graph *snapshot.Snapshot, find store.Find) ([]int32, error) {
	if find.Sort != "member_count" {
		return graph.GroupsBy(find.Sort, find.Down), nil
	}
	people, err := s.People.Near(ctx, tx)
	if err != nil || people == nil {
		return nil, err
	}
	counts := make([]int, len(graph.GroupList))
	for i := range counts {
		counts[i] = len(people.Members(graph.GroupList[i].ID))
	}
	return graph.Sorted(func(a, b int32) int { return cmp.Compare(counts[a], counts[b]) }, find.Down), nil
}

// fill gives groups those of their lists that fields name. Whatever is in memory is
// not read again: to read the members took most of the time of a page of groups.
func (s *Server) fill(ctx context.Context, tx *store.Tx, groups []store.Group, fields []string) error {
	if !isWanted(fields, lists()...) {
		return nil
	}
	graph, err := s.Access.Of(ctx, tx)
	if err != nil {
		return err
	}
	for i := range groups {
		if at, ok := graph.Group(groups[i].ID); ok {
			groups[i].Take(graph.GroupList[at].GroupNode)
		}
	}
	if isWanted(fields, "members") {
		if err := s.fillMembers(ctx, tx, groups); err != nil {
			return err
		}
	}
	if isWanted(fields, "pending") {
		return tx.FillPending(ctx, groups)
	}
	return nil
}

func (s *Server) fillMembers(ctx context.Context, tx *store.Tx, groups []store.Group) error {
	people, err := s.People.Near(ctx, tx)
	if err != nil {
		return err
	}
	if people == nil {
		return tx.FillMembers(ctx, groups)
	}
	for i := range groups {
		if members := people.MemberIDs(groups[i].ID); len(members) > 0 {
			groups[i].Members = members
		}
	}
	return nil
}

// groupRecords is groups with the named fields, counts among them.
func (s *Server) groupRecords(ctx context.Context, tx *store.Tx, groups []store.Group, fields []string) ([]record, error) {
	records, err := recordsOf(groups, fields)
	if err != nil || !isWanted(fields, counted()...) {
		return records, err
	}
	err = s.count(ctx, tx, groups, records, fields)
	for i := range records {
		records[i].only(fields)
	}
	return records, err
}

// count adds to the records of groups what they hold, as far as fields name it.
func (s *Server) count(ctx context.Context, tx *store.Tx, groups []store.Group, records []record, fields []string) error {
	graph, err := s.Access.Of(ctx, tx)
	if err != nil {
		return err
	}
	for i := range groups {
		if at, ok := graph.Group(groups[i].ID); ok {
			records[i].count(graph, at)
		}
	}
	return s.countUsers(ctx, tx, groups, records, fields)
}

// count adds to r what the group at a position holds of the graph, what is gone
// included, and the groups that directly contain it.
func (r record) count(graph *snapshot.Snapshot, at int32) {
	g := graph.GroupList[at]
	r["nested_count"], r["role_count"], r["mapping_count"] = len(g.Nested), len(g.Roles), len(g.Mappings)
	r["nested_in"] = graph.Parents(g.ID)
}

// countUsers adds to the records of groups how many members they have and how many
// people they wait for, as far as fields name that.
func (s *Server) countUsers(ctx context.Context, tx *store.Tx, groups []store.Group, records []record, fields []string) error {
	ids := make([]string, len(groups))
	for i := range groups {
		ids[i] = groups[i].ID
	}
	for _, count := range []struct {
		field string
		of    func(context.Context, *store.Tx, []string) (func(group string) int, error)
	}{{"member_count", s.memberCounts}, {"pending_count", pendingCounts}} {
		if !isWanted(fields, count.field) {
			continue
		}
		of, err := count.of(ctx, tx, ids)
		if err != nil {
			return err
		}
		for i, id := range ids {
			records[i][count.field] = of(id)
		}
	}
	return nil
}

func (s *Server) memberCounts(ctx context.Context, tx *store.Tx, groups []string) (func(group string) int, error) {
	people, err := s.People.Near(ctx, tx)
	if err != nil {
		return nil, err
	}
	if people != nil {
		return func(group string) int { return len(people.Members(group)) }, nil
	}
	counts, err := tx.MemberCounts(ctx, groups)
	return func(group string) int { return counts[group] }, err
}

func pendingCounts(ctx context.Context, tx *store.Tx, groups []string) (func(group string) int, error) {
	counts, err := tx.PendingCounts(ctx, groups)
	return func(group string) int { return counts[group] }, err
}
