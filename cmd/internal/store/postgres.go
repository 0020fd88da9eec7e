package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

type postgres struct{}

// writers is the key of the advisory lock that writers take in turn.
const writers = 0x7472656c6c6973 // "trellis"

func (postgres) name() string         { return "postgres" }
func (postgres) goose() goose.Dialect { return goose.DialectPostgres }

func (postgres) gooseOptions() []goose.ProviderOption {
	// A server that starts beside another waits a second at a time, a minute in all.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil { // cannot happen: the options are good
		return nil
	}
	return []goose.ProviderOption{goose.WithSessionLocker(locker)}
}

// backup leaves copies to pg_dump, which sees the server from outside.
func (postgres) backup(context.Context, *sql.DB, int64, time.Time) (string, error) { return "", nil }

// remembered is how many of the last transactions are known by name: many times
// more than can follow one another while somebody asks after one.
const remembered = 10000

// serialize also has the transaction write its own name, so that only a commit
// that lasts makes the name known. PostgreSQL's own number of a transaction would
// not do: a server that crashes forgets it and gives it to another.
func (postgres) serialize(ctx context.Context, tx *sql.Tx) (name string, err error) {
	name = rand.Text()
	var void string
	err = tx.QueryRowContext(ctx, `with
		forgotten as (delete from transactions where n <= (select max(n) from transactions) - $3::bigint),
		named as (insert into transactions(name) values ($2))
		select pg_advisory_xact_lock($1)::text`, int64(writers), name, remembered).Scan(&void)
	return name, err
}

// committed asks the server until it knows: it may still be starting, or not
// have noticed yet that whoever began the transaction is gone.
func (p postgres) committed(ctx context.Context, db *sql.DB, name string, err error) (bool, error) {
	if p.trouble(err) == nil {
		return false, nil // the server itself refused it
	}
	for {
		done, asked := p.named(ctx, db, name)
		if asked == nil {
			return done, nil
		}
		select {
		case <-ctx.Done():
			return false, errors.Join(err, asked)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// named reports whether the transaction of that name has committed. If it is not
// known yet, it may still be: it holds the writers' lock until it has ended.
func (p postgres) named(ctx context.Context, db *sql.DB, name string) (done bool, err error) {
	tx, err := db.BeginTx(ctx, p.writeOptions())
	if err != nil {
		return false, err
	}
	defer tx.Rollback() //nolint:errcheck // a read has nothing to keep
	ask := func() error {
		return tx.QueryRowContext(ctx, `select exists (select from transactions where name = $1)`, name).Scan(&done)
	}
	if err := ask(); err != nil || done {
		return done, err
	}
	if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock($1)`, int64(writers)); err != nil {
		return false, err
	}
	err = ask()
	return done, err
}

func (postgres) readOptions() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// writeOptions do not depend on what the server does unless told otherwise: in a
// stricter isolation a transaction sees what was before it waited.
func (postgres) writeOptions() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
}

func (postgres) listed(column string) string { return `json_agg(` + column + `)` }

func (postgres) remote() bool { return true }

func (postgres) roomy(context.Context, *sql.Tx) error { return nil }

// weigh does not wait for the server to do it: until then it would read whole
// tables for a page of groups.
func (postgres) weigh(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `analyze groups, group_members, group_nested, group_roles, group_mappings, group_pending,
		roles, role_permissions, role_users, permissions, users, user_permissions`)
	return err
}

func (postgres) size() string { return `select pg_database_size(current_database())` }

func (postgres) duplicate(err error) bool { return sqlState(err) == "23505" }

func (postgres) transient(err error) bool {
	s := sqlState(err)
	return s == "40001" || s == "40P01"
}

// trouble reads SQLSTATE, or is about an error on the way to the server, which
// has none.
func (postgres) trouble(err error) error {
	switch state := sqlState(err); {
	case state == "53100", state == "XX000" && quota(err):
		return ErrFull
	case state == "":
		if unreachable(err) {
			return ErrUnavailable
		}
	case slices.Contains([]string{"08", "53", "57", "58"}, state[:2]) && state != "57014", // which is a query that was called off
		state == "25006": // a server that became a read-only copy
		return ErrUnavailable
	}
	return nil
}

// quota reports whether the server met a quota that is used up. It has no
// SQLSTATE for that, only the words of the system.
func quota(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && strings.HasSuffix(strings.ToLower(e.Message), syscall.EDQUOT.Error())
}

func unreachable(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	for _, gone := range []error{io.EOF, io.ErrUnexpectedEOF, driver.ErrBadConn, sql.ErrConnDone, net.ErrClosed} {
		if errors.Is(err, gone) {
			return true
		}
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	_, network := errors.AsType[net.Error](err)
	return network || err != nil && pgconn.SafeToRetry(err)
}

func (postgres) risks(ctx context.Context, db *sql.DB) ([]string, error) {
	var out []string
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := db.QueryRowContext(ctx, `select current_setting($1)`, setting).Scan(&value); err != nil {
			return nil, fmt.Errorf("reading the settings of PostgreSQL: %w", err)
		}
		if value == "off" {
			out = append(out, setting+"=off")
		}
	}
	return out, nil
}

func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
