package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"trellis/cmd/internal/turns"
)

// Tx is one transaction. What it offers is in the file of each kind of record:
// groups.go, roles.go, users.go and so on.
type Tx struct {
	tx    *sql.Tx
	store *Store

	writes           bool // it may change the tenant
	changes, records int
	quiet            bool // an import is one record, whatever it is made of
	seen             *Versions
	pace             turns.Pace
}

// errUnrecorded is a mistake of this package: nothing may change past the journal.
var errUnrecorded = errors.New("store: a change without a journal record")

// now is the time of this change, in the precision that is stored.
func (tx *Tx) now() time.Time { return tx.store.now().UTC().Truncate(time.Millisecond) }

// change runs a statement that changes the tenant, and returns how many rows
// it touched. Whoever calls it also calls record.
func (tx *Tx) change(ctx context.Context, query string, args ...any) (int64, error) {
	n, err := tx.note(ctx, query, args...)
	if err == nil && n > 0 {
		tx.changes++
	}
	return n, err
}

// note runs a statement that changes only what the tenant keeps for itself,
// such as a code of a sign-in under way: nothing that a journal would tell.
func (tx *Tx) note(ctx context.Context, query string, args ...any) (int64, error) {
	defer tx.pace.GiveWay()
	res, err := tx.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// settle ends a transaction that is about to be committed: it refuses a change
// that the journal does not know, and gives the tenant a new revision.
func (tx *Tx) settle(ctx context.Context) error {
	if tx.changes == 0 {
		return nil
	}
	if tx.records == 0 {
		return errUnrecorded
	}
	_, err := tx.note(ctx, `update revision set n = n + 1`)
	return err
}

// Revision is a number that every change of the tenant raises, also when
// another process made it.
func (tx *Tx) Revision(ctx context.Context) (int64, error) {
	var n int64
	err := tx.tx.QueryRowContext(ctx, `select n from revision`).Scan(&n)
	return n, err
}

// rows runs query and hands each row to scan.
func (tx *Tx) rows(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	defer tx.pace.GiveWay()
	rows, err := tx.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
		tx.pace.GiveWay()
	}
	return rows.Err()
}

// texts is the single text column that query selects.
func (tx *Tx) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	var out []string
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var s string
		if err := r.Scan(&s); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	}, query, args...)
	return out, err
}

// exists reports whether query finds a row.
func (tx *Tx) exists(ctx context.Context, query string, args ...any) (bool, error) {
	var one int
	err := tx.tx.QueryRowContext(ctx, query, args...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("store: %w", err)
	}
	return true, nil
}

// number is the number that query, which always finds one, selects.
func (tx *Tx) number(ctx context.Context, query string, args ...any) (int, error) {
	var n int
	err := tx.tx.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}
