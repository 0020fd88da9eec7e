package handlers

import (
	"context"
	"errors"
	"net/http"

	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// impactOfLists works out what changes would do from the lists of a tenant whose
// API does not: with the same engine, and as completely as the lists are.
func impactOfLists(ctx context.Context, api ImpactAPI, changes []authz.ProposedChange, page, perPage int) (authz.Impact, error) {
	l, err := listsOf(ctx, api)
	if err != nil {
		return authz.Impact{}, err
	}
	wanted := make([]access.Change, len(changes))
	for i, p := range changes {
		if wanted[i], err = l.change(p); err != nil {
			return authz.Impact{}, err
		}
	}
	found, err := l.engine.Impact(l.population(), wanted)
	if closes, ok := errors.AsType[*access.CycleError](err); ok {
		return authz.Impact{}, &upstream.Error{Status: http.StatusConflict, Message: circleWords(closes.Path)}
	}
	if err != nil {
		return authz.Impact{}, err
	}
	return l.told(found, wanted, page*perPage, perPage), nil
}

// lists is a tenant by its lists: the records, who holds what directly, and where
// each stands in the engine.
type lists struct {
	entitlements

	users            []string // by position
	at               map[string]int32
	members, holders [][]int32
}

func listsOf(ctx context.Context, api ImpactAPI) (*lists, error) {
	groups, err := api.ListGroups(ctx, authz.ListQuery{})
	if err != nil {
		return nil, err
	}
	roles, err := api.ListRoles(ctx, authz.ListQuery{})
	if err != nil {
		return nil, err
	}
	permissions, err := api.ListPermissions(ctx, authz.ListQuery{})
	if err != nil {
		return nil, err
	}
	l := &lists{at: map[string]int32{}}
	l.groups, l.roles, l.permissions = groups.Items, roles.Items, permissions.Items
	l.engine = access.NewEngine(l.vertices())
	for _, g := range l.groups {
		l.members = append(l.members, l.places(g.Members))
	}
	for _, r := range l.roles {
		l.holders = append(l.holders, l.places(r.Users))
	}
	return l, nil
}

// places is where users stand, each once.
func (l *lists) places(ids []string) []int32 {
	out, seen := make([]int32, 0, len(ids)), map[string]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, l.place(id))
		}
	}
	return out
}

func (l *lists) place(id string) int32 {
	at, known := l.at[id]
	if !known {
		at = int32(len(l.users)) //nolint:gosec // a tenant has not two thousand million users
		l.at[id], l.users = at, append(l.users, id)
	}
	return at
}

// population is who holds what: also those of changes, who may hold nothing yet.
func (l *lists) population() *access.Population {
	return access.NewPopulation(len(l.users), l.members, l.holders)
}

// change is p by positions. What is not in the lists does not exist.
func (l *lists) change(p authz.ProposedChange) (access.Change, error) {
	missing := false
	node := func(kind access.Kind, at int32, ok bool) access.Node {
		missing = missing || !ok
		return access.Node{Kind: kind, Position: at}
	}
	user := func() access.Node { return node(access.KindUser, l.place(p.User), true) }
	group := func(id string) access.Node {
		at, ok := l.engine.Group(id)
		return node(access.KindGroup, at, ok)
	}
	role := func() access.Node {
		at, ok := l.engine.Role(p.Role)
		return node(access.KindRole, at, ok)
	}
	permission := func() access.Node {
		at, ok := l.engine.Permission(p.Permission)
		return node(access.KindPermission, at, ok)
	}
	out := access.Change{Removed: p.Action == authz.RemoveChange, Deleted: p.Action == authz.DeleteChange}
	switch p.Kind {
	case authz.MemberHop:
		out.Hop = access.Hop{Kind: access.Membership, From: user(), To: group(p.Group)}
	case authz.NestingHop:
		out.Hop = access.Hop{Kind: access.Nesting, From: group(p.Nested), To: group(p.Group)}
	case authz.GroupRoleHop:
		out.Hop = access.Hop{Kind: access.GroupRole, From: group(p.Group), To: role()}
	case authz.UserRoleHop:
		out.Hop = access.Hop{Kind: access.DirectRole, From: user(), To: role()}
	case authz.RolePermissionHop:
		out.Hop = access.Hop{Kind: access.Inclusion, From: role(), To: permission()}
	case authz.MappingHop:
		out.Hop = access.Hop{Kind: access.Mapped, To: group(p.Group), Mapping: access.Mapping{Connection: p.ConnectionName, Group: p.GroupName}}
	case groupKind:
		out.To = group(p.Group)
	case roleKind:
		out.To = role()
	case permissionKind:
		out.To = permission()
	}
	if missing {
		return out, &upstream.Error{Status: http.StatusNotFound}
	}
	return out, nil
}

// told is an impact as an API would tell it. Of users only their ids are known.
func (l *lists) told(found *access.Impact, changes []access.Change, offset, limit int) authz.Impact {
	out := authz.Impact{Reached: found.Reached, Affected: found.Affected, Gaining: found.Gaining, Losing: found.Losing}
	for _, s := range found.Shifts {
		out.Shifts = append(out.Shifts, authz.Shift{Vertex: l.vertex(s.Node), Gained: s.Gained, Lost: s.Lost})
	}
	for _, e := range found.Effects(offset, limit) {
		out.Users = append(out.Users, authz.Effect{User: authz.User{UserID: l.users[e.User]}, Gained: l.each(e.Gained), Lost: l.each(e.Lost)})
	}
	for i, c := range changes {
		out.Mappings = out.Mappings || c.Kind == access.Mapped && !c.Deleted
		if path := found.Kept(c); path != nil {
			out.Kept = append(out.Kept, authz.Kept{Change: i, Path: l.hops(path)})
		}
	}
	return out
}

func (l *lists) vertex(n access.Node) authz.Vertex {
	switch n.Kind {
	case access.KindGroup:
		return authz.Vertex{Kind: groupKind, ID: l.groups[n.Position].ID, Name: l.groups[n.Position].Name}
	case access.KindRole:
		return authz.Vertex{Kind: roleKind, ID: l.roles[n.Position].ID, Name: l.roles[n.Position].Name}
	case access.KindPermission:
		return authz.Vertex{Kind: permissionKind, ID: l.permissions[n.Position].ID, Name: l.permissions[n.Position].Name}
	}
	return authz.Vertex{Kind: userKind, ID: l.users[n.Position]}
}

func (l *lists) each(a access.Access) []authz.Vertex {
	var out []authz.Vertex
	for _, part := range []struct {
		kind      access.Kind
		positions []int32
	}{{access.KindGroup, a.Groups}, {access.KindRole, a.Roles}, {access.KindPermission, a.Permissions}} {
		for _, at := range part.positions {
			out = append(out, l.vertex(access.Node{Kind: part.kind, Position: at}))
		}
	}
	return out
}

func (l *lists) hops(path access.Path) []authz.Hop {
	out := make([]authz.Hop, len(path))
	for i, h := range path {
		from := l.vertex(h.From)
		out[i] = authz.Hop{From: &from, To: l.vertex(h.To)}
	}
	return out
}
