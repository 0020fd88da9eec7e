package authz

import (
	"context"
	"fmt"
)

// Mapping makes the members of a group of a connection members of a group.
type Mapping struct {
	ID             string `json:"_id"`
	GroupName      string `json:"groupName"`
	ConnectionName string `json:"connectionName"`
}

// MappingInput is what a mapping is made of.
type MappingInput struct {
	GroupName      string `json:"groupName"`
	ConnectionName string `json:"connectionName"`
}

// Mappings returns the mappings of a group. The name of a known connection
// carries its strategy in brackets; one without is unknown to the tenant.
func (c *Client) Mappings(ctx context.Context, id string) ([]Mapping, error) {
	out, err := records[Mapping](ctx, c, []string{"groups", id, "mappings"}, missing)
	if err != nil {
		return nil, fmt.Errorf("listing mappings of group %q: %w", id, err)
	}
	return out, nil
}

// AddMappings adds mappings to a group. It does not look for equal ones, so it
// must not be repeated after an unclear answer.
func (c *Client) AddMappings(ctx context.Context, id string, in []MappingInput) error {
	if err := c.patch(ctx, []string{"groups", id, "mappings"}, in); err != nil {
		return fmt.Errorf("adding mappings to group %q: %w", id, err)
	}
	return nil
}

// RemoveMappings removes mappings from a group.
func (c *Client) RemoveMappings(ctx context.Context, id string, mappingIDs []string) error {
	if err := c.remove(ctx, []string{"groups", id, "mappings"}, mappingIDs); err != nil {
		return fmt.Errorf("removing mappings from group %q: %w", id, err)
	}
	return nil
}
