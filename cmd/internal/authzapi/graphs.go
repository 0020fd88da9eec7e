package authzapi

import (
	"context"
	"sync"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// graphs remembers the graph of the newest revision of the tenant, so that a
// page of nested members does not read every nesting again.
type graphs struct {
	mu       sync.Mutex
	revision int64
	graph    *access.Graph
}

// of is the graph that tx sees. Only transactions that read may ask: a revision
// is new when its transaction ends, not while it still changes things.
func (g *graphs) of(ctx context.Context, tx *store.Tx) (*access.Graph, error) {
	revision, err := tx.Revision(ctx)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	known, at := g.graph, g.revision
	g.mu.Unlock()
	if known != nil && at == revision {
		return known, nil
	}
	graph, err := tx.Graph(ctx)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.graph == nil || revision > g.revision {
		g.graph, g.revision = graph, revision
	}
	return graph, nil
}
