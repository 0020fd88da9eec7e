package access

import "slices"

// Laid is a mapping of a group: the position of the group, where the mapping stands
// among the group's, and what can be said of it without a sign-in.
type Laid struct {
	Group   int32
	At      int
	Mapping Mapping
	Twice   bool // the group has it already
	ByName  bool // a group here has the name it goes by: direct members of that one match too
}

// Mappings is every mapping, in store order of the groups and in the order of each.
// O(V+m).
func (e *Engine) Mappings() []Laid {
	names := make(map[string]bool, len(e.groups))
	for i := range e.groups {
		names[e.groups[i].Name] = true
	}
	var out []Laid
	for i := range e.groups {
		mappings := e.groups[i].Mappings
		for at, m := range mappings {
			out = append(out, Laid{int32(i), at, m, slices.Contains(mappings[:at], m), names[m.Group]}) //nolint:gosec // as in indexOf
		}
	}
	return out
}
