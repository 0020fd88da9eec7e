package access

import "slices"

// Edge is a nesting: Nested stands in Group. Both are positions.
type Edge struct{ Group, Nested int32 }

// Redundant is the nestings that another way makes needless: the nested group is
// in the group through a third one too, so that taking it out changes nothing.
// Of a pair of ways through a cycle either is named. O(sum of what each group
// with several nested ones reaches).
func (g *Graph) Redundant() []Edge {
	w := g.walk()
	defer g.walks.Put(w)
	var out []Edge
	for from := range int32(len(g.groups)) { //nolint:gosec // as in indexOf
		children := g.below.of(from)
		if len(children) < 2 {
			continue
		}
		var deeper []int32
		for _, child := range children {
			deeper = append(deeper, g.below.of(child)...)
		}
		w.reach(g.below, deeper...)
		for i, child := range children {
			if w.seen.has(child) && !slices.Contains(children[:i], child) {
				out = append(out, Edge{from, child})
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return slices.DeleteFunc(out, func(e Edge) bool { return !g.otherwise(w, e) })
}

// otherwise reports whether e.Nested is in e.Group through a third group, by a way
// that does not come back to e.Group.
func (g *Graph) otherwise(w *walk, e Edge) bool {
	w.seen.clear()
	w.seen.add(e.Group)
	w.queue = w.queue[:0]
	for _, child := range g.below.of(e.Group) {
		if child != e.Nested && w.seen.add(child) {
			w.queue = append(w.queue, child)
		}
	}
	for at := 0; at < len(w.queue); at++ {
		for _, next := range g.below.of(w.queue[at]) {
			if next == e.Nested {
				return true
			}
			if w.seen.add(next) {
				w.queue = append(w.queue, next)
			}
		}
	}
	return false
}

// Unheld is the roles that nobody has: held does not hold for their id, and
// neither does filled for any group that gives them or for one below it. O(V+E+g)
// for g grants.
func (e *Engine) Unheld(held func(role string) bool, filled func(group string) bool) []int32 {
	var starts []int32
	for i, g := range e.groups {
		if filled(g.ID) {
			starts = append(starts, int32(i)) //nolint:gosec // as in indexOf
		}
	}
	given := make([]bool, len(e.roles))
	w := e.walk()
	defer e.walks.Put(w)
	for _, group := range w.reach(e.above, starts...) {
		for _, role := range e.granted.of(group) {
			given[role] = true
		}
	}
	var out []int32
	for i, r := range e.roles {
		if !given[i] && !held(r.ID) {
			out = append(out, int32(i)) //nolint:gosec // as in indexOf
		}
	}
	return out
}
