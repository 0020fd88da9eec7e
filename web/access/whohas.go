package access

// SourceKind is a kind of source of an access: what the path from a user to it
// begins with.
type SourceKind uint8

// The kinds of sources.
const (
	Directly  SourceKind = iota // a hop that is the whole path
	ByGroup                     // a membership, with something behind it
	ByRole                      // a directly held role that contains the permission
	ByMapping                   // a mapping, because of a directly held group's name
)

// Kinds is every kind of source, in order.
func Kinds() []SourceKind { return []SourceKind{Directly, ByGroup, ByRole, ByMapping} }

// SourceKinds is a set of kinds of sources.
type SourceKinds uint8

// Has reports whether a kind is in the set.
func (s SourceKinds) Has(k SourceKind) bool { return s&(1<<k) != 0 }

// Only reports whether a kind is the one in the set.
func (s SourceKinds) Only(k SourceKind) bool { return s == 1<<k }

// Holder is a user who has something, and by which kinds of sources.
type Holder struct {
	User  int32
	Kinds SourceKinds
}

// Places is the groups and the roles whose direct members and holders decide who has
// the target: those that lead to it, and the groups by whose names mappings do.
// O(V+r+n) for n mappings.
func (t *Toward) Places() (groups, roles []int32) {
	places := newMarks(len(t.groups))
	for i, hops := range t.groups {
		if hops >= 0 {
			places.add(int32(i)) //nolint:gosec // as in indexOf
		}
	}
	t.named(func(group int32, _ []string) { places.add(group) })
	for i, hops := range t.roles {
		if hops >= 0 {
			roles = append(roles, int32(i)) //nolint:gosec // as in indexOf
		}
	}
	return places.appendTo(nil), roles
}

// MappedByName is the users whom a mapping on the way to the target may match: the
// direct members of the groups whose names such mappings go by, each once. Over
// which connections they come decides. O(V+n+m) for n mappings and m memberships.
func (t *Toward) MappedByName(p *Population) []int32 {
	var out []int32
	seen := newMarks(p.Users())
	t.named(func(group int32, _ []string) {
		for _, user := range p.Members(group) {
			if seen.add(user) {
				out = append(out, user)
			}
		}
	})
	return out
}

// named hands out the groups by whose names mappings lead on to the target, in
// store order, with the connections of these mappings.
func (t *Toward) named(found func(group int32, connections []string)) {
	connections := map[string][]string{}
	for m, groups := range t.engine.mapped {
		for _, group := range groups {
			if t.groups[group] >= 0 {
				connections[m.Group] = append(connections[m.Group], m.Connection)
				break
			}
		}
	}
	if len(connections) == 0 {
		return
	}
	for i := range t.engine.groups {
		if over := connections[t.engine.groups[i].Name]; len(over) > 0 {
			found(int32(i), over) //nolint:gosec // as in indexOf
		}
	}
}

// Holders is everybody who has the target, each once: those who hold it directly,
// then the members of groups and the holders of roles that lead to it, in store
// order, then whom only a mapping gives it. comesOver tells whether a user signs in
// over a connection, and is asked about MappedByName alone; what a provider sends
// of its own is not known here. O(V+E+n+m) for n mappings and m memberships.
func (t *Toward) Holders(p *Population, comesOver func(user int32, connection string) bool) []Holder {
	kinds := make([]SourceKinds, p.Users())
	var order []int32
	note := func(users []int32, k SourceKind) {
		for _, user := range users {
			if kinds[user] == 0 {
				order = append(order, user)
			}
			kinds[user] |= 1 << k
		}
	}
	note(t.direct(p), Directly)
	for i, hops := range t.groups {
		if n := (Node{KindGroup, int32(i)}); hops >= 0 && n != t.target { //nolint:gosec // as in indexOf
			note(p.Members(n.Position), ByGroup)
		}
	}
	if t.target.Kind == KindPermission {
		for i, hops := range t.roles {
			if hops >= 0 {
				note(p.Holders(int32(i)), ByRole) //nolint:gosec // as in indexOf
			}
		}
	}
	t.named(func(group int32, connections []string) {
		for _, user := range p.Members(group) {
			for _, c := range connections {
				if comesOver(user, c) {
					note([]int32{user}, ByMapping)
				}
			}
		}
	})
	out := make([]Holder, len(order))
	for i, user := range order {
		out[i] = Holder{user, kinds[user]}
	}
	return out
}

// direct is who holds the target itself.
func (t *Toward) direct(p *Population) []int32 {
	switch t.target.Kind {
	case KindGroup:
		return p.Members(t.target.Position)
	case KindRole:
		return p.Holders(t.target.Position)
	default:
		return nil // permissions are held through roles
	}
}

// Way is a shortest path of those that begin with one kind of source.
type Way struct {
	Kind SourceKind
	Path Path
}

// Held is how one user has the target: a way of each kind of source, the kinds in
// order, and how many paths there are. Unless exact, there are that many or more:
// with a cycle on the way the beginnings alone are counted.
//
// O(kd+n) for k groups and roles of d ways to go on, and n mappings of their names.
func (t *Toward) Held(user int32, p *Population, connections []string) (ways []Way, total int, exact bool) {
	from := Node{Kind: KindUser, Position: user}
	shortest := map[SourceKind]Path{}
	length := map[SourceKind]int32{}
	note := func(k SourceKind, hops ...Hop) {
		last := hops[len(hops)-1].To
		rest := t.hops(last)
		if rest < 0 {
			return
		}
		total = min(total+t.ways(last), mostPaths)
		if n := rest + int32(len(hops)); shortest[k] == nil || n < length[k] { //nolint:gosec // two at most
			shortest[k], length[k] = hops, n
		}
	}
	groups, roles := p.Held(user)
	t.engine.hops(Origin{Node: from, Held: Held{GroupsAt: groups, RolesAt: roles}}, func(h Hop) {
		note(t.kind(h), h)
	}, nil)
	for _, c := range connections {
		in := Origin{Node: from, Held: Held{GroupsAt: groups}, In: SignIn{Connection: c}}
		t.engine.hops(in, func(Hop) {}, func(group int32, out []Hop) {
			for _, h := range out {
				note(ByMapping, Hop{Kind: Membership, From: from, To: Node{KindGroup, group}}, h)
			}
		})
	}
	for _, k := range Kinds() {
		if path := shortest[k]; path != nil {
			ways = append(ways, Way{k, append(path, t.from(path[len(path)-1].To)...)})
		}
	}
	return ways, total, t.acyclic && total < mostPaths
}

// kind is the kind of source of a path that begins with a hop from a user.
func (t *Toward) kind(first Hop) SourceKind {
	switch {
	case first.To == t.target:
		return Directly
	case first.Kind == DirectRole:
		return ByRole
	default:
		return ByGroup
	}
}

// ways is how many paths lead from a vertex to the target; with cycles one is
// counted.
func (t *Toward) ways(from Node) int {
	if from.Kind == KindGroup && t.acyclic {
		return t.paths[from.Position]
	}
	return 1
}
