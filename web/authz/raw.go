package authz

import (
	"context"
	"fmt"
	"net/url"

	"trellis/web/upstream"
)

// Read asks for what is at path and returns the answer as it came, a refusal too.
// Each segment of path stays one, whatever it holds.
func (c *Client) Read(ctx context.Context, path []string, query url.Values) (upstream.Answer, error) {
	out, err := c.api.Read(ctx, path, query)
	if err != nil {
		return upstream.Answer{}, fmt.Errorf("reading from the Authorization API: %w", err)
	}
	return out, nil
}
