package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// Counts is how much a group holds, what is gone included, and the ids of the
// groups that directly contain it.
type Counts struct {
	Members, Nested, Roles, Mappings, Pending int
	NestedIn                                  []string
}

// GroupCounts is the counts of the groups with ids.
func (tx *Tx) GroupCounts(ctx context.Context, ids []string) (map[string]Counts, error) {
	out := make(map[string]Counts, len(ids))
	for some := range slices.Chunk(ids, batch) {
		in, args := ` in (`+places(1, len(some))+`)`, anys(some)
		for table, add := range map[string]func(*Counts, int){
			"group_members":  func(c *Counts, n int) { c.Members = n },
			"group_nested":   func(c *Counts, n int) { c.Nested = n },
			"group_roles":    func(c *Counts, n int) { c.Roles = n },
			"group_mappings": func(c *Counts, n int) { c.Mappings = n },
			"group_pending":  func(c *Counts, n int) { c.Pending = n },
		} {
			if err := tx.countIn(ctx, out, table, in, args, add); err != nil {
				return nil, err
			}
		}
		if err := tx.nestedIn(ctx, out, in, args); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// countIn adds how many rows of table each group has.
func (tx *Tx) countIn(ctx context.Context, out map[string]Counts, table, in string, args []any, add func(*Counts, int)) error {
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var id string
		var n int
		if err := r.Scan(&id, &n); err != nil {
			return err
		}
		c := out[id]
		add(&c, n)
		out[id] = c
		return nil
	}, `select group_id, count(*) from `+table+` where group_id`+in+` group by group_id`, args...)
	if err != nil {
		return fmt.Errorf("counting %s: %w", table, err)
	}
	return nil
}

func (tx *Tx) nestedIn(ctx context.Context, out map[string]Counts, in string, args []any) error {
	err := tx.pairs(ctx, func(id, parent string) {
		c := out[id]
		c.NestedIn = append(c.NestedIn, parent)
		out[id] = c
	}, `select nested_id, group_id from group_nested join groups on groups.id = group_id
		where nested_id`+in+` order by groups.seq`, args...)
	if err != nil {
		return fmt.Errorf("reading parents of groups: %w", err)
	}
	return nil
}

// GroupLists is the names of the lists of a group.
func GroupLists() []string { return []string{"members", "nested", "roles", "pending", "mappings"} }

// FillLists reads the named lists of groups into them, and no others: the members of
// all groups are many times what nests in what.
func (tx *Tx) FillLists(ctx context.Context, groups []Group, names []string) error {
	byID := make(map[string]*Group, len(groups))
	ids := make([]string, len(groups))
	for i := range groups {
		ids[i], byID[groups[i].ID] = groups[i].ID, &groups[i]
		groups[i].emptyLists()
	}
	for some := range slices.Chunk(ids, batch) {
		if err := tx.fillSome(ctx, byID, some, names); err != nil {
			return err
		}
	}
	return nil
}

// fillLists reads every list of groups into them.
func (tx *Tx) fillLists(ctx context.Context, groups []Group) error {
	return tx.FillLists(ctx, groups, GroupLists())
}

// emptyLists makes each list that was ever used an empty one.
func (g *Group) emptyLists() {
	g.Members = used(g.lists, usedMembers)
	g.Nested = used(g.lists, usedNested)
	g.Roles = used(g.lists, usedRoles)
	g.Pending = used(g.lists, usedPending)
	if g.lists&usedMappings != 0 {
		g.Mappings = []Mapping{}
	}
}

