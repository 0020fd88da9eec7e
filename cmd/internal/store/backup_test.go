package store

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"modernc.org/sqlite"

	"trellis/cmd/internal/store/pgtest"
)

// later is the steps of this version and more, from number 2 on, as a later
// version has them.
func later(more ...string) fs.FS {
	all := fstest.MapFS{}
	err := fs.WalkDir(migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations, path)
		all[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		panic(err) // they are in the binary
	}
	for i, step := range more {
		for _, database := range []string{"sqlite", "postgres"} {
			all[fmt.Sprintf("migrations/%s/%05d_later.sql", database, i+2)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + step)}
		}
	}
	return all
}

// backups is the copies beside a SQLite database, the oldest first.
func backups(t *testing.T, path string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(filepath.Dir(path), "trellis-*-before-schema-*.db"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// Before the schema of a tenant changes, a copy of it is made, which an older
// Trellis can open. A new database and one that is up to date have none.
func TestACopyIsMadeBeforeTheSchemaChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trellis.db")
	now := time.Date(2026, 11, 23, 9, 15, 0, 0, time.UTC)
	var log bytes.Buffer
	at := func(steps fs.FS) *Store {
		t.Helper()
		now = now.Add(time.Minute)
		s, err := Open(t.Context(), Config{
			URL: path, steps: steps, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := at(nil)
	importText(t, first, `{"groups":[{"_id":"g1","name":"Team"}]}`, ImportOptions{})
	if err := errors.Join(first.Close(), at(nil).Close()); err != nil {
		t.Fatal(err)
	}
	if found := backups(t, path); len(found) != 0 || log.Len() != 0 {
		t.Errorf("copies without a reason: %v, the log says %s", found, &log)
	}

	half := filepath.Join(filepath.Dir(path), halfBackup+"1") // of a process that was killed
	if err := os.WriteFile(half, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	steps := []string{`alter table groups add column later text not null default '';`}
	if err := at(later(steps...)).Close(); err != nil {
		t.Fatal(err)
	}
	found := backups(t, path)
	if len(found) != 1 || filepath.Base(found[0]) != "trellis-20261123T091800Z-before-schema-2.db" {
		t.Fatalf("copies = %v", found)
	}
	if !strings.Contains(log.String(), found[0]) {
		t.Errorf("the log does not name the copy: %s", &log)
	}
	if info, err := os.Stat(found[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v, %v; want mode 600", info, err)
	}
	if _, err := os.Stat(half); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a copy is left: %v", err)
	}
	if _, err := Open(t.Context(), Config{URL: path}); err == nil || !strings.Contains(err.Error(), "schema 2") {
		t.Errorf("this version opens the schema of a later one: %v", err)
	}
	old := open(t, found[0])
	if got := exportText(t, old, ExportOptions{}); got != `{"groups":[{"_id":"g1","name":"Team"}]}` {
		t.Errorf("the copy holds %s", got)
	}

	for range maxBackups + 1 {
		steps = append(steps, `create table later`+fmt.Sprint(len(steps))+`(n bigint);`)
		if err := at(later(steps...)).Close(); err != nil {
			t.Fatal(err)
		}
	}
	if left := backups(t, path); len(left) != maxBackups || !strings.HasSuffix(left[maxBackups-1], "-before-schema-6.db") {
		t.Errorf("copies = %v, want the newest %d", left, maxBackups)
	}
}

// Without a copy nothing is migrated, and the tenant goes on with the version
// that it has.
func TestWithoutACopyTheSchemaStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trellis.db")
	s := open(t, path)
	importText(t, s, `{"groups":[{"_id":"g1","name":"Team"}]}`, ImportOptions{})
	if err := os.Mkdir(filepath.Join(filepath.Dir(path), halfBackup+"1"), 0o700); err != nil {
		t.Fatal(err)
	}
	inTheWay := filepath.Join(filepath.Dir(path), halfBackup+"1", "file") // nobody can delete a folder with a file
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Config{URL: path, steps: later(`create table later(n bigint);`)})
	if err == nil || !strings.Contains(err.Error(), "copying the database before its schema changes") {
		t.Errorf("err = %v", err)
	}
	if got := exportText(t, open(t, path), ExportOptions{}); got != `{"groups":[{"_id":"g1","name":"Team"}]}` {
		t.Errorf("the tenant holds %s", got)
	}
}

// migrating is the variable that makes this binary migrate the database it names
// and be killed in the middle of it, before the statement that dying numbers.
const (
	migrating = "STORE_MIGRATING"
	dying     = "STORE_DYING"
)

// laterSteps is the statements of two steps of a later version.
func laterSteps() [][]string {
	return [][]string{
		{`alter table groups add column later text not null default '';`, `update groups set later = 'yes';`},
		{`update groups set name = 'Later';`, `create table later(n bigint);`},
	}
}

// deadly is those steps, with a death before statement n of all.
func deadly(n int) fs.FS {
	var more []string
	for _, statements := range laterSteps() {
		step := ""
		for _, statement := range append(statements, "") {
			if n == 0 {
				step += "select die();\n"
			}
			step += statement + "\n"
			n--
		}
		more = append(more, step)
	}
	return later(more...)
}

// migrateAndDie never returns. SQLite calls back when it is time; PostgreSQL
// waits in die, for as long as it takes to be killed.
func migrateAndDie(address string) {
	sqlite.MustRegisterScalarFunction("die", 0, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	})
	n, err := strconv.Atoi(os.Getenv(dying))
	if err == nil {
		_, err = Migrate(context.Background(), Config{URL: address, steps: deadly(n)})
	}
	fmt.Fprintln(os.Stderr, "it was not killed:", err)
	os.Exit(1)
}

// A process that is killed inside a migration, before whichever statement, leaves
// the schema of the step before and everything that was there. The next start
// goes on from there.
func TestAKilledMigrationIsTakenUpAgain(t *testing.T) {
	for n := range 6 { // before each statement, and after the last of a step
		t.Run(fmt.Sprint("sqlite ", n), func(t *testing.T) { killedMigration(t, filepath.Join(t.TempDir(), "trellis.db"), n) })
	}
	for _, n := range []int{2, 4} {
		t.Run(fmt.Sprint("postgres ", n), func(t *testing.T) { killedMigration(t, pgtest.Database(t), n) })
	}
}

func killedMigration(t *testing.T, address string, n int) {
	t.Helper()
	const tenant = `{"groups":[{"_id":"g1","name":"Team","description":"d","members":["auth0|1"]}]}`
	s, err := Open(t.Context(), Config{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	importText(t, s, tenant, ImportOptions{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	killInside(t, address, n)

	var good []string
	for _, statements := range laterSteps() {
		good = append(good, strings.Join(statements, "\n"))
	}
	cfg := Config{URL: address, steps: later(good...)}
	steps, err := Migrations(t.Context(), cfg)
	if err != nil || len(steps) != 3 || steps[1].Applied.IsZero() != (n < 3) || !steps[2].Applied.IsZero() {
		t.Errorf("steps = %v, %v; killed before statement %d", steps, err, n)
	}
	between, err := Open(t.Context(), Config{URL: address, steps: later(good[:len(steps)-2]...)})
	if err != nil {
		t.Fatal(err)
	}
	if got := exportText(t, between, ExportOptions{}); got != tenant {
		t.Errorf("the tenant holds %s, want %s", got, tenant)
	}
	if err := between.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got, want := exportText(t, again, ExportOptions{}), strings.Replace(tenant, "Team", "Later", 1); got != want {
		t.Errorf("after the later steps the tenant holds %s, want %s", got, want)
	}
	importText(t, again, `{"groups":[]}`, ImportOptions{})
}

// killInside kills a process before statement n of the deadly steps.
func killInside(t *testing.T, address string, n int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), migrating+"="+address, dying+"="+strconv.Itoa(n))
	var says bytes.Buffer
	cmd.Stderr = &says
	if strings.HasPrefix(address, "postgres") {
		// The function waits until the one who asked is gone.
		db, err := sql.Open("pgx", address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), `create function die() returns void language sql as 'select pg_sleep(2)'`); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for asleep := false; !asleep; {
			if err := db.QueryRowContext(ctx, `select exists(select 1 from pg_stat_activity where wait_event = 'PgSleep')`).Scan(&asleep); err != nil {
				t.Fatalf("waiting for the migration: %v: %s", err, &says)
			}
		}
		_ = cmd.Process.Kill()
	} else if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("it ended with %v: %s", err, &says)
	}
}
