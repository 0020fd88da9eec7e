package authz

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"trellis/web/upstream"
)

// Snapshot is what a tenant held before an import.
type Snapshot struct {
	ID    string `json:"id"`
	At    string `json:"at"`
	Actor struct {
		Subject string `json:"subject"`
		Name    string `json:"name"`
		Client  string `json:"client"`
	} `json:"actor"`
	Counts map[string]int `json:"counts"` // by collection
	Size   int64          `json:"size"`   // in bytes, compressed
}

// Snapshots returns what can be restored, newest first. An API of Auth0 has no such
// call: 404.
func (c *Client) Snapshots(ctx context.Context) ([]Snapshot, error) {
	var out struct {
		Snapshots []Snapshot `json:"snapshots"`
	}
	err := c.get(ctx, []string{"configuration", "snapshots"}, nil, &out)
	if err == nil {
		err = upstream.CheckList(out.Snapshots, func(s Snapshot) string { return s.ID })
	}
	if err != nil {
		return nil, fmt.Errorf("listing snapshots: %w", err)
	}
	return out.Snapshots, nil
}

// PlanRestore tells what Restore would do. It changes nothing.
func (c *Client) PlanRestore(ctx context.Context, id string) (ImportPlan, error) {
	var plan ImportPlan
	if err := c.restore(ctx, id, true, url.Values{}, &plan); err != nil {
		return ImportPlan{}, fmt.Errorf("planning to restore snapshot %q: %w", id, err)
	}
	return plan, nil
}

// RestoreImpact tells what Restore would do to people: with a page of those concerned
// that counts from 0. It is nil when the API does not tell.
func (c *Client) RestoreImpact(ctx context.Context, id string, page, perPage int) (*Impact, error) {
	var plan ImportPlan
	if err := c.restore(ctx, id, true, ListQuery{Page: page, PerPage: perPage}.values(), &plan); err != nil {
		return nil, fmt.Errorf("foretelling what restoring snapshot %q does: %w", id, err)
	}
	return plan.Impact, nil
}

// Restore makes the tenant what it was at a snapshot, wholly or not at all. What is
// there now is kept as a snapshot. Machine clients stay as they are.
func (c *Client) Restore(ctx context.Context, id string) error {
	if err := c.restore(ctx, id, false, url.Values{}, nil); err != nil {
		return fmt.Errorf("restoring snapshot %q: %w", id, err)
	}
	return nil
}

func (c *Client) restore(ctx context.Context, id string, dry bool, query url.Values, out any) error {
	query.Set("dry_run", strconv.FormatBool(dry))
	_, err := c.api.Call(ctx, upstream.Request{
		Method: http.MethodPost, Path: []string{"configuration", "snapshots", id, "restore"},
		Query: query, Tenant: true,
	}, out)
	return err
}
