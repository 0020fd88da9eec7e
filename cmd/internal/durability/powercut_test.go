package durability

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// disk is a file as a disk knows it: what it has promised to keep, and what it
// may still drop.
type disk struct {
	kept    []byte
	pending []call
}

func (d *disk) apply(c call) {
	if c.name == "ftruncate" {
		d.kept = append(d.kept, make([]byte, max(0, int(c.offset)-len(d.kept)))...)[:c.offset]
		return
	}
	if grow := int(c.offset) + len(c.data) - len(d.kept); grow > 0 {
		d.kept = append(d.kept, make([]byte, grow)...)
	}
	copy(d.kept[c.offset:], c.data)
}

// sync keeps what was written before moment.
func (d *disk) sync(moment time.Time) {
	var still []call
	for _, c := range d.pending {
		if c.ended.After(moment) {
			still = append(still, c)
			continue
		}
		d.apply(c)
	}
	d.pending = still
}

// after is the database that is found in a new folder after the power went at
// moment. before is the folder as it was when the trace begins. Of what was
// written but never synced, the disk keeps nothing; with torn it keeps any part.
func after(t testing.TB, before string, trace []call, moment time.Time, torn bool) string {
	t.Helper()
	disks := map[string]*disk{}
	for _, name := range files {
		b, err := os.ReadFile(filepath.Join(before, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		disks[name] = &disk{kept: b}
	}
	for _, c := range trace {
		switch d := disks[c.file]; {
		case c.begun.After(moment):
		case c.name != "fsync" && c.name != "fdatasync":
			d.pending = append(d.pending, c)
		case !c.ended.After(moment):
			d.sync(c.begun)
		}
	}
	dir := t.TempDir()
	for name, d := range disks {
		for _, c := range d.pending {
			if torn && rand.N(2) == 0 {
				d.apply(c)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), d.kept, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The power goes while changes are made, and the disk forgets everything that
// it was not told to keep. What was acknowledged is there.
//
// DURABILITY_CUTS=200 makes a long run of it.
func TestAcknowledgedChangesSurviveAPowerCut(t *testing.T) {
	ptrace(t)
	dir := t.TempDir()
	p := newPlace(t, "--data", dir)
	before, trace := copied(t, dir), filepath.Join(t.TempDir(), "trace")
	srv := p.launch(t, watched(trace)...)
	l := newLedger()
	l.run(srv, 0, func() bool { return l.count() >= 200 })
	srv.kill()

	written := calls(t, trace, dir)
	if !slices.ContainsFunc(written, func(c call) bool { return c.file == "trellis.db" && c.name == "pwrite64" }) {
		t.Error("SQLite never moved its log into the database: the load was too small to prove much")
	}
	cuts := times(t, "DURABILITY_CUTS", 24)
	for i := range cuts {
		moment := l.acks[i*(len(l.acks)-1)/max(1, cuts-1)]
		l.compare(t, moment, inspect(t, after(t, before, written, moment, i%2 == 1)))
		if t.Failed() {
			t.Fatalf("after a cut at change %d of %d", i*(len(l.acks)-1)/max(1, cuts-1)+1, len(l.acks))
		}
	}
}

// The same harness sees the loss when a program does not wait for its disk.
// Without this, the test above would prove nothing.
func TestThePowerCutIsReal(t *testing.T) {
	ptrace(t)
	for _, tt := range []struct {
		synchronous string
		loses       bool
	}{{"FULL", false}, {"NORMAL", true}, {"OFF", true}} {
		t.Run(tt.synchronous, func(t *testing.T) {
			dir, trace := t.TempDir(), filepath.Join(t.TempDir(), "trace")
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			args := append(watched(trace), self)
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Env = append(os.Environ(), counting+"="+filepath.Join(dir, "trellis.db"), counting+"_SYNCHRONOUS="+tt.synchronous)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			written, lost := calls(t, trace, dir), 0
			for i, stamp := range slices.Collect(strings.Lines(string(out))) {
				at, err := strconv.ParseInt(strings.TrimSpace(stamp), 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				if i%5 == 4 && counted(t, after(t, dir+"/none", written, time.UnixMicro(at), false)) <= i {
					lost++
				}
			}
			if lost > 0 != tt.loses {
				t.Errorf("%d of 10 cuts lost acknowledged rows", lost)
			}
		})
	}
}

// counting is the variable that makes this test program count into a database.
const counting = "DURABILITY_COUNT_INTO"

// helper is what this program does in place of the tests when it is told to
// count: 50 rows, each committed by itself, and the time when it was.
func helper() bool {
	path := os.Getenv(counting)
	if path == "" {
		return false
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous("+os.Getenv(counting+"_SYNCHRONOUS")+")")
	if err != nil {
		panic(err)
	}
	db.SetMaxOpenConns(1)
	do := func(query string) {
		if _, err := db.ExecContext(context.Background(), query); err != nil {
			panic(err)
		}
	}
	do(`create table counted(n integer primary key)`)
	for range 50 {
		do(`insert into counted default values`)
		fmt.Println(time.Now().UnixMicro())
	}
	return true
}

// counted is how many rows the database in dir has.
func counted(t *testing.T, dir string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "trellis.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), `select count(*) from counted`).Scan(&n); err != nil && !strings.Contains(err.Error(), "no such table") {
		t.Fatal(err)
	}
	return n
}
