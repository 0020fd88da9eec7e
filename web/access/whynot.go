package access

import (
	"cmp"
	"slices"
)

// Step is a hop that would give somebody an access, and how many groups, roles and
// permissions would come with it that are not there yet. The access is none of them.
type Step struct {
	Hop                        Hop
	Groups, Roles, Permissions int
}

// Steps is those steps each of which is enough, what gives the least else first:
// the fewest roles and permissions, then the fewest groups, then memberships before
// roles, then store order. Total is how many there are.
type Steps struct {
	Steps []Step
	Total int
}

// WhyNot is n of the steps that would give somebody what they do not have: a group
// to join, or to nest the group in without a cycle, and a role to hold. There are
// none for what is there already. At a sign-in the name of a joined group counts
// for mappings, as it does in Policy.
//
// O(k(V+E)) for k groups that lead to the access, and O(k(V+R+P)/64) once they were
// asked for.
func (e *Engine) WhyNot(from Origin, to Node, n int) Steps {
	held, in := from.Held, from.In
	if from.Node.Kind == KindGroup {
		held, in = Held{Groups: []string{e.groups[from.Node.Position].ID}}, SignIn{}
	}
	s := scales{engine: e, to: to, has: e.run(), gives: e.run()}
	defer e.runs.Put(s.has)
	defer e.runs.Put(s.gives)
	e.enter(s.has, held, in)
	e.permissionsOf(s.has, s.has.foundRoles)
	if s.there() {
		return Steps{}
	}
	roles := e.rolesFor(to)
	var all []Step
	for _, h := range e.entrances(from, to, roles) {
		all = append(all, s.weigh(h, e.joined(h, in), nil))
	}
	for _, role := range roles {
		h := Hop{Kind: DirectRole, From: from.Node, To: Node{KindRole, role}}
		if from.Node.Kind == KindGroup {
			h.Kind = GroupRole
		}
		all = append(all, s.weigh(h, nil, []int32{role}))
	}
	slices.SortFunc(all, Step.compare)
	return Steps{all[:min(max(n, 0), len(all))], len(all)}
}

func (s Step) compare(t Step) int {
	return cmp.Or(
		cmp.Compare(s.Roles+s.Permissions, t.Roles+t.Permissions), cmp.Compare(s.Groups, t.Groups),
		cmp.Compare(s.Hop.Kind, t.Hop.Kind), cmp.Compare(s.Hop.To.Position, t.Hop.To.Position),
	)
}

// rolesFor is the roles whose holders have an access. O(p) for p permissions of
// all roles.
func (e *Engine) rolesFor(to Node) []int32 {
	var out []int32
	for role := range int32(len(e.roles)) { //nolint:gosec // as in indexOf
		if to == (Node{KindRole, role}) || to.Kind == KindPermission && slices.Contains(e.includes.of(role), to.Position) {
			out = append(out, role)
		}
	}
	return out
}

// entrances is the hops to groups that would give an access, by themselves or, at
// a sign-in, by a mapping of their name. O(V+E+g) for g grants.
func (e *Engine) entrances(from Origin, to Node, roles []int32) []Hop {
	kind := Membership
	leading, closed := newMarks(len(e.groups)), newMarks(len(e.groups))
	if to.Kind == KindGroup {
		leading.addEach(e.within(to.Position))
	} else {
		leading.addEach(e.GroupsWith(roles))
	}
	if from.Node.Kind == KindGroup {
		kind = Nesting
		closed.addEach(e.within(from.Node.Position))
	}
	var out []Hop
	for i := range int32(len(e.groups)) { //nolint:gosec // as in indexOf
		h := Hop{Kind: kind, From: from.Node, To: Node{KindGroup, i}}
		if !closed.has(i) && slices.ContainsFunc(e.joined(h, from.In), leading.has) {
			out = append(out, h)
		}
	}
	return out
}

// within is a group and those below it. O(V+E).
func (e *Engine) within(group int32) []int32 {
	w := e.walk()
	defer e.walks.Put(w)
	return slices.Clone(w.reach(e.below, group))
}

// joined is the groups that a hop to a group leads to at a sign-in: that group, and
// those that a membership in it is mapped to.
func (e *Engine) joined(h Hop, in SignIn) []int32 {
	own := []int32{h.To.Position}
	if h.Kind != Membership || in.Connection == "" {
		return own
	}
	return append(own, e.mapped[Mapping{in.Connection, e.groups[h.To.Position].Name}]...)
}

// scales weigh what a step gives against what somebody has.
type scales struct {
	engine     *Engine
	to         Node
	has, gives *run
}

// there reports whether the access is not missing.
func (s scales) there() bool {
	switch s.to.Kind {
	case KindGroup:
		return s.has.groups.has(s.to.Position)
	case KindRole:
		return s.has.roles.has(s.to.Position)
	default:
		return s.has.permissions.has(s.to.Position)
	}
}

// weigh is the step that leads into groups or gives roles.
func (s scales) weigh(h Hop, groups, roles []int32) Step {
	s.gives.groups.clear()
	s.gives.roles.clear()
	s.gives.permissions.clear()
	s.gives.roles.addEach(roles)
	for _, group := range groups {
		c := s.engine.closure(group)
		s.gives.groups.addAll(c.groups)
		s.gives.roles.addAll(c.roles)
	}
	s.gives.foundRoles = s.gives.roles.without(s.has.roles, s.gives.foundRoles[:0])
	for _, role := range s.gives.foundRoles {
		s.gives.permissions.addEach(s.engine.includes.of(role))
	}
	step := Step{h, s.gives.groups.beyond(s.has.groups), len(s.gives.foundRoles), s.gives.permissions.beyond(s.has.permissions)}
	switch s.to.Kind {
	case KindGroup:
		step.Groups--
	case KindRole:
		step.Roles--
	default:
		step.Permissions--
	}
	return step
}
