package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"trellis/cmd/internal/turns"
)

// ImportOptions says what an import does with what is there.
type ImportOptions struct {
	Merge    bool // adds records, or puts them in the place of those with their id; otherwise a document replaces
	Machines bool // clients that ask for tokens of their own may be in the document, and are replaced too
	restores string
}

// passesOver reports whether it stays out: a snapshot has clients that ask for
// tokens of their own, and not everybody who may restore it may bring those back.
func (o ImportOptions) passesOver(it item) bool {
	if o.restores == "" || o.Machines || it.collection != "clients" {
		return false
	}
	var c DocumentClient
	return json.Unmarshal(it.raw, &c) == nil && (c.SecretHash != "" || len(c.Scopes) > 0)
}

func (o ImportOptions) mode() string {
	if o.Merge {
		return "merge"
	}
	return "replace"
}

// ImportFrom makes the tenant what src says, wholly or not at all, and returns
// how many records of each kind src has.
//
// Groups, roles, permissions, configuration, applications and rules are
// replaced, also those that src has no key for; of the directory only what src
// has a key for. References to what does not exist are kept. What was there is
// kept as a snapshot. It is one entry of the journal. What is wrong about src is
// a DocumentError.
func (tx *Tx) ImportFrom(ctx context.Context, src Source, o ImportOptions) (map[string]int, error) {
	defer turns.Short()()
	in, err := tx.inspectHere(ctx, src, o)
	if err != nil {
		return nil, err
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	before, err := tx.recordCounts(ctx)
	if err != nil {
		return nil, err
	}
	snapshot, err := tx.snapshot(ctx, "before an import", before)
	if err != nil {
		return nil, err
	}
	tx.quiet = true
	defer func() { tx.quiet = false }()
	if err := tx.apply(ctx, src, in); err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if err := tx.weigh(ctx, in.told()); err != nil {
		return nil, err
	}
	tx.quiet = false
	if err := tx.forgetSnapshots(ctx); err != nil {
		return nil, err
	}
	after, err := tx.recordCounts(ctx)
	if err != nil {
		return nil, err
	}
	action, is := "import", map[string]any{"records": after, "mode": o.mode()}
	if snapshot != "" {
		is["snapshot"] = snapshot
	}
	if o.restores != "" {
		action, is["restored"] = "import.restore", o.restores
	}
	return in.told(), tx.record(ctx, action, "tenant", "", map[string]any{"records": before}, is)
}

// manyRecords is how many an import has to bring for the planner to be told.
const manyRecords = 1000

// weigh tells the database's planner what its tables are like after an import of
// so many records.
func (tx *Tx) weigh(ctx context.Context, records map[string]int) error {
	n := 0
	for _, of := range records {
		n += of
	}
	if n < manyRecords {
		return nil
	}
	if err := tx.store.dialect.weigh(ctx, tx.tx); err != nil {
		return fmt.Errorf("telling the planner of an import: %w", err)
	}
	return nil
}

// told is how many records of each kind the document has; what it has none of
// is not there.
func (in *inspection) told() map[string]int {
	out := maps.Clone(in.counts)
	if len(in.held) > 0 {
		out["user_permissions"] = len(in.held)
	}
	return out
}

// recordCounts is how many records of each kind the tenant has.
func (tx *Tx) recordCounts(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	count := func(key, from string, args ...any) error {
		var n int
		if err := tx.tx.QueryRowContext(ctx, `select count(*) from `+from, args...).Scan(&n); err != nil {
			return fmt.Errorf("counting %s: %w", key, err)
		}
		if n > 0 {
			out[key] = n
		}
		return nil
	}
	for _, table := range []string{"groups", "roles", "permissions", "users", "connections", "clients", "resource_servers", "user_permissions", "core_roles"} {
		if err := count(table, table); err != nil {
			return nil, err
		}
	}
	for _, kind := range []string{"configuration", "applications", "rules"} {
		if err := count(kind, `documents where kind = $1`, kind); err != nil {
			return nil, err
		}
	}
	return out, nil
}
