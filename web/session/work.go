package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	workLife = 24 * time.Hour // after its last change
	mostWork = 10             // pieces that one person has at once
)

// ErrNoWork says that the person of the session has no work of this id: it was
// dropped, is too old, or is somebody else's.
var ErrNoWork = errors.New("there is no such work")

// owner is whose work d's person does. It outlives the session: who signs in
// again goes on with it.
func (d *Data) owner() string { return hashed(d.Issuer + "\n" + d.Subject) }

// KeepWork stores v as the work with id of the person of ctx, over what was there.
// Beyond mostWork the oldest goes.
func (s *Store) KeepWork(ctx context.Context, id string, v any) error {
	d := From(ctx)
	if !d.SignedInAs() {
		return ErrEnded
	}
	sealed, err := s.sealer.seal(v, "web_work.sealed", d.owner(), id)
	if err != nil {
		return err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into web_work (owner, id, changed, sealed) values ($1, $2, $3, $4)
			on conflict (owner, id) do update set changed = excluded.changed, sealed = excluded.sealed`,
			d.owner(), id, s.now().UnixMilli(), sealed)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `delete from web_work where owner = $1 and id not in (
			select id from web_work where owner = $1 order by changed desc, id limit $2)`, d.owner(), mostWork)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping work: %w", err)
	}
	return nil
}

// FindWork reads the work with id of the person of ctx into v, or gives ErrNoWork.
func (s *Store) FindWork(ctx context.Context, id string, v any) error {
	owner := From(ctx).owner()
	var sealed string
	err := s.db.QueryRowContext(ctx, `select sealed from web_work where owner = $1 and id = $2 and changed > $3`,
		owner, id, s.now().Add(-workLife).UnixMilli()).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNoWork
	}
	if err != nil {
		return fmt.Errorf("reading work: %w", err)
	}
	if err := s.sealer.open(sealed, v, "web_work.sealed", owner, id); err != nil {
		return ErrNoWork // sealed with a key that is gone, or moved here
	}
	return nil
}

// ListWork is the ids of the work of the person of ctx, the newest change first.
func (s *Store) ListWork(ctx context.Context) (ids []string, err error) {
	rows, err := s.db.QueryContext(ctx, `select id from web_work where owner = $1 and changed > $2 order by changed desc, id`,
		From(ctx).owner(), s.now().Add(-workLife).UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("listing work: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("listing work: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// DropWork forgets the work with id of the person of ctx.
func (s *Store) DropWork(ctx context.Context, id string) error {
	if _, err := s.db.ExecContext(ctx, `delete from web_work where owner = $1 and id = $2`, From(ctx).owner(), id); err != nil {
		return fmt.Errorf("dropping work: %w", err)
	}
	return nil
}

// Apart returns a context for work that goes on after the request of ctx, in the
// name of its session and of nothing else of it.
func Apart(ctx context.Context) context.Context {
	d := *From(ctx)
	d.Flash, d.said, d.heard, d.Draft = nil, nil, 0, nil
	return With(context.Background(), &d)
}
