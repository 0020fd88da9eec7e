package access

import (
	"cmp"
	"slices"
)

// View says what of the graph of access around a vertex is wanted. Groups always are.
type View struct {
	Focus Node
	// Up and Down are how many groups away from the focus it goes; less than 0 is
	// as far as there is something.
	Up, Down int
	// Users, Roles and Permissions are wanted too: those who are members below the
	// focus, and what groups and roles have. Permissions bring the roles between.
	Users, Roles, Permissions bool
	// Limit is how many vertices are wanted at most: the nearest ones.
	Limit int
	// Rows is how many vertices of a kind that are tied to one vertex alone stand
	// beside it before the rest is folded; 0 folds nothing, and Unfolded says where
	// nothing is to be.
	Rows     int
	Unfolded map[Node]bool
}

// Seen is a vertex of a view. Level is how many groups it is away from the focus,
// less than 0 above it. Above and Below are how many neighbours it has in the
// tenant that are not in the view.
type Seen struct {
	Node

	Level        int
	Above, Below int
	Members      int // of a group, directly
}

// Fold is vertices of a kind that are left out beside one of a view.
type Fold struct {
	Of    Node
	Kind  Kind
	Above bool // on the side of what Of gives
	Count int
}

// Around is what a view shows: the focus first, then what is nearest, and the hops
// between them.
type Around struct {
	Nodes []Seen
	Hops  []Hop
	Folds []Fold
	// Totals is how many there are within the view's levels, by kind; those that
	// are folded or beyond the limit are among them.
	Totals [KindPermission + 1]int
}

// around is the memory of one view.
type around struct {
	*Engine

	view             View
	people           *Population
	granting, within edges // from a role to its groups, from a permission to its roles
	level            map[Node]int
	order            []Node // everything within the levels, in the order in which it is wanted
	drawn            map[Node]int
	folded           map[Node]Fold // by what is folded
}

// Around is what a view shows. O(V+E+g+p+m) for the g grants of roles, their p
// permissions and the m memberships of the groups in it, and sorting them.
func (e *Engine) Around(people *Population, v View) Around {
	a := &around{
		Engine: e, view: v, people: people,
		granting: e.granted.turned(len(e.roles)), within: e.includes.turned(len(e.permissions)),
		level: map[Node]int{}, drawn: map[Node]int{}, folded: map[Node]Fold{},
	}
	a.collect()
	a.fold()
	return a.result()
}

// wants reports whether vertices of a kind are in the view beside its focus.
func (a *around) wants(k Kind) bool {
	switch k {
	case KindUser:
		return a.view.Users && a.view.Focus.Kind != KindUser
	case KindRole:
		return a.view.Roles || a.view.Permissions || a.view.Focus.Kind == KindPermission
	case KindPermission:
		return a.view.Permissions
	}
	return true
}

// gives is the hops from a vertex to what it gives, of kinds in the view.
func (a *around) gives(n Node, add func(Hop)) {
	if n.Kind == KindUser {
		groups, roles := a.people.Held(n.Position)
		for _, group := range groups {
			add(Hop{Kind: Membership, From: n, To: Node{KindGroup, group}})
		}
		for _, role := range roles {
			add(Hop{Kind: DirectRole, From: n, To: Node{KindRole, role}})
		}
		return
	}
	a.onward(n, add)
}

// has is what gives a vertex to somebody: the other ends of the hops to it.
func (a *around) has(n Node, add func(Node)) {
	each := func(kind Kind, positions []int32) {
		for _, i := range positions {
			add(Node{kind, i})
		}
	}
	switch n.Kind {
	case KindGroup:
		each(KindGroup, a.below.of(n.Position))
		each(KindUser, a.people.Members(n.Position))
	case KindRole:
		each(KindGroup, a.granting.of(n.Position))
		each(KindUser, a.people.Holders(n.Position))
	case KindPermission:
		each(KindRole, a.within.of(n.Position))
	}
}

// place puts a vertex into the view, unless it is there.
func (a *around) place(n Node, level int) bool {
	if _, known := a.level[n]; known {
		return false
	}
	a.level[n], a.order = level, append(a.order, n)
	return true
}

// collect finds everything within the levels: groups, then roles, permissions and
// users.
func (a *around) collect() {
	focus := a.view.Focus
	a.place(focus, 0)
	var down []Node
	if focus.Kind == KindPermission {
		a.has(focus, func(role Node) {
			if a.place(role, 0) {
				down = append(down, role)
			}
		})
	}
	a.groups([]Node{focus}, append(down, focus))
	slices.SortStableFunc(a.order[1+len(down):], func(x, y Node) int {
		return cmp.Or(cmp.Compare(distance(a.level[x]), distance(a.level[y])), cmp.Compare(a.name(x), a.name(y)))
	})
	if a.wants(KindRole) || focus.Kind == KindUser && a.view.Roles {
		a.attach(KindGroup, KindRole)
		a.attach(KindUser, KindRole)
	}
	if a.wants(KindPermission) {
		a.attach(KindRole, KindPermission)
	}
	if a.wants(KindUser) {
		a.members()
	}
}

func distance(level int) int { return max(level, -level) }

// groups places the groups above and below. One that is on both sides, in a
// circle, counts where it is nearer.
func (a *around) groups(up, down []Node) {
	a.spread(up, a.view.Up, -1, func(n Node, add func(Node)) { a.gives(n, func(h Hop) { add(h.To) }) })
	a.spread(down, a.view.Down, 1, a.has)
}

// spread places the groups that way leads to from some vertices, a level at a time.
func (a *around) spread(from []Node, levels, sign int, way func(Node, func(Node))) {
	seen := map[Node]bool{a.view.Focus: true}
	for level := 1; len(from) > 0 && (levels < 0 || level <= levels); level++ {
		var next []Node
		for _, n := range from {
			way(n, func(to Node) {
				if to.Kind == KindGroup && !seen[to] {
					seen[to] = true
					next = append(next, to)
					if !a.place(to, sign*level) && level < distance(a.level[to]) {
						a.level[to] = sign * level
					}
				}
			})
		}
		from = next
	}
}

// attach places what the vertices of a kind give of another kind.
func (a *around) attach(of, kind Kind) {
	for _, n := range slices.Clone(a.order) {
		if n.Kind == of {
			a.gives(n, func(h Hop) {
				if h.To.Kind == kind {
					a.place(h.To, a.level[n])
				}
			})
		}
	}
}

// members places who is directly in the groups at the focus and below it, and who
// holds the roles that the view is about.
func (a *around) members() {
	for i, n := range slices.Clone(a.order) {
		if about := n.Kind == KindRole && (i == 0 || a.view.Focus.Kind == KindPermission && a.level[n] == 0); about || n.Kind == KindGroup && a.level[n] >= 0 {
			a.has(n, func(user Node) {
				if user.Kind == KindUser {
					a.place(user, a.level[n])
				}
			})
		}
	}
}
