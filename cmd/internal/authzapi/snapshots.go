package authzapi

import (
	"context"

	"trellis/cmd/internal/store"
)

// keptSnapshot is what the tenant held before an import.
type keptSnapshot struct {
	ID     string         `json:"id"`
	At     string         `json:"at"`
	Actor  changeActor    `json:"actor"`
	Counts map[string]int `json:"counts"`
	Size   int64          `json:"size"`
}

// readSnapshots is what can be restored, newest first.
func readSnapshots(ctx context.Context, c *call) (any, error) {
	found, err := c.tx.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Snapshots []keptSnapshot `json:"snapshots"`
	}{Snapshots: []keptSnapshot{}}
	for _, s := range found {
		answer.Snapshots = append(answer.Snapshots, keptSnapshot{
			ID: s.ID, At: s.At.Format("2006-01-02T15:04:05.000Z"),
			Actor:  changeActor{Subject: s.Actor.Subject, Name: s.Who, Client: s.Actor.Client},
			Counts: s.Counts, Size: s.Size,
		})
	}
	return answer, nil
}

// restoreSnapshot leaves machine clients alone, as an import does: one that was
// deleted meanwhile, or whose secret was changed, is not to come back this way.
func (s *Server) restoreSnapshot(ctx context.Context, c *call) (any, error) {
	if isTrue(c.query, "dry_run") {
		return s.planRestore(ctx, c)
	}
	if err := s.mayRestore(c); err != nil {
		return nil, err
	}
	_, err := c.tx.Restore(ctx, c.id, store.ImportOptions{})
	return nil, err
}
