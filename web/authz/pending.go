package authz

import (
	"context"
	"fmt"
	"time"

	"trellis/web/upstream"
)

// PendingMember is somebody whom a group waits for: who comes with that address,
// verified, becomes a member.
type PendingMember struct {
	Email string    `json:"email"`
	Added time.Time `json:"added"`
}

// PendingMembers returns a page of those whom a group waits for. It can be sorted
// by email and added.
func (c *Client) PendingMembers(ctx context.Context, id string, q ListQuery) (Page[PendingMember], error) {
	var out struct {
		Total   int             `json:"total"`
		Pending []PendingMember `json:"pending"`
	}
	err := c.get(ctx, []string{"groups", id, "members", "pending"}, q.values(), &out)
	if err == nil {
		err = upstream.CheckList(out.Pending, keyOf)
	}
	if err != nil {
		return Page[PendingMember]{}, fmt.Errorf("listing pending members of group %q: %w", id, err)
	}
	return Page[PendingMember]{Items: out.Pending, Total: out.Total}, nil
}

// AddPending makes a group wait for people with these addresses. Whoever has one
// already, verified, becomes a member at once.
func (c *Client) AddPending(ctx context.Context, id string, emails []string) error {
	if err := c.patch(ctx, []string{"groups", id, "members", "pending"}, emails); err != nil {
		return fmt.Errorf("adding pending members to group %q: %w", id, err)
	}
	return nil
}

// RemovePending ends a group's waiting for people with these addresses.
func (c *Client) RemovePending(ctx context.Context, id string, emails []string) error {
	if err := c.remove(ctx, []string{"groups", id, "members", "pending"}, emails); err != nil {
		return fmt.Errorf("removing pending members of group %q: %w", id, err)
	}
	return nil
}
