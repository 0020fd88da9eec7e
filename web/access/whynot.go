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

// Steps is steps each of which is enough, what gives the least else first: the
// fewest roles and permissions, then the fewest groups, then memberships before
// roles. Total is how many there are.
type Steps struct {
	Steps []Step
	Total int
}

// compare orders steps by how little else they give.
func (s Step) compare(t Step) int {
	return cmp.Or(
		cmp.Compare(s.Roles+s.Permissions, t.Roles+t.Permissions), cmp.Compare(s.Groups, t.Groups),
		cmp.Compare(s.Hop.Kind, t.Hop.Kind), cmp.Compare(s.Hop.To.Position, t.Hop.To.Position),
	)
}

// WhyNot is n of the steps that would give somebody what they do not have: a group
// to join, or to nest the group in without a cycle, and a role to hold. There are
// none for what is there already. At a sign-in the name of a joined group counts
// for mappings, as it does in Policy.
//
// It is a best-first search down from the groups that give the access: a nested
// group gives whatever its parent gives, so it cannot come before it. O(V+E+g+p) for
// g grants and p permissions of all roles, and O(V+E) for each of the groups that
// give it, and of those nested in the first n; in V/64 steps once they were asked for.
func (e *Engine) WhyNot(from Origin, to Node, n int) Steps {
	held, in := from.Held, from.In
	if from.Node.Kind == KindGroup {
		held, in = Held{Groups: []string{e.groups[from.Node.Position].ID}}, SignIn{}
	}
	s := &stepSearch{Engine: e, from: from.Node, to: to, in: in, has: e.run(), gives: e.run(), closed: newMarks(len(e.groups)), seen: newMarks(len(e.groups))}
	defer e.runs.Put(s.has)
	defer e.runs.Put(s.gives)
	e.enter(s.has, held, in)
	e.permissionsOf(s.has, s.has.foundRoles)
	if s.there() {
		return Steps{}
	}
	out := Steps{Total: s.begin()}
	for len(out.Steps) < n && len(s.open) > 0 {
		if step, ok := s.next(); ok {
			out.Steps = append(out.Steps, step)
		}
	}
	return out
}

// stepSearch is one search for steps.
type stepSearch struct {
	*Engine

	from, to     Node
	in           SignIn
	has, gives   *run  // what is there, and what the step gives that is weighed
	closed, seen marks // groups that cannot be entered, and those that were looked at
	open         []openStep
}

// openStep is a step that may be the next one. Unless settled, it is weighed
// without what the name of the group adds, and the groups below it wait for it.
type openStep struct {
	Step

	settled bool
}

// there reports whether the access is not missing.
func (s *stepSearch) there() bool {
	switch s.to.Kind {
	case KindGroup:
		return s.has.groups.has(s.to.Position)
	case KindRole:
		return s.has.roles.has(s.to.Position)
	default:
		return s.has.permissions.has(s.to.Position)
	}
}

// begin opens the steps that no other one comes before, and says how many there are
// in all.
func (s *stepSearch) begin() int {
	var roles, entrances []int32
	for role := range int32(len(s.roles)) { //nolint:gosec // as in indexOf
		if s.to == (Node{KindRole, role}) || s.to.Kind == KindPermission && slices.Contains(s.includes.of(role), s.to.Position) {
			roles = append(roles, role)
			s.open = append(s.open, openStep{s.weigh(s.hop(Node{KindRole, role}), nil, []int32{role}), true})
		}
	}
	for group := range int32(len(s.groups)) { //nolint:gosec // as in indexOf
		if s.to == (Node{KindGroup, group}) || slices.ContainsFunc(s.granted.of(group), func(r int32) bool { return slices.Contains(roles, r) }) {
			entrances = append(entrances, group)
		}
	}
	w := s.walk()
	defer s.walks.Put(w)
	if s.from.Kind == KindGroup {
		s.closed.addEach(w.reach(s.below, s.from.Position))
	}
	leading, total := newMarks(len(s.groups)), len(roles)
	for _, group := range w.reach(s.below, entrances...) {
		if leading.add(group); !s.closed.has(group) {
			total++
		}
	}
	for _, group := range entrances {
		s.enterable(group)
	}
	return total + s.byName(leading)
}

// byName opens the groups whose name alone leads to the access, by a mapping, and
// says how many they are. O(V) at a sign-in.
func (s *stepSearch) byName(leading marks) int {
	if s.in.Connection == "" {
		return 0
	}
	n := 0
	for group := range int32(len(s.groups)) { //nolint:gosec // as in indexOf
		if joined := s.joined(group); !leading.has(group) && slices.ContainsFunc(joined, leading.has) {
			n++
			s.open = append(s.open, openStep{s.weigh(s.hop(Node{KindGroup, group}), joined, nil), true})
		}
	}
	return n
}

// next takes the step that gives the least else. It is none of the result yet when
// the name of its group adds to it.
func (s *stepSearch) next() (Step, bool) {
	at := 0
	for i := range s.open {
		if s.open[i].compare(s.open[at].Step) < 0 {
			at = i
		}
	}
	step := s.open[at]
	s.open[at] = s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	if step.settled {
		return step.Step, true
	}
	group := step.Hop.To.Position
	for _, nested := range s.below.of(group) {
		s.enterable(nested)
	}
	joined := s.joined(group)
	if len(joined) == 1 {
		return step.Step, true
	}
	s.open = append(s.open, openStep{s.weigh(step.Hop, joined, nil), true})
	return Step{}, false
}

// enterable opens the step into a group, once, unless it would close a cycle.
func (s *stepSearch) enterable(group int32) {
	if !s.closed.has(group) && s.seen.add(group) {
		s.open = append(s.open, openStep{s.weigh(s.hop(Node{KindGroup, group}), []int32{group}, nil), false})
	}
}

// hop is the hop that a step makes.
func (s *stepSearch) hop(to Node) Hop {
	kind := Membership
	switch user := s.from.Kind == KindUser; {
	case user && to.Kind == KindRole:
		kind = DirectRole
	case !user && to.Kind == KindRole:
		kind = GroupRole
	case !user:
		kind = Nesting
	}
	return Hop{Kind: kind, From: s.from, To: to}
}

// joined is the groups that a step into a group leads to: that group, and those
// that its name is mapped to.
func (s *stepSearch) joined(group int32) []int32 {
	own := []int32{group}
	if s.in.Connection == "" {
		return own
	}
	return append(own, s.mapped[Mapping{s.in.Connection, s.groups[group].Name}]...)
}

// weigh is the step that leads into groups or gives roles.
func (s *stepSearch) weigh(h Hop, groups, roles []int32) Step {
	gives := s.gives
	gives.groups.clear()
	gives.roles.clear()
	gives.permissions.clear()
	gives.roles.addEach(roles)
	for _, group := range groups {
		c := s.closure(group)
		gives.groups.addAll(c.groups)
		gives.roles.addAll(c.roles)
	}
	gives.foundRoles = gives.roles.without(s.has.roles, gives.foundRoles[:0])
	for _, role := range gives.foundRoles {
		gives.permissions.addEach(s.includes.of(role))
	}
	step := Step{h, gives.groups.beyond(s.has.groups), len(gives.foundRoles), gives.permissions.beyond(s.has.permissions)}
	switch s.to.Kind { // the access itself is nothing else
	case KindGroup:
		step.Groups--
	case KindRole:
		step.Roles--
	default:
		step.Permissions--
	}
	return step
}
