package access

// rows is which columns a direct member of each group, and a holder of each role,
// has by an engine; those that were asked for. They stand one behind the other in
// one piece of memory: a hundred thousand users wait for it more than for anything else.
type rows struct {
	engine  *Engine
	columns columns
	acyclic bool

	store         []uint64 // the first row is the empty one
	group, role   []int32  // where in store each row begins, or -1
	user          []uint64
	groupAt       []int32 // by group, role and permission: its column or -1
	roleAt        []int32
	permissionsAt []int32
}

// newRows is the rows by an engine. Groups and roles that are gone give nothing.
func newRows(e *Engine, c columns, goneGroups, goneRoles map[int32]bool) *rows {
	r := &rows{
		engine: e, columns: c, acyclic: e.acyclic(), user: make([]uint64, c.words), store: make([]uint64, c.words),
		group: absent(len(e.groups)), role: absent(len(e.roles)),
		groupAt: absent(len(e.groups)), roleAt: absent(len(e.roles)), permissionsAt: absent(len(e.permissions)),
	}
	for column, n := range c.nodes {
		at := map[Kind][]int32{KindGroup: r.groupAt, KindRole: r.roleAt, KindPermission: r.permissionsAt}[n.Kind]
		at[n.Position] = int32(column) //nolint:gosec // as in indexOf
	}
	for group := range goneGroups {
		r.group[group] = 0
	}
	for role := range goneRoles {
		r.role[role] = 0
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

// at is the row that begins there.
func (r *rows) at(begin int32) []uint64 { return r.store[begin : int(begin)+r.columns.words] }

// room is where a new row begins, which has nothing yet.
func (r *rows) room() int32 {
	begin := len(r.store)
	if begin+r.columns.words > cap(r.store) {
		r.store = append(make([]uint64, 0, 2*cap(r.store)+64*r.columns.words), r.store...)
	}
	r.store = r.store[:begin+r.columns.words]
	return int32(begin) //nolint:gosec // as in indexOf
}

// settled is where the row that was written last begins: an empty one is like any
// other, and needs no room.
func (r *rows) settled(begin int32) int32 {
	for _, word := range r.at(begin) {
		if word != 0 {
			return begin
		}
	}
	r.store = r.store[:begin]
	return 0
}

// ofRole is where the row of a role begins: itself and its permissions.
func (r *rows) ofRole(role int32) int32 {
	if r.role[role] < 0 {
		begin := r.room()
		row := r.at(begin)
		setColumn(row, r.roleAt[role])
		for _, p := range r.engine.includes.of(role) {
			setColumn(row, r.permissionsAt[p])
		}
		r.role[role] = r.settled(begin)
	}
	return r.role[role]
}

// ofGroup is where the row of a membership begins: the group and those above it,
// and their roles. Without cycles it is put together from those of the groups that
// contain it.
func (r *rows) ofGroup(group int32) int32 {
	if r.group[group] >= 0 {
		return r.group[group]
	}
	if !r.acyclic {
		return r.searched(group)
	}
	outer := r.engine.above.of(group)
	for _, g := range outer {
		r.ofGroup(g)
	}
	for _, role := range r.engine.granted.of(group) {
		r.ofRole(role)
	}
	begin := r.room()
	r.own(begin, group)
	for _, g := range outer {
		union(r.at(begin), r.at(r.group[g]))
	}
	r.group[group] = r.settled(begin)
	return r.group[group]
}

// searched is ofGroup by a search through everything above the group.
func (r *rows) searched(group int32) int32 {
	w := r.engine.walk()
	defer r.engine.walks.Put(w)
	found := w.reach(r.engine.above, group)
	for _, g := range found {
		for _, role := range r.engine.granted.of(g) {
			r.ofRole(role)
		}
	}
	begin := r.room()
	for _, g := range found {
		r.own(begin, g)
	}
	r.group[group] = r.settled(begin)
	return r.group[group]
}

// own adds a group alone and what its roles give, whose rows are there, to the row
// that begins there.
func (r *rows) own(begin, group int32) {
	row := r.at(begin)
	setColumn(row, r.groupAt[group])
	for _, role := range r.engine.granted.of(group) {
		union(row, r.at(r.role[role]))
	}
}

// of is what somebody with these groups and roles has, until the next call.
func (r *rows) of(groups, roles []int32) []uint64 {
	clear(r.user)
	all := func(int32) bool { return true }
	r.add(groups, roles, all, all)
	return r.user
}

// add adds what somebody has by some of these groups and roles to what of found.
func (r *rows) add(groups, roles []int32, someGroups, someRoles func(int32) bool) {
	for _, g := range groups {
		if someGroups(g) {
			if begin := r.ofGroup(g); begin > 0 {
				union(r.user, r.at(begin))
			}
		}
	}
	for _, role := range roles {
		if someRoles(role) {
			if begin := r.ofRole(role); begin > 0 {
				union(r.user, r.at(begin))
			}
		}
	}
}

// union adds from to into, which is as long.
func union(into, from []uint64) {
	from = from[:len(into)]
	for i := range into {
		into[i] |= from[i]
	}
}

// acyclic reports whether no group contains itself, at any depth: whether the
// groups can be put in an order in which each stands before those nested in it.
// That is Kahn's algorithm. O(V+E).
func (g *Graph) acyclic() bool {
	waits := make([]int32, len(g.groups)) // how many groups that contain it come before
	ready := make([]int32, 0, len(g.groups))
	for i := range waits {
		waits[i] = int32(len(g.above.of(int32(i)))) //nolint:gosec // as in indexOf
		if waits[i] == 0 {
			ready = append(ready, int32(i)) //nolint:gosec // as in indexOf
		}
	}
	for next := 0; next < len(ready); next++ {
		for _, inner := range g.below.of(ready[next]) {
			if waits[inner]--; waits[inner] == 0 {
				ready = append(ready, inner)
			}
		}
	}
	return len(ready) == len(g.groups)
}
