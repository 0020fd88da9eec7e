package access

// moving is what really comes or goes: most of what stands above a change is still
// given by another way. It is the columns that some membership or some role gives by
// one of two engines alone, and the users who hold such a one.
type moving struct {
	*reach

	before, later *rows
	live          []uint64 // the columns, as bits
	concerned     marks    // users
	groups, roles marks    // whose rows differ
}

// moving looks at each group and role once, so that users are looked at for little:
// O((V+E)w) for w words of columns.
func (r *reach) moving(all columns) *moving {
	d := r.draft
	m := &moving{
		reach: r, before: newRows(d.before, all, nil, nil), later: newRows(r.after, all, d.groupIsGone, d.roleIsGone),
		live: make([]uint64, all.words), concerned: newMarks(len(r.users.words) << 6),
		groups: newMarks(len(d.groups)), roles: newMarks(len(d.roles)),
	}
	for _, group := range r.within.appendTo(nil) {
		if m.differs(m.before.ofGroup(group), m.later.ofGroup(group)) {
			m.groups.add(group)
			m.concerned.addEach(d.people.Members(group))
		}
	}
	for role := range d.changedRoles() {
		if m.differs(m.before.ofRole(role), m.later.ofRole(role)) {
			m.roles.add(role)
			m.concerned.addEach(d.people.Holders(role))
		}
	}
	m.holdings()
	return m
}

// changedRoles is the roles whose own lists changed, and those that are gone.
func (d *draft) changedRoles() map[int32]bool {
	out := map[int32]bool{}
	for n := range d.touched {
		if n.Kind == KindRole {
			out[n.Position] = true
		}
	}
	for role := range d.roleIsGone {
		out[role] = true
	}
	return out
}

// differs reports whether two rows do, by where they begin before and later, and
// notes where.
func (m *moving) differs(before, later int32) bool {
	var any uint64
	after := m.later.at(later)
	for i, was := range m.before.at(before) {
		m.live[i] |= was ^ after[i]
		any |= was ^ after[i]
	}
	return any != 0
}

// holdings looks at what users hold directly by one of the two alone: all of that
// may come or go.
func (m *moving) holdings() {
	joined, given := newMarks(len(m.draft.groups)), newMarks(len(m.draft.roles))
	for user, h := range m.draft.holdings {
		held, direct := m.draft.people.Held(user)
		groups, roles := changed(held, h.groups), changed(direct, h.roles)
		joined.addEach(groups)
		given.addEach(roles)
		if len(groups)+len(roles) > 0 {
			m.concerned.grow(user)
			m.concerned.add(user)
		}
	}
	for _, group := range joined.appendTo(nil) {
		m.differs(m.before.ofGroup(group), 0)
		m.differs(0, m.later.ofGroup(group))
	}
	for _, role := range given.appendTo(nil) {
		m.differs(m.before.ofRole(role), 0)
		m.differs(0, m.later.ofRole(role))
	}
}

// columns is the columns of what moves, by those that were looked at.
func (m *moving) columns(all columns) columns {
	out := columns{at: map[Node]int32{}}
	for i, n := range all.nodes {
		if m.live[i>>6]>>(i&63)&1 != 0 {
			out.at[n] = int32(len(out.nodes)) //nolint:gosec // as in indexOf
			out.nodes = append(out.nodes, n)
		}
	}
	out.words = (len(out.nodes) + 63) / 64
	return out
}
