package authz

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// The kinds of sources by which somebody has something.
const (
	DirectSource  = "direct"
	GroupSource   = "group"
	RoleSource    = "role"
	MappingSource = "mapping"
)

// Holder is a user who has something in effect: a shortest way of each kind of
// source, and how many ways there are. Unless Exact, there are WayCount or more.
type Holder struct {
	User     User        `json:"user"`
	Ways     []HolderWay `json:"ways"`
	WayCount int         `json:"way_count"`
	Exact    bool        `json:"exact"`
}

// HolderWay is a path from a user that begins with a kind of source.
type HolderWay struct {
	Source string `json:"source"`
	Path   []Hop  `json:"path"`
}

// SourceCount is how many have something by a kind of source, and how many of them
// by no other kind.
type SourceCount struct {
	Source string `json:"source"`
	Total  int    `json:"total"`
	Only   int    `json:"only"`
}

// Holders is a page of those who have something. Everybody and Sources count those
// whom the search finds, whichever source the page is about.
type Holders struct {
	Page[Holder]

	Everybody int
	Sources   []SourceCount
}

// GroupHolders returns a page of the users who are in a group in effect. It is
// asked as Members is, with pages of up to MostHolders. known is false when the API
// cannot tell: only the embedded one can.
func (c *Client) GroupHolders(ctx context.Context, id string, q ListQuery) (page Holders, known bool, err error) {
	return c.holders(ctx, []string{"groups", id, "members", "calculate"}, q)
}

// RoleHolders returns a page of the users who have a role in effect, as
// GroupHolders does.
func (c *Client) RoleHolders(ctx context.Context, id string, q ListQuery) (page Holders, known bool, err error) {
	return c.holders(ctx, []string{"roles", id, "users", "calculate"}, q)
}

// PermissionHolders returns a page of the users who have a permission in effect, as
// GroupHolders does.
func (c *Client) PermissionHolders(ctx context.Context, id string, q ListQuery) (page Holders, known bool, err error) {
	return c.holders(ctx, []string{"permissions", id, "users", "calculate"}, q)
}

// MostHolders is how many holders a page can have.
const MostHolders = 500

// holders takes a 404 or a 405 for an API that lacks this list: whoever asks has
// just read the record itself. An answer without counts is that of another list.
func (c *Client) holders(ctx context.Context, path []string, q ListQuery) (Holders, bool, error) {
	var out struct {
		Total     int           `json:"total"`
		Everybody *int          `json:"everybody"`
		Sources   []SourceCount `json:"sources"`
		Users     []Holder      `json:"users"`
	}
	err := c.get(ctx, path, q.fromOne(), &out)
	if status := upstream.StatusOf(err); status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
		return Holders{}, false, nil
	}
	if err == nil {
		err = upstream.CheckList(out.Users, keyOf)
	}
	if err != nil {
		return Holders{}, false, fmt.Errorf("listing who has one of the %s, %q: %w", path[0], path[1], err)
	}
	if out.Everybody == nil {
		return Holders{}, false, nil
	}
	for i := range out.Users {
		out.Users[i].User.markMissing()
	}
	return Holders{Page[Holder]{Items: out.Users, Total: out.Total}, *out.Everybody, out.Sources}, true, nil
}
