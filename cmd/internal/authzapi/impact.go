package authzapi

import (
	"context"

	"trellis/cmd/internal/snapshot"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// effectsPerPage is how many users an answer about an impact has by itself.
const effectsPerPage = 25

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

// shift is how many users gain and lose something.
type shift struct {
	vertex

	Gained int `json:"gained"`
	Lost   int `json:"lost"`
}

// effect is what one user gains and loses.
type effect struct {
	User   record   `json:"user"`
	Gained []vertex `json:"gained"`
	Lost   []vertex `json:"lost"`
}

// impactAnswer is what changes would do.
type impactAnswer struct {
	Reached  int      `json:"reached"`
	Affected int      `json:"affected"`
	Gaining  int      `json:"gaining"`
	Losing   int      `json:"losing"`
	Shifts   []shift  `json:"shifts"`
	Start    int      `json:"start"`
	Limit    int      `json:"limit"`
	Users    []effect `json:"users"`
	Kept     []kept   `json:"kept"`
	Mappings bool     `json:"mappings"`
}

// kept is a removal that leaves its two ends connected, and by which way.
type kept struct {
	Change int   `json:"change"`
	Path   []hop `json:"path"`
}

// impact is what the changes of the body would do. Nothing is changed.
func (s *Server) impact(ctx context.Context, c *call) (any, error) {
	var in struct {
		Changes []proposal `json:"changes"`
	}
	if err := c.into(&in); err != nil {
		return nil, err
	}
	graph, err := s.Access.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	people, err := s.People.Of(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	r := &reader{graph: graph, people: people, users: append([]string(nil), people.IDs...), added: map[string]int32{}}
	changes := make([]access.Change, len(in.Changes))
	for i, told := range in.Changes {
		if changes[i], err = r.change(told); err != nil {
			return nil, err
		}
	}
	i, err := graph.Impact(people.Population(graph), changes)
	if err != nil {
		return nil, err
	}
	return impactPage(ctx, c, wording{graph, r.users}, i, changes)
}

func impactPage(ctx context.Context, c *call, shown wording, i *access.Impact, changes []access.Change) (any, error) {
	limit := numberOr(c.query, "per_page", effectsPerPage)
	out := impactAnswer{
		Reached: i.Reached, Affected: i.Affected, Gaining: i.Gaining, Losing: i.Losing, Limit: limit,
		Start: numberOr(c.query, "page", 0) * limit, Shifts: make([]shift, len(i.Shifts)), Users: []effect{}, Kept: []kept{},
	}
	for j, s := range i.Shifts {
		out.Shifts[j] = shift{shown.vertex(s.Node), s.Gained, s.Lost}
	}
	effects := i.Effects(out.Start, limit)
	grants := make([]access.Grant, len(effects))
	for j, e := range effects {
		grants[j].ID = shown.users[e.User]
	}
	found, err := profiles(ctx, c.tx, grants)
	if err != nil {
		return nil, err
	}
	for j, e := range effects {
		user := found[j].profile.only([]string{"user_id", "name", "nickname", "email"})
		out.Users = append(out.Users, effect{user, shown.access(e.Gained), shown.access(e.Lost)})
	}
	for j, change := range changes {
		out.Mappings = out.Mappings || change.Kind == access.Mapped && !change.Deleted
		if path := i.Kept(change); path != nil {
			out.Kept = append(out.Kept, kept{j, shown.hops(path)})
		}
	}
	return out, nil
}

func (w wording) access(a access.Access) []vertex {
	out := []vertex{}
	for _, part := range []struct {
		kind      access.Kind
		positions []int32
	}{{access.KindGroup, a.Groups}, {access.KindRole, a.Roles}, {access.KindPermission, a.Permissions}} {
		for _, at := range part.positions {
			out = append(out, w.vertex(access.Node{Kind: part.kind, Position: at}))
		}
	}
	return out
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
