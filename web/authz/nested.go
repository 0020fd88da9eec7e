package authz

import (
	"context"
	"fmt"
	"net/url"
)

// missing asks for what a group names and does not exist any more.
var missing = url.Values{"missing": {"true"}}

// missingToo is missing, with these fields of what does exist.
func missingToo(fields []string) url.Values {
	v := ListQuery{Fields: fields}.values()
	v.Set("missing", "true")
	return v
}

// nestedFields is what a list says of a group; who is in it can be thousands.
var nestedFields = []string{"_id", "name", "description", "member_count", "nested_count", "role_count", "mapping_count"}

// NestedGroups returns the groups directly inside a group, by name, with those
// that are gone marked Missing. Of each it has the counts, and not the lists.
func (c *Client) NestedGroups(ctx context.Context, id string) ([]Group, error) {
	out, err := records[Group](ctx, c, []string{"groups", id, "nested"}, missingToo(nestedFields))
	if err != nil {
		return nil, fmt.Errorf("listing groups nested in %q: %w", id, err)
	}
	return out, nil
}

// AddNested puts groups inside a group. One that is inside already stays there.
func (c *Client) AddNested(ctx context.Context, id string, groupIDs []string) error {
	if err := c.patch(ctx, []string{"groups", id, "nested"}, groupIDs); err != nil {
		return fmt.Errorf("nesting groups in %q: %w", id, err)
	}
	return nil
}

// RemoveNested takes groups out of a group.
func (c *Client) RemoveNested(ctx context.Context, id string, groupIDs []string) error {
	if err := c.remove(ctx, []string{"groups", id, "nested"}, groupIDs); err != nil {
		return fmt.Errorf("taking groups out of %q: %w", id, err)
	}
	return nil
}
