package access

import (
	"math/bits"
	"slices"
)

// Access is groups, roles and permissions, by position and in store order.
type Access struct{ Groups, Roles, Permissions []int32 }

// Effect is what changes give to a user, and what they take away.
type Effect struct {
	User         int32
	Gained, Lost Access
}

// Shift is how many users gain and lose a group, a role or a permission.
type Shift struct {
	Node         Node
	Gained, Lost int
}

// Impact is what changes would do to a population. What mappings give is not in
// it: that is known only at sign-in.
type Impact struct {
	// After is the engine as it would be, with the same positions: a deleted record
	// is there without its edges.
	After *Engine
	// Reached is how many users stand where something changes, Affected how many of
	// them end up with another access, and Gaining and Losing how many have more and
	// less, which may be the same ones.
	Reached, Affected, Gaining, Losing int
	// Shifts is what is gained or lost: groups, then roles, then permissions.
	Shifts []Shift

	columns  columns
	draft    *draft
	affected []int32 // users, in order
	before   *rows
	after    *rows
}

// Impact is what changes, one after the other, would do to people. It is a
// *CycleError when a nesting would close a cycle.
//
// Only users below a change are looked at, and of their access only what some
// change could give or take, as a bit each: O(V+E+g+p) to build the engine, and
// O(c(V+E)+mw) for the c groups that the users below the changes are directly in,
// their m memberships and w words of such bits.
func (e *Engine) Impact(people *Population, changes []Change) (*Impact, error) {
	d := newDraft(e, people)
	for _, c := range changes {
		d.apply(c)
	}
	after, err := d.settle()
	if err != nil {
		return nil, err
	}
	columns, users := d.difference(after)
	i := &Impact{After: after, Reached: len(users), columns: columns, draft: d, before: newRows(e, columns), after: newRows(after, columns)}
	i.count(users)
	return i, nil
}

// columns is the accesses that may come or go, each with a column of its own.
type columns struct {
	nodes []Node
	at    map[Node]int32
	words int
}

func columnsOf(groups, roles, permissions marks) columns {
	c := columns{at: map[Node]int32{}}
	for _, part := range []struct {
		kind Kind
		set  marks
	}{{KindGroup, groups}, {KindRole, roles}, {KindPermission, permissions}} {
		for _, i := range part.set.appendTo(nil) {
			n := Node{part.kind, i}
			c.at[n] = int32(len(c.nodes)) //nolint:gosec // as in indexOf
			c.nodes = append(c.nodes, n)
		}
	}
	c.words = (len(c.nodes) + 63) / 64
	return c
}

// difference is what may come or go by what the draft changed, and who may be
// concerned: upwards of a change and downwards of it, before and after.
func (d *draft) difference(after *Engine) (columns, []int32) {
	var below, above []int32 // groups
	roles, permissions := newMarks(len(d.roles)), newMarks(len(d.before.permissions))
	users := newMarks(d.people.Users() + len(d.holdings))
	for n := range d.touched {
		switch n.Kind {
		case KindGroup:
			if moved := changed(d.before.below.of(n.Position), after.below.of(n.Position)); len(moved) > 0 {
				below, above = append(below, moved...), append(above, n.Position)
			}
			if given := changed(d.before.granted.of(n.Position), after.granted.of(n.Position)); len(given) > 0 {
				below = append(below, n.Position)
				roles.addEach(given)
			}
		case KindRole:
			moved := changed(d.before.includes.of(n.Position), after.includes.of(n.Position))
			if len(moved) == 0 {
				continue
			}
			permissions.addEach(moved)
			users.addEach(d.people.Holders(n.Position))
			for _, e := range []*Engine{d.before, after} {
				below = append(below, e.granting(n.Position)...)
			}
		}
	}
	for user, h := range d.holdings {
		groups, direct := d.people.Held(user)
		joined, given := changed(groups, h.groups), changed(direct, h.roles)
		if len(joined)+len(given) > 0 {
			users.grow(user)
			users.add(user)
		}
		above = append(above, joined...)
		roles.addEach(given)
	}
	groups := newMarks(len(d.groups))
	for _, e := range []*Engine{d.before, after} {
		w := e.walk()
		groups.addEach(w.reach(e.above, above...))
		for _, group := range w.reach(e.below, below...) {
			users.addEach(d.people.Members(group))
		}
		e.walks.Put(w)
	}
	for _, e := range []*Engine{d.before, after} {
		for _, group := range groups.appendTo(nil) {
			roles.addEach(e.granted.of(group))
		}
	}
	for _, e := range []*Engine{d.before, after} {
		for _, role := range roles.appendTo(nil) {
			permissions.addEach(e.includes.of(role))
		}
	}
	return columnsOf(groups, roles, permissions), users.appendTo(nil)
}

