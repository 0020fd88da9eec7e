package authz

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"trellis/web/upstream"
)

// The things that a comparison is about.
const (
	GroupsPart      = "groups" // that a user is in, that contain a group, or that give a role
	RolesPart       = "roles"
	PermissionsPart = "permissions"
	NestedPart      = "nested"
	MappingsPart    = "mappings"
	UsersPart       = "users"
)

// UsualEnd names what members of a group usually have, before the group's id.
const UsualEnd = "usual"

// CompareQuery says which two are compared, as kind:id, and by what.
type CompareQuery struct {
	Left, Right string
	Direct      bool   // only what they have directly
	Application string // of roles and permissions only its own; empty is of all
	Percent     int    // how many in a hundred members have what is usual; 0 leaves it to the API
	Limit       int    // how many things each part names; 0 leaves it to the API
	Page        int    // which of them, from 0
}

func (q CompareQuery) values() url.Values {
	v := url.Values{"left": {q.Left}, "right": {q.Right}}
	if q.Direct {
		v.Set("direct", "true")
	}
	if q.Application != "" {
		v.Set("application", q.Application)
	}
	for name, n := range map[string]int{"percent": q.Percent, "limit": q.Limit, "page": q.Page} {
		if n > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	return v
}

// Comparison is what two have in common, and what one of them has alone.
type Comparison struct {
	Left     ComparedSide      `json:"left"`
	Right    ComparedSide      `json:"right"`
	Limit    int               `json:"limit"`
	Sections []ComparedSection `json:"sections"`
}

// ComparedSide is one of the two. With Usual it is what members of the group usually
// have.
type ComparedSide struct {
	Vertex

	Usual *Usual `json:"usual"`
}

// Usual is how many members were asked, and how many in a hundred of them have what
// is usual.
type Usual struct {
	Members int `json:"members"`
	Percent int `json:"percent"`
}

// ComparedSection is things of one kind.
type ComparedSection struct {
	Of        string       `json:"of"`
	OnlyLeft  ComparedPart `json:"only_left"`
	Both      ComparedPart `json:"both"`
	OnlyRight ComparedPart `json:"only_right"`
}

// ComparedPart is the first of some things, and how many there are.
type ComparedPart struct {
	Total int            `json:"total"`
	Items []ComparedItem `json:"items"`
}

// ComparedItem is one thing, and how each of the two comes to it; nil where it does
// not, or where that is not told. A mapping is named by what the provider sends.
type ComparedItem struct {
	Vertex

	ApplicationType string          `json:"applicationType"`
	ApplicationID   string          `json:"applicationId"`
	ConnectionName  string          `json:"connectionName"`
	Left            *ComparedReason `json:"left"`
	Right           *ComparedReason `json:"right"`
	Members         int             `json:"members"` // who have it, beside what is usual
}

// ComparedReason is where the own edges of one of the two end that lead to a thing.
type ComparedReason struct {
	Direct  bool     `json:"direct"`
	By      []Vertex `json:"by"`
	ByTotal int      `json:"by_total"`
}

// Compare returns what two have in common, and what one of them has alone. An API of
// Auth0 has no such call: 404.
func (c *Client) Compare(ctx context.Context, q CompareQuery) (Comparison, error) {
	var out Comparison
	err := c.get(ctx, []string{"compare"}, q.values(), &out)
	if err == nil {
		err = upstream.CheckRecord(out.Left.ID)
	}
	for _, s := range out.Sections {
		for _, p := range []ComparedPart{s.OnlyLeft, s.Both, s.OnlyRight} {
			if err == nil {
				err = upstream.CheckList(p.Items, func(i ComparedItem) string { return i.ID })
			}
		}
	}
	if err != nil {
		return Comparison{}, fmt.Errorf("comparing %q with %q: %w", q.Left, q.Right, err)
	}
	return out, nil
}
