package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is what SQLite and PostgreSQL do not share.
type dialect interface {
	name() string
	goose() goose.Dialect
	gooseOptions() []goose.ProviderOption
	// serialize makes the transaction the only writer until it ends.
	serialize(context.Context, *sql.Tx) error
	readOptions() *sql.TxOptions
	// roomy gives the transaction memory to fill large tables and their indexes.
	roomy(context.Context, *sql.Tx) error
	// size is the query for how many bytes the database has.
	size() string
	// duplicate reports a violated unique constraint.
	duplicate(error) bool
	// transient reports that the same transaction may succeed when begun anew.
	transient(error) bool
}

// readers is how many connections read a SQLite file beside the one that writes.
const readers = 4

// connect opens the handles of the database at address.
func (s *Store) connect(ctx context.Context, address string) (err error) {
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") || strings.HasPrefix(address, "host=") {
		s.dialect = postgres{}
		if s.write, err = sql.Open("pgx", address); err != nil {
			return fmt.Errorf("opening PostgreSQL: %w", err)
		}
		s.write.SetMaxOpenConns(16)
		s.read = s.write
		return s.write.PingContext(ctx)
	}
	s.dialect = lite{}
	if err := ownFile(address); err != nil {
		return err
	}
	if s.write, err = sql.Open("sqlite", liteDSN(address)); err != nil {
		return fmt.Errorf("opening %s: %w", address, err)
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", liteDSN(address)+"&_pragma=query_only(1)"); err != nil {
		return fmt.Errorf("opening %s: %w", address, err)
	}
	s.read.SetMaxOpenConns(readers)
	return durable(ctx, s.write)
}

// liteDSN spells out what a SQLite connection promises: a commit is on the
// disk, a reference is checked, a writer waits its turn.
func liteDSN(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate"
}

// ownFile creates the database's file, for its owner alone. SQLite gives its
// write-ahead log the same mode.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	return f.Close()
}

// durable refuses a database whose acknowledged commits a power cut could undo.
func durable(ctx context.Context, db *sql.DB) error {
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := db.QueryRowContext(ctx, "pragma "+pragma).Scan(&got); err != nil {
			return fmt.Errorf("opening the database: %w", err)
		}
		if got != want {
			return fmt.Errorf("the database runs with %s=%s, and %s is needed", pragma, got, want)
		}
	}
	return nil
}

type lite struct{}

func (lite) name() string                             { return "sqlite" }
func (lite) goose() goose.Dialect                     { return goose.DialectSQLite3 }
func (lite) gooseOptions() []goose.ProviderOption     { return nil }
func (lite) serialize(context.Context, *sql.Tx) error { return nil } // _txlock=immediate does
func (lite) readOptions() *sql.TxOptions              { return &sql.TxOptions{ReadOnly: true} }

// roomy is a page cache of 256 MiB: the indexes are filled in no order.
func (lite) roomy(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `pragma cache_size = -262144`)
	return err
}

func (lite) size() string {
	return `select page_count * page_size from pragma_page_count(), pragma_page_size()`
}

func (lite) duplicate(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

func (lite) transient(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED)
}

type postgres struct{}

// writers is the key of the advisory lock that writers take in turn.
const writers = 0x7472656c6c6973 // "trellis"

func (postgres) name() string         { return "postgres" }
func (postgres) goose() goose.Dialect { return goose.DialectPostgres }

func (postgres) gooseOptions() []goose.ProviderOption {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil { // cannot happen: there are no options
		return nil
	}
	return []goose.ProviderOption{goose.WithSessionLocker(locker)}
}

func (postgres) serialize(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock($1)`, int64(writers))
	return err
}

func (postgres) readOptions() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

func (postgres) roomy(context.Context, *sql.Tx) error { return nil }

func (postgres) size() string { return `select pg_database_size(current_database())` }

func (postgres) duplicate(err error) bool { return sqlState(err) == "23505" }

func (postgres) transient(err error) bool {
	s := sqlState(err)
	return s == "40001" || s == "40P01"
}

func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
