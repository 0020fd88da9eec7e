package authzapi

import (
	"context"

	"trellis/cmd/internal/store"
)

func listMappings(ctx context.Context, c *call) (any, error) {
	mappings, err := c.tx.Mappings(ctx, c.id)
	if err != nil {
		return nil, err
	}
	connections, err := c.tx.Connections(ctx)
	if err != nil {
		return nil, err
	}
	strategies := make(map[string]string, len(connections))
	for _, connection := range connections {
		strategies[connection.Name] = connection.Strategy
	}
	out := []store.Mapping{}
	for _, m := range mappings {
		strategy, known := strategies[m.ConnectionName]
		if known {
			m.ConnectionName += " (" + strategy + ")"
		}
		if known || isTrue(c.query, "missing") {
			out = append(out, m)
		}
	}
	return listing(c, "mappings", out)
}

// addMappings takes a list of mappings, or one.
func (s *Server) addMappings(ctx context.Context, c *call) (any, error) {
	var in []store.MappingInput
	if one, ok := c.body.(map[string]any); ok {
		c.body = []any{one}
	}
	if err := c.into(&in); err != nil {
		return nil, err
	}
	if err := s.mayAddMappings(ctx, c, c.id); err != nil {
		return nil, err
	}
	return nil, c.tx.AddMappings(ctx, c.id, in)
}

// removeMappings takes a list of ids, or an object with that list.
func removeMappings(ctx context.Context, c *call) (any, error) {
	if o, ok := c.body.(map[string]any); ok {
		c.body = o["_id"]
	}
	var ids []string
	if err := c.into(&ids); err != nil {
		return nil, err
	}
	return nil, c.tx.RemoveMappings(ctx, c.id, ids)
}
