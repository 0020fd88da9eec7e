package access

import "slices"

// SignIn is what an identity provider tells of a user who signs in.
type SignIn struct {
	Connection string   // the user comes over
	Groups     []string // names of groups that the provider counts the user among
}

// Policy is what an application is told of a user who signs in: names, each
// once.
type Policy struct{ Groups, Roles, Permissions []string }

// Policy is the policy of a user for one application.
//
// Mappings are looked at once: those of the connection whose group is among the
// names that were sent and the names of the directly held groups. A name that
// was sent is no membership by itself; the groups it is mapped to are, and all
// that contain them. Roles are those of the application; permissions are theirs,
// whatever application they belong to. O(V+E+r+p).
func (e *Engine) Policy(h Held, in SignIn, application string) Policy {
	r := e.run()
	defer e.runs.Put(r)
	r.starts = e.entries(h, in, r.starts[:0])
	groups := r.reach(e.above, r.starts...)
	out := Policy{Groups: e.groupNames(r, groups)}
	roles := slices.DeleteFunc(e.rolesOf(r, groups, h.Roles), func(i int32) bool {
		return e.roles[i].Application != application
	})
	out.Permissions = e.permissionNames(r, e.permissionsOf(r, roles))
	out.Roles = e.roleNames(r, roles)
	return out
}

// entries appends to into where a user enters the graph: the groups held
// directly, then those that mappings lead to.
func (e *Engine) entries(h Held, in SignIn, into []int32) []int32 {
	into = positions(e.index, h.Groups, into)
	if in.Connection == "" {
		return into
	}
	for _, name := range in.Groups {
		into = append(into, e.mapped[Mapping{in.Connection, name}]...)
	}
	for _, id := range h.Groups {
		if i, ok := e.index[id]; ok {
			into = append(into, e.mapped[Mapping{in.Connection, e.groups[i].Name}]...)
		}
	}
	return into
}

// groupNames uses the marks of the search, which is over.
func (e *Engine) groupNames(r *run, groups []int32) []string {
	r.seen.clear()
	out := make([]string, 0, len(groups))
	for _, i := range groups {
		if first := e.groupName[i]; r.seen.add(first) {
			out = append(out, e.groups[first].Name)
		}
	}
	return out
}

func (e *Engine) roleNames(r *run, roles []int32) []string {
	r.roles.clear()
	out := make([]string, 0, len(roles))
	for _, i := range roles {
		if first := e.roleName[i]; r.roles.add(first) {
			out = append(out, e.roles[first].Name)
		}
	}
	return out
}

func (e *Engine) permissionNames(r *run, permissions []int32) []string {
	r.permissions.clear()
	out := make([]string, 0, len(permissions))
	for _, i := range permissions {
		if first := e.permissionName[i]; r.permissions.add(first) {
			out = append(out, e.permissions[first].Name)
		}
	}
	return out
}
