package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Change is an entry of the journal as people are told of it: who did what to
// what, without what it was before and after.
type Change struct {
	Seq      int64
	At       time.Time
	Actor    Actor
	Who      string // what the actor is called now; "" is not known
	Action   string
	Kind     string
	ObjectID string
	Name     string // of the object, from the entry itself; "" is not known
	Items    int    // how many members, roles and so on were added or removed
}

// Changes is the newest limit entries of the journal before the one numbered
// before, newest first; 0 begins with the newest.
func (tx *Tx) Changes(ctx context.Context, before int64, limit int) ([]Change, error) {
	where, args := ``, []any{limit}
	if before > 0 {
		where, args = `where journal.seq < $2`, append(args, before)
	}
	var out []Change
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var c Change
		var at int64
		var was, is string
		if err := r.Scan(&c.Seq, &at, &c.Actor.Subject, &c.Actor.Client, &c.Actor.RequestID, &c.Who,
			&c.Action, &c.Kind, &c.ObjectID, &was, &is); err != nil {
			return err
		}
		c.At = time.UnixMilli(at).UTC()
		c.Name, c.Items = told([]byte(is))
		if c.Name == "" && c.Items == 0 {
			c.Name, c.Items = told([]byte(was))
		}
		out = append(out, c)
		return nil
	}, `select journal.seq, at, journal.subject, client, request_id, coalesce(accounts.name, clients.name, ''), action, kind, object_id, before, after
		from journal left join accounts on accounts.subject = journal.subject
		left join clients on clients.client_id = journal.client and journal.subject = journal.client || '@clients'
		`+where+` order by journal.seq desc limit $1`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the journal: %w", err)
	}
	return out, nil
}

// told is the name that a record of the journal has, or of how many things it is
// a list.
func told(record []byte) (name string, items int) {
	if bytes.HasPrefix(record, []byte("[")) {
		var list []json.RawMessage
		if json.Unmarshal(record, &list) == nil {
			return "", len(list)
		}
	}
	var named struct{ Name string }
	if json.Unmarshal(record, &named) != nil {
		return "", 0
	}
	return named.Name, 0
}
