package access

// Grant is something that groups have (a member, a role): the first group in
// store order that has it, and the others.
type Grant struct {
	ID    string   // of the user or the role
	Group string   // the id of the first group it comes from
	Also  []string // the ids of further groups it comes from, in store order
}

// Members is who is a member of a group: its own members and those of every
// group below it, each once, in the order found. members is what it asks for
// the direct members of one group. O(V+E+m) for m memberships looked at.
func (g *Graph) Members(id string, members func(group string) []string) []Grant {
	return g.grants(id, g.below, members)
}

// Roles is what roles a group has: its own and those of every group that
// contains it, each once, in the order found. roles is what it asks for the
// direct roles of one group. O(V+E+r) for r assignments looked at.
func (g *Graph) Roles(id string, roles func(group string) []string) []Grant {
	return g.grants(id, g.above, roles)
}

func (g *Graph) grants(id string, way edges, direct func(group string) []string) []Grant {
	start, ok := g.index[id]
	if !ok {
		return nil
	}
	w := g.walk()
	defer g.walks.Put(w)
	var out []Grant
	at := map[string]int{}
	for _, i := range w.reach(way, start) {
		group := g.groups[i].ID
		for _, granted := range direct(group) {
			first, known := at[granted]
			switch {
			case !known:
				at[granted] = len(out)
				out = append(out, Grant{ID: granted, Group: group})
			case !out[first].lastFrom(group):
				out[first].Also = append(out[first].Also, group)
			}
		}
	}
	return out
}

// Member is a user by its position, and the first group in store order that has it.
type Member struct {
	User  int32
	Group string
}

// MembersPage is what Members finds, from offset on and at most limit, and how
// many it finds in all. members is what it asks for the direct members of one
// group, who are fewer than users. O(V+E+m) for m memberships looked at, and
// memory for the page alone.
func (g *Graph) MembersPage(id string, users int, members func(group string) []int32, offset, limit int) (page []Member, total int) {
	start, ok := g.index[id]
	if !ok {
		return nil, 0
	}
	w := g.walk()
	defer g.walks.Put(w)
	found := newMarks(users)
	for _, i := range w.reach(g.below, start) {
		group := g.groups[i].ID
		for _, user := range members(group) {
			if !found.add(user) {
				continue
			}
			if total >= offset && len(page) < limit {
				page = append(page, Member{user, group})
			}
			total++
		}
	}
	return page, total
}

// lastFrom reports whether group is the last one noted: it may name a thing twice.
func (g Grant) lastFrom(group string) bool {
	if n := len(g.Also); n > 0 {
		return g.Also[n-1] == group
	}
	return g.Group == group
}
