package store

import "fmt"

// references finds what a record names and will not be there.
func (p *planner) references(it item) {
	switch it.collection {
	case "groups":
		var g Group
		if parse(it.raw, &g) != nil {
			return
		}
		p.missing(it.where+".members", g.Members, p.knowsUser)
		p.missing(it.where+".nested", g.Nested, func(id string) bool { return p.knows("groups", id) })
		p.missing(it.where+".roles", g.Roles, func(id string) bool { return p.knows("roles", id) })
	case "roles":
		var o Role
		if parse(it.raw, &o) != nil {
			return
		}
		p.missing(it.where+".permissions", o.Permissions, func(id string) bool { return p.knows("permissions", id) })
		p.missing(it.where+".users", o.Users, p.knowsUser)
	case "core_roles":
		p.undefined(it)
	}
}

func (p *planner) missing(where string, ids []string, known func(string) bool) {
	for i, id := range ids {
		if !known(id) {
			p.unresolved.add(fmt.Sprintf("%s[%d]", where, i), "%s does not exist", id)
		}
	}
}

func (p *planner) knowsUser(id string) bool { return p.users[id] }

// knows reports whether there will be a record with that id.
func (p *planner) knows(key, id string) bool {
	if _, ok := p.in.ids[key][id]; ok {
		return true
	}
	_, there := p.there[key][id]
	return there && p.in.o.Merge
}
