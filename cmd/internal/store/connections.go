package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Connection is one source of users.
type Connection struct {
	ID       string
	Name     string
	Strategy string
	Document map[string]any // what else the Management API gives of it
}

// connection is the fields of a Connection that are not in its Document.
type connection struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Strategy string `json:"strategy"`
}

// MarshalJSON writes c as one flat object, as the Management API does.
func (c Connection) MarshalJSON() ([]byte, error) {
	return flat(connection{c.ID, c.Name, c.Strategy}, c.Document)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Connection) UnmarshalJSON(b []byte) error {
	var own connection
	rest, err := unflat(b, &own)
	*c = Connection{own.ID, own.Name, own.Strategy, rest}
	return err
}

// PutConnection creates c, or replaces the connection with that id.
func (tx *Tx) PutConnection(ctx context.Context, c Connection) error {
	document, err := encode(c.Document)
	if err != nil {
		return fmt.Errorf("connection %q: %w", c.ID, err)
	}
	was, err := tx.connections(ctx, `where id = $1`, c.ID)
	if err != nil {
		return err
	}
	_, err = tx.change(ctx, `insert into connections(id, name, strategy, document) values($1, $2, $3, $4)
		on conflict(id) do update set name = excluded.name, strategy = excluded.strategy, document = excluded.document`,
		c.ID, c.Name, c.Strategy, document)
	if tx.store.dialect.duplicate(err) {
		return &TakenError{Kind: Connections, Name: c.Name}
	}
	if err != nil {
		return fmt.Errorf("saving connection %q: %w", c.ID, err)
	}
	c.Document = nil // it may hold a secret of the source
	if len(was) == 0 {
		return tx.record(ctx, "connection.create", "connection", c.ID, nil, c)
	}
	was[0].Document = nil
	return tx.record(ctx, "connection.update", "connection", c.ID, was[0], c)
}

// Connections is every connection, in the order of their making.
func (tx *Tx) Connections(ctx context.Context) ([]Connection, error) {
	return tx.connections(ctx, `order by seq`)
}

// ConnectionNamed is the connection with name.
func (tx *Tx) ConnectionNamed(ctx context.Context, name string) (Connection, error) {
	found, err := tx.connections(ctx, `where name = $1`, name)
	if err != nil {
		return Connection{}, err
	}
	if len(found) == 0 {
		return Connection{}, &NotFoundError{Kind: Connections, ID: name}
	}
	return found[0], nil
}

func (tx *Tx) connections(ctx context.Context, rest string, args ...any) ([]Connection, error) {
	var out []Connection
	err := tx.rows(ctx, func(r *sql.Rows) (err error) {
		var c Connection
		var document string
		if err = r.Scan(&c.ID, &c.Name, &c.Strategy, &document); err != nil {
			return err
		}
		c.Document, err = decode(document)
		out = append(out, c)
		return err
	}, `select id, name, strategy, document from connections `+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading connections: %w", err)
	}
	return out, nil
}
