package access

import "slices"

// Compared is one of two that are compared: a user, a group or a role, or what some
// users usually have.
type Compared struct {
	Origin

	Usual *Usual // instead of Origin
}

// Comparison is what two have in common, and what one of them has alone. Each part is
// in order.
//
// Of users it is their groups, roles and permissions. Of groups it is the groups that
// contain them, the roles and permissions of their members, the groups nested in them,
// the users who are in them, and their own mappings. Of roles it is their permissions,
// the groups that give them, and the users who have them.
type Comparison struct {
	Groups, Roles, Permissions, Nested Parts[Contrasted]
	Users                              Parts[int32]
	Mappings                           Parts[Mapping]
}

// Comparison compares two of one kind by all that they have in effect, or by what they
// have directly. O(k(V+E)+s+m) for k edges that leave them, s vertices that those lead
// to and m memberships and roles of the users on both sides.
func (e *Engine) Comparison(people *Population, left, right Compared, directly bool) Comparison {
	only := func(reached []Reached) []Reached {
		if directly {
			return Directly(reached)
		}
		return reached
	}
	contrast := func(of func(Compared) []Reached) []Contrasted {
		return Contrast(only(of(left)), only(of(right)))
	}
	var out Comparison
	out.place(contrast(e.reach))
	switch left.Node.Kind {
	case KindUser, KindPermission: // nothing leads to a user
		return out
	case KindGroup:
		out.Nested = parted(contrast(func(c Compared) []Reached { return e.Within(c.Node.Position) }))
		out.Mappings = partedMappings(e.groups[left.Node.Position].Mappings, e.groups[right.Node.Position].Mappings)
	case KindRole:
		out.Groups = parted(contrast(func(c Compared) []Reached { return e.Givers(c.Node.Position) }))
	}
	out.Users = Apart(e.Having(left.Node, people, directly), e.Having(right.Node, people, directly))
	return out
}

// reach is what one that is compared has.
func (e *Engine) reach(c Compared) []Reached {
	if c.Usual != nil {
		return c.Usual.Reached
	}
	return e.Reach(c.Origin)
}

// place puts what two lead to where it belongs.
func (c *Comparison) place(found []Contrasted) {
	for kind, parts := range map[Kind]*Parts[Contrasted]{KindGroup: &c.Groups, KindRole: &c.Roles, KindPermission: &c.Permissions} {
		*parts = parted(slices.DeleteFunc(slices.Clone(found), func(f Contrasted) bool { return f.Kind != kind }))
	}
}

// parted is what two lead to in parts. O(n).
func parted(found []Contrasted) Parts[Contrasted] {
	var out Parts[Contrasted]
	for _, f := range found {
		switch {
		case f.Right == nil:
			out.OnlyLeft = append(out.OnlyLeft, f)
		case f.Left == nil:
			out.OnlyRight = append(out.OnlyRight, f)
		default:
			out.Both = append(out.Both, f)
		}
	}
	return out
}

// partedMappings is the mappings of two groups in parts, each once. O(n) for n in both.
func partedMappings(left, right []Mapping) Parts[Mapping] {
	const ours, theirs, seen = 1, 2, 4
	in := make(map[Mapping]int, len(left)+len(right))
	for _, m := range left {
		in[m] |= ours
	}
	for _, m := range right {
		in[m] |= theirs
	}
	var out Parts[Mapping]
	for _, m := range append(slices.Clip(left), right...) {
		switch in[m] {
		case ours:
			out.OnlyLeft = append(out.OnlyLeft, m)
		case theirs:
			out.OnlyRight = append(out.OnlyRight, m)
		case ours | theirs:
			out.Both = append(out.Both, m)
		}
		in[m] |= seen
	}
	return out
}
