package authz

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"trellis/web/upstream"
)

// Vertex is a user, a group, a role or a permission on a path. Kind says which.
type Vertex struct {
	Kind string `json:"kind"`
	ID   string `json:"_id"`
	Name string `json:"name"`
}

// The kinds of hops, and of changes that add or remove one.
const (
	MemberHop         = "member"
	MappingHop        = "mapping"
	NestingHop        = "nesting"
	GroupRoleHop      = "group_role"
	UserRoleHop       = "user_role"
	RolePermissionHop = "role_permission"
)

// Hop is an edge of a path. A mapping says what it goes by; From is nil when a
// mapping is to go, whatever matched it.
type Hop struct {
	Kind           string  `json:"kind"`
	From           *Vertex `json:"from"`
	To             Vertex  `json:"to"`
	ConnectionName string  `json:"connectionName"`
	GroupName      string  `json:"groupName"`
}

// Removal is hops that have to go together to end an access, and how many others
// would have another access, and lose the same one.
type Removal struct {
	Hops     []Hop `json:"hops"`
	Affected int   `json:"affected"`
	Losing   int   `json:"losing"`
}

// Step is a hop that would give a missing access, and how much else it would give.
type Step struct {
	Hop         Hop `json:"hop"`
	Groups      int `json:"groups"`
	Roles       int `json:"roles"`
	Permissions int `json:"permissions"`
}

// WhyNot is the first of the steps that would give a missing access, those that
// give the least else first, and how many there are.
type WhyNot struct {
	Total int    `json:"total"`
	Steps []Step `json:"steps"`
}

// Explanation is a page of the paths to an access, the shortest first. Unless
// Exact, there are Total or more. Where it is not granted, WhyNot may say what
// would grant it.
type Explanation struct {
	Target       Vertex    `json:"target"`
	Granted      bool      `json:"granted"`
	Total        int       `json:"total"`
	Exact        bool      `json:"exact"`
	Paths        [][]Hop   `json:"paths"`
	Removals     []Removal `json:"removals"`
	RemovalsSure bool      `json:"removals_sure"`
	WhyNot       *WhyNot   `json:"why_not"`
}

// ExplainQuery says what is asked about: one of Group, Role and Permission, by id.
// Of a user mappings count when Connection is named.
type ExplainQuery struct {
	Group, Role, Permission string

	Connection     string
	ProviderGroups []string

	Page, PerPage int // as ListQuery has them
	Removals      int // how many sets are wanted, at most 10
	WhyNot        int // how many steps are wanted, at most 50
}

func (q ExplainQuery) values() url.Values {
	v := ListQuery{Page: q.Page, PerPage: q.PerPage, Group: q.Group, Role: q.Role}.values()
	if q.Permission != "" {
		v.Set("permission", q.Permission)
	}
	if q.Connection != "" {
		v.Set("connection", q.Connection)
	}
	for _, name := range q.ProviderGroups {
		v.Add("provider_group", name)
	}
	if q.Removals > 0 {
		v.Set("removals", strconv.Itoa(q.Removals))
	}
	if q.WhyNot > 0 {
		v.Set("why_not", strconv.Itoa(q.WhyNot))
	}
	return v
}

// ExplainUser returns why a user has something. An API of Auth0 has no such call: 404.
func (c *Client) ExplainUser(ctx context.Context, id string, q ExplainQuery) (Explanation, error) {
	return c.explain(ctx, "users", id, q)
}

// ExplainGroup returns why the members of a group have something, as ExplainUser does.
func (c *Client) ExplainGroup(ctx context.Context, id string, q ExplainQuery) (Explanation, error) {
	return c.explain(ctx, "groups", id, q)
}

func (c *Client) explain(ctx context.Context, kind, id string, q ExplainQuery) (Explanation, error) {
	var out Explanation
	err := c.get(ctx, []string{kind, id, "explain"}, q.values(), &out)
	if err == nil {
		err = upstream.CheckRecord(out.Target.ID)
	}
	if err != nil {
		return Explanation{}, fmt.Errorf("explaining what one of the %s, %q, has: %w", kind, id, err)
	}
	return out, nil
}

// What a Change does.
const (
	AddChange    = "add"
	RemoveChange = "remove"
	DeleteChange = "delete"
)

// ProposedChange is a hop to add or remove, or a "group", "role" or "permission"
// to delete. Of the ids those count that its kind has.
type ProposedChange struct {
	Action         string `json:"action"`
	Kind           string `json:"kind"`
	User           string `json:"user,omitempty"`
	Group          string `json:"group,omitempty"`
	Nested         string `json:"nested,omitempty"`
	Role           string `json:"role,omitempty"`
	Permission     string `json:"permission,omitempty"`
	ConnectionName string `json:"connectionName,omitempty"`
	GroupName      string `json:"groupName,omitempty"`
}

// Impact is what changes would do. Reached is how many users stand below a change,
// Affected how many of them would have another access.
type Impact struct {
	Reached  int      `json:"reached"`
	Affected int      `json:"affected"`
	Gaining  int      `json:"gaining"`
	Losing   int      `json:"losing"`
	Shifts   []Shift  `json:"shifts"`
	Users    []Effect `json:"users"` // a page of those affected
	Kept     []Kept   `json:"kept"`
	Mappings bool     `json:"mappings"` // a change is about a mapping, which nobody is counted for

	// Proposed is the first of the changes, with what their ends are called.
	Proposed []NamedChange `json:"proposed"`
}

// NamedChange is a change with what its ends are called. One that deletes has To
// alone, and its kind is that of To.
type NamedChange struct {
	Action string `json:"action"`
	Hop
}

// Shift is how many users would gain and lose something.
type Shift struct {
	Vertex

	Gained int `json:"gained"`
	Lost   int `json:"lost"`
}

// Effect is what a user would gain and lose.
type Effect struct {
	User   User     `json:"user"`
	Gained []Vertex `json:"gained"`
	Lost   []Vertex `json:"lost"`
}

// Kept is a removal, by its place among the changes, that leaves its two ends
// connected by Path.
type Kept struct {
	Change int   `json:"change"`
	Path   []Hop `json:"path"`
}

// Impact returns what changes would do, without making them: with the affected
// users of a page that counts from 0. An API of Auth0 has no such call: 404.
func (c *Client) Impact(ctx context.Context, changes []ProposedChange, page, perPage int) (Impact, error) {
	var out struct {
		Impact
		Reached *int `json:"reached"`
	}
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPost, Path: []string{"impact"}, Query: ListQuery{Page: page, PerPage: perPage}.values(),
		Body: map[string]any{"changes": changes},
	}, &out)
	if err == nil && out.Reached == nil {
		err = upstream.CheckRecord("") // an answer without numbers is none
	}
	if err == nil {
		err = upstream.CheckList(out.Users, func(e Effect) string { return e.User.UserID })
	}
	if err != nil {
		return Impact{}, fmt.Errorf("asking what changes would do: %w", err)
	}
	out.Impact.Reached = *out.Reached
	return out.Impact, nil
}
