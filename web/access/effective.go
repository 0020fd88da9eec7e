package access

import "slices"

// Groups is the groups that a user is in: those held directly, and every group
// that contains one of them. Mappings do not count. O(V+E), and O(kV/64) once the
// k groups were asked for.
func (e *Engine) Groups(h Held) []int32 {
	r := e.run()
	defer e.runs.Put(r)
	e.enter(r, h, SignIn{})
	return slices.Clone(r.foundGroups)
}

// Roles is the roles that a user has: first those of the groups that Groups
// finds, then the directly held ones that are not among them. As Groups, and
// O(r) for the roles found.
func (e *Engine) Roles(h Held) []int32 {
	r := e.run()
	defer e.runs.Put(r)
	e.enter(r, h, SignIn{})
	return slices.Clone(r.foundRoles)
}

// Permissions is the permissions of the roles that Roles finds. As Roles, and
// O(p) for p permissions of those roles.
func (e *Engine) Permissions(h Held) []int32 {
	r := e.run()
	defer e.runs.Put(r)
	e.enter(r, h, SignIn{})
	return slices.Clone(e.permissionsOf(r, r.foundRoles))
}

// enter finds the groups and the roles of a user, and leaves them in r until it
// is used again.
func (e *Engine) enter(r *run, h Held, in SignIn) {
	r.groups.clear()
	r.roles.clear()
	r.starts = e.entries(h, in, r.starts[:0])
	for _, start := range r.starts {
		c := e.closure(start)
		r.groups.addAll(c.groups)
		r.roles.addAll(c.roles)
	}
	r.foundGroups = r.groups.appendTo(r.foundGroups[:0])
	r.foundRoles = r.roles.appendTo(r.foundRoles[:0])
	inherited := len(r.foundRoles)
	for _, role := range e.heldRoles(h) {
		if r.roles.add(role) {
			r.foundRoles = append(r.foundRoles, role)
		}
	}
	slices.Sort(r.foundRoles[inherited:])
}

// heldGroups appends the groups of h to into.
func (e *Engine) heldGroups(h Held, into []int32) []int32 {
	return append(positions(e.index, h.Groups, into), h.GroupsAt...)
}

// heldRoles is the roles of h.
func (e *Engine) heldRoles(h Held) []int32 {
	return append(positions(e.roleIndex, h.Roles, nil), h.RolesAt...)
}

// permissionsOf is the permissions of roles, in store order, until r is used again.
func (e *Engine) permissionsOf(r *run, roles []int32) []int32 {
	r.permissions.clear()
	r.foundPermissions = r.foundPermissions[:0]
	for _, role := range roles {
		for _, permission := range e.includes.of(role) {
			if r.permissions.add(permission) {
				r.foundPermissions = append(r.foundPermissions, permission)
			}
		}
	}
	r.foundPermissions = r.permissions.sorted(r.foundPermissions)
	return r.foundPermissions
}
