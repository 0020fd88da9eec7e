package authzapi_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
)

// do runs a statement past the tenant's rules.
func (tn *tenant) do(t *testing.T, statement string) {
	t.Helper()
	if _, err := tn.store.DB().ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestAFullDatabaseRefusesChangesAlone(t *testing.T) {
	tests := []struct {
		name, url   string
		fill, empty []string
	}{
		{"sqlite", filepath.Join(t.TempDir(), "trellis.db"), []string{`pragma max_page_count = 1`}, []string{`pragma max_page_count = 1000000`}},
		{"postgres", pgtest.Database(t), []string{
			`create function no_room() returns trigger language plpgsql as $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`,
			`create trigger no_room before insert or update on groups for each statement execute function no_room()`,
		}, []string{`drop trigger no_room on groups`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tn := start(t, store.Config{URL: tt.url})
			id := tn.newGroup(t, "Team")
			for _, statement := range tt.fill {
				tn.do(t, statement)
			}
			// More than fits on a page that is there already.
			long := strings.Repeat("long ", 100)
			var got answer
			for i := range 50 {
				if got = tn.send(t, "POST", "/groups", `{"name":"Other `+strings.Repeat("x", i)+`","description":"`+long+`"}`); got.status != http.StatusOK {
					break
				}
			}
			if want := `{"statusCode":507,"error":"Insufficient Storage","message":"The disk is full. Nothing was changed; try again when there is room."}`; got.status != 507 || strings.TrimSpace(got.body) != want {
				t.Errorf("%d %s, want %s", got.status, got.body, want)
			}
			if got := tn.send(t, "GET", "/groups/"+id, ""); got.status != http.StatusOK {
				t.Errorf("reading: %d %s", got.status, got.body)
			}
			for _, statement := range tt.empty {
				tn.do(t, statement)
			}
			if got := tn.send(t, "POST", "/groups", `{"name":"After","description":"`+long+`"}`); got.status != http.StatusOK {
				t.Errorf("with room again: %d %s", got.status, got.body)
			}
		})
	}
}

// Its database restarts, and the API answers again without anybody's help.
func TestADatabaseThatRestarts(t *testing.T) {
	server := pgtest.New(t)
	tn := start(t, store.Config{URL: server.Address("postgres")})
	id := tn.newGroup(t, "Team")
	server.Stop()
	for _, request := range [][3]string{{"GET", "/groups/" + id, ""}, {"PUT", "/groups/" + id, `{"name":"Other","description":"d"}`}, {"GET", "/groups", ""}} {
		got := tn.send(t, request[0], request[1], request[2])
		if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, "The database is not available. Nothing was changed; try again.") {
			t.Errorf("%s %s: %d %s", request[0], request[1], got.status, got.body)
		}
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if tn.send(t, "PUT", "/groups/"+id, `{"name":"Other","description":"d"}`).status == http.StatusOK {
			break
		}
		if time.Now().After(until) {
			t.Fatal("a minute after the database is back, changes still fail")
		}
	}
	if got := tn.send(t, "GET", "/groups/"+id, ""); got.status != http.StatusOK || !strings.Contains(got.body, "Other") {
		t.Errorf("%d %s", got.status, got.body)
	}
}
