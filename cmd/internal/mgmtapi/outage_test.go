package mgmtapi_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/store/pgtest"
)

// onPostgreSQL is the variable that makes every test here run on PostgreSQL.
const onPostgreSQL = "TRELLIS_TEST_ON_POSTGRESQL"

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// Every test of this package, once more on PostgreSQL.
func TestAllOfThisOnPostgreSQL(t *testing.T) {
	if os.Getenv(onPostgreSQL) != "" {
		return
	}
	pgtest.Database(t) // or there is none here
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), self, "-test.run", "^Test")
	again.Env = append(os.Environ(), onPostgreSQL+"=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestAFullDatabaseRefusesChangesAlone(t *testing.T) {
	x := newTenant(t)
	fill, empty := `pragma max_page_count = 1`, `pragma max_page_count = 1000000`
	if os.Getenv(onPostgreSQL) != "" {
		x.sql(`create function no_room() returns trigger language plpgsql as $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`)
		fill, empty = `create trigger no_room before insert or update on users for each statement execute function no_room()`, `drop trigger no_room on users`
	}
	user := func(n string) answer {
		return x.do("POST", "/users", map[string]any{
			"connection": "Users", "email": n + "@example.com", "user_metadata": map[string]any{"note": strings.Repeat("long ", 500)},
		})
	}
	x.sql(fill)
	var got answer
	for i := range 20 {
		if got = user(strings.Repeat("x", i+1)); got.StatusCode != http.StatusCreated {
			break
		}
	}
	got.says(t, http.StatusInsufficientStorage, "", "The disk is full. Nothing was changed; try again when there is room.")
	x.do("GET", "/users/auth0%7C1", nil).is(t, http.StatusOK)
	x.sql(empty)
	user("after").is(t, http.StatusCreated)
}

// database is the address of an empty database.
func database(t testing.TB) string {
	t.Helper()
	if os.Getenv(onPostgreSQL) != "" {
		return pgtest.Database(t)
	}
	return filepath.Join(t.TempDir(), "trellis.db")
}

// sql runs a statement past the tenant's rules.
func (x *tenant) sql(statement string) {
	x.t.Helper()
	if _, err := x.store.DB().ExecContext(x.t.Context(), statement); err != nil {
		x.t.Fatal(err)
	}
}
