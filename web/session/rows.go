package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// execer is a database or a transaction in it.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// place is where d's sealed text belongs. With subject, time and version in it,
// none of them can be changed in the table without the session ending.
func place(d Data) []string {
	return []string{
		"web_sessions.sealed", d.row.hash, d.Subject,
		strconv.FormatInt(d.row.created.UnixMilli(), 10), strconv.FormatInt(d.row.version, 10),
	}
}

func (s *Store) insert(ctx context.Context, db execer, d Data) error {
	sealed, err := s.sealer.seal(d, place(d)...)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx,
		`insert into web_sessions (id_hash, subject, version, created, seen, sealed) values ($1, $2, $3, $4, $5, $6)`,
		d.row.hash, d.Subject, d.row.version, d.row.created.UnixMilli(), d.row.seen.UnixMilli(), sealed)
	return err
}

func remove(ctx context.Context, db execer, hash string) error {
	_, err := db.ExecContext(ctx, `delete from web_sessions where id_hash = $1`, hash)
	return err
}

// find is the living session whose id has hash, or ErrEnded.
func (s *Store) find(ctx context.Context, hash string) (Data, error) {
	var (
		subject, sealed string
		version         int64
		created, seen   int64
		now             = s.now()
	)
	err := s.reads.QueryRowContext(ctx,
		`select subject, version, created, seen, sealed from web_sessions where id_hash = $1 and created > $2 and seen > $3`,
		hash, now.Add(-s.limit).UnixMilli(), now.Add(-s.idle).UnixMilli(),
	).Scan(&subject, &version, &created, &seen, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return Data{}, ErrEnded
	}
	if err != nil {
		return Data{}, fmt.Errorf("reading a session: %w", err)
	}

	at := row{hash, version, time.UnixMilli(created), time.UnixMilli(seen)}
	var d Data
	if err := s.sealer.open(sealed, &d, place(Data{Subject: subject, row: at})...); err != nil || d.Subject != subject {
		return Data{}, ErrEnded // sealed with a key that is gone, or not by us
	}
	d.row = at
	if d.Draft != nil && !now.Before(d.Draft.Until) {
		d.Draft = nil // the next write takes it out of the row too
	}
	return d, nil
}

// errStale says that somebody else wrote the session since it was read.
var errStale = errors.New("the session has changed meanwhile")

// replace writes d over the version that it was read as.
func (s *Store) replace(ctx context.Context, d Data) error {
	read := d.row.version
	d.row.version++
	sealed, err := s.sealer.seal(d, place(d)...)
	if err != nil {
		return err
	}
	res, err := s.db.ExecContext(ctx,
		`update web_sessions set version = $1, sealed = $2 where id_hash = $3 and version = $4`,
		d.row.version, sealed, d.row.hash, read)
	if err != nil {
		return fmt.Errorf("writing a session: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errStale, err)
	}
	return nil
}

// Reload is the session of ctx as the table has it now, or ErrEnded.
func (s *Store) Reload(ctx context.Context) (Data, error) {
	return s.find(ctx, From(ctx).row.hash)
}

// Update applies change to the session of ctx as the table has it now. It
// compares and swaps: of two writers, each with a part of the session to change,
// neither brings back what the other replaced. change may run more than once.
func (s *Store) Update(ctx context.Context, change func(*Data)) error {
	const tries = 20 // writers of one session at the same moment
	for range tries {
		d, err := s.Reload(ctx)
		if err != nil {
			return err
		}
		change(&d)
		if err := s.replace(ctx, d); !errors.Is(err, errStale) {
			return err
		}
	}
	return errStale
}

// Keep writes what the request of ctx said to and heard from the session, and
// what its person looked at.
func (s *Store) Keep(ctx context.Context) error {
	const most = 5 // messages; a page is not a log
	d := From(ctx)
	if !d.SignedInAs() || !d.touched() {
		return nil
	}
	err := s.Update(ctx, func(now *Data) {
		now.Flash = append(now.Flash[min(d.heard, len(now.Flash)):], d.said...)
		now.Flash = now.Flash[max(0, len(now.Flash)-most):]
		now.Recent = d.recently(now.Recent)
	})
	if errors.Is(err, ErrEnded) {
		return nil
	}
	return err
}

// touched reports whether a request left something in d to be kept.
func (d *Data) touched() bool {
	return d.heard > 0 || len(d.said) > 0 || d.visited != nil || d.forgotten != nil
}
