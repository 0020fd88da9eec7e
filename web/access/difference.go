package access

import "slices"

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
		groups, direct := d.people.held(user)
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
