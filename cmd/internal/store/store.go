package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Config says which database a Store opens.
type Config struct {
	// URL is "postgres://…", or the path of a SQLite file, which is created
	// with its folder present and readable by its owner alone.
	URL string
	// Now is the clock of records and of the journal; nil means time.Now.
	Now func() time.Time
	// AllowCycles lets nested groups close a cycle, as the Authorization
	// Extension did.
	AllowCycles bool
	// SealKey is the key of 32 bytes that seals what the tenant must be able to
	// tell again, such as the key for the policy call. It is kept outside the
	// database, and asked for when a secret is sealed or opened. Without it, or
	// with another one, everything works but that.
	SealKey func(context.Context, *Tx) ([]byte, error)
	// OldSealKeys are what SealKey was before: they open, and seal nothing. It
	// may be nil.
	OldSealKeys func(context.Context, *Tx) ([][]byte, error)
	// Log is told what the operator should know of, such as a copy that was
	// made; nil is nobody.
	Log *slog.Logger

	steps fs.FS // of the schema, a folder for each database; nil: those of this version
}

// Store is the database of one tenant. It is safe for concurrent use.
type Store struct {
	dialect     dialect
	write, read *sql.DB
	now         func() time.Time
	allowCycles bool
	sealKey     func(context.Context, *Tx) ([]byte, error)
	oldSealKeys func(context.Context, *Tx) ([][]byte, error)
	log         *slog.Logger
	steps       fs.FS

	// What each sign-in asks: to parse it took longer than to run it.
	held, versionsQuery *sql.Stmt
	// They ask that for several at once.
	heldBatched *batched[string, Held] // nil where it is no use
	versions    *batched[int, Versions]

	// failed is set once the disk did not keep what it was told to keep. What
	// it says afterwards cannot be trusted, so nothing is written until a new
	// start has read the file anew.
	failed atomic.Bool
}

// Open opens the database of cfg and brings its schema up to date.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s, err := connected(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if _, err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing a statement: %w", err), s.Close())
	}
	return s, nil
}

// prepare prepares what each sign-in asks.
func (s *Store) prepare(ctx context.Context) (err error) {
	query := heldQuery
	if s.dialect.remote() {
		query = heldBatchQuery
		s.heldBatched = &batched[string, Held]{ask: s.heldBy, atOnce: 2}
	}
	s.versions = &batched[int, Versions]{ask: s.versionsForAll, atOnce: 1}
	if s.held, err = s.read.PrepareContext(ctx, query); err != nil {
		return err
	}
	s.versionsQuery, err = s.read.PrepareContext(ctx, versionsQuery)
	return err
}

// connected is a Store whose schema may be old.
func connected(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{now: cfg.Now, allowCycles: cfg.AllowCycles, sealKey: cfg.SealKey, oldSealKeys: cfg.OldSealKeys, log: cfg.Log, steps: cfg.steps}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.steps == nil {
		s.steps = migrations
	}
	if err := s.connect(ctx, cfg.URL); err != nil {
		return nil, err
	}
	return s, nil
}

// Close ends every connection. SQLite folds its write-ahead log into the file.
func (s *Store) Close() error {
	var err error
	for _, prepared := range []*sql.Stmt{s.held, s.versionsQuery} {
		if prepared != nil {
			err = errors.Join(err, prepared.Close())
		}
	}
	err = errors.Join(err, s.read.Close())
	if s.write != s.read {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// AllowsCycles reports whether a nesting may close a cycle.
func (s *Store) AllowsCycles() bool { return s.allowCycles }

// DB is the handle that writes, for what shares the database but not the
// tenant's rules: the dashboard's sessions.
func (s *Store) DB() *sql.DB { return s.write }

// Reads is the handle that only reads, beside whoever writes.
func (s *Store) Reads() *sql.DB { return s.read }

// maxTries bounds how often a transaction is begun anew because another one
// was in its way.
const maxTries = 8

// Update runs fn in one transaction that may write. Writers follow one another
// (SQLite has one writer; PostgreSQL takes one lock for all), so what fn reads
// is still true when it writes. An error of fn undoes everything, and a change
// without a journal record is such an error.
func (s *Store) Update(ctx context.Context, fn func(tx *Tx) error) error {
	for try := 1; ; try++ {
		if s.failed.Load() {
			return fmt.Errorf("%w: its disk failed earlier, and nothing is written until Trellis is started anew", ErrUnavailable)
		}
		err := s.once(ctx, fn)
		if err == nil || !s.dialect.transient(err) {
			return s.trouble(err)
		}
		if try == maxTries {
			return fmt.Errorf("%w: %w", ErrBusy, err)
		}
		pause := time.Duration(try)*5*time.Millisecond + rand.N(10*time.Millisecond)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (s *Store) once(ctx context.Context, fn func(tx *Tx) error) error {
	sqlTx, err := s.write.BeginTx(ctx, s.dialect.writeOptions())
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer sqlTx.Rollback() //nolint:errcheck // after a commit there is nothing to undo

	tx := &Tx{tx: sqlTx, store: s, writes: true}
	name, err := s.dialect.serialize(ctx, sqlTx)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.settle(ctx); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return s.outcome(ctx, name, fmt.Errorf("commit: %w", err))
	}
	return nil
}

// View runs fn in one transaction that only reads: all of fn sees one state.
func (s *Store) View(ctx context.Context, fn func(tx *Tx) error) error {
	sqlTx, err := s.read.BeginTx(ctx, s.dialect.readOptions())
	if err != nil {
		return s.trouble(fmt.Errorf("begin: %w", err))
	}
	defer sqlTx.Rollback() //nolint:errcheck // a read has nothing to keep
	return s.trouble(fn(&Tx{tx: sqlTx, store: s}))
}
