package access

import (
	"cmp"
	"slices"
)

// Reached is a vertex that another one leads to. By is where the edges that leave
// the other one and lead there end, in order; the vertex itself is among them when an
// edge leads to it directly.
type Reached struct {
	Node

	By []Node
}

// Direct reports whether an edge leads to r without a detour.
func (r Reached) Direct() bool { return slices.Contains(r.By, r.Node) }

// Reach is every group, role and permission that an origin leads to, groups before
// roles before permissions and each in store order: what a user has by holding
// from.Held, what the members of a group have besides the group, what a role
// includes. Mappings do not count. O(k(V+E)+s) for k edges that leave the origin and
// s vertices that they lead to.
func (e *Engine) Reach(from Origin) []Reached {
	r := e.run()
	defer e.runs.Put(r)
	found := map[Node][]Node{}
	for _, first := range e.leaving(from) {
		e.onwards(r, first, func(n Node) {
			if n != from.Node {
				found[n] = append(found[n], first)
			}
		})
	}
	return reachedInOrder(found)
}

// leaving is where the edges end that leave an origin, each once and in order.
func (e *Engine) leaving(from Origin) []Node {
	var groups, roles, permissions []int32
	switch at := from.Node.Position; from.Node.Kind {
	case KindUser:
		groups, roles = e.heldGroups(from.Held, nil), e.heldRoles(from.Held)
	case KindGroup:
		groups, roles = e.above.of(at), e.granted.of(at)
	case KindRole:
		permissions = e.includes.of(at)
	case KindPermission: // nothing leaves it
	}
	var out []Node
	for _, part := range []struct {
		kind Kind
		at   []int32
	}{{KindGroup, groups}, {KindRole, roles}, {KindPermission, permissions}} {
		for _, at := range unique(part.at) {
			out = append(out, Node{part.kind, at})
		}
	}
	return out
}

// onwards hands a vertex and everything that it leads to to add, each once. r is its
// memory.
func (e *Engine) onwards(r *run, from Node, add func(Node)) {
	roles := []int32{from.Position}
	switch from.Kind {
	case KindUser: // holds what is not in the graph
		return
	case KindPermission:
		add(from)
		return
	case KindRole:
		add(from)
	case KindGroup:
		c := e.closure(from.Position)
		r.groups.clear()
		r.groups.addAll(c.groups)
		r.roles.clear()
		r.roles.addAll(c.roles)
		r.foundGroups = r.groups.appendTo(r.foundGroups[:0])
		for _, group := range r.foundGroups {
			add(Node{KindGroup, group})
		}
		r.foundRoles = r.roles.appendTo(r.foundRoles[:0])
		for _, role := range r.foundRoles {
			add(Node{KindRole, role})
		}
		roles = r.foundRoles
	}
	for _, permission := range e.permissionsOf(r, roles) {
		add(Node{KindPermission, permission})
	}
}

// Within is every group nested in a group, at any depth and in store order, by those
// nested in it directly. O(k(V+E)) for k of them.
func (e *Engine) Within(group int32) []Reached {
	out := e.downwards(e.below.of(group))
	return slices.DeleteFunc(out, func(r Reached) bool { return r.Node == Node{KindGroup, group} })
}

// Givers is the groups whose members have a role, in store order, by those that
// grant it. O(k(V+E)+g) for k of them and g grants.
func (e *Engine) Givers(role int32) []Reached {
	var granting []int32
	for i := range int32(len(e.groups)) { //nolint:gosec // as in indexOf
		if slices.Contains(e.granted.of(i), role) {
			granting = append(granting, i)
		}
	}
	return e.downwards(granting)
}

// downwards is groups and those below them, by the groups themselves.
func (e *Engine) downwards(from []int32) []Reached {
	w := e.walk()
	defer e.walks.Put(w)
	found := map[Node][]Node{}
	for _, first := range unique(from) {
		for _, inner := range w.reach(e.below, first) {
			n := Node{KindGroup, inner}
			found[n] = append(found[n], Node{KindGroup, first})
		}
	}
	return reachedInOrder(found)
}

func reachedInOrder(found map[Node][]Node) []Reached {
	out := make([]Reached, 0, len(found))
	for n, by := range found {
		out = append(out, Reached{n, by})
	}
	slices.SortFunc(out, func(a, b Reached) int { return inOrderOf(a.Node, b.Node) })
	return out
}

// inOrderOf puts vertices in order: groups, roles, permissions, each in store order.
func inOrderOf(a, b Node) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Position, b.Position))
}
