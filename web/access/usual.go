package access

// Usual is what some users usually have: what at least so many in a hundred of them
// have. Of nobody there is nothing usual.
type Usual struct {
	// Users is how many they are.
	Users int
	// Reached is what is usual, in order, by what most of them hold directly and
	// leads there. Where there is nothing of that kind they have it in ways that differ,
	// and By is empty, but not nil.
	Reached []Reached

	columns columns
	counts  []int
}

// Of is how many of the users have something in effect. O(1).
func (u *Usual) Of(n Node) int {
	if column, ok := u.columns.at[n]; ok {
		return u.counts[column]
	}
	return 0
}

// Usual is what at least percent in a hundred of users have in effect, or hold
// directly when directly says so. Mappings do not count.
//
// What the users can have is found by one search from all that they hold, and is then
// a bit each of every user: O(V+E+g+p), and O(mw) for the m memberships and roles of the
// users and w words of such bits.
func (e *Engine) Usual(people *Population, users []int32, percent int, directly bool) *Usual {
	u := &Usual{Users: len(users), columns: e.within(people, users)}
	u.counts = make([]int, len(u.columns.nodes))
	own := make([]int, len(u.columns.nodes)) // what is held directly
	rows, counted := newRows(e, u.columns, nil, nil), newCounters(u.columns.words, len(users))
	for _, user := range users {
		groups, roles := people.Held(user)
		counted.add(rows.of(groups, roles))
		for _, group := range groups {
			own[rows.groupAt[group]]++
		}
		for _, role := range roles {
			own[rows.roleAt[role]]++
		}
	}
	for column := range u.counts {
		u.counts[column] = counted.of(column)
	}
	if directly {
		u.counts = own
	}
	u.Reached = e.mostHave(u, own, percent, directly)
	return u
}

// within is the groups, roles and permissions that some users can have.
func (e *Engine) within(people *Population, users []int32) columns {
	groups, roles, permissions := newMarks(len(e.groups)), newMarks(len(e.roles)), newMarks(len(e.permissions))
	for _, user := range users {
		joined, given := people.Held(user)
		groups.addEach(joined)
		roles.addEach(given)
	}
	w := e.walk()
	defer e.walks.Put(w)
	for _, group := range w.reach(e.above, groups.appendTo(nil)...) {
		groups.add(group)
		roles.addEach(e.granted.of(group))
	}
	for _, role := range roles.appendTo(nil) {
		permissions.addEach(e.includes.of(role))
	}
	return columnsOf(groups, roles, permissions)
}

// mostHave is what at least percent in a hundred have of what u counted, by what
// they hold directly themselves.
func (e *Engine) mostHave(u *Usual, own []int, percent int, directly bool) []Reached {
	usual := func(n int) bool { return u.Users > 0 && n > 0 && n*100 >= percent*u.Users }
	var held Held
	for column, n := range u.columns.nodes {
		switch {
		case !usual(own[column]):
		case n.Kind == KindGroup:
			held.GroupsAt = append(held.GroupsAt, n.Position)
		case n.Kind == KindRole:
			held.RolesAt = append(held.RolesAt, n.Position)
		}
	}
	by := map[Node][]Node{}
	for _, r := range e.Reach(Origin{Held: held}) {
		by[r.Node] = r.By
	}
	var out []Reached
	for column, n := range u.columns.nodes {
		if usual(u.counts[column]) {
			r := Reached{n, append([]Node{}, by[n]...)}
			if directly {
				r.By = []Node{n}
			}
			out = append(out, r)
		}
	}
	return out
}