// changed is what is in one of two lists alone.
func changed(before, after []int32) []int32 {
	var out []int32
	for _, pair := range [][2][]int32{{before, after}, {after, before}} {
		for _, i := range pair[0] {
			if !slices.Contains(pair[1], i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// granting is the groups that grant a role.
func (e *Engine) granting(role int32) []int32 {
	var out []int32
	for i := range int32(len(e.groups)) { //nolint:gosec // as in indexOf
		if slices.Contains(e.granted.of(i), role) {
			out = append(out, i)
		}
	}
	return out
}

// rows is which columns a direct member of each group, and a holder of each role,
// has by an engine; those that were asked for.
type rows struct {
	engine        *Engine
	columns       columns
	group, role   [][]uint64
	user          []uint64 // the last one's
	groupAt       []int32  // by group, role and permission: its column or -1
	roleAt        []int32
	permissionsAt []int32
}

func newRows(e *Engine, c columns) *rows {
	r := &rows{
		engine: e, columns: c, group: make([][]uint64, len(e.groups)), role: make([][]uint64, len(e.roles)), user: make([]uint64, c.words),
		groupAt: absent(len(e.groups)), roleAt: absent(len(e.roles)), permissionsAt: absent(len(e.permissions)),
	}
	for column, n := range c.nodes {
		at := map[Kind][]int32{KindGroup: r.groupAt, KindRole: r.roleAt, KindPermission: r.permissionsAt}[n.Kind]
		at[n.Position] = int32(column) //nolint:gosec // as in indexOf
	}
	return r
}

func absent(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

// setColumn sets a column, if there is one.
func setColumn(row []uint64, column int32) {
	if column >= 0 {
		row[column>>6] |= 1 << (column & 63)
	}
}

// ofRole is what a role gives: itself and its permissions.
func (r *rows) ofRole(role int32) []uint64 {
	if r.role[role] == nil {
		row := make([]uint64, r.columns.words)
		setColumn(row, r.roleAt[role])
		for _, p := range r.engine.includes.of(role) {
			setColumn(row, r.permissionsAt[p])
		}
		r.role[role] = row
	}
	return r.role[role]
}

// ofGroup is what a membership gives: the group and those above it, and their roles.
func (r *rows) ofGroup(group int32) []uint64 {
	if r.group[group] != nil {
		return r.group[group]
	}
	row := make([]uint64, r.columns.words)
	w := r.engine.walk()
	defer r.engine.walks.Put(w)
	for _, g := range w.reach(r.engine.above, group) {
		setColumn(row, r.groupAt[g])
		for _, role := range r.engine.granted.of(g) {
			union(row, r.ofRole(role))
		}
	}
	r.group[group] = row
	return row
}

// of is what somebody with these groups and roles has, until the next call.
func (r *rows) of(groups, roles []int32) []uint64 {
	clear(r.user)
	for _, g := range groups {
		union(r.user, r.ofGroup(g))
	}
	for _, role := range roles {
		union(r.user, r.ofRole(role))
	}
	return r.user
}

func union(into, from []uint64) {
	for i, word := range from {
		into[i] |= word
	}
}

// compare is the columns of a user before and after, until the next call.
func (i *Impact) compare(user int32) (before, after []uint64) {
	groups, roles := i.draft.people.Held(user)
	before = i.before.of(groups, roles)
	if h := i.draft.holdings[user]; h != nil {
		groups, roles = h.groups, h.roles
	}
	return before, i.after.of(groups, roles)
}

// count counts what users gain and lose, column by column.
func (i *Impact) count(users []int32) {
	gained, lost := make([]int, len(i.columns.nodes)), make([]int, len(i.columns.nodes))
	for _, user := range users {
		before, after := i.compare(user)
		var more, less uint64
		for at, was := range before {
			is := after[at]
			more, less = more|is&^was, less|was&^is
			tally(gained, at, is&^was)
			tally(lost, at, was&^is)
		}
		if more|less == 0 {
			continue
		}
		i.affected = append(i.affected, user)
		if more != 0 {
			i.Gaining++
		}
		if less != 0 {
			i.Losing++
		}
	}
	i.Affected = len(i.affected)
	for column, n := range i.columns.nodes {
		if gained[column]+lost[column] > 0 {
			i.Shifts = append(i.Shifts, Shift{n, gained[column], lost[column]})
		}
	}
}

func tally(counts []int, at int, word uint64) {
	for ; word != 0; word &= word - 1 {
		counts[at<<6|bits.TrailingZeros64(word)]++
	}
}

// Effects is a page of the users whose access changes, in the order of their
// positions. O(n) for n on the page.
func (i *Impact) Effects(offset, limit int) []Effect {
	from := min(offset, len(i.affected))
	var out []Effect
	for _, user := range i.affected[from:min(from+limit, len(i.affected))] {
		before, after := i.compare(user)
		out = append(out, Effect{user, i.columns.only(after, before), i.columns.only(before, after)})
	}
	return out
}

// only is the accesses in one row and not in the other.
func (c columns) only(row, other []uint64) Access {
	var out Access
	for at, word := range row {
		for word &^= other[at]; word != 0; word &= word - 1 {
			n := c.nodes[at<<6|bits.TrailingZeros64(word)]
			list := map[Kind]*[]int32{KindGroup: &out.Groups, KindRole: &out.Roles, KindPermission: &out.Permissions}[n.Kind]
			*list = append(*list, n.Position)
		}
	}
	return out
}

// Touches reports whether a user's access changes. O(log n).
func (i *Impact) Touches(user int32) bool {
	_, ok := slices.BinarySearch(i.affected, user)
	return ok
}

// Takes reports whether a user loses an access.
func (i *Impact) Takes(user int32, n Node) bool {
	column, ok := i.columns.at[n]
	if !ok {
		return false
	}
	before, after := i.compare(user)
	return (before[column>>6]&^after[column>>6])>>(column&63)&1 != 0
}

// Kept is, of a hop that was removed, a shortest path that still leads from its one
// end to the other, if there is one. O(V+E).
func (i *Impact) Kept(c Change) Path {
	if !c.Removed || c.Kind == Mapped {
		return nil
	}
	from := Origin{Node: c.From}
	if c.From.Kind == KindUser {
		groups, roles := i.draft.people.Held(c.From.Position)
		if h := i.draft.holdings[c.From.Position]; h != nil {
			groups, roles = h.groups, h.roles
		}
		from.Held.Groups = i.After.ids(groups)
		for _, role := range roles {
			from.Held.Roles = append(from.Held.Roles, i.After.roles[role].ID)
		}
	}
	if found := i.After.Ways(from, c.To).Paths(0, 1); len(found.Paths) > 0 {
		return found.Paths[0]
	}
	return nil
}
