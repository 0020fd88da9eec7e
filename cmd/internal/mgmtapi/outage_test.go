package mgmtapi_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"trellis/cmd/internal/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestAllOfThisOnPostgreSQL(t *testing.T) { pgtest.Again(t) }

func TestAFullDatabaseRefusesChangesAlone(t *testing.T) {
	x := newTenant(t)
	fill, empty := `pragma max_page_count = 1`, `pragma max_page_count = 1000000`
	if pgtest.Chosen() {
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

// sql runs a statement past the tenant's rules.
func (x *tenant) sql(statement string) {
	x.t.Helper()
	if _, err := x.store.DB().ExecContext(x.t.Context(), statement); err != nil {
		x.t.Fatal(err)
	}
}
