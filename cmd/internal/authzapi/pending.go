package authzapi

import (
	"context"
	"net/url"
	"strings"
	"time"
)

// pendingMember is somebody whom a group waits for.
type pendingMember struct {
	Email string    `json:"email"`
	Added time.Time `json:"added"`
}

// firstPending is how many pending members the list of members shows.
const firstPending = 100

// listPending is whom a group waits for, always with the totals.
func listPending(ctx context.Context, c *call) (any, error) {
	found, err := awaited(ctx, c)
	if err != nil {
		return nil, err
	}
	asked := url.Values{"include_totals": {"true"}}
	for _, name := range []string{"page", "per_page", "sort", "fields"} {
		if c.query.Has(name) {
			asked[name] = c.query[name]
		}
	}
	return listing(&call{query: asked}, "pending", found)
}

// awaited is whom the group of the call waits for, as far as q finds them.
func awaited(ctx context.Context, c *call) ([]pendingMember, error) {
	all, err := c.tx.Pending(ctx, c.id)
	if err != nil {
		return nil, err
	}
	out := []pendingMember{}
	search := strings.ToLower(c.query.Get("q"))
	for _, p := range all {
		if strings.Contains(strings.ToLower(p.Email), search) {
			out = append(out, pendingMember(p))
		}
	}
	return out, nil
}

// pendingShown is what the list of members tells of those the group waits for.
type pendingShown struct {
	Total   int             `json:"total"`
	Records []pendingMember `json:"records"`
}

func pendingIn(ctx context.Context, c *call) (*pendingShown, error) {
	if !isTrue(c.query, "pending") {
		return nil, nil
	}
	all, err := awaited(ctx, c)
	if err != nil {
		return nil, err
	}
	return &pendingShown{len(all), all[:min(len(all), firstPending)]}, nil
}

func (s *Server) addPending(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(emails []string) error {
		if err := s.mayAddMembers(ctx, c, c.id, emails); err != nil {
			return err
		}
		return c.tx.AddPending(ctx, c.id, emails)
	})
}

func removePending(ctx context.Context, c *call) (any, error) {
	return nil, c.withIDs(func(emails []string) error { return c.tx.RemovePending(ctx, c.id, emails) })
}
