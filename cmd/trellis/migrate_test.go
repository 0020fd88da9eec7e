package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// onEach runs test with the flags of an empty folder and of an empty database.
func onEach(t *testing.T, test func(t *testing.T, driver, address string, flags []string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Chdir(t.TempDir())
		test(t, "sqlite", filepath.Join("data", "trellis.db"), []string{"--data", "data"})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Chdir(t.TempDir())
		flags := onPostgres(t)
		test(t, "pgx", flags[1], flags)
	})
}

func TestMigrateTellsAndTakesTheSteps(t *testing.T) {
	onEach(t, func(t *testing.T, driver, address string, flags []string) {
		command := func(args ...string) said { return trellis(t, append(args, flags...)...) }
		if driver == "pgx" {
			if got := command("migrate", "--status").ok(t); !strings.Contains(got.out, "1  tenant") || !strings.Contains(got.out, "pending") {
				t.Errorf("of an empty database it says\n%s", got.out)
			}
			if got := command("migrate").ok(t); !strings.HasPrefix(got.out, "Took ") || strings.Contains(got.out, "pending") {
				t.Errorf("it says\n%s", got.out)
			}
		} else {
			command("migrate").refused(t, "there is no tenant in data")
			typed(t, small, append([]string{"import", "-"}, flags...)...).ok(t)
		}
		if got := command("migrate").ok(t); !strings.HasPrefix(got.out, "The schema is up to date.") {
			t.Errorf("the second time it says\n%s", got.out)
		}
		if got := command("migrate", "--status").ok(t); !strings.Contains(got.out, "applied 20") {
			t.Errorf("it says\n%s", got.out)
		}
	})
}

// An old program must not touch what a newer one has made.
func TestASchemaOfANewerTrellisIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, driver, address string, flags []string) {
		typed(t, small, append([]string{"import", "-"}, flags...)...).ok(t)
		db, err := sql.Open(driver, address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), `insert into goose_db_version(version_id, is_applied) values(4711, true)`); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"migrate"}, {"migrate", "--status"}, {"export"}, {"serve", "--listen", "127.0.0.1:0"}, {"account", "list"}} {
			trellis(t, append(args, flags...)...).refused(t, "the database has schema 4711")
		}
	})
}

func TestMigrateDoesNotWorkUnderARunningServer(t *testing.T) {
	t.Chdir(t.TempDir())
	serveIn(t, "serve", "--demo")
	trellis(t, "migrate", "--data", "data").refused(t, "data")
	if got := trellis(t, "migrate", "--status", "--data", "data").ok(t); !strings.Contains(got.out, "applied") {
		t.Errorf("it says\n%s", got.out)
	}
}

// Accounts, their sign-ins and the journal stay behind: an export holds what
// the APIs know, and no password.
func TestATenantMovesFromSQLiteToPostgreSQL(t *testing.T) {
	t.Chdir(t.TempDir())
	s := serveIn(t, "serve", "--demo")
	database := onPostgres(t)
	exported := trellis(t, "export", "--data", "data").ok(t)
	s.stop()
	typed(t, exported.out, append([]string{"import", "-"}, database...)...).ok(t)
	if moved := trellis(t, append([]string{"export"}, database...)...).ok(t); moved.out != exported.out {
		t.Errorf("PostgreSQL exports %d bytes that are not the %d that SQLite exported", len(moved.out), len(exported.out))
	}
	if got := trellis(t, append([]string{"account", "list"}, database...)...).ok(t); strings.Contains(got.out, "@") {
		t.Errorf("accounts have moved as well:\n%s", got.out)
	}
}
