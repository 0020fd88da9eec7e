package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
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

// ChangeFilter narrows the journal. What is zero narrows nothing.
type ChangeFilter struct {
	Before int64  // entries with a smaller number
	Kind   string // of the object
	// ObjectID is what was changed, or was added to or removed from something.
	ObjectID     string
	Actor        string    // a part of the name, the subject or the client of who made it
	Since, Until time.Time // Until itself is not in it
}

// condition is f as the condition of a query, whose first argument is taken.
func (f ChangeFilter) condition() (where string, args []any, err error) {
	var all []string
	// add takes a condition in which ? stands for value, once or more.
	add := func(condition string, value any) {
		args = append(args, value)
		all = append(all, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(args)+1)))
	}
	if f.Before > 0 {
		add(`journal.seq < ?`, f.Before)
	}
	if f.Kind != "" && f.ObjectID == "" {
		add(`journal.kind = ?`, f.Kind)
	}
	if f.ObjectID != "" {
		condition, values, err := f.about(len(args) + 2)
		if err != nil {
			return "", nil, err
		}
		all, args = append(all, condition), append(args, values...)
	}
	if f.Actor != "" {
		add(`(lower(accounts.name) like ? escape '\' or lower(clients.name) like ? escape '\'
			or lower(journal.subject) like ? escape '\' or lower(journal.client) like ? escape '\')`, "%"+literally(strings.ToLower(f.Actor))+"%")
	}
	if !f.Since.IsZero() {
		add(`journal.at >= ?`, f.Since.UnixMilli())
	}
	if !f.Until.IsZero() {
		add(`journal.at < ?`, f.Until.UnixMilli())
	}
	if len(all) == 0 {
		return "", nil, nil
	}
	return "where " + strings.Join(all, " and "), args, nil
}

// about is the condition that an entry is about the object, or that the object
// stands in the list of what was added or removed. first is the number of its
// first argument.
func (f ChangeFilter) about(first int) (condition string, args []any, err error) {
	id, err := json.Marshal(f.ObjectID)
	if err != nil {
		return "", nil, fmt.Errorf("reading the journal: %w", err)
	}
	own := fmt.Sprintf(`journal.object_id = $%d`, first)
	args = []any{f.ObjectID, "%" + literally(string(id)) + "%"}
	if f.Kind != "" {
		own += fmt.Sprintf(` and journal.kind = $%d`, first+2)
		args = append(args, f.Kind)
	}
	listed := fmt.Sprintf(`journal.action like '%%.add' and journal.after like $%[1]d escape '\'
		or journal.action like '%%.remove' and journal.before like $%[1]d escape '\'`, first+1)
	return `(` + own + ` or ` + listed + `)`, args, nil
}

// literally is text as a pattern that finds nothing but text.
func literally(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// Changes is the newest limit entries of the journal that f lets pass, newest first.
func (tx *Tx) Changes(ctx context.Context, f ChangeFilter, limit int) ([]Change, error) {
	where, args, err := f.condition()
	if err != nil {
		return nil, err
	}
	var out []Change
	err = tx.rows(ctx, func(r *sql.Rows) error {
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
		`+where+` order by journal.seq desc limit $1`, append([]any{limit}, args...)...)
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
