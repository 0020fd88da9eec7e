package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
)

// Versions tell whether who holds what, and the graph of access, are still what
// they were: every change raises one of them, also when another process made it.
type Versions struct {
	Graph int64 // as Tx.GraphVersion
	Entry int64 // as Tx.LastChange
}

const versionsQuery = `select (select coalesce(max(seq), 0) from graph_changes), (select coalesce(max(seq), 0) from journal)`

// Versions is the versions of now, in one statement without a transaction around it.
func (s *Store) Versions(ctx context.Context) (Versions, error) { return s.versions.of(ctx, 0) }

// versionsForAll answers all who wait, who ask the same.
func (s *Store) versionsForAll(ctx context.Context, same []int) (map[int]Versions, error) {
	var v Versions
	err := errors.ErrUnsupported
	if s.dialect.remote() {
		v, err = s.versionsAtOnce(ctx)
	}
	if err != nil { // the connection may be gone, and there are others
		v, err = s.readVersions(context.WithoutCancel(ctx)) // as in Held
	}
	return map[int]Versions{same[0]: v}, err
}

func (s *Store) readVersions(ctx context.Context) (v Versions, err error) {
	if err := s.versionsQuery.QueryRowContext(ctx).Scan(&v.Graph, &v.Entry); err != nil {
		return v, s.trouble(fmt.Errorf("reading the versions of the tenant: %w", err))
	}
	return v, nil
}

// versionsAtOnce is readVersions past database/sql, which takes longer than the
// server does.
func (s *Store) versionsAtOnce(ctx context.Context) (v Versions, err error) {
	c, err := s.read.Conn(ctx)
	if err != nil {
		return v, err
	}
	defer c.Close() //nolint:errcheck // it goes back to the others
	err = c.Raw(func(driver any) error {
		own, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("a connection to PostgreSQL is a %T", driver)
		}
		return own.Conn().QueryRow(ctx, versionsQuery).Scan(&v.Graph, &v.Entry)
	})
	return v, err
}

// versions is the versions that tx sees. A transaction that only reads sees one
// state of the tenant, so it asks once.
func (tx *Tx) versions(ctx context.Context) (v Versions, err error) {
	if tx.seen != nil {
		return *tx.seen, nil
	}
	if err := tx.tx.QueryRowContext(ctx, versionsQuery).Scan(&v.Graph, &v.Entry); err != nil {
		return v, fmt.Errorf("reading the versions of the tenant: %w", err)
	}
	if !tx.writes {
		tx.seen = &v
	}
	return v, nil
}
