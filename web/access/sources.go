package access

import (
	"cmp"
	"slices"
)

// Source is one way by which a user has something.
//
// Entry is the group by which the user comes into the graph: a direct
// membership or, when Mapped, what a mapping leads to. Group is the group that
// has the thing; it is Entry or contains it, and Graph.Path(Group, Entry) is the
// way between them. Both are empty when the user holds the role directly. Role is
// the role that has it, when the thing is a permission.
type Source struct {
	Role, Group, Entry string
	Mapped             bool
}

// Sourced is something a user has, by its position, and every way by which.
// Sources are in store order of their groups, direct before mapped, and then of
// their entries; those of a permission follow the order of the roles first.
type Sourced struct {
	Position int32
	Sources  []Source
}

// entry is where a user comes into the graph.
type entry struct {
	group  int32
	mapped bool
}

// GroupSources is the groups that a user is in, in store order, and why. Without
// in.Connection mappings do not count, as in Groups. O(k(V+E)) for k entries.
func (e *Engine) GroupSources(h Held, in SignIn) []Sourced {
	w := e.walk()
	defer e.walks.Put(w)
	sources := map[int32][]Source{}
	for _, from := range e.entryList(h, in) {
		for _, group := range w.reach(e.above, from.group) {
			sources[group] = append(sources[group], Source{
				Group: e.groups[group].ID, Entry: e.groups[from.group].ID, Mapped: from.mapped,
			})
		}
	}
	return inOrder(sources)
}

// entryList is the entries of a user, each once: the direct ones, then the
// mapped ones, each part in store order.
func (e *Engine) entryList(h Held, in SignIn) []entry {
	var out []entry
	direct := e.heldGroups(h, nil)
	for i, group := range e.entries(h, in, nil) {
		out = append(out, entry{group, i >= len(direct)})
	}
	slices.SortFunc(out, func(a, b entry) int {
		if a.mapped != b.mapped {
			return map[bool]int{false: -1, true: 1}[a.mapped]
		}
		return cmp.Compare(a.group, b.group)
	})
	return slices.Compact(out)
}

// RoleSources is the roles that a user has, in store order, and why.
// O(k(V+E)+s) for s sources.
func (e *Engine) RoleSources(h Held, in SignIn) []Sourced {
	sources := map[int32][]Source{}
	for _, group := range e.GroupSources(h, in) {
		for _, role := range unique(e.granted.of(group.Position)) {
			sources[role] = append(sources[role], group.Sources...)
		}
	}
	for _, role := range unique(e.heldRoles(h)) {
		sources[role] = append([]Source{{}}, sources[role]...)
	}
	return inOrder(sources)
}

// PermissionSources is the permissions that a user has, in store order, and why.
// O(k(V+E)+s) for s sources.
func (e *Engine) PermissionSources(h Held, in SignIn) []Sourced {
	sources := map[int32][]Source{}
	for _, role := range e.RoleSources(h, in) {
		for _, permission := range unique(e.includes.of(role.Position)) {
			for _, s := range role.Sources {
				s.Role = e.roles[role.Position].ID
				sources[permission] = append(sources[permission], s)
			}
		}
	}
	return inOrder(sources)
}

// unique is positions, each once: a group may name a role twice.
func unique(positions []int32) []int32 {
	sorted := slices.Clone(positions)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

func inOrder(sources map[int32][]Source) []Sourced {
	out := make([]Sourced, 0, len(sources))
	for position, ways := range sources {
		out = append(out, Sourced{position, ways})
	}
	slices.SortFunc(out, func(a, b Sourced) int { return cmp.Compare(a.Position, b.Position) })
	return out
}
