package access

// Kind is what a vertex of the graph of access stands for.
type Kind uint8

// The kinds of vertices. An access is a group, a role or a permission.
const (
	KindUser Kind = iota
	KindGroup
	KindRole
	KindPermission
)

// Node is a vertex of the graph of access: the group, role or permission at a
// position of the engine's lists. Of a user the position is for the caller to say.
type Node struct {
	Kind     Kind
	Position int32
}

// HopKind is what an edge of the graph of access stands for.
type HopKind uint8

// The kinds of edges, from what somebody has to what that gives.
const (
	Membership HopKind = iota // from a user to a group
	Mapped                    // from a user to a group, because of a name that was sent; from a directly held group because of its name
	Nesting                   // from a group to one that contains it
	GroupRole                 // from a group to a role
	DirectRole                // from a user to a role
	Inclusion                 // from a role to a permission
)

// Hop is an edge of the graph of access. Mapping is what a Mapped one rests on.
type Hop struct {
	Kind     HopKind
	From, To Node
	Mapping  Mapping
}

// Path is the hops from somebody to what they have.
type Path []Hop

// removable is what is taken away to be rid of h. A mapping is one thing, whatever
// name made it match.
func (h Hop) removable() Hop {
	if h.Kind == Mapped {
		h.From = Node{}
	}
	return h
}

// Origin is where paths begin: with a group, or with a user who holds Held and
// signs in as In says. Without In.Connection mappings do not count.
type Origin struct {
	Node Node
	Held Held
	In   SignIn
}

// hops appends the edges that leave the origin. Those by a directly held group's
// name leave that group's place of its own, which named is told.
func (e *Engine) hops(from Origin, add func(Hop), named func(group int32, out []Hop)) {
	direct := unique(e.heldGroups(from.Held, nil))
	for _, group := range direct {
		add(Hop{Kind: Membership, From: from.Node, To: Node{KindGroup, group}})
	}
	for _, role := range unique(e.heldRoles(from.Held)) {
		add(Hop{Kind: DirectRole, From: from.Node, To: Node{KindRole, role}})
	}
	if from.In.Connection == "" {
		return
	}
	sent := map[string]bool{}
	for _, name := range from.In.Groups {
		if !sent[name] {
			sent[name] = true
			for _, h := range e.mappedBy(from.Node, Mapping{from.In.Connection, name}) {
				add(h)
			}
		}
	}
	for _, group := range direct {
		if out := e.mappedBy(Node{KindGroup, group}, Mapping{from.In.Connection, e.groups[group].Name}); len(out) > 0 {
			named(group, out)
		}
	}
}

// mappedBy is the hops from a vertex to the groups that have a mapping.
func (e *Engine) mappedBy(from Node, m Mapping) []Hop {
	var out []Hop
	for _, group := range unique(e.mapped[m]) {
		out = append(out, Hop{Mapped, from, Node{KindGroup, group}, m})
	}
	return out
}
