package store

import (
	"fmt"
	"strings"
	"testing"
)

// After an import of many records the planner knows how many there are; after one
// of a few nothing is looked at.
func TestThePlannerIsToldOfAnImport(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		load := func(n int) {
			groups := make([]string, n)
			for i := range groups {
				groups[i] = fmt.Sprintf(`{"_id":"g%d","name":"Group %d","description":"d","members":["u%d"]}`, i, i, i)
			}
			update(t, s, func(tx *Tx) error {
				_, err := tx.ImportFrom(t.Context(), Bytes([]byte(`{"groups":[`+strings.Join(groups, ",")+`]}`)), ImportOptions{})
				return err
			})
		}
		if load(3); s.knowsSize(t, "group_members") {
			t.Error("after three groups the tables were looked at")
		}
		if load(manyRecords); !s.knowsSize(t, "group_members") {
			t.Errorf("after %d groups the planner knows nothing of their members", manyRecords)
		}
	})
}

// knowsSize reports whether the planner knows how many rows a table has.
func (s *Store) knowsSize(t *testing.T, table string) bool {
	t.Helper()
	ask := `select exists(select 1 from pg_class where relname = $1 and reltuples > 0)`
	if !s.dialect.remote() {
		ask = `select exists(select 1 from sqlite_master where name = 'sqlite_stat1')`
	}
	var knows bool
	if err := s.read.QueryRowContext(t.Context(), ask, table).Scan(&knows); err != nil {
		t.Fatal(err)
	}
	return knows
}
