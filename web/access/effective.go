package access

import "slices"

// Groups is the groups that a user is in: those held directly, and every group
// that contains one of them. Mappings do not count. O(V+E).
func (e *Engine) Groups(h Held) []int32 {
	r := e.run()
	defer e.runs.Put(r)
	r.starts = positions(e.index, h.Groups, r.starts[:0])
	return slices.Clone(r.reach(e.above, r.starts...))
}

// Roles is the roles that a user has: first those of the groups that Groups
// finds, then the directly held ones that are not among them. O(V+E+r) for r
// roles of those groups.
func (e *Engine) Roles(h Held) []int32 {
	r := e.run()
	defer e.runs.Put(r)
	r.starts = positions(e.index, h.Groups, r.starts[:0])
	return slices.Clone(e.rolesOf(r, r.reach(e.above, r.starts...), h.Roles))
}

// rolesOf is the roles of groups, then those of direct that are not among them.
// It stays good until r is used again.
func (e *Engine) rolesOf(r *run, groups []int32, direct []string) []int32 {
	r.roles.clear()
	r.found = r.found[:0]
	for _, group := range groups {
		for _, role := range e.granted.of(group) {
			if r.roles.add(role) {
				r.found = append(r.found, role)
			}
		}
	}
	r.found = r.roles.sorted(r.found)
	inherited := len(r.found)
	for _, id := range direct {
		if role, ok := e.roleIndex[id]; ok && r.roles.add(role) {
			r.found = append(r.found, role)
		}
	}
	slices.Sort(r.found[inherited:])
	return r.found
}

// Permissions is the permissions of the roles that Roles finds. O(V+E+r+p) for
// p permissions of those roles.
func (e *Engine) Permissions(h Held) []int32 {
	r := e.run()
	defer e.runs.Put(r)
	r.starts = positions(e.index, h.Groups, r.starts[:0])
	roles := e.rolesOf(r, r.reach(e.above, r.starts...), h.Roles)
	return slices.Clone(e.permissionsOf(r, roles))
}

// permissionsOf is the permissions of roles, in store order. It takes the place
// of the search for groups in the memory of r.
func (e *Engine) permissionsOf(r *run, roles []int32) []int32 {
	r.permissions.clear()
	r.queue = r.queue[:0]
	for _, role := range roles {
		for _, permission := range e.includes.of(role) {
			if r.permissions.add(permission) {
				r.queue = append(r.queue, permission)
			}
		}
	}
	r.queue = r.permissions.sorted(r.queue)
	return r.queue
}
