package access

import "slices"

// difference is how far what the draft changed may be felt: upwards of a change and
// downwards of it, before and after.
func (d *draft) difference(after *Engine) *reach {
	r := &reach{
		draft: d, after: after, within: newMarks(len(d.groups)),
		groups: newMarks(len(d.groups)), roles: newMarks(len(d.roles)), permissions: newMarks(len(d.before.permissions)),
		users: newMarks(d.people.Users() + len(d.holdings)),
	}
	r.recordsChanged()
	r.recordsGone()
	r.holdingsChanged()
	r.spread()
	return r
}

// reach is how far changes are felt: groups at which something comes from above, or
// goes to below, what may come or go there, and within which groups.
type reach struct {
	draft        *draft
	after        *Engine
	above, below []int32 // groups

	groups, roles, permissions, users, within marks
}

// recordsChanged looks at the groups and roles whose own lists changed.
func (r *reach) recordsChanged() {
	d, shrunk := r.draft, newMarks(len(r.draft.roles))
	for n := range d.touched {
		switch n.Kind {
		case KindGroup:
			if moved := changed(d.before.below.of(n.Position), r.after.below.of(n.Position)); len(moved) > 0 {
				r.below, r.above = append(r.below, moved...), append(r.above, n.Position)
			}
			if given := changed(d.before.granted.of(n.Position), r.after.granted.of(n.Position)); len(given) > 0 {
				r.below = append(r.below, n.Position)
				r.roles.addEach(given)
			}
		case KindRole:
			if moved := changed(d.before.includes.of(n.Position), r.after.includes.of(n.Position)); len(moved) > 0 {
				r.permissions.addEach(moved)
				r.users.addEach(d.people.Holders(n.Position))
				shrunk.add(n.Position)
			}
		}
	}
	for _, e := range []*Engine{d.before, r.after} {
		r.below = append(r.below, e.granting(shrunk)...)
	}
}

// recordsGone looks at the groups and roles that were deleted, and at who holds them.
func (r *reach) recordsGone() {
	for group := range r.draft.groupIsGone {
		r.above, r.below = append(r.above, group), append(r.below, group)
	}
	for role := range r.draft.roleIsGone {
		r.roles.add(role)
		r.users.addEach(r.draft.people.Holders(role))
	}
}

// holdingsChanged looks at the users who hold something else directly.
func (r *reach) holdingsChanged() {
	for user, h := range r.draft.holdings {
		groups, direct := r.draft.people.Held(user)
		joined, given := changed(groups, h.groups), changed(direct, h.roles)
		if len(joined)+len(given) > 0 {
			r.users.grow(user)
			r.users.add(user)
		}
		r.above = append(r.above, joined...)
		r.roles.addEach(given)
	}
}

// spread follows the changes upwards to what they give, and downwards to whom.
func (r *reach) spread() {
	engines := []*Engine{r.draft.before, r.after}
	for _, e := range engines {
		w := e.walk()
		r.groups.addEach(w.reach(e.above, r.above...))
		for _, group := range w.reach(e.below, r.below...) {
			if r.within.add(group) {
				r.users.addEach(r.draft.people.Members(group))
			}
		}
		e.walks.Put(w)
	}
	for _, e := range engines {
		for _, group := range r.groups.appendTo(nil) {
			r.roles.addEach(e.granted.of(group))
		}
	}
	for _, e := range engines {
		for _, role := range r.roles.appendTo(nil) {
			r.permissions.addEach(e.includes.of(role))
		}
	}
}

// changed is what is in one of two lists alone.
func changed(before, after []int32) []int32 {
	if slices.Equal(before, after) {
		return nil
	}
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

// granting is the groups that grant one of roles. O(V+g) for g grants.
func (e *Engine) granting(roles marks) []int32 {
	var out []int32
	for i := range int32(len(e.groups)) { //nolint:gosec // as in indexOf
		if slices.ContainsFunc(e.granted.of(i), roles.has) {
			out = append(out, i)
		}
	}
	return out
}
