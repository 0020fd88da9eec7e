package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ErrEnded says that the session is no longer there: signed out, expired, or
// ended by somebody else.
var ErrEnded = errors.New("the session has ended")

// Config is what a Store needs. Reads, Now, Idle and Absolute have defaults.
type Config struct {
	DB     *sql.DB
	Reads  *sql.DB // of the same database, where a read need not wait for a writer; DB
	Key    []byte  // 32 bytes: seals what the tables hold
	Secure bool    // the dashboard is reached by https
	Now    func() time.Time

	// OldKeys open what was sealed before Key took their place. A session is
	// sealed anew whenever it is written, and lives no longer than Absolute.
	OldKeys [][]byte

	Idle     time.Duration // a session ends so long after its last request; 2 hours
	Absolute time.Duration // and so long after sign-in, whatever happens; 12 hours
}

// Store keeps sessions in a SQL database. It is safe for concurrent use, also by
// several processes on one database.
type Store struct {
	db     *sql.DB
	reads  *sql.DB
	sealer sealer
	now    func() time.Time
	idle   time.Duration
	limit  time.Duration
	secure bool
}

// The columns hold only types that SQLite and PostgreSQL share. Times are Unix
// milliseconds, microseconds in web_sign_ins where the order counts.
const schema = `
create table if not exists web_sessions (
	id_hash text primary key,
	subject text not null,
	version bigint not null,
	created bigint not null,
	seen    bigint not null,
	sealed  text not null
);
create index if not exists web_sessions_subject on web_sessions (subject);
create table if not exists web_sign_ins (
	state_hash text primary key,
	browser    text not null,
	created    bigint not null,
	sealed     text not null
);
create index if not exists web_sign_ins_browser on web_sign_ins (browser);
create table if not exists web_work (
	owner   text not null,
	id      text not null,
	changed bigint not null,
	sealed  text not null,
	primary key (owner, id)
);`

// Open makes the tables of sessions in cfg.DB, unless they are there.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	sealer, err := newSealer(cfg.Key, cfg.OldKeys...)
	if err != nil {
		return nil, err
	}
	s := &Store{db: cfg.DB, reads: cfg.Reads, sealer: sealer, now: cfg.Now, idle: cfg.Idle, limit: cfg.Absolute, secure: cfg.Secure}
	if s.reads == nil {
		s.reads = s.db
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.idle == 0 {
		s.idle = 2 * time.Hour
	}
	if s.limit == 0 {
		s.limit = 12 * time.Hour
	}
	if _, err := s.db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("making the tables of sessions: %w", err)
	}
	return s, nil
}

// Load is the session of r's browser. A cookie that leads nowhere, because it
// expired or was made up, is a visitor's, and is taken back. An error means that
// nobody can tell who is there: the request must not go on.
func (s *Store) Load(w http.ResponseWriter, r *http.Request) (*Data, error) {
	sess, err := s.New(r, s.cookie())
	if err != nil {
		return nil, err
	}
	d := dataOf(sess)
	if !d.SignedInAs() {
		if len(r.CookiesNamed(s.cookie())) > 0 {
			s.setCookie(w, s.cookie(), "", -1)
		}
		return d, nil
	}
	return d, s.touch(r.Context(), d.row)
}

// patience is how long a request waits to note that its session is in use.
const patience = 100 * time.Millisecond

// touch notes that the session is in use. Once a minute is exact enough, and
// spares a write for every request. While somebody else writes for long, such as
// an import, it is left to the next request.
func (s *Store) touch(ctx context.Context, at row) error {
	now := s.now()
	if now.Sub(at.seen) < min(time.Minute, s.idle/10) {
		return nil
	}
	brief, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := s.db.ExecContext(brief, `update web_sessions set seen = $1 where id_hash = $2`, now.UnixMilli(), at.hash)
	if err != nil && (brief.Err() == nil || ctx.Err() != nil) {
		return fmt.Errorf("noting a session's use: %w", err)
	}
	return nil
}

// Start signs d's person in. The browser gets a new id, and what it had before,
// be it planted or somebody else's session, ends in the same transaction.
func (s *Store) Start(w http.ResponseWriter, r *http.Request, d Data) error {
	id, now := newID(), s.now()
	csrf, err := s.newCSRF(d)
	if err != nil {
		return err
	}
	d.SignedIn = now
	d.CSRF = csrf
	if d.Draft != nil {
		d.Draft.Until = now.Add(signInLife)
	}
	d.row = row{hash: hashed(id), version: 1, created: now, seen: now}

	err = s.inTx(r.Context(), func(ctx context.Context, tx *sql.Tx) error {
		for _, old := range r.CookiesNamed(s.cookie()) {
			if err := remove(ctx, tx, hashed(old.Value)); err != nil {
				return err
			}
		}
		return s.insert(ctx, tx, d)
	})
	if err != nil {
		return fmt.Errorf("starting a session: %w", err)
	}
	s.setCookie(w, s.cookie(), id, 0)
	return nil
}

// End signs the browser of r out.
func (s *Store) End(w http.ResponseWriter, r *http.Request) error {
	for _, c := range r.CookiesNamed(s.cookie()) {
		if err := remove(r.Context(), s.db, hashed(c.Value)); err != nil {
			return fmt.Errorf("ending a session: %w", err)
		}
	}
	s.setCookie(w, s.cookie(), "", -1)
	return nil
}

// Drop ends the session of ctx. Its browser learns of it at its next request.
func (s *Store) Drop(ctx context.Context) error {
	if err := remove(ctx, s.db, From(ctx).row.hash); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

// EndAll ends every session of a person, on whatever browser.
func (s *Store) EndAll(ctx context.Context, subject string) error {
	if _, err := s.db.ExecContext(ctx, `delete from web_sessions where subject = $1`, subject); err != nil {
		return fmt.Errorf("ending a person's sessions: %w", err)
	}
	return nil
}

// Sweep removes what has expired.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.now()
	_, err := s.db.ExecContext(ctx, `delete from web_sessions where created <= $1 or seen <= $2`,
		now.Add(-s.limit).UnixMilli(), now.Add(-s.idle).UnixMilli())
	if err == nil {
		_, err = s.db.ExecContext(ctx, `delete from web_sign_ins where created <= $1`, now.Add(-signInLife).UnixMicro())
	}
	if err == nil {
		_, err = s.db.ExecContext(ctx, `delete from web_work where changed <= $1`, now.Add(-workLife).UnixMilli())
	}
	if err != nil {
		return fmt.Errorf("sweeping sessions: %w", err)
	}
	return nil
}

// inTx runs do in a transaction that a browser which goes away does not stop
// half way.
func (s *Store) inTx(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	ctx = context.WithoutCancel(ctx)
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Limits is how long a session lasts without a request, and how long at most.
func (s *Store) Limits() (idle, absolute time.Duration) { return s.idle, s.limit }
