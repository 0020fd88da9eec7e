package access

import "slices"

// Tenant is the records of a tenant, and who holds what of them directly: the
// members of each group and the holders of each role, by position in a list of users.
type Tenant struct {
	Groups           []Group
	Roles            []Role
	Permissions      []Permission
	Members, Holders [][]int32
}

// Compare is what it would do to so many users if a tenant became another one.
// Records are the same by their ids; positions are those of before, and behind them
// stands what only after has. As Impact, and O(n) for the records and memberships
// of both.
func Compare(before, after Tenant, users int) *Impact {
	was, is := beside(before, after, users)
	d := newDraft(NewEngine(was.Groups, was.Roles, was.Permissions), NewPopulation(users, was.Members, was.Holders))
	d.become(is, users)
	return d.impact()
}

// beside is two tenants with the same records at the same positions. What one of
// them has not is there with nothing in it.
func beside(before, after Tenant, users int) (was, is Tenant) {
	groups := align(before.Groups, after.Groups, func(g Group) string { return g.ID }, func(g Group) Group { return Group{ID: g.ID, Name: g.Name} })
	roles := align(before.Roles, after.Roles, func(r Role) string { return r.ID }, func(r Role) Role { return Role{ID: r.ID, Name: r.Name} })
	permissions := align(before.Permissions, after.Permissions, func(p Permission) string { return p.ID }, func(p Permission) Permission { return p })
	was = Tenant{groups.was, roles.was, permissions.was, lifted(before.Members, groups.wasAt, users), lifted(before.Holders, roles.wasAt, users)}
	is = Tenant{groups.is, roles.is, permissions.is, lifted(after.Members, groups.isAt, users), lifted(after.Holders, roles.isAt, users)}
	was.trim(before)
	is.trim(after)
	return was, is
}

// alignment is two lists with the same records at the same positions, and where
// each stood in its own list, or -1.
type alignment[T any] struct {
	was, is     []T
	wasAt, isAt []int32
}

func align[T any](before, after []T, id func(T) string, alone func(T) T) alignment[T] {
	var out alignment[T]
	in, known := indexOf(after, id), indexOf(before, id)
	for i, item := range before {
		other, at := alone(item), int32(-1)
		if found, ok := in[id(item)]; ok {
			other, at = after[found], found
		}
		out.was, out.wasAt = append(out.was, item), append(out.wasAt, int32(i)) //nolint:gosec // as in indexOf
		out.is, out.isAt = append(out.is, other), append(out.isAt, at)
	}
	for i, item := range after {
		if _, ok := known[id(item)]; !ok {
			out.was, out.wasAt = append(out.was, alone(item)), append(out.wasAt, -1)
			out.is, out.isAt = append(out.is, item), append(out.isAt, int32(i)) //nolint:gosec // as in indexOf
		}
	}
	return out
}

// lifted is lists of users at other positions, each user once in a list.
func lifted(lists [][]int32, at []int32, users int) [][]int32 {
	out := make([][]int32, len(at))
	last := make([]int, users) // by user, the last list that was seen to have it, and one more
	for i, from := range at {
		if from >= 0 && int(from) < len(lists) {
			out[i] = once(lists[from], last, i+1)
		}
	}
	return out
}

// once is list with each user once, where it is first; list itself when it is so
// already. Users are marked in last by mark, which none of them has yet.
func once(list []int32, last []int, mark int) []int32 {
	out := list
	for i, user := range list {
		switch repeated := last[user] == mark; {
		case repeated && len(out) == len(list):
			out = slices.Clone(list[:i])
		case !repeated && len(out) < len(list):
			out = append(out, user)
		}
		last[user] = mark
	}
	return out
}

// trim takes out of records what the tenant itself does not have: a reference to
// what does not exist grants nothing.
func (t *Tenant) trim(own Tenant) {
	groups := indexOf(own.Groups, func(g Group) string { return g.ID })
	roles := indexOf(own.Roles, func(r Role) string { return r.ID })
	permissions := indexOf(own.Permissions, func(p Permission) string { return p.ID })
	for i := range t.Groups {
		t.Groups[i].Nested = there(t.Groups[i].Nested, groups)
		t.Groups[i].Roles = there(t.Groups[i].Roles, roles)
	}
	for i := range t.Roles {
		t.Roles[i].Permissions = there(t.Roles[i].Permissions, permissions)
	}
}

// there is those of ids that index has.
func there(ids []string, index map[string]int32) []string {
	gone := func(id string) bool { _, ok := index[id]; return !ok }
	if !slices.ContainsFunc(ids, gone) {
		return ids
	}
	return slices.DeleteFunc(slices.Clone(ids), gone)
}

// become makes the draft another tenant with the same positions.
func (d *draft) become(is Tenant, users int) {
	for i := range int32(len(is.Groups)) { //nolint:gosec // as in indexOf
		if was, is := d.groups[i], is.Groups[i]; !slices.Equal(was.Nested, is.Nested) || !slices.Equal(was.Roles, is.Roles) {
			d.touched[Node{KindGroup, i}] = true
		}
	}
	for i := range int32(len(is.Roles)) { //nolint:gosec // as in indexOf
		if !slices.Equal(d.roles[i].Permissions, is.Roles[i].Permissions) {
			d.touched[Node{KindRole, i}] = true
		}
	}
	d.groups, d.roles = is.Groups, is.Roles
	later := NewPopulation(users, is.Members, is.Holders)
	for user := range int32(users) { //nolint:gosec // as in indexOf
		groups, roles := d.people.Held(user)
		joined, given := later.Held(user)
		if !slices.Equal(groups, joined) || !slices.Equal(roles, given) {
			d.holdings[user] = &holding{joined, given}
		}
	}
}
