package access

// Population is who holds what directly: users by their positions, groups and
// roles by those of an engine. It is never changed, so it may be shared.
type Population struct {
	members, holders edges // from a group, and from a role, to users
	groups, roles    edges // from a user
}

// NewPopulation is a population of so many users, by the members of each group
// and the holders of each role. O(n) for n memberships and roles.
func NewPopulation(users int, members, holders [][]int32) *Population {
	p := &Population{members: flat(members), holders: flat(holders)}
	p.groups, p.roles = p.members.turned(users), p.holders.turned(users)
	return p
}

// flat is lists of what edges lead to as edges.
func flat(lists [][]int32) edges {
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	out := edges{to: make([]int32, 0, n), from: make([]int32, 1, len(lists)+1)}
	for _, l := range lists {
		out.to = append(out.to, l...)
		out.from = append(out.from, int32(len(out.to))) //nolint:gosec // as in indexOf
	}
	return out
}

// Users is how many users there are. O(1).
func (p *Population) Users() int { return len(p.groups.from) - 1 }

// Members is the direct members of a group. O(1).
func (p *Population) Members(group int32) []int32 { return p.members.of(group) }

// Holders is who holds a role directly. O(1).
func (p *Population) Holders(role int32) []int32 { return p.holders.of(role) }

// Held is the groups and the roles that a user holds directly. One that is not
// there holds nothing. O(1).
func (p *Population) Held(user int32) (groups, roles []int32) {
	if int(user) >= p.Users() {
		return nil, nil
	}
	return p.groups.of(user), p.roles.of(user)
}

// MemberCount is how many users are in a group: those of p who are directly in
// it or in a group below. O(V+E+m) for m memberships in them.
func (g *Graph) MemberCount(group int32, p *Population) int {
	w := g.walk()
	defer g.walks.Put(w)
	seen, n := newMarks(p.Users()), 0
	for _, inner := range w.reach(g.below, group) {
		for _, user := range p.Members(inner) {
			if seen.add(user) {
				n++
			}
		}
	}
	return n
}
