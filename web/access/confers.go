package access

// Confers is the roles that a new hop gives to whoever stands at its beginning, by
// position and in order: of a hop to a group those of the group and of every group
// that contains it, and of a membership also those that mappings of the group's name
// lead to, over whatever connection; of a hop to a role that role. Whether somebody
// stands there, or has them by other ways, is not asked: ways come and go. A hop to a
// permission gives no role.
//
// O(V+E+r), and O(r/64) once the group was asked for; a membership adds O(m) for m
// mappings.
func (e *Engine) Confers(h Hop) []int32 {
	roles := newMarks(len(e.roles))
	switch h.To.Kind {
	case KindUser, KindPermission: // they give no role
	case KindRole:
		roles.add(h.To.Position)
	case KindGroup:
		roles.addAll(e.closure(h.To.Position).roles)
		if h.Kind == Membership {
			e.markByName(&roles, e.groups[h.To.Position].Name)
		}
	}
	return roles.appendTo(nil)
}

// ConfersByName is the roles that the name of a group gives to its direct members,
// as mappings have it. O(m) for m mappings, and as Confers for each that matches.
func (e *Engine) ConfersByName(name string) []int32 {
	roles := newMarks(len(e.roles))
	e.markByName(&roles, name)
	return roles.appendTo(nil)
}

func (e *Engine) markByName(roles *marks, name string) {
	for m, groups := range e.mapped {
		if m.Group != name {
			continue
		}
		for _, group := range groups {
			roles.addAll(e.closure(group).roles)
		}
	}
}
