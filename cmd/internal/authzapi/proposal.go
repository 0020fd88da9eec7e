package authzapi

import (
	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// proposal is an edge that comes or goes, or a record that is deleted.
type proposal struct {
	Action         string `json:"action"`
	Kind           string `json:"kind"`
	User           string `json:"user"`
	Group          string `json:"group"`
	Nested         string `json:"nested"`
	Role           string `json:"role"`
	Permission     string `json:"permission"`
	ConnectionName string `json:"connectionName"`
	GroupName      string `json:"groupName"`
}

// reader finds what changes name.
type reader struct {
	graph  *snapshot.Snapshot
	people *snapshot.People
	users  []string // by position, those who hold nothing yet behind the others
	added  map[string]int32
	err    error
}

// change is what was told, by positions.
func (r *reader) change(told proposal) (access.Change, error) {
	out := access.Change{Removed: told.Action == "remove", Deleted: told.Action == "delete"}
	whole := told.Kind == "group" || told.Kind == "role" || told.Kind == "permission"
	if whole != out.Deleted {
		return out, badRequest("Groups, roles and permissions can be deleted; everything else is added or removed")
	}
	switch told.Kind {
	case "member":
		out.Hop = access.Hop{Kind: access.Membership, From: r.user(told.User), To: r.group(told.Group)}
	case "nesting":
		out.Hop = access.Hop{Kind: access.Nesting, From: r.group(told.Nested), To: r.group(told.Group)}
	case "group_role":
		out.Hop = access.Hop{Kind: access.GroupRole, From: r.group(told.Group), To: r.role(told.Role)}
	case "user_role":
		out.Hop = access.Hop{Kind: access.DirectRole, From: r.user(told.User), To: r.role(told.Role)}
	case "role_permission":
		out.Hop = access.Hop{Kind: access.Inclusion, From: r.role(told.Role), To: r.permission(told.Permission)}
	case "mapping":
		out.Hop = access.Hop{Kind: access.Mapped, To: r.group(told.Group), Mapping: access.Mapping{Connection: told.ConnectionName, Group: told.GroupName}}
	case "group":
		out.To = r.group(told.Group)
	case "role":
		out.To = r.role(told.Role)
	case "permission":
		out.To = r.permission(told.Permission)
	}
	return out, r.err
}

func (r *reader) user(id string) access.Node {
	at, known := r.people.Position(id)
	if !known {
		if at, known = r.added[id]; !known {
			at = int32(len(r.users)) //nolint:gosec // a tenant has not two thousand million users
			r.added[id], r.users = at, append(r.users, id)
		}
	}
	if id == "" && r.err == nil {
		r.err = badRequest("A change of a member or of a user's role names its user")
	}
	return access.Node{Kind: access.KindUser, Position: at}
}

func (r *reader) group(id string) access.Node {
	at, ok := r.graph.Group(id)
	return r.found(access.KindGroup, store.Groups, id, at, ok)
}

func (r *reader) role(id string) access.Node {
	at, ok := r.graph.Role(id)
	return r.found(access.KindRole, store.Roles, id, at, ok)
}

func (r *reader) permission(id string) access.Node {
	at, ok := r.graph.Permission(id)
	return r.found(access.KindPermission, store.Permissions, id, at, ok)
}

// found is the vertex at a position; the first that is not there is the error.
func (r *reader) found(kind access.Kind, of store.Kind, id string, at int32, ok bool) access.Node {
	if !ok && r.err == nil {
		r.err = &store.NotFoundError{Kind: of, ID: id}
	}
	return access.Node{Kind: kind, Position: at}
}
