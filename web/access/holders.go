package access

import "slices"

// Role is the position of the role with that id, if there is one. O(1).
func (e *Engine) Role(id string) (position int32, ok bool) {
	position, ok = e.roleIndex[id]
	return position, ok
}

// Group is the position of the group with that id, if there is one. O(1).
func (g *Graph) Group(id string) (position int32, ok bool) {
	position, ok = g.index[id]
	return position, ok
}

// Permission is the position of the permission with that id, if there is one. O(1).
func (e *Engine) Permission(id string) (position int32, ok bool) {
	position, ok = e.permissionIndex[id]
	return position, ok
}

// RolesWith is the roles that contain the permission with that id, in store
// order. O(r+p) for p permissions of r roles.
func (e *Engine) RolesWith(permission string) []int32 {
	var out []int32
	for i, r := range e.roles {
		if slices.Contains(r.Permissions, permission) {
			out = append(out, int32(i)) //nolint:gosec // as in indexOf
		}
	}
	return out
}

// GroupsWith is the groups whose members have one of roles: those that grant
// one, and those below them, in store order. Who is a direct member of one of
// them has a role through groups, and nobody else has. O(V+E+g) for g grants.
func (e *Engine) GroupsWith(roles []int32) []int32 {
	wanted := make(map[int32]bool, len(roles))
	for _, role := range roles {
		wanted[role] = true
	}
	var starts []int32
	for i := range int32(len(e.groups)) { //nolint:gosec // as in indexOf
		if slices.ContainsFunc(e.granted.of(i), func(role int32) bool { return wanted[role] }) {
			starts = append(starts, i)
		}
	}
	w := e.walk()
	defer e.walks.Put(w)
	return slices.Clone(w.reach(e.below, starts...))
}

// Label is the id and the name of the group, role or permission at a position. O(1).
func (e *Engine) Label(n Node) (id, name string) {
	switch n.Kind {
	case KindGroup:
		return e.groups[n.Position].ID, e.groups[n.Position].Name
	case KindRole:
		return e.roles[n.Position].ID, e.roles[n.Position].Name
	case KindPermission:
		return e.permissions[n.Position].ID, e.permissions[n.Position].Name
	}
	return "", ""
}
