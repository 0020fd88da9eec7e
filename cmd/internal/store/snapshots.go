package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
)

// maxSnapshots is how many snapshots are kept; the oldest go.
const maxSnapshots = 5

// snapshotPart is how many bytes of a snapshot stand in one row.
const snapshotPart = 1 << 20

// Snapshot is what the tenant held before an import.
type Snapshot struct {
	ID     string
	At     time.Time
	Actor  Actor
	Who    string // what the actor is called now; "" is not known
	Reason string
	Counts map[string]int
	Size   int64 // in bytes, compressed
}

// Snapshots is what is kept, newest first.
func (tx *Tx) Snapshots(ctx context.Context) ([]Snapshot, error) {
	var out []Snapshot
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var s Snapshot
		var at int64
		var counts string
		if err := r.Scan(&s.ID, &at, &s.Actor.Subject, &s.Actor.Client, &s.Who, &s.Reason, &counts, &s.Size); err != nil {
			return err
		}
		s.At = time.UnixMilli(at).UTC()
		out = append(out, s)
		return json.Unmarshal([]byte(counts), &out[len(out)-1].Counts)
	}, `select snapshots.id, at, snapshots.subject, client, coalesce(accounts.name, clients.name, ''), reason, counts, size
		from snapshots left join accounts on accounts.subject = snapshots.subject
		left join clients on clients.client_id = snapshots.client and snapshots.subject = snapshots.client || '@clients'
		order by snapshots.seq desc`)
	if err != nil {
		return nil, fmt.Errorf("reading snapshots: %w", err)
	}
	return out, nil
}

// Restore makes the tenant what it was at the snapshot with id, or at the latest
// one when id is "latest". What is there now is kept as a snapshot too. Without
// o.Machines the clients that ask for tokens of their own stay as they are.
func (tx *Tx) Restore(ctx context.Context, id string, o ImportOptions) (map[string]int, error) {
	id, err := tx.snapshotCalled(ctx, id)
	if err != nil {
		return nil, err
	}
	o.Merge, o.restores = false, id
	return tx.ImportFrom(ctx, tx.snapshotSource(ctx, id), o)
}

// SnapshotDocument is what the tenant held at the snapshot with id.
func (tx *Tx) SnapshotDocument(ctx context.Context, id string) (Source, error) {
	id, err := tx.snapshotCalled(ctx, id)
	if err != nil {
		return nil, err
	}
	return tx.snapshotSource(ctx, id), nil
}

// PlanRestore is what Restore would do. It changes nothing.
func (tx *Tx) PlanRestore(ctx context.Context, id string, o ImportOptions) (Plan, error) {
	id, err := tx.snapshotCalled(ctx, id)
	if err != nil {
		return Plan{}, err
	}
	o.Merge, o.restores = false, id
	return tx.PlanImport(ctx, tx.snapshotSource(ctx, id), o)
}

// snapshotCalled is the id of the snapshot with id, or of the latest one.
func (tx *Tx) snapshotCalled(ctx context.Context, id string) (string, error) {
	all, err := tx.Snapshots(ctx)
	if err != nil {
		return "", err
	}
	for _, s := range all {
		if id == "latest" || s.ID == id {
			return s.ID, nil
		}
	}
	return "", &NotFoundError{Kind: Snapshots, ID: id}
}

// snapshot keeps what the tenant holds, and returns its id; an empty tenant has
// none. The one that is being restored survives it.
func (tx *Tx) snapshot(ctx context.Context, reason string, counts map[string]int) (string, error) {
	if len(counts) == 0 {
		return "", nil
	}
	told, err := json.Marshal(counts)
	if err != nil {
		return "", fmt.Errorf("snapshot: %w", err)
	}
	id, a := uuid.NewString(), actorOf(ctx)
	_, err = tx.note(ctx, `insert into snapshots(id, at, subject, client, reason, counts, size) values($1, $2, $3, $4, $5, $6, 0)`,
		id, tx.now().UnixMilli(), a.Subject, a.Client, reason, string(told))
	if err != nil {
		return "", fmt.Errorf("snapshot: %w", err)
	}
	w := &partWriter{ctx: ctx, tx: tx, id: id}
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return "", fmt.Errorf("snapshot: %w", err)
	}
	err = tx.ExportTo(ctx, z, ExportOptions{Directory: true, Machines: true, Empty: true, sealed: true})
	if err := errors.Join(err, z.Close(), w.Close()); err != nil {
		return "", fmt.Errorf("snapshot: %w", err)
	}
	if _, err := tx.note(ctx, `update snapshots set size = $2 where id = $1`, id, w.size); err != nil {
		return "", fmt.Errorf("snapshot: %w", err)
	}
	return id, nil
}

// forgetSnapshots deletes the oldest snapshots but maxSnapshots.
func (tx *Tx) forgetSnapshots(ctx context.Context) error {
	_, err := tx.note(ctx, `delete from snapshots where seq not in (select seq from snapshots order by seq desc limit $1)`, maxSnapshots)
	if err != nil {
		return fmt.Errorf("forgetting old snapshots: %w", err)
	}
	return nil
}

// partWriter writes a snapshot into rows.
type partWriter struct {
	ctx  context.Context
	tx   *Tx
	id   string
	buf  bytes.Buffer
	n    int
	size int64
}

func (w *partWriter) Write(p []byte) (int, error) {
	w.buf.Write(p)
	for w.buf.Len() >= snapshotPart {
		if err := w.flush(); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// Close writes the last row.
func (w *partWriter) Close() error {
	if w.buf.Len() == 0 {
		return nil
	}
	return w.flush()
}

func (w *partWriter) flush() error {
	part := w.buf.Next(snapshotPart)
	_, err := w.tx.note(w.ctx, `insert into snapshot_parts(snapshot, part, body) values($1, $2, $3)`, w.id, w.n, part)
	w.n++
	w.size += int64(len(part))
	return err
}

// snapshotSource reads the snapshot with id.
func (tx *Tx) snapshotSource(ctx context.Context, id string) Source {
	return func() (io.ReadCloser, error) {
		return gzip.NewReader(&partReader{ctx: ctx, tx: tx, id: id})
	}
}

// partReader reads a snapshot row by row.
type partReader struct {
	ctx  context.Context
	tx   *Tx
	id   string
	n    int
	left []byte
}

func (r *partReader) Read(p []byte) (int, error) {
	if len(r.left) == 0 {
		err := r.tx.tx.QueryRowContext(r.ctx, `select body from snapshot_parts where snapshot = $1 and part = $2`, r.id, r.n).Scan(&r.left)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, fmt.Errorf("reading snapshot %s: %w", r.id, err)
		}
		r.n++
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}
