package access

// Toward is the part of the graph of access that leads to one target, whoever
// stands at its beginning: for each group and role the length of a shortest path to
// the target, and how many paths there are.
//
// It is one search for everybody who has the target: what a hundred thousand users
// have differs in where they come in, not in how it goes on from there.
type Toward struct {
	engine *Engine
	target Node

	groups, roles []int32 // by position: how many hops lead to the target, or -1
	paths         []int   // by group: how many paths lead to the target, up to mostPaths
	acyclic       bool    // no cycle leads to the target, so paths are counted
}

// Toward is what leads to a group, a role or a permission. O(V+E+g+p) for g grants
// of all groups and p permissions of all roles.
func (e *Engine) Toward(to Node) *Toward {
	t := &Toward{engine: e, target: to, groups: absent(len(e.groups)), roles: absent(len(e.roles))}
	t.placeRoles()
	t.search(t.nearest())
	t.paths, t.acyclic = t.count()
	return t
}

// placeRoles finds the roles that are the target or contain it. O(r+p).
func (t *Toward) placeRoles() {
	switch t.target.Kind {
	case KindRole:
		t.roles[t.target.Position] = 0
	case KindPermission:
		for role := range t.roles {
			for _, permission := range t.engine.includes.of(int32(role)) { //nolint:gosec // as in indexOf
				if permission == t.target.Position {
					t.roles[role] = 1
				}
			}
		}
	case KindUser, KindGroup: // no role leads to a group
	}
}

// nearest is the groups that lead to the target without another one between, in
// store order: itself, or those that grant one of the roles. O(V+g).
func (t *Toward) nearest() []int32 {
	if t.target.Kind == KindGroup {
		t.groups[t.target.Position] = 0
		return []int32{t.target.Position}
	}
	var out []int32
	for i := range int32(len(t.groups)) { //nolint:gosec // as in indexOf
		for _, role := range t.engine.granted.of(i) {
			if t.roles[role] >= 0 && t.groups[i] < 0 {
				t.groups[i] = t.roles[role] + 1
				out = append(out, i)
			}
		}
	}
	return out
}

// search is a breadth-first search against the direction of the hops, from groups
// that are equally far from the target. O(V+E).
func (t *Toward) search(queue []int32) {
	for next := 0; next < len(queue); next++ {
		for _, inner := range t.engine.below.of(queue[next]) {
			if t.groups[inner] < 0 {
				t.groups[inner] = t.groups[queue[next]] + 1
				queue = append(queue, inner)
			}
		}
	}
}

// count is how many paths lead from each group to the target, by a depth-first
// search that keeps what it found. A path ends where it reaches the target. With a
// cycle on the way there is no such count: paths that visit nothing twice are then
// counted for each beginning anew, which is #P-complete. O(V+E+g).
func (t *Toward) count() (paths []int, acyclic bool) {
	const unseen, open = -1, -2
	paths = make([]int, len(t.groups))
	for i := range paths {
		paths[i] = unseen
	}
	acyclic = true
	var visit func(group int32) int
	visit = func(group int32) int {
		if paths[group] != unseen {
			if paths[group] == open {
				acyclic = false
				return 0
			}
			return paths[group]
		}
		paths[group] = open
		n := t.ends(group)
		for _, outer := range t.outward(group) {
			n = min(n+visit(outer), mostPaths)
		}
		paths[group] = n
		return n
	}
	for i := range int32(len(t.groups)) { //nolint:gosec // as in indexOf
		if t.groups[i] >= 0 {
			visit(i)
		}
	}
	return paths, acyclic
}

// ends is how many paths lead from a group to the target without another group.
func (t *Toward) ends(group int32) int {
	if (Node{KindGroup, group}) == t.target {
		return 1
	}
	n := 0
	for _, role := range unique(t.engine.granted.of(group)) {
		if t.roles[role] >= 0 {
			n++
		}
	}
	return n
}

// outward is the groups that contain a group and lead to the target. From the
// target itself no path goes on.
func (t *Toward) outward(group int32) []int32 {
	if (Node{KindGroup, group}) == t.target {
		return nil
	}
	var out []int32
	for _, outer := range unique(t.engine.above.of(group)) {
		if t.groups[outer] >= 0 {
			out = append(out, outer)
		}
	}
	return out
}

// from is a shortest path from a group or a role that leads to the target; of
// several the one that comes first in store order. O(ld) for l hops and d ways to
// go on at each.
func (t *Toward) from(at Node) Path {
	var path Path
	for at != t.target {
		h := t.next(at)
		path = append(path, h)
		at = h.To
	}
	return path
}

// next is the first hop of that path.
func (t *Toward) next(at Node) (next Hop) {
	t.engine.onward(at, func(h Hop) {
		if next == (Hop{}) && t.hops(h.To) == t.hops(at)-1 {
			next = h
		}
	})
	return next
}

// hops is how far a vertex is from the target, or -1.
func (t *Toward) hops(n Node) int32 {
	switch {
	case n == t.target:
		return 0
	case n.Kind == KindGroup:
		return t.groups[n.Position]
	case n.Kind == KindRole:
		return t.roles[n.Position]
	}
	return -1
}
