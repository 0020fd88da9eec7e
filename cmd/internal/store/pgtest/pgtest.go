// Package pgtest gives tests a PostgreSQL of their own: one private server for
// a test binary, one empty database for each test that asks.
//
// It installs nothing; e2e/setup.sh does that.
package pgtest

import (
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
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// shared is the private server of this test binary, started when first asked for.
var shared struct {
	once   sync.Once
	server *Server
	err    error
	n      atomic.Int64
}

// Main runs m's tests and stops the server that they used.
func Main(m *testing.M) int {
	code := m.Run()
	if shared.server != nil {
		shared.server.Remove()
	}
	return code
}

// Database is the address of an empty database for t alone. Where there is no
// PostgreSQL it skips t and says so, but in CI that is a failure.
func Database(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() { shared.server, shared.err = Launch() })
	needed(t, shared.err)
	name := fmt.Sprintf("t%d", shared.n.Add(1))
	admin, err := sql.Open("pgx", shared.server.Address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.ExecContext(context.Background(), "create database "+name); err != nil {
		t.Fatal(err)
	}
	return shared.server.Address(name)
}

func needed(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("PostgreSQL is needed in CI: %v", err)
	}
	t.Skipf("PostgreSQL half not run: %v", err)
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
