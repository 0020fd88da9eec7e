package handlers

import (
	"slices"
	"strings"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// apiPermissionChange is how a form spells that a user gets a permission of an API.
const apiPermissionChange = authz.AddChange + " " + apiPermissionKind

// spelled is the change as a form has it.
func (change copyChange) spelled() string {
	if change.api == "" {
		return spelled(change.ProposedChange)
	}
	return apiPermissionChange + " " + urls.End(change.api, change.permission)
}

// detail says for whose sake a change is made, where it does not say so itself.
func (change copyChange) detail() string {
	if len(change.things) == 0 {
		return ""
	}
	return "For " + someOf(change.things)
}

// missing is each part of a comparison that the target has not.
func (x copying) missing(found compared) map[string][]authz.ComparedItem {
	out := map[string][]authz.ComparedItem{}
	for _, s := range found.Sections {
		out[s.Of] = s.OnlyLeft.Items
		if x.to == "left" {
			out[s.Of] = s.OnlyRight.Items
		}
	}
	return out
}

// changes is what gives the target the things that are wanted, each change once, and
// what cannot be given so.
func (x copying) changes(found compared, wanted func(thing string) bool) (changes []copyChange, not []notCopied) {
	at := map[string]int{}
	for _, s := range found.Sections {
		for _, item := range x.missing(found)[s.Of] {
			if !wanted(thingOf(s.Of, item)) {
				continue
			}
			change, why := x.change(s.Of, item)
			if why != "" {
				not = append(not, notCopied{itemName(item), why})
				continue
			}
			i, known := at[change.spelled()]
			if !known {
				i = len(changes)
				at[change.spelled()], changes = i, append(changes, change)
			}
			if !change.gives(item) {
				changes[i].things = append(changes[i].things, itemName(item))
			}
		}
	}
	return changes, not
}

func itemName(item authz.ComparedItem) string { return firstSeen(item.Name, item.ID) }

// gives reports whether a change says itself that it gives item.
func (change copyChange) gives(item authz.ComparedItem) bool {
	ids := []string{change.Group, change.Nested, change.Role, change.Permission, change.User}
	return change.api != "" || item.Kind == authz.MappingHop || slices.Contains(ids, item.ID)
}

// change is the one change that gives the target a thing, or why there is none. What
// comes by way of something else is given by giving that.
func (x copying) change(of string, item authz.ComparedItem) (copyChange, string) {
	switch of {
	case apisPart:
		return x.permissionOfAPI(item)
	case authz.MappingsPart:
		return x.says(addMapping(x.target.id, item.ConnectionName, item.Name), "Add the mapping "+item.Name+" of "+item.ConnectionName+" to "+x.target.name), ""
	case authz.UsersPart:
		if x.target.kind == roleKind {
			return x.says(addUserRole(item.ID, x.target.id), "Give "+x.target.name+" to "+itemName(item)), ""
		}
		return x.says(addMember(item.ID, x.target.id), "Add "+itemName(item)+" to "+x.target.name), ""
	}
	by, why := x.source(item)
	if why != "" {
		return copyChange{}, why
	}
	switch x.target.kind {
	case userKind:
		return x.toUser(by)
	case groupKind:
		return x.toGroup(of, by)
	default:
		return x.toRole(by, item)
	}
}

// source is what of the other one's own gives it a thing: the thing itself, a role
// rather than a group, and of these the first.
func (x copying) source(item authz.ComparedItem) (authz.Vertex, string) {
	r := item.Right
	if x.to == "right" {
		r = item.Left
	}
	switch {
	case r == nil:
		return item.Vertex, ""
	case r.Direct:
		return item.Vertex, ""
	case len(r.By) == 0 && item.Kind == permissionKind:
		return authz.Vertex{}, "They have it by roles that differ. Give one of those."
	case len(r.By) == 0:
		return item.Vertex, "" // they have it in ways that differ
	}
	if i := slices.IndexFunc(r.By, func(by authz.Vertex) bool { return by.Kind == roleKind }); i >= 0 {
		return r.By[i], ""
	}
	return r.By[0], ""
}

func (x copying) toUser(by authz.Vertex) (copyChange, string) {
	if by.Kind == groupKind {
		return x.says(addMember(x.target.id, by.ID), "Add "+x.target.name+" to "+named(by.Name)), ""
	}
	return x.says(addUserRole(x.target.id, by.ID), "Give "+named(by.Name)+" to "+x.target.name), ""
}

func (x copying) toGroup(of string, by authz.Vertex) (copyChange, string) {
	switch {
	case by.Kind == roleKind:
		return x.says(addGroupRole(x.target.id, by.ID), "Give "+named(by.Name)+" to "+x.target.name), ""
	case by.ID == x.target.id:
		return copyChange{}, "It comes by " + x.target.name + " itself, which can't be nested in itself."
	case of == authz.NestedPart:
		return x.says(addNesting(by.ID, x.target.id), "Nest "+named(by.Name)+" in "+x.target.name), ""
	default:
		return x.says(addNesting(x.target.id, by.ID), "Nest "+x.target.name+" in "+named(by.Name)), ""
	}
}

func (x copying) toRole(by authz.Vertex, item authz.ComparedItem) (copyChange, string) {
	if item.Kind == groupKind {
		return x.says(addGroupRole(by.ID, x.target.id), "Give "+x.target.name+" to "+named(by.Name)), ""
	}
	if item.ApplicationID != x.target.application {
		return copyChange{}, "It belongs to another application than " + x.target.name + "."
	}
	return x.says(addInclusion(x.target.id, by.ID), "Add "+named(by.Name)+" to "+x.target.name), ""
}

// permissionOfAPI gives the target a permission of an API directly.
func (x copying) permissionOfAPI(item authz.ComparedItem) (copyChange, string) {
	r := item.Right
	if x.to == "right" {
		r = item.Left
	}
	if r != nil && !r.Direct {
		return copyChange{}, "A role of the Management API gives it. Assign that role to " + x.target.name + "."
	}
	if x.target.unread {
		return copyChange{}, "The tenant does not know " + x.target.name + "."
	}
	api, name, _ := strings.Cut(item.ID, " ")
	return copyChange{
		api: api, permission: name, text: "Give " + name + " of " + api + " to " + x.target.name, scope: updateUsers, of: session.Management,
	}, ""
}

// says is a change in words, with the scope that it takes.
func (x copying) says(p authz.ProposedChange, text string) copyChange {
	scope := updateGroups
	switch p.Kind {
	case authz.UserRoleHop:
		scope = giveRoles
	case authz.RolePermissionHop:
		scope = updateRoles
	}
	return copyChange{ProposedChange: p, text: text, scope: scope, of: session.Authorization}
}
