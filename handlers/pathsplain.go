package handlers

import (
	"context"
	"net/http"

	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// plainReasons explains q from the lists that every API gives, with the same
// engine as an API that explains. What it cannot know is how many others a change
// touches.
func (h Paths) plainReasons(ctx context.Context, q question) (reasons, error) {
	e, err := h.records(ctx, q)
	if err != nil {
		return reasons{}, err
	}
	to, known := e.node(q.to.kind, q.to.id)
	from := access.Origin{Node: access.Node{Kind: access.KindUser}, Held: e.held, In: access.SignIn{Connection: q.connection, Groups: q.Groups}}
	if q.from.kind == groupKind {
		at, ok := e.node(groupKind, q.from.id)
		known = known && ok
		from = access.Origin{Node: at}
	}
	if !known {
		return reasons{}, &upstream.Error{Status: http.StatusNotFound, Message: "One of the two does not exist any more."}
	}
	return reasons{e.explain(from, to, q), true}, nil
}

// records is what q needs: the tenant, and what the user holds.
func (h Paths) records(ctx context.Context, q question) (entitlements, error) {
	if q.from.kind == userKind {
		return entitlementsOf(ctx, h.API, q.from.id, toPermissions)
	}
	groups, err := h.API.ListGroups(ctx, authz.ListQuery{Fields: groupFields})
	if err != nil {
		return entitlements{}, err
	}
	roles, err := h.API.ListRoles(ctx, authz.ListQuery{Fields: roleFields})
	if err != nil {
		return entitlements{}, err
	}
	permissions, err := h.API.ListPermissions(ctx, authz.ListQuery{})
	if err != nil {
		return entitlements{}, err
	}
	e := entitlements{groups: groups.Items, roles: roles.Items, permissions: permissions.Items}
	e.engine = access.NewEngine(e.vertices())
	return e, nil
}

// node is what kind and id name, if it is there.
func (e *entitlements) node(kind, id string) (access.Node, bool) {
	switch kind {
	case groupKind:
		at, ok := e.engine.Group(id)
		return access.Node{Kind: access.KindGroup, Position: at}, ok
	case roleKind:
		at, ok := e.engine.Role(id)
		return access.Node{Kind: access.KindRole, Position: at}, ok
	default:
		at, ok := e.engine.Permission(id)
		return access.Node{Kind: access.KindPermission, Position: at}, ok
	}
}

// explain is what an API that explains would answer.
func (e *entitlements) explain(from access.Origin, to access.Node, q question) authz.Explanation {
	links := e.engine.Ways(from, to)
	found := links.Paths((q.Page-1)*pathsPerPage, pathsPerPage)
	out := authz.Explanation{Target: e.vertex(to, q), Granted: links.Exist(), Total: found.Total, Exact: found.Exact}
	for _, p := range found.Paths {
		out.Paths = append(out.Paths, e.hops(p, q))
	}
	if links.Exist() {
		sets := links.Removals(shownRemovals)
		out.RemovalsSure = sets.Sure
		for _, set := range sets.Sets {
			out.Removals = append(out.Removals, authz.Removal{Hops: e.hops(set, q)})
		}
		return out
	}
	missing := e.engine.WhyNot(from, to, shownSteps)
	out.WhyNot = &authz.WhyNot{Total: missing.Total}
	for _, s := range missing.Steps {
		out.WhyNot.Steps = append(out.WhyNot.Steps, authz.Step{Hop: e.hops([]access.Hop{s.Hop}, q)[0], Groups: s.Groups, Roles: s.Roles, Permissions: s.Permissions})
	}
	return out
}

// hopKinds is how the API calls hops.
func hopKind(k access.HopKind) string {
	switch k {
	case access.Membership:
		return authz.MemberHop
	case access.Mapped:
		return authz.MappingHop
	case access.Nesting:
		return authz.NestingHop
	case access.GroupRole:
		return authz.GroupRoleHop
	case access.DirectRole:
		return authz.UserRoleHop
	default:
		return authz.RolePermissionHop
	}
}

// hops is hops of the engine as the API has them.
func (e *entitlements) hops(list []access.Hop, q question) []authz.Hop {
	out := make([]authz.Hop, len(list))
	for i, h := range list {
		from := e.vertex(h.From, q)
		out[i] = authz.Hop{Kind: hopKind(h.Kind), From: &from, To: e.vertex(h.To, q), ConnectionName: h.Mapping.Connection, GroupName: h.Mapping.Group}
	}
	return out
}

func (e *entitlements) vertex(n access.Node, q question) authz.Vertex {
	switch n.Kind {
	case access.KindGroup:
		return authz.Vertex{Kind: groupKind, ID: e.groups[n.Position].ID, Name: e.groups[n.Position].Name}
	case access.KindRole:
		return authz.Vertex{Kind: roleKind, ID: e.roles[n.Position].ID, Name: e.roles[n.Position].Name}
	case access.KindPermission:
		return authz.Vertex{Kind: permissionKind, ID: e.permissions[n.Position].ID, Name: e.permissions[n.Position].Name}
	default:
		return authz.Vertex{Kind: userKind, ID: q.from.id, Name: q.from.name}
	}
}
