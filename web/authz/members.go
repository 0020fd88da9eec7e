package authz

import (
	"context"
	"fmt"
	"strings"

	"trellis/web/upstream"
)

// User is a user as the groups' lists show it.
type User struct {
	UserID     string     `json:"user_id"`
	Name       string     `json:"name"`
	Email      string     `json:"email"`
	Nickname   string     `json:"nickname,omitempty"`
	Picture    string     `json:"picture,omitempty"`
	Identities []Identity `json:"identities,omitempty"`
	LastLogin  string     `json:"last_login,omitempty"`

	// Filled by ListUsers.
	LoginsCount int  `json:"logins_count,omitempty"`
	Blocked     bool `json:"blocked,omitempty"`

	// Missing says that the group names this user and the tenant does not know
	// it: only UserID is true.
	Missing bool `json:"-"`
}

// Identity is one account that a user signs in with.
type Identity struct {
	Connection string `json:"connection"`
	Provider   string `json:"provider,omitempty"`
	UserID     string `json:"user_id,omitempty"`
	IsSocial   bool   `json:"isSocial,omitempty"`
}

// NestedMember is a user, and the first group that holds it among a group and
// the groups below it.
type NestedMember struct {
	User  User  `json:"user"`
	Group Group `json:"group"`
}

// UnknownUser begins the name that the API gives to a member the tenant does not know.
const UnknownUser = "<Error: "

// Members returns a page of the direct members of a group. ListQuery.Page
// counts from 0 here too, and PerPage is at most 25.
func (c *Client) Members(ctx context.Context, id string, q ListQuery) (Page[User], error) {
	var out struct {
		Total int    `json:"total"`
		Users []User `json:"users"`
	}
	err := c.get(ctx, []string{"groups", id, "members"}, q.fromOne(), &out)
	if err == nil {
		err = upstream.CheckList(out.Users, keyOf)
	}
	if err != nil {
		return Page[User]{}, fmt.Errorf("listing members of group %q: %w", id, err)
	}
	for i := range out.Users {
		out.Users[i].markMissing()
	}
	return Page[User]{Items: out.Users, Total: out.Total}, nil
}

// AllMembers returns a page of the members of a group and of all groups below it.
func (c *Client) AllMembers(ctx context.Context, id string, q ListQuery) (Page[NestedMember], error) {
	var out struct {
		Total  int            `json:"total"`
		Nested []NestedMember `json:"nested"`
	}
	err := c.get(ctx, []string{"groups", id, "members", "nested"}, q.fromOne(), &out)
	if err == nil {
		err = upstream.CheckList(out.Nested, keyOf)
	}
	if err != nil {
		return Page[NestedMember]{}, fmt.Errorf("listing all members of group %q: %w", id, err)
	}
	for i := range out.Nested {
		out.Nested[i].User.markMissing()
	}
	return Page[NestedMember]{Items: out.Nested, Total: out.Total}, nil
}

// AddMembers makes users members of a group. Who is one already stays one.
func (c *Client) AddMembers(ctx context.Context, id string, userIDs []string) error {
	if err := c.patch(ctx, []string{"groups", id, "members"}, userIDs); err != nil {
		return fmt.Errorf("adding members to group %q: %w", id, err)
	}
	return nil
}

// RemoveMembers ends the direct membership of users in a group.
func (c *Client) RemoveMembers(ctx context.Context, id string, userIDs []string) error {
	if err := c.remove(ctx, []string{"groups", id, "members"}, userIDs); err != nil {
		return fmt.Errorf("removing members from group %q: %w", id, err)
	}
	return nil
}

func (u *User) markMissing() {
	u.Missing = u.Email == u.UserID && strings.HasPrefix(u.Name, UnknownUser)
	if u.Missing {
		u.Name, u.Email, u.Identities = "", "", nil
	}
}
