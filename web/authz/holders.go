package authz

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// Holder is a user who has a role or a permission in effect, and why.
type Holder struct {
	User        User     `json:"user"`
	Sources     []Source `json:"sources"`      // the first of them
	SourceCount int      `json:"source_count"` // how many there are
}

// Source is one way in which a user has a role: directly when Group is nil, and
// otherwise as a direct member of MemberOf, which is Group or lies within it.
type Source struct {
	Role     Role   `json:"role"`
	Group    *Group `json:"group"`
	MemberOf *Group `json:"member_of"`
}

// RoleHolders returns a page of the users who have a role, also through groups.
// It is asked as Members is. known is false when the API cannot tell: only the
// embedded one can.
func (c *Client) RoleHolders(ctx context.Context, id string, q ListQuery) (page Page[Holder], known bool, err error) {
	return c.holders(ctx, "roles", id, q)
}

// PermissionHolders returns a page of the users who have a role that contains a
// permission, also through groups, as RoleHolders does.
func (c *Client) PermissionHolders(ctx context.Context, id string, q ListQuery) (page Page[Holder], known bool, err error) {
	return c.holders(ctx, "permissions", id, q)
}

// holders takes a 404 for an API that lacks this list: whoever asks has just read
// the record itself.
func (c *Client) holders(ctx context.Context, kind, id string, q ListQuery) (Page[Holder], bool, error) {
	var out struct {
		Total int      `json:"total"`
		Users []Holder `json:"users"`
	}
	err := c.get(ctx, []string{kind, id, "users", "calculate"}, q.fromOne(), &out)
	if upstream.StatusOf(err) == http.StatusNotFound {
		return Page[Holder]{}, false, nil
	}
	if err == nil {
		err = upstream.CheckList(out.Users, keyOf)
	}
	if err != nil {
		return Page[Holder]{}, false, fmt.Errorf("listing who has one of the %s, %q: %w", kind, id, err)
	}
	for i := range out.Users {
		out.Users[i].User.markMissing()
	}
	return Page[Holder]{Items: out.Users, Total: out.Total}, true, nil
}
