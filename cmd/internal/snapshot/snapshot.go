package snapshot

import (
	"bytes"
	"encoding/json"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// Snapshot is the graph of access at one version. It is never changed, so it
// may be shared. The engine's positions are those in its lists.
type Snapshot struct {
	*access.Engine

	Version        int64
	GroupList      []Group
	RoleList       []Role
	PermissionList []Permission

	// What answers show of the records, as lists of positions have it.
	GroupNames, GroupRecords, RoleNames, RoleRecords, PermissionNames Column

	tree  outlined
	lined orders
}

// Group is a group with what answers show of it.
type Group struct {
	store.GroupNode
	Shown

	Key string // of the name, by which it is found and sorted
}

// Role is a role with what answers show of it.
type Role struct {
	store.RoleNode
	Shown
}

// Permission is a permission with what answers show of it.
type Permission struct {
	store.PermissionNode
	Shown
}

// Shown is a record as JSON, made when it is read: an answer of a thousand groups
// is then put together faster than it could be encoded.
type Shown struct {
	Record []byte // as the lists of what a user has show it
	Quoted []byte // the name alone
}

type shownGroup struct {
	ID          string `json:"_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

type shownRole struct {
	ID            string `json:"_id"`
	Name          string `json:"name"`
	ApplicationID string `json:"applicationId"`
	Description   string `json:"description"`
}

// parts is the lists that a snapshot is made of.
type parts struct {
	groups      []Group
	roles       []Role
	permissions []Permission
}

// partsOf is nodes with what answers show of them.
func partsOf(nodes store.Nodes) parts {
	p := parts{make([]Group, len(nodes.Groups)), make([]Role, len(nodes.Roles)), make([]Permission, len(nodes.Permissions))}
	for i, g := range nodes.Groups {
		p.groups[i] = Group{g, Shown{encode(shownGroup{g.ID, g.Name, g.Description}), encode(g.Name)}, store.Fold(g.Name)}
	}
	for i, r := range nodes.Roles {
		p.roles[i] = Role{r, Shown{encode(shownRole{r.ID, r.Name, r.ApplicationID, r.Description}), encode(r.Name)}}
	}
	for i, n := range nodes.Permissions {
		p.permissions[i] = Permission{n, Shown{encode(shownGroup{n.ID, n.Name, n.Description}), encode(n.Name)}}
	}
	return p
}

// encode is v as JSON, as answers have it. Texts and structs of texts always
// have a form.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func build(version int64, p parts) *Snapshot {
	groups := make([]access.Group, len(p.groups))
	for i, g := range p.groups {
		groups[i] = access.Group{ID: g.ID, Name: g.Name, Nested: g.Nested, Roles: g.Roles, Mappings: mappings(g.Mappings)}
	}
	roles := make([]access.Role, len(p.roles))
	for i, r := range p.roles {
		roles[i] = access.Role{ID: r.ID, Name: r.Name, Application: r.ApplicationID, Permissions: r.Permissions}
	}
	permissions := make([]access.Permission, len(p.permissions))
	for i, n := range p.permissions {
		permissions[i] = access.Permission{ID: n.ID, Name: n.Name}
	}
	return &Snapshot{
		Engine: access.NewEngine(groups, roles, permissions), Version: version,
		GroupList: p.groups, RoleList: p.roles, PermissionList: p.permissions,
		GroupNames:      column(p.groups, func(g *Group) *[]byte { return &g.Quoted }),
		GroupRecords:    column(p.groups, func(g *Group) *[]byte { return &g.Record }),
		RoleNames:       column(p.roles, func(r *Role) *[]byte { return &r.Quoted }),
		RoleRecords:     column(p.roles, func(r *Role) *[]byte { return &r.Record }),
		PermissionNames: column(p.permissions, func(n *Permission) *[]byte { return &n.Quoted }),
	}
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

// parts is what s was made of.
func (s *Snapshot) parts() parts { return parts{s.GroupList, s.RoleList, s.PermissionList} }

// patched is p where the records that changed names give way to fresh, in store order.
func (p parts) patched(changed store.Changed, fresh parts) parts {
	return parts{
		replaced(p.groups, changed.Groups, fresh.groups,
			func(g *Group) string { return g.ID }, func(g *Group) int64 { return g.Seq }),
		replaced(p.roles, changed.Roles, fresh.roles,
			func(r *Role) string { return r.ID }, func(r *Role) int64 { return r.Seq }),
		replaced(p.permissions, changed.Permissions, fresh.permissions,
			func(n *Permission) string { return n.ID }, func(n *Permission) int64 { return n.Seq }),
	}
}

// replaced is a copy of old without the ids that are stale and with fresh, both
// merged by seq; old itself when nothing is stale. O(n).
func replaced[T any](old []T, stale []string, fresh []T, id func(*T) string, seq func(*T) int64) []T {
	if len(stale) == 0 {
		return old
	}
	gone := make(map[string]bool, len(stale))
	for _, s := range stale {
		gone[s] = true
	}
	out := make([]T, 0, len(old)+len(fresh))
	for i := range old {
		for len(fresh) > 0 && seq(&fresh[0]) < seq(&old[i]) {
			out, fresh = append(out, fresh[0]), fresh[1:]
		}
		if !gone[id(&old[i])] {
			out = append(out, old[i])
		}
	}
	return append(out, fresh...)
}
