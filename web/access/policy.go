package access

import "slices"

// SignIn is what an identity provider tells of a user who signs in.
type SignIn struct {
	Connection string   // the user comes over
	Groups     []string // names of groups that the provider counts the user among
}

// Policy is what an application is told of a user who signs in: positions of
// groups, roles and permissions, of those with one name the first.
type Policy struct{ Groups, Roles, Permissions []int32 }

// Policy is the policy of a user for one application.
//
// Mappings are looked at once: those of the connection whose group is among the
// names that were sent and the names of the directly held groups. A name that
// was sent is no membership by itself; the groups it is mapped to are, and all
// that contain them. Roles are those of the application; permissions are theirs,
// whatever application they belong to. As Permissions.
func (e *Engine) Policy(h Held, in SignIn, application string) Policy {
	r := e.run()
	defer e.runs.Put(r)
	e.enter(r, h, in)
	out := Policy{Groups: namesOnce(&r.names, e.groupName, r.foundGroups)}
	asking, known := e.applications[application]
	roles := slices.DeleteFunc(r.foundRoles, func(i int32) bool { return !known || e.application[i] != asking })
	out.Roles = namesOnce(&r.names, e.roleName, roles)
	out.Permissions = namesOnce(&r.names, e.permissionName, e.permissionsOf(r, roles))
	return out
}

// entries appends to into where a user enters the graph: the groups held
// directly, then those that mappings lead to.
func (e *Engine) entries(h Held, in SignIn, into []int32) []int32 {
	into = e.heldGroups(h, into)
	if in.Connection == "" {
		return into
	}
	direct := len(into)
	for _, name := range in.Groups {
		into = append(into, e.mapped[Mapping{in.Connection, name}]...)
	}
	for _, i := range into[:direct] {
		into = append(into, e.mapped[Mapping{in.Connection, e.groups[i].Name}]...)
	}
	return into
}

// namesOnce is a copy of positions with each name once, as the first that has
// it. first is that one for every position, or nil when no two have one name.
func namesOnce(seen *marks, first, positions []int32) []int32 {
	if first == nil {
		return append(make([]int32, 0, len(positions)), positions...)
	}
	seen.clear()
	out := make([]int32, 0, len(positions))
	for _, i := range positions {
		if seen.add(first[i]) {
			out = append(out, first[i])
		}
	}
	return out
}
