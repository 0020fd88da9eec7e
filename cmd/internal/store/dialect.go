package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// dialect is what SQLite and PostgreSQL do not share.
type dialect interface {
	name() string
	goose() goose.Dialect
	gooseOptions() []goose.ProviderOption
	// backup copies the database before its schema changes to version, and
	// returns where the copy is; "" when copies are the operator's part.
	backup(ctx context.Context, db *sql.DB, version int64, at time.Time) (string, error)
	// serialize makes the transaction the only writer until it ends. It returns
	// the database's name for the transaction, by which committed knows it.
	serialize(context.Context, *sql.Tx) (name string, err error)
	// committed reports how the transaction of that name ended, which is asked
	// when its commit failed with err. It fails when that cannot be known.
	committed(ctx context.Context, db *sql.DB, name string, err error) (bool, error)
	readOptions() *sql.TxOptions
	// writeOptions is for transactions that wait for those before them, and then see
	// what those did.
	writeOptions() *sql.TxOptions
	// remote reports that a statement is a way over a network, and back.
	remote() bool
	// listed is a column of rows that are grouped, as a JSON list. All columns of
	// one row have the same order.
	listed(column string) string
	// roomy gives the transaction memory to fill large tables and their indexes.
	roomy(context.Context, *sql.Tx) error
	// weigh lets the planner know how large the tables have become.
	weigh(context.Context, *sql.Tx) error
	// size is the query for how many bytes the database has.
	size() string
	// duplicate reports a violated unique constraint.
	duplicate(error) bool
	// transient reports that the same transaction may succeed when begun anew.
	transient(error) bool
	// trouble is ErrFull or ErrUnavailable if err is about the disk or the way
	// to the database, and not about what was asked; else nil.
	trouble(error) error
	// risks is the settings that let a power cut undo acknowledged commits.
	risks(context.Context, *sql.DB) ([]string, error)
}

// Connections stay open: database/sql keeps two by itself, and opens another for
// every third request at once.
const (
	// readers is how many connections read a SQLite file beside the one that
	// writes. A long read, such as an export, has one of them to itself.
	readers = 8
	// sessions is how many connections a PostgreSQL server gets from this process.
	sessions = 16
)

// connect opens the handles of the database at address.
func (s *Store) connect(ctx context.Context, address string) (err error) {
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") || strings.HasPrefix(address, "host=") {
		s.dialect = postgres{}
		if s.write, err = sql.Open("pgx", address); err != nil {
			return fmt.Errorf("opening PostgreSQL: %w", err)
		}
		s.write.SetMaxOpenConns(sessions)
		s.write.SetMaxIdleConns(sessions)
		s.read = s.write
		return s.write.PingContext(ctx)
	}
	s.dialect = lite{path: address}
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
	s.read.SetMaxIdleConns(readers)
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
