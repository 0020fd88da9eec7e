package access

// Grant is something that a group has (a member, a role), and the first group
// in store order that has it.
type Grant struct {
	ID    string // of the user or the role
	Group string // the id of the group it comes from
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

func (g *Graph) grants(id string, edges [][]int, direct func(group string) []string) []Grant {
	start, ok := g.index[id]
	if !ok {
		return nil
	}
	var out []Grant
	seen := map[string]bool{}
	for _, i := range g.reach(start, edges) {
		group := g.groups[i].ID
		for _, granted := range direct(group) {
			if !seen[granted] {
				seen[granted] = true
				out = append(out, Grant{ID: granted, Group: group})
			}
		}
	}
	return out
}
