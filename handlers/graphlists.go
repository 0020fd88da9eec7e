package handlers

import (
	"context"
	"net/http"
	"strings"

	"trellis/views/urls"
	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// fromLists draws what is around something for an API that does not tell: from the
// lists of groups, roles and permissions.
func (h Graph) fromLists(ctx context.Context, kind, id string, q authz.GraphQuery, v urls.GraphView) (sketch, error) {
	t, err := h.tenant(ctx)
	if err != nil {
		return sketch{}, err
	}
	focus, known := t.node(kind, id)
	if !known {
		return sketch{}, &upstream.Error{Status: http.StatusNotFound}
	}
	view := access.View{Focus: focus, Up: -1, Down: -1, Limit: q.Limit, Rows: q.Fold, Unfolded: map[access.Node]bool{}}
	for to, n := range map[*int]*int{&view.Up: q.Up, &view.Down: q.Down} {
		if n != nil {
			*to = *n
		}
	}
	for _, layer := range q.Layers {
		view.Users = view.Users || layer == authz.UsersLayer
		view.Roles = view.Roles || layer == authz.RolesLayer
		view.Permissions = view.Permissions || layer == authz.PermissionsLayer
	}
	for _, box := range q.Unfold {
		kind, id, _ := strings.Cut(box, ":")
		if n, known := t.node(kind, id); known {
			view.Unfolded[n] = true
		}
	}
	d := sketchOf(t.graph(t.Around(t.people, view)), v)
	d.notes = append(d.notes, "Made from the lists of groups, roles and permissions, as this API does not tell what is around something. Roles that people hold directly are not known here.")
	return d, nil
}

// tenantLists is a tenant as its lists have it.
type tenantLists struct {
	*access.Engine

	groups      []authz.Group
	roles       []authz.Role
	permissions []authz.Permission
	users       []string // ids, by position
	index       map[string]int32
	people      *access.Population
}

// tenant reads all lists. What cannot be read of roles and permissions is left out.
func (h Graph) tenant(ctx context.Context) (*tenantLists, error) {
	groups, err := h.API.ListGroups(ctx, authz.ListQuery{Fields: []string{"_id", "name", "nested", "roles", "members"}})
	if err != nil {
		return nil, err
	}
	roles, err := h.API.ListRoles(ctx, authz.ListQuery{})
	if err != nil && upstream.StatusOf(err) != http.StatusForbidden {
		return nil, err
	}
	permissions, err := h.API.ListPermissions(ctx, authz.ListQuery{})
	if err != nil && upstream.StatusOf(err) != http.StatusForbidden {
		return nil, err
	}
	t := &tenantLists{groups: groups.Items, roles: roles.Items, permissions: permissions.Items, index: map[string]int32{}}
	t.build()
	return t, nil
}

func (t *tenantLists) build() {
	vertices, members := make([]access.Group, len(t.groups)), make([][]int32, len(t.groups))
	for i, g := range t.groups {
		vertices[i] = access.Group{ID: g.ID, Name: g.Name, Nested: g.Nested, Roles: g.Roles}
		for _, user := range g.Members {
			at, known := t.index[user]
			if !known {
				at = int32(len(t.users)) //nolint:gosec // a tenant has not two thousand million users
				t.index[user], t.users = at, append(t.users, user)
			}
			members[i] = append(members[i], at)
		}
	}
	roles, permissions := make([]access.Role, len(t.roles)), make([]access.Permission, len(t.permissions))
	for i, r := range t.roles {
		roles[i] = access.Role{ID: r.ID, Name: r.Name, Permissions: r.Permissions}
	}
	for i, p := range t.permissions {
		permissions[i] = access.Permission{ID: p.ID, Name: p.Name}
	}
	t.Engine = access.NewEngine(vertices, roles, permissions)
	t.people = access.NewPopulation(len(t.users), members, make([][]int32, len(t.roles)))
}

func (t *tenantLists) node(kind, id string) (n access.Node, known bool) {
	switch kind {
	case groupKind:
		n.Kind = access.KindGroup
		n.Position, known = t.Group(id)
	case roleKind:
		n.Kind = access.KindRole
		n.Position, known = t.Role(id)
	case permissionKind:
		n.Kind = access.KindPermission
		n.Position, known = t.Permission(id)
	default:
		n.Position, known = t.index[id]
	}
	return n, known
}

// graph is a view as the API would have told it.
func (t *tenantLists) graph(a access.Around) authz.Graph {
	kinds := map[access.Kind]string{access.KindUser: userKind, access.KindGroup: groupKind, access.KindRole: roleKind, access.KindPermission: permissionKind}
	g := authz.Graph{Totals: authz.GraphTotals{
		Users: a.Totals[access.KindUser], Groups: a.Totals[access.KindGroup], Roles: a.Totals[access.KindRole], Permissions: a.Totals[access.KindPermission],
	}}
	at := map[access.Node]int{}
	left := g.Totals.Users + g.Totals.Groups + g.Totals.Roles + g.Totals.Permissions - len(a.Nodes)
	for i, n := range a.Nodes {
		at[n.Node] = i
		g.Nodes = append(g.Nodes, authz.GraphNode{Vertex: t.vertex(n.Node, kinds), Level: n.Level, Above: n.Above, Below: n.Below, Members: n.Members})
	}
	for _, hop := range a.Hops {
		g.Edges = append(g.Edges, authz.GraphEdge{From: at[hop.From], To: at[hop.To]})
	}
	for _, f := range a.Folds {
		g.Folds = append(g.Folds, authz.GraphFold{Of: at[f.Of], Kind: kinds[f.Kind], Above: f.Above, Count: f.Count})
		left -= f.Count
	}
	g.Truncated = left > 0
	return g
}

func (t *tenantLists) vertex(n access.Node, kinds map[access.Kind]string) authz.Vertex {
	switch n.Kind {
	case access.KindGroup:
		return authz.Vertex{Kind: kinds[n.Kind], ID: t.groups[n.Position].ID, Name: t.groups[n.Position].Name}
	case access.KindRole:
		return authz.Vertex{Kind: kinds[n.Kind], ID: t.roles[n.Position].ID, Name: t.roles[n.Position].Name}
	case access.KindPermission:
		return authz.Vertex{Kind: kinds[n.Kind], ID: t.permissions[n.Position].ID, Name: t.permissions[n.Position].Name}
	}
	return authz.Vertex{Kind: kinds[n.Kind], ID: t.users[n.Position]}
}
