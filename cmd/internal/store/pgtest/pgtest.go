// Package pgtest gives tests a PostgreSQL of their own: one private server for
// a test binary, one empty database for each test that asks.
//
// It installs nothing; e2e/setup.sh does that.
package pgtest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// cluster is the private server of this test binary, started when first asked for.
var cluster struct {
	once sync.Once
	dir  string
	stop func()
	err  error
	n    int
	mu   sync.Mutex
}

// Main runs m's tests and stops the server that they used.
func Main(m *testing.M) int {
	code := m.Run()
	if cluster.stop != nil {
		cluster.stop()
	}
	return code
}

// Database is the address of an empty database for t alone. Where there is no
// PostgreSQL it skips t and says so, but in CI that is a failure.
func Database(t testing.TB) string {
	t.Helper()
	cluster.once.Do(func() { cluster.dir, cluster.stop, cluster.err = start() })
	if cluster.err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL is needed in CI: %v", cluster.err)
		}
		t.Skipf("PostgreSQL half not run: %v", cluster.err)
	}
	cluster.mu.Lock()
	cluster.n++
	name := fmt.Sprintf("t%d", cluster.n)
	cluster.mu.Unlock()
	admin, err := sql.Open("pgx", address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.ExecContext(context.Background(), "create database "+name); err != nil {
		t.Fatal(err)
	}
	return address(name)
}

func address(database string) string {
	return "host=" + cluster.dir + " user=test dbname=" + database + " sslmode=disable"
}

// start makes a cluster that listens on a Unix socket only, and syncs nothing:
// it does not outlive the tests.
func start() (dir string, stop func(), err error) {
	bin, err := binaries()
	if err != nil {
		return "", nil, err
	}
	if dir, err = os.MkdirTemp("/tmp", "pgtest"); err != nil { // short: a socket's path has 107 bytes
		return "", nil, err
	}
	attr, err := servant(dir)
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(context.Background(), filepath.Join(bin, "initdb"), "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
	initdb.SysProcAttr, initdb.Dir = attr, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	var log bytes.Buffer
	server := exec.CommandContext(context.Background(), filepath.Join(bin, "postgres"), "-D", data, "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")
	server.SysProcAttr, server.Dir, server.Stderr = attr, dir, &log
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = server.Process.Signal(syscall.SIGINT)
		_ = server.Wait()
		_ = os.RemoveAll(dir)
	}
	for range 400 {
		if pid, err := os.ReadFile(filepath.Join(data, "postmaster.pid")); err == nil && bytes.Contains(pid, []byte("ready")) {
			return dir, stop, nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("PostgreSQL did not start: %s", log.String())
}

// servant is how to run PostgreSQL from this process: as somebody else when it
// is root, since PostgreSQL refuses root.
func servant(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err1 := strconv.ParseUint(who.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(who.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil { //nolint:gosec // 32 bits fit
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, nil
}

// binaries is the folder of the newest PostgreSQL on this machine.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		return filepath.Dir(slices.Max(found)), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
	}
	return filepath.Dir(initdb), nil
}
