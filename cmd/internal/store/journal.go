package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Entry is one record of the journal. The database refuses to change or
// delete one.
type Entry struct {
	Seq      int64
	At       time.Time
	Actor    Actor
	Action   string // such as "group.members.add"
	Kind     string // of the object, such as "group"
	ObjectID string
	Before   json.RawMessage // of what changed; null when there was nothing
	After    json.RawMessage // null when nothing is left
}

// record writes one entry of the journal into the transaction of the change.
// before and after are what changed, as JSON; nil says that there was, or is,
// nothing.
func (tx *Tx) record(ctx context.Context, action, kind, id string, before, after any) error {
	if tx.quiet {
		return nil
	}
	was, err := json.Marshal(before)
	if err != nil {
		return fmt.Errorf("journal %s: %w", action, err)
	}
	is, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("journal %s: %w", action, err)
	}
	a := actorOf(ctx)
	_, err = tx.note(ctx, `insert into journal(at, subject, client, request_id, action, kind, object_id, before, after)
		values($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.now().UnixMilli(), a.Subject, a.Client, a.RequestID, action, kind, id, string(was), string(is))
	if err != nil {
		return fmt.Errorf("journal %s: %w", action, err)
	}
	tx.records++
	return nil
}

// Journal is the entries after the one numbered seq, oldest first, at most limit.
func (tx *Tx) Journal(ctx context.Context, seq int64, limit int) ([]Entry, error) {
	var out []Entry
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var e Entry
		var at int64
		var before, after string
		if err := r.Scan(&e.Seq, &at, &e.Actor.Subject, &e.Actor.Client, &e.Actor.RequestID,
			&e.Action, &e.Kind, &e.ObjectID, &before, &after); err != nil {
			return err
		}
		e.At = time.UnixMilli(at).UTC()
		e.Before, e.After = json.RawMessage(before), json.RawMessage(after)
		out = append(out, e)
		return nil
	}, `select seq, at, subject, client, request_id, action, kind, object_id, before, after
		from journal where seq > $1 order by seq limit $2`, seq, limit)
	return out, err
}
