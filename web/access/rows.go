package access

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
