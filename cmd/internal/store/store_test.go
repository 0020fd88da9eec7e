package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/store/pgtest"
)

// each runs test on an empty store of every database.
func each(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, open(t, filepath.Join(t.TempDir(), "trellis.db")))
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, open(t, pgtest.Database(t)))
	})
}

func open(t *testing.T, url string) *Store {
	t.Helper()
	return openSealed(t, url, 'k')
}

// openSealed is open with a master key that is all of one letter.
func openSealed(t *testing.T, url string, master byte) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{URL: url, SealKey: func(context.Context, *Tx) ([]byte, error) {
		return bytes.Repeat([]byte{master}, sealSize), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestMain(m *testing.M) {
	if address := os.Getenv(migrating); address != "" {
		migrateAndDie(address)
	}
	os.Exit(pgtest.Main(m))
}

func TestChangeNeedsARecord(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		err := s.Update(t.Context(), func(tx *Tx) error {
			_, err := tx.change(t.Context(), `insert into connections(id, name, strategy, document) values('con_1', 'c', 'auth0', '{}')`)
			return err
		})
		if !errors.Is(err, errUnrecorded) {
			t.Fatalf("err = %v, want %v", err, errUnrecorded)
		}
		if n := count(t, s, "connections"); n != 0 {
			t.Errorf("%d connections are there, want none", n)
		}
	})
}

func TestJournalIsAppendOnly(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := WithActor(t.Context(), Actor{Subject: "auth0|1", Client: "dash", RequestID: "r1"})
		if err := s.Update(ctx, func(tx *Tx) error { return tx.record(ctx, "group.create", "group", "g1", nil, "x") }); err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{`update journal set action = ''`, `delete from journal`} {
			err := s.Update(ctx, func(tx *Tx) error {
				_, err := tx.note(ctx, q)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: err = %v, want a refusal", q, err)
			}
		}
		err := s.View(ctx, func(tx *Tx) error {
			entries, err := tx.Journal(ctx, 0, 10)
			if len(entries) != 1 || entries[0].Actor.Subject != "auth0|1" || string(entries[0].Before) != "null" || string(entries[0].After) != `"x"` {
				t.Errorf("journal = %+v", entries)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A failed change leaves the revision alone; a good one raises it.
func TestRevision(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		change := func(fail error) error {
			return s.Update(t.Context(), func(tx *Tx) error {
				if _, err := tx.change(t.Context(), `update revision set n = n`); err != nil {
					return err
				}
				return errors.Join(tx.record(t.Context(), "test", "test", "1", nil, nil), fail)
			})
		}
		if err := change(errors.New("no")); err == nil {
			t.Error("the error got lost")
		}
		if err := change(nil); err != nil {
			t.Fatal(err)
		}
		var got int64
		err := s.View(t.Context(), func(tx *Tx) (err error) {
			got, err = tx.Revision(t.Context())
			return err
		})
		if err != nil || got != 1 {
			t.Errorf("revision = %d, %v, want 1", got, err)
		}
	})
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trellis.db")
	open(t, path)
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", filepath.Base(name), info.Mode().Perm())
		}
	}
}

func TestEverySQLiteConnectionIsDurable(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "trellis.db"))
	for range readers {
		conn, err := s.read.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		var synchronous, timeout int
		if err := conn.QueryRowContext(t.Context(), `pragma synchronous`).Scan(&synchronous); err != nil {
			t.Fatal(err)
		}
		if err := conn.QueryRowContext(t.Context(), `pragma busy_timeout`).Scan(&timeout); err != nil {
			t.Fatal(err)
		}
		if synchronous != 2 || timeout < 5000 {
			t.Errorf("synchronous = %d, busy_timeout = %d", synchronous, timeout)
		}
	}
	if err := durable(context.Background(), s.write); err != nil {
		t.Error(err)
	}
}

func TestFold(t *testing.T) {
	for _, same := range [][2]string{{"Ä", "ä"}, {"A\u0308", "Ä"}, {"ΣΑΣ", "σας"}, {"FINANCE", "finance"}} {
		if fold(same[0]) != fold(same[1]) {
			t.Errorf("%q and %q are two names", same[0], same[1])
		}
	}
	if fold("ß") == fold("SS") || fold("a") == fold("а") {
		t.Error("two names became one")
	}
}

func count(t *testing.T, s *Store, table string) int {
	t.Helper()
	var n int
	if err := s.read.QueryRowContext(t.Context(), `select count(*) from `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A writer that cannot get its turn is told so, and has changed nothing.
func TestAWriterWithoutATurnIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trellis.db")
	holder, waiter := open(t, path), open(t, path)
	if _, err := waiter.write.ExecContext(t.Context(), `pragma busy_timeout(1)`); err != nil {
		t.Fatal(err)
	}
	err := holder.Update(t.Context(), func(*Tx) error {
		err := waiter.Update(t.Context(), func(*Tx) error { return nil })
		if !errors.Is(err, ErrBusy) {
			t.Errorf("err = %v, want %v", err, ErrBusy)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
