package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// bulkRows is how many rows one statement of a bulk insert writes. More of them
// are no faster.
const bulkRows = 200

// bulk writes many rows of one table, bulkRows in a statement.
type bulk struct {
	tx      *Tx
	table   string
	columns string
	width   int // how many columns
	full    *sql.Stmt
	args    []any
}

// bulk begins to fill columns of table.
func (tx *Tx) bulk(table string, columns ...string) *bulk {
	return &bulk{
		tx: tx, table: table, columns: strings.Join(columns, ", "), width: len(columns),
		args: make([]any, 0, bulkRows*len(columns)),
	}
}

// add writes a row, now or with those that follow. flush has to come last.
func (b *bulk) add(ctx context.Context, values ...any) error {
	b.args = append(b.args, values...)
	if len(b.args) < bulkRows*b.width {
		return nil
	}
	if b.full == nil {
		var err error
		if b.full, err = b.tx.tx.PrepareContext(ctx, b.statement(bulkRows)); err != nil {
			return fmt.Errorf("filling %s: %w", b.table, err)
		}
	}
	_, err := b.full.ExecContext(ctx, b.args...)
	return b.wrote(err)
}

// flush writes what is left and ends the filling.
func (b *bulk) flush(ctx context.Context) error {
	if b.full != nil {
		if err := b.full.Close(); err != nil {
			return fmt.Errorf("filling %s: %w", b.table, err)
		}
	}
	if len(b.args) == 0 {
		return nil
	}
	_, err := b.tx.tx.ExecContext(ctx, b.statement(len(b.args)/b.width), b.args...)
	return b.wrote(err)
}

func (b *bulk) wrote(err error) error {
	b.tx.pace.GiveWay()
	b.args = b.args[:0]
	b.tx.changes++
	if err != nil {
		return fmt.Errorf("filling %s: %w", b.table, err)
	}
	return nil
}

// statement inserts n rows.
func (b *bulk) statement(n int) string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = "(" + places(1+i*b.width, b.width) + ")"
	}
	return `insert into ` + b.table + `(` + b.columns + `) values ` + strings.Join(rows, ",")
}
