package access

import "slices"

// Attempt is a sign-in that is tried out, by somebody who holds Held.
type Attempt struct {
	Held   Held
	Groups []string // names of groups that the provider sends
	// Connection is what is signed in over; "" tries every connection at once.
	Connection string
	// Application narrows roles, and the permissions they give, to those of one
	// application; nil: to none.
	Application *string
}

// Trial is what an attempt comes to.
type Trial struct {
	Names []Sent // each name that is sent, once, in the order of sending
	// ByName is the directly held groups whose own name a mapping goes by, in store
	// order, each once for each such mapping. From is the held group.
	ByName []Hop

	Groups, Roles, Permissions []Outcome // in store order
}

// Sent is a name that a provider sends: what it matches or, when that is nothing,
// what it nearly does.
type Sent struct {
	Name    string
	Matches []Match
	Near    []NearMiss
}

// Match is a mapping, and the position of the group that has it.
type Match struct {
	Group   int32
	Mapping Mapping
}

// Outcome is something that somebody has, a shortest path to it, and how many hops
// there are to begin a path to it with: memberships, mappings, roles held directly.
type Outcome struct {
	Node    Node
	Path    Path
	Entries int
}

// Try is what an attempt comes to: as Policy has it, with every role unless an
// application is named. O(V+E+m+g+p) for m mappings, g grants of groups and p
// permissions of roles, and O(k(V/64+r)) to count the k ways in that reach r roles.
func (e *Engine) Try(a Attempt) Trial {
	t := &trying{engine: e, Attempt: a, cameBy: map[Node]Hop{}, entries: map[int32]int{}}
	t.match()
	t.search()
	out := Trial{Names: t.names, ByName: t.byName}
	e.nearMisses(out.Names, a.Connection)
	out.Groups, out.Roles, out.Permissions = t.reached()
	return out
}

// trying is the memory of one trial.
type trying struct {
	Attempt

	engine  *Engine
	names   []Sent
	byName  []Hop
	begin   []Hop         // that leave the user
	cameBy  map[Node]Hop  // by vertex: the last hop of a shortest path to it
	order   []Node        // the vertices in the order found
	entries map[int32]int // by group: how many hops lead into the graph there
}

// user is where every path begins.
var user = Node{Kind: KindUser}

// match finds the mappings that match. O(m).
func (t *trying) match() {
	at := map[string]int{}
	for _, name := range t.Attempt.Groups {
		if _, known := at[name]; !known {
			at[name] = len(t.names)
			t.names = append(t.names, Sent{Name: name})
		}
	}
	held := map[string][]int32{}
	direct := unique(t.engine.heldGroups(t.Held, nil))
	for _, group := range direct {
		name := t.engine.groups[group].Name
		held[name] = append(held[name], group)
		t.enter(Hop{Kind: Membership, From: user, To: Node{KindGroup, group}})
	}
	t.engine.eachMapping(func(m Match) {
		if t.Connection != "" && m.Mapping.Connection != t.Connection {
			return
		}
		to := Node{KindGroup, m.Group}
		if i, sent := at[m.Mapping.Group]; sent {
			t.names[i].Matches = append(t.names[i].Matches, m)
			t.enter(Hop{Mapped, user, to, m.Mapping})
		}
		for _, group := range held[m.Mapping.Group] {
			h := Hop{Mapped, Node{KindGroup, group}, to, m.Mapping}
			t.byName = append(t.byName, h)
			t.entries[m.Group]++
		}
	})
	for _, role := range unique(t.engine.heldRoles(t.Held)) {
		t.begin = append(t.begin, Hop{Kind: DirectRole, From: user, To: Node{KindRole, role}})
	}
	slices.SortStableFunc(t.byName, func(a, b Hop) int { return int(a.From.Position - b.From.Position) })
}

func (t *trying) enter(h Hop) {
	t.begin = append(t.begin, h)
	t.entries[h.To.Position]++
}

// eachMapping hands out every mapping, in store order of the groups and once for
// each of them. O(m).
func (e *Engine) eachMapping(found func(Match)) {
	for i := range e.groups {
		mappings := e.groups[i].Mappings
		for n, m := range mappings {
			if !slices.Contains(mappings[:n], m) {
				found(Match{int32(i), m}) //nolint:gosec // as in indexOf
			}
		}
	}
}

// search finds everything that the attempt leads to, the nearest first: a
// breadth-first search from the user. O(V+E+g+p).
func (t *trying) search() {
	for _, h := range t.begin {
		t.find(h)
	}
	byName := map[int32][]Hop{}
	for _, h := range t.byName {
		byName[h.From.Position] = append(byName[h.From.Position], h)
	}
	for next := 0; next < len(t.order); next++ {
		from := t.order[next]
		if from.Kind == KindGroup {
			// A directly held group is found by its membership, so that what follows
			// from its name follows from that.
			for _, h := range byName[from.Position] {
				t.find(h)
			}
		}
		t.engine.onward(from, t.find)
	}
}

// find notes what h leads to, if it is new and asked for.
func (t *trying) find(h Hop) {
	if h.To.Kind == KindRole && !t.asks(h.To.Position) {
		return
	}
	if _, known := t.cameBy[h.To]; !known {
		t.cameBy[h.To] = h
		t.order = append(t.order, h.To)
	}
}

// asks reports whether a role is one of those that are asked for.
func (t *trying) asks(role int32) bool {
	return t.Application == nil || t.engine.roles[role].Application == *t.Application
}

// reached is everything that was found, in store order.
func (t *trying) reached() (groups, roles, permissions []Outcome) {
	entries := t.count()
	for _, n := range t.order {
		r := Outcome{n, t.path(n), entries[n]}
		switch n.Kind {
		case KindUser: // nothing leads to it
		case KindGroup:
			groups = append(groups, r)
		case KindRole:
			roles = append(roles, r)
		case KindPermission:
			permissions = append(permissions, r)
		}
	}
	for _, list := range [][]Outcome{groups, roles, permissions} {
		slices.SortFunc(list, func(a, b Outcome) int { return int(a.Node.Position - b.Node.Position) })
	}
	return groups, roles, permissions
}

// path is the hops from the user to a vertex that was found.
func (t *trying) path(to Node) Path {
	var out Path
	for to != user {
		h := t.cameBy[to]
		out = append(out, h)
		to = h.From
	}
	slices.Reverse(out)
	return out
}

// count is by how many hops the graph is entered that lead to each vertex.
func (t *trying) count() map[Node]int {
	out := map[Node]int{}
	for start, hops := range t.entries {
		c := t.engine.closure(start)
		groups, roles := newMarks(len(t.engine.groups)), newMarks(len(t.engine.roles))
		groups.addAll(c.groups)
		roles.addAll(c.roles)
		for _, group := range groups.appendTo(nil) {
			out[Node{KindGroup, group}] += hops
		}
		t.countRoles(out, roles.appendTo(nil), hops)
	}
	for _, role := range unique(t.engine.heldRoles(t.Held)) {
		t.countRoles(out, []int32{role}, 1)
	}
	return out
}

// countRoles adds hops to those of roles that are asked for, and to what they contain.
func (t *trying) countRoles(out map[Node]int, roles []int32, hops int) {
	permissions := newMarks(len(t.engine.permissions))
	for _, role := range roles {
		if t.asks(role) {
			out[Node{KindRole, role}] += hops
			permissions.addEach(t.engine.includes.of(role))
		}
	}
	for _, permission := range permissions.appendTo(nil) {
		out[Node{KindPermission, permission}] += hops
	}
}
