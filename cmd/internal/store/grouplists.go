package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// MemberCounts is how many members each of some groups has.
func (tx *Tx) MemberCounts(ctx context.Context, groups []string) (map[string]int, error) {
	return tx.countsOf(ctx, "group_members", "group_id", groups)
}

// PendingCounts is how many people each of some groups waits for.
func (tx *Tx) PendingCounts(ctx context.Context, groups []string) (map[string]int, error) {
	return tx.countsOf(ctx, "group_pending", "group_id", groups)
}

// Take gives g the lists that node has of it, and none of the others.
func (g *Group) Take(node GroupNode) {
	g.emptyLists()
	for _, part := range []struct {
		has  []string
		into *[]string
	}{{node.Nested, &g.Nested}, {node.Roles, &g.Roles}} {
		if len(part.has) > 0 {
			*part.into = part.has
		}
	}
	if len(node.Mappings) > 0 {
		g.Mappings = node.Mappings
	}
}

// FillMembers reads the members of groups into them.
func (tx *Tx) FillMembers(ctx context.Context, groups []Group) error {
	return tx.fillList(ctx, groups, memberList(), func(g *Group) *[]string { return &g.Members })
}

// FillPending reads whom groups wait for into them.
func (tx *Tx) FillPending(ctx context.Context, groups []Group) error {
	return tx.fillList(ctx, groups, pendingList(), func(g *Group) *[]string { return &g.Pending })
}

// fillList reads one list of groups into them.
func (tx *Tx) fillList(ctx context.Context, groups []Group, from list, into func(*Group) *[]string) error {
	ids := make([]string, len(groups))
	for i := range groups {
		ids[i] = groups[i].ID
	}
	lists, err := tx.listsOf(ctx, from, ids)
	for i := range groups {
		if values := lists[groups[i].ID]; len(values) > 0 {
			*into(&groups[i]) = values
		}
	}
	return err
}

// fillLists reads the lists of groups into them.
func (tx *Tx) fillLists(ctx context.Context, groups []Group) error {
	at := make(map[string]int, len(groups))
	ids := make([]string, len(groups))
	for i := range groups {
		ids[i], at[groups[i].ID] = groups[i].ID, i
		groups[i].emptyLists()
	}
	for _, part := range []struct {
		from list
		into func(*Group) *[]string
	}{
		{memberList(), func(g *Group) *[]string { return &g.Members }},
		{nestedList(), func(g *Group) *[]string { return &g.Nested }},
		{roleList(), func(g *Group) *[]string { return &g.Roles }},
		{pendingList(), func(g *Group) *[]string { return &g.Pending }},
	} {
		if err := tx.fillList(ctx, groups, part.from, part.into); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(ids, batch) {
		mappings, err := tx.mappings(ctx, ` where group_id in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return err
		}
		for _, m := range mappings {
			g := &groups[at[m.group]]
			g.Mappings = append(g.Mappings, m)
		}
	}
	return nil
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
