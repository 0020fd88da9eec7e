package access

import "slices"

// Ways is the part of the graph of access that lies between an origin and a
// target: every vertex of it is reached from the one and leads to the other.
//
// A directly held group whose name a mapping goes by is there twice: as the group,
// and as the holding of it, which alone leads over the mapping.
type Ways struct {
	hops   []Hop
	head   []int32   // by hop: the vertex that it leads to
	out    [][]int32 // by vertex: its hops, in store order of what they lead to
	target int32     // of the vertices; the origin is vertex 0
	none   bool      // no way leads to the target
}

// vertex names a vertex of Ways; held ones are the holdings of groups.
type vertex struct {
	Node

	held bool
}

// Ways is what leads from an origin to a group, a role or a permission. A vertex
// does not lead to itself. O(V+E+g+p) for g grants of the groups above the origin
// and p permissions of all roles.
func (e *Engine) Ways(from Origin, to Node) *Ways {
	w := &Ways{}
	at := map[vertex]int32{}
	var queue []Node
	place := func(v vertex) int32 {
		i, known := at[v]
		if !known {
			i = int32(len(w.out)) //nolint:gosec // as in indexOf
			at[v], w.out = i, append(w.out, nil)
			if !v.held {
				queue = append(queue, v.Node)
			}
		}
		return i
	}
	add := func(from vertex, h Hop, held bool) {
		tail, head := place(from), place(vertex{h.To, held})
		w.out[tail] = append(w.out[tail], int32(len(w.hops))) //nolint:gosec // as in indexOf
		w.hops, w.head = append(w.hops, h), append(w.head, head)
	}
	origin, useful := vertex{Node: from.Node}, e.useful(to)
	place(origin)
	if from.Node.Kind == KindUser {
		e.hops(from, func(h Hop) {
			if useful(h) {
				add(origin, h, false)
			}
		}, func(group int32, out []Hop) {
			held := vertex{Node{KindGroup, group}, true}
			add(origin, Hop{Kind: Membership, From: from.Node, To: held.Node}, true)
			for _, h := range out {
				add(held, h, false)
			}
		})
	}
	for ; len(queue) > 0; queue = queue[1:] {
		e.onward(queue[0], func(h Hop) {
			if useful(h) {
				add(vertex{Node: h.From}, h, false)
			}
		})
	}
	goal, reached := at[vertex{Node: to}]
	if !reached || from.Node == to {
		return &Ways{none: true, out: make([][]int32, 1)}
	}
	w.target = goal
	w.prune()
	return w
}

// onward hands out the edges that leave a group or a role, in store order.
func (e *Engine) onward(from Node, add func(Hop)) {
	switch from.Kind {
	case KindGroup:
		for _, group := range unique(e.above.of(from.Position)) {
			add(Hop{Kind: Nesting, From: from, To: Node{KindGroup, group}})
		}
		for _, role := range unique(e.granted.of(from.Position)) {
			add(Hop{Kind: GroupRole, From: from, To: Node{KindRole, role}})
		}
	case KindRole:
		for _, permission := range unique(e.includes.of(from.Position)) {
			add(Hop{Kind: Inclusion, From: from, To: Node{KindPermission, permission}})
		}
	}
}

// useful reports of a hop whether it can be part of a way to a target: what roles
// lead to is looked at once, not for each group that grants them.
func (e *Engine) useful(to Node) func(Hop) bool {
	giving := map[int32]bool{}
	switch to.Kind {
	case KindRole:
		giving[to.Position] = true
	case KindPermission:
		for role := range int32(len(e.roles)) { //nolint:gosec // as in indexOf
			if slices.Contains(e.includes.of(role), to.Position) {
				giving[role] = true
			}
		}
	}
	return func(h Hop) bool {
		switch h.To.Kind {
		case KindRole:
			return giving[h.To.Position]
		case KindPermission:
			return h.To == to
		}
		return true
	}
}

// prune leaves out the hops that do not lead to the target, and those that leave
// it or come back to the origin: no path has them. O(V+E) of w.
func (w *Ways) prune() {
	into := make([][]int32, len(w.out)) // by vertex: the vertices with a hop to it
	for tail, hops := range w.out {
		for _, h := range hops {
			if int32(tail) != w.target { //nolint:gosec // as in indexOf
				into[w.head[h]] = append(into[w.head[h]], int32(tail)) //nolint:gosec // as in indexOf
			}
		}
	}
	leads := newMarks(len(w.out))
	leads.add(w.target)
	for queue := []int32{w.target}; len(queue) > 0; queue = queue[1:] {
		for _, tail := range into[queue[0]] {
			if leads.add(tail) {
				queue = append(queue, tail)
			}
		}
	}
	w.none = !leads.has(0)
	for tail := range w.out {
		w.out[tail] = slices.DeleteFunc(w.out[tail], func(h int32) bool {
			return int32(tail) == w.target || w.head[h] == 0 || !leads.has(w.head[h]) //nolint:gosec // as in indexOf
		})
	}
	w.out[w.target] = nil
}

// Exist reports whether there is a way at all. O(1).
func (w *Ways) Exist() bool { return !w.none }