// fillSome reads the named lists of the groups with ids.
func (tx *Tx) fillSome(ctx context.Context, byID map[string]*Group, ids, names []string) error {
	for _, part := range []struct {
		name string
		from list
		into func(*Group) *[]string
	}{
		{"members", memberList(), func(g *Group) *[]string { return &g.Members }},
		{"nested", nestedList(), func(g *Group) *[]string { return &g.Nested }},
		{"roles", roleList(), func(g *Group) *[]string { return &g.Roles }},
		{"pending", pendingList(), func(g *Group) *[]string { return &g.Pending }},
	} {
		if !slices.Contains(names, part.name) {
			continue
		}
		lists, err := tx.listsOf(ctx, part.from, ids)
		if err != nil {
			return err
		}
		for id, values := range lists {
			*part.into(byID[id]) = values
		}
	}
	if !slices.Contains(names, "mappings") {
		return nil
	}
	mappings, err := tx.mappings(ctx, ` where group_id in (`+places(1, len(ids))+`) order by seq`, anys(ids)...)
	for _, m := range mappings {
		byID[m.group].Mappings = append(byID[m.group].Mappings, m)
	}
	return err
}

// used is an empty list, or none when the bit says that it was never used.
func used(lists, bit int) []string {
	if lists&bit == 0 {
		return nil
	}
	return []string{}
}

// pairs hands the two texts of each row that query selects to add.
func (tx *Tx) pairs(ctx context.Context, add func(a, b string), query string, args ...any) error {
	return tx.rows(ctx, func(r *sql.Rows) error {
		var a, b string
		if err := r.Scan(&a, &b); err != nil {
			return err
		}
		add(a, b)
		return nil
	}, query, args...)
}

// list is one of a group's lists of ids, as a table.
type list struct {
	table, column string
	used          int
	action        string // of the journal; ".add" and ".remove" follow
}

func memberList() list {
	return list{"group_members", "user_id", usedMembers, "group.members"}
}

func nestedList() list {
	return list{"group_nested", "nested_id", usedNested, "group.nested"}
}

func roleList() list { return list{"group_roles", "role_id", usedRoles, "group.roles"} }

// addTo puts ids into a group's list. It is a set: what is there stays in its
// place, and the journal tells only of what is new.
func (tx *Tx) addTo(ctx context.Context, l list, group string, ids []string) error {
	fresh := map[string]bool{}
	for some := range slices.Chunk(ids, writeBatch) {
		added, err := tx.changeTexts(ctx, `insert into `+l.table+`(group_id, `+l.column+`) values `+pairsWith(len(some))+
			` on conflict do nothing returning `+l.column, append([]any{group}, anys(some)...)...)
		if err != nil {
			return fmt.Errorf("adding to %s of group %q: %w", l.table, group, err)
		}
		for _, id := range added {
			fresh[id] = true
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := tx.touch(ctx, group, l.used); err != nil {
		return err
	}
	return tx.record(ctx, l.action+".add", "group", group, nil, inOrder(ids, fresh))
}

// removeFrom takes ids out of a group's list; what is not there is ignored.
func (tx *Tx) removeFrom(ctx context.Context, l list, group string, ids []string) error {
	gone := map[string]bool{}
	for some := range slices.Chunk(ids, writeBatch) {
		removed, err := tx.changeTexts(ctx, `delete from `+l.table+` where group_id = $1 and `+l.column+` in (`+places(2, len(some))+
			`) returning `+l.column, append([]any{group}, anys(some)...)...)
		if err != nil {
			return fmt.Errorf("removing from %s of group %q: %w", l.table, group, err)
		}
		for _, id := range removed {
			gone[id] = true
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := tx.touch(ctx, group, l.used); err != nil {
		return err
	}
	return tx.record(ctx, l.action+".remove", "group", group, inOrder(ids, gone), nil)
}

// pairsWith is n rows of values: the first argument with each of the others.
func pairsWith(n int) string {
	b := make([]byte, 0, 10*n)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "($1,$%d)", i+2)
	}
	return string(b)
}

// inOrder is those of ids that are in set, each once.
func inOrder(ids []string, set map[string]bool) []string {
	var out []string
	for _, id := range ids {
		if set[id] {
			out = append(out, id)
			delete(set, id)
		}
	}
	return out
}

// missing reports whether err says that a record does not exist.
func missing(err error) bool {
	_, ok := errors.AsType[*NotFoundError](err)
	return ok
}
