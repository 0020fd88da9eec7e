package access

// rows is which columns a direct member of each group, and a holder of each role,
// has by an engine; those that were asked for. They stand one behind the other in
// one piece of memory: a hundred thousand users wait for it more than for anything else.
type rows struct {
	engine  *Engine
	columns columns
	acyclic bool

	store         []uint64
	group, role   []int32 // where in store each row begins, or -1
	user          []uint64
	groupAt       []int32 // by group, role and permission: its column or -1
	roleAt        []int32
	permissionsAt []int32
}

func newRows(e *Engine, c columns) *rows {
	r := &rows{
		engine: e, columns: c, acyclic: e.acyclic(), user: make([]uint64, c.words),
		group: absent(len(e.groups)), role: absent(len(e.roles)),
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

// ofRole is where the row of a role begins: itself and its permissions.
func (r *rows) ofRole(role int32) int32 {
	if r.role[role] < 0 {
		begin := r.room()
		row := r.at(begin)
		setColumn(row, r.roleAt[role])
		for _, p := range r.engine.includes.of(role) {
			setColumn(row, r.permissionsAt[p])
		}
		r.role[role] = begin
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
	begin := r.room()
	r.own(begin, group)
	for _, g := range outer {
		union(r.at(begin), r.at(r.group[g]))
	}
	r.group[group] = begin
	return begin
}

// searched is ofGroup by a search through everything above the group.
func (r *rows) searched(group int32) int32 {
	begin := r.room()
	w := r.engine.walk()
	defer r.engine.walks.Put(w)
	for _, g := range w.reach(r.engine.above, group) {
		r.own(begin, g)
	}
	r.group[group] = begin
	return begin
}

// own adds a group alone and what its roles give to the row that begins there.
func (r *rows) own(begin, group int32) {
	setColumn(r.at(begin), r.groupAt[group])
	for _, role := range r.engine.granted.of(group) {
		of := r.ofRole(role) // may move the rows
		union(r.at(begin), r.at(of))
	}
}

// of is what somebody with these groups and roles has, until the next call.
func (r *rows) of(groups, roles []int32) []uint64 {
	clear(r.user)
	for _, g := range groups {
		union(r.user, r.at(r.ofGroup(g)))
	}
	for _, role := range roles {
		union(r.user, r.at(r.ofRole(role)))
	}
	return r.user
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
