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
	groups   marks // whose members have another row then
	roles    marks // and holders
}

// Impact is what changes, one after the other, would do to people. Where a nesting
// would close a cycle it is a *CycleError, beside what they do where cycles are allowed.
//
// Only users below a change are looked at who hold what gives something else then,
// and of their access only what comes or goes for such a membership or role, as a bit
// each: O(V+E+g+p) to build the engine, O((V+E)w) for w words of what stands above
// the changes, and O(mv) for m memberships of those users and v words of what moves.
func (e *Engine) Impact(people *Population, changes []Change) (*Impact, error) {
	d := newDraft(e, people)
	for _, c := range changes {
		d.apply(c)
	}
	i := d.impact()
	return i, d.circle(i.After)
}

// impact is what the draft does to its people.
func (d *draft) impact() *Impact {
	after := d.settle()
	reach := d.difference(after)
	all := columnsOf(reach.groups, reach.roles, reach.permissions)
	moving := reach.moving(all)
	columns := moving.columns(all)
	i := &Impact{
		After: after, Reached: len(reach.users.appendTo(nil)), columns: columns, draft: d,
		before: newRows(d.before, columns, nil, nil), after: newRows(after, columns, d.groupIsGone, d.roleIsGone),
		groups: moving.groups, roles: moving.roles,
	}
	i.count(moving.concerned.appendTo(nil))
	return i
}

// compare is the columns of a user before and after, until the next call. What gives
// the same before and after is looked at once.
func (i *Impact) compare(user int32) (before, after []uint64) {
	groups, roles := i.draft.people.Held(user)
	if h := i.draft.holdings[user]; h != nil {
		return i.before.of(groups, roles), i.after.of(h.groups, h.roles)
	}
	before = i.before.of(nil, nil)
	i.before.add(groups, roles, func(g int32) bool { return !i.groups.has(g) }, func(r int32) bool { return !i.roles.has(r) })
	after = i.after.of(nil, nil)
	copy(after, before)
	i.before.add(groups, roles, i.groups.has, i.roles.has)
	i.after.add(groups, roles, i.groups.has, i.roles.has)
	return before, after
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
