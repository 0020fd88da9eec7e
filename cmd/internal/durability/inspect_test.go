package durability

import (
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"testing"

	"trellis/cmd/internal/store"
)

// files are what a SQLite database is kept in.
var files = []string{"trellis.db", "trellis.db-wal"}

// copied is a copy of the database in dir, as it lies there.
func copied(t testing.TB, dir string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range files {
		in, err := os.Open(filepath.Join(dir, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.Create(filepath.Join(to, name))
		if err == nil {
			_, err = io.Copy(out, in)
			out.Close()
		}
		in.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// inspect opens the database in dir, as a new start would, and returns the
// members of its groups by name. It fails t where the file is not sound, or
// where the journal tells of another tenant.
func inspect(t *testing.T, dir string) map[string][]string {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: filepath.Join(dir, "trellis.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sound(t, s.DB())
	groups := map[string][]string{}
	err = s.View(t.Context(), func(tx *store.Tx) error {
		all, _, err := tx.Groups(t.Context(), store.Find{}, true)
		if err != nil {
			return err
		}
		state := map[string]int{}
		for _, g := range all {
			groups[g.Name] = g.Members
			state[g.ID] = len(g.Members)
		}
		return agrees(t, tx, state)
	})
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

func sound(t *testing.T, db *sql.DB) {
	t.Helper()
	var verdict string
	if err := db.QueryRowContext(t.Context(), `pragma integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("the file is not sound: %s, %v", verdict, err)
	}
	rows, err := db.QueryContext(context.Background(), `pragma foreign_key_check`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		t.Error("a reference leads nowhere")
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}

// agrees compares the groups that are there, and how many members they have,
// with what the journal tells from its first entry on.
func agrees(t *testing.T, tx *store.Tx, state map[string]int) error {
	t.Helper()
	tale := map[string]int{}
	for seq := int64(0); ; {
		entries, err := tx.Journal(t.Context(), seq, 1000)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			break
		}
		for _, e := range entries {
			if seq++; e.Seq != seq {
				t.Fatalf("the journal goes on with entry %d after %d", e.Seq, seq-1)
			}
			switch e.Action {
			case "group.create":
				tale[e.ObjectID] = 0
			case "group.members.add":
				tale[e.ObjectID] += crowd
			case "group.delete":
				delete(tale, e.ObjectID)
			}
		}
	}
	for id, members := range state {
		if told, ok := tale[id]; !ok || told != members {
			t.Errorf("the group %s has %d members, and in the journal %d (%t)", id, members, told, ok)
		}
		delete(tale, id)
	}
	for id := range tale {
		t.Errorf("the journal knows the group %s, which is not there", id)
	}
	return nil
}
