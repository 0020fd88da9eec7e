package handlers

import (
	"net/url"
	"slices"
	"strings"

	"trellis/web/authz"
)

// ends are the parts of a change that its kind has, in the order in which an
// address has them; none for a kind that is not known.
func ends(p *authz.ProposedChange) []*string {
	switch p.Kind {
	case authz.MemberHop:
		return []*string{&p.User, &p.Group}
	case authz.NestingHop:
		return []*string{&p.Nested, &p.Group}
	case authz.GroupRoleHop:
		return []*string{&p.Group, &p.Role}
	case authz.UserRoleHop:
		return []*string{&p.User, &p.Role}
	case authz.RolePermissionHop:
		return []*string{&p.Role, &p.Permission}
	case authz.MappingHop:
		return []*string{&p.Group, &p.ConnectionName, &p.GroupName}
	case groupKind:
		return []*string{&p.Group}
	case roleKind:
		return []*string{&p.Role}
	case permissionKind:
		return []*string{&p.Permission}
	}
	return nil
}

// spelled is a change as an address has it: words parted by blanks, such as
// "add member auth0%7C1 sre".
func spelled(p authz.ProposedChange) string {
	out := p.Action + " " + p.Kind
	for _, end := range ends(&p) {
		out += " " + url.PathEscape(*end)
	}
	return out
}

// spelledEach is changes as an address has them.
func spelledEach(changes []authz.ProposedChange) []string {
	out := make([]string, len(changes))
	for i, p := range changes {
		out[i] = spelled(p)
	}
	return out
}

// proposedBy reads what spelled wrote, and reports whether it is a change.
func proposedBy(text string) (authz.ProposedChange, bool) {
	words := strings.Split(text, " ")
	if len(words) < 2 || !slices.Contains([]string{authz.AddChange, authz.RemoveChange, authz.DeleteChange}, words[0]) {
		return authz.ProposedChange{}, false
	}
	p := authz.ProposedChange{Action: words[0], Kind: words[1]}
	parts := ends(&p)
	if len(parts) == 0 || len(parts) != len(words)-2 {
		return p, false
	}
	for i, part := range parts {
		text, err := url.PathUnescape(words[i+2])
		if err != nil || text == "" {
			return p, false
		}
		*part = text
	}
	return p, true
}

// proposedEach is a change for each of ids.
func proposedEach(ids []string, change func(id string) authz.ProposedChange) []authz.ProposedChange {
	out := make([]authz.ProposedChange, len(ids))
	for i, id := range ids {
		out[i] = change(id)
	}
	return out
}

// The changes that pages ask about.

func addMember(user, group string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.AddChange, Kind: authz.MemberHop, User: user, Group: group}
}

func addNesting(nested, group string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.AddChange, Kind: authz.NestingHop, Nested: nested, Group: group}
}

func addGroupRole(group, role string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.AddChange, Kind: authz.GroupRoleHop, Group: group, Role: role}
}

func addUserRole(user, role string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.AddChange, Kind: authz.UserRoleHop, User: user, Role: role}
}

func addInclusion(role, permission string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.AddChange, Kind: authz.RolePermissionHop, Role: role, Permission: permission}
}

func addMapping(group, connection, name string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.AddChange, Kind: authz.MappingHop, Group: group, ConnectionName: connection, GroupName: name}
}

func deleteGroup(id string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.DeleteChange, Kind: groupKind, Group: id}
}

func deleteRole(id string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.DeleteChange, Kind: roleKind, Role: id}
}

func deletePermission(id string) authz.ProposedChange {
	return authz.ProposedChange{Action: authz.DeleteChange, Kind: permissionKind, Permission: id}
}

// undone is the change that takes away what p adds.
func undone(p authz.ProposedChange) authz.ProposedChange {
	p.Action = authz.RemoveChange
	return p
}
