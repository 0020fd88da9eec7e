package handlers_test

import (
	"context"
	"slices"
	"strings"

	"trellis/web/access"
	"trellis/web/authz"
)

func (o *org) GroupHolders(_ context.Context, id string, q authz.ListQuery) (authz.Holders, bool, error) {
	return o.holders(access.KindGroup, id, q)
}

func (o *org) RoleHolders(_ context.Context, id string, q authz.ListQuery) (authz.Holders, bool, error) {
	return o.holders(access.KindRole, id, q)
}

func (o *org) PermissionHolders(_ context.Context, id string, q authz.ListQuery) (authz.Holders, bool, error) {
	return o.holders(access.KindPermission, id, q)
}

var (
	sourceNames = map[access.SourceKind]string{
		access.Directly: authz.DirectSource, access.ByGroup: authz.GroupSource, access.ByRole: authz.RoleSource, access.ByMapping: authz.MappingSource,
	}
	kindNames = map[access.Kind]string{access.KindUser: "user", access.KindGroup: "group", access.KindRole: "role", access.KindPermission: "permission"}
	hopNames  = map[access.HopKind]string{
		access.Membership: authz.MemberHop, access.Mapped: authz.MappingHop, access.Nesting: authz.NestingHop,
		access.GroupRole: authz.GroupRoleHop, access.DirectRole: authz.UserRoleHop, access.Inclusion: authz.RolePermissionHop,
	}
)

// holders is who has something, by the same engine as the API's.
func (o *org) holders(kind access.Kind, id string, q authz.ListQuery) (authz.Holders, bool, error) {
	o.holdersAsked = append(o.holdersAsked, q)
	if o.untold {
		return authz.Holders{}, false, nil
	}
	users := append(slices.Clone(o.users), authz.User{UserID: "gone-user", Missing: true})
	engine, population := o.engine(users)
	position, _ := map[access.Kind]func(string) (int32, bool){
		access.KindGroup: engine.Group, access.KindRole: engine.Role, access.KindPermission: engine.Permission,
	}[kind](id)
	toward := engine.Toward(access.Node{Kind: kind, Position: position})
	found := toward.Holders(population, func(user int32, connection string) bool {
		return slices.Contains(connectionsOf(users[user]), connection)
	})
	slices.SortFunc(found, func(a, b access.Holder) int { return int(a.User - b.User) })
	var out authz.Holders
	counts := map[access.SourceKind]*authz.SourceCount{}
	for _, k := range access.Kinds() {
		counts[k] = &authz.SourceCount{Source: sourceNames[k]}
	}
	for _, h := range found {
		u := users[h.User]
		if !strings.Contains(u.Name+u.Email, q.Search) {
			continue
		}
		out.Everybody++
		wanted := q.Source == ""
		for _, k := range access.Kinds() {
			if h.Kinds.Has(k) {
				counts[k].Total++
				wanted = wanted || q.Source == sourceNames[k] && (!q.Only || h.Kinds.Only(k))
			}
			if h.Kinds.Only(k) {
				counts[k].Only++
			}
		}
		if wanted {
			out.Items = append(out.Items, holderOf(engine, toward, h.User, population, users))
		}
	}
	for _, k := range access.Kinds() {
		if can := kind != access.KindPermission; k == access.Directly && !can || k == access.ByRole && can {
			continue
		}
		out.Sources = append(out.Sources, *counts[k])
	}
	if q.Sort == "name:-1" {
		slices.Reverse(out.Items)
	}
	out.Total = len(out.Items)
	out.Items = slice(out.Items, q)
	return out, true, o.fails["holders"]
}

func connectionsOf(u authz.User) []string {
	var out []string
	for _, i := range u.Identities {
		out = append(out, i.Connection)
	}
	return out
}

func holderOf(e *access.Engine, toward *access.Toward, user int32, p *access.Population, users []authz.User) authz.Holder {
	ways, total, exact := toward.Held(user, p, connectionsOf(users[user]))
	out := authz.Holder{User: users[user], WayCount: total, Exact: exact}
	vertex := func(n access.Node) authz.Vertex {
		if n.Kind == access.KindUser {
			return authz.Vertex{Kind: "user", ID: users[n.Position].UserID}
		}
		id, name := e.Label(n)
		return authz.Vertex{Kind: kindNames[n.Kind], ID: id, Name: name}
	}
	for _, w := range ways {
		way := authz.HolderWay{Source: sourceNames[w.Kind]}
		for _, h := range w.Path {
			from := vertex(h.From)
			way.Path = append(way.Path, authz.Hop{Kind: hopNames[h.Kind], From: &from, To: vertex(h.To), ConnectionName: h.Mapping.Connection, GroupName: h.Mapping.Group})
		}
		out.Ways = append(out.Ways, way)
	}
	return out
}

// engine is the organisation as the engine has it, with who holds what.
func (o *org) engine(users []authz.User) (*access.Engine, *access.Population) {
	var groups []access.Group
	for _, g := range o.groups {
		vertex := access.Group{ID: g.ID, Name: g.Name, Nested: g.Nested, Roles: g.Roles}
		for _, m := range g.Mappings {
			vertex.Mappings = append(vertex.Mappings, access.Mapping{Connection: m.ConnectionName, Group: m.GroupName})
		}
		groups = append(groups, vertex)
	}
	var roles []access.Role
	for _, r := range o.roles {
		roles = append(roles, access.Role{ID: r.ID, Name: r.Name, Permissions: r.Permissions})
	}
	var permissions []access.Permission
	for _, p := range o.permissions {
		permissions = append(permissions, access.Permission{ID: p.ID, Name: p.Name})
	}
	place := func(ids []string) (out []int32) {
		for _, id := range ids {
			if at := slices.IndexFunc(users, func(u authz.User) bool { return u.UserID == id }); at >= 0 {
				out = append(out, int32(at)) //nolint:gosec // a few
			}
		}
		return out
	}
	members, holders := make([][]int32, len(o.groups)), make([][]int32, len(o.roles))
	for i, g := range o.groups {
		members[i] = place(g.Members)
	}
	for i, r := range o.roles {
		holders[i] = place(r.Users)
	}
	return access.NewEngine(groups, roles, permissions), access.NewPopulation(len(users), members, holders)
}
