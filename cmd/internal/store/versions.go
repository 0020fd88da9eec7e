package store

import (
	"context"
	"fmt"
)

// Versions tell whether who holds what, and the graph of access, are still what
// they were: every change raises one of them, also when another process made it.
type Versions struct {
	Graph int64 // as Tx.GraphVersion
	Entry int64 // as Tx.LastChange
}

const versionsQuery = `select (select coalesce(max(seq), 0) from graph_changes), (select coalesce(max(seq), 0) from journal)`

// Versions is the versions of now, in one statement without a transaction around it.
func (s *Store) Versions(ctx context.Context) (Versions, error) {
	if s.versionsBatched != nil {
		return s.versionsBatched.of(ctx, 0)
	}
	return s.readVersions(context.WithoutCancel(ctx)) // as in Held
}

func (s *Store) readVersions(ctx context.Context) (v Versions, err error) {
	if err := s.versions.QueryRowContext(ctx).Scan(&v.Graph, &v.Entry); err != nil {
		return v, s.trouble(fmt.Errorf("reading the versions of the tenant: %w", err))
	}
	return v, nil
}

// versionsForAll answers all who wait, who ask the same.
func (s *Store) versionsForAll(ctx context.Context, same []int) (map[int]Versions, error) {
	v, err := s.readVersions(ctx)
	return map[int]Versions{same[0]: v}, err
}
