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

// name is what a vertex is sorted by. Users have none here.
func (a *around) name(n Node) string {
	switch n.Kind {
	case KindGroup:
		return a.Engine.groups[n.Position].Name
	case KindRole:
		return a.roles[n.Position].Name
	case KindPermission:
		return a.permissions[n.Position].Name
	}
	return ""
}

// fold leaves out what stands beside one vertex alone, where there is too much of it.
func (a *around) fold() {
	if a.view.Rows == 0 {
		return
	}
	ties, tied := map[Node]Fold{}, map[Node]int{} // to which vertex, and to how many
	for _, n := range a.order {
		a.gives(n, func(h Hop) {
			if _, in := a.level[h.To]; in && h.To != n {
				ties[n], ties[h.To] = Fold{Of: h.To, Kind: n.Kind}, Fold{Of: n, Kind: h.To.Kind, Above: true}
				tied[n]++
				tied[h.To]++
			}
		})
	}
	beside := map[Fold][]Node{}
	for _, n := range a.order[1:] {
		if tied[n] == 1 && !a.view.Unfolded[ties[n].Of] {
			beside[ties[n]] = append(beside[ties[n]], n)
		}
	}
	for f, nodes := range beside {
		if len(nodes) <= a.view.Rows {
			continue
		}
		slices.SortStableFunc(nodes, func(x, y Node) int { return cmp.Compare(a.name(x), a.name(y)) })
		f.Count = len(nodes) - a.view.Rows + 1 // a row is for the note
		for _, n := range nodes[a.view.Rows-1:] {
			a.folded[n] = f
		}
	}
}

// result is the view within its limit. What would stand there without an edge to
// anything nearer is left out.
func (a *around) result() Around {
	var out Around
	for _, n := range a.order {
		out.Totals[n.Kind]++
		if _, folded := a.folded[n]; !folded && len(out.Nodes) < a.view.Limit && (len(out.Nodes) == 0 || a.connected(n)) {
			a.drawn[n] = len(out.Nodes)
			out.Nodes = append(out.Nodes, Seen{Node: n, Level: a.level[n]})
		}
	}
	known := map[Fold]bool{}
	for _, n := range a.order {
		if f, folded := a.folded[n]; folded && !known[f] && a.isDrawn(f.Of) {
			known[f] = true
			out.Folds = append(out.Folds, f)
		}
	}
	for i := range out.Nodes {
		a.count(&out.Nodes[i], &out)
	}
	return out
}

func (a *around) isDrawn(n Node) bool {
	_, in := a.drawn[n]
	return in
}

// connected reports whether a vertex is beside one that is drawn.
func (a *around) connected(n Node) bool {
	found := false
	a.gives(n, func(h Hop) { found = found || a.isDrawn(h.To) })
	a.has(n, func(from Node) { found = found || a.isDrawn(from) })
	return found
}

// count adds the hops from a vertex, and counts what is beside it and left out.
func (a *around) count(s *Seen, out *Around) {
	seen := map[Node]bool{}
	hidden := func(n Node) int {
		f, folded := a.folded[n]
		if seen[n] || !a.wants(n.Kind) || a.isDrawn(n) || folded && f.Of == s.Node {
			return 0
		}
		seen[n] = true
		return 1
	}
	a.gives(s.Node, func(h Hop) {
		if a.isDrawn(h.To) {
			out.Hops = append(out.Hops, h)
		}
		s.Above += hidden(h.To)
	})
	a.has(s.Node, func(n Node) { s.Below += hidden(n) })
	if s.Kind == KindGroup {
		s.Members = len(a.people.Members(s.Position))
	}
}
