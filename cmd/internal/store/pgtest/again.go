package pgtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// again is the variable that makes Choose choose PostgreSQL.
const again = "PGTEST_AGAIN"

// Again runs every test of this binary once more, with databases of PostgreSQL
// where they Choose.
func Again(t *testing.T) {
	t.Helper()
	if Chosen() {
		return
	}
	Database(t) // or there is none here
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tests := exec.CommandContext(t.Context(), self, "-test.run", "^Test")
	tests.Env = append(os.Environ(), again+"=1")
	if out, err := tests.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Chosen reports whether Choose chooses PostgreSQL.
func Chosen() bool { return os.Getenv(again) != "" }

// Choose is the address of an empty database for t alone: a SQLite file, or a
// database of PostgreSQL where Again runs the tests.
func Choose(t testing.TB) string {
	t.Helper()
	if Chosen() {
		return Database(t)
	}
	return filepath.Join(t.TempDir(), "trellis.db")
}
