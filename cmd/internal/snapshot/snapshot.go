package snapshot

import (
	"cmp"
	"slices"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// Snapshot is the graph of access at one version. It is never changed, so it
// may be shared. The engine's positions are those in Nodes.
type Snapshot struct {
	*access.Engine

	Nodes store.Nodes

	Version int64
}

func build(version int64, nodes store.Nodes) *Snapshot {
	groups := make([]access.Group, len(nodes.Groups))
	for i, g := range nodes.Groups {
		groups[i] = access.Group{ID: g.ID, Name: g.Name, Nested: g.Nested, Roles: g.Roles, Mappings: mappings(g.Mappings)}
	}
	roles := make([]access.Role, len(nodes.Roles))
	for i, r := range nodes.Roles {
		roles[i] = access.Role{ID: r.ID, Name: r.Name, Application: r.ApplicationID, Permissions: r.Permissions}
	}
	permissions := make([]access.Permission, len(nodes.Permissions))
	for i, p := range nodes.Permissions {
		permissions[i] = access.Permission{ID: p.ID, Name: p.Name}
	}
	return &Snapshot{Engine: access.NewEngine(groups, roles, permissions), Nodes: nodes, Version: version}
}

func mappings(stored []store.Mapping) []access.Mapping {
	if len(stored) == 0 {
		return nil
	}
	out := make([]access.Mapping, len(stored))
	for i, m := range stored {
		out[i] = access.Mapping{Connection: m.ConnectionName, Group: m.GroupName}
	}
	return out
}

// patched is nodes where those that changed names give way to fresh, in store order.
func patched(nodes store.Nodes, changed store.Changed, fresh store.Nodes) store.Nodes {
	return store.Nodes{
		Groups: replaced(nodes.Groups, changed.Groups, fresh.Groups,
			func(g store.GroupNode) string { return g.ID }, func(g store.GroupNode) int64 { return g.Seq }),
		Roles: replaced(nodes.Roles, changed.Roles, fresh.Roles,
			func(r store.RoleNode) string { return r.ID }, func(r store.RoleNode) int64 { return r.Seq }),
		Permissions: replaced(nodes.Permissions, changed.Permissions, fresh.Permissions,
			func(p store.PermissionNode) string { return p.ID }, func(p store.PermissionNode) int64 { return p.Seq }),
	}
}

// replaced is a copy of old without the ids that are stale and with fresh, by
// seq; old itself when nothing is stale. O(n log n), and near O(n) as old is in
// order.
func replaced[T any](old []T, stale []string, fresh []T, id func(T) string, seq func(T) int64) []T {
	if len(stale) == 0 {
		return old
	}
	gone := make(map[string]bool, len(stale))
	for _, s := range stale {
		gone[s] = true
	}
	out := make([]T, 0, len(old)+len(fresh))
	for _, node := range old {
		if !gone[id(node)] {
			out = append(out, node)
		}
	}
	out = append(out, fresh...)
	slices.SortFunc(out, func(a, b T) int { return cmp.Compare(seq(a), seq(b)) })
	return out
}
