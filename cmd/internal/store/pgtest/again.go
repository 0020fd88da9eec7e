package pgtest

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// again is the variable that makes Choose choose PostgreSQL.
const again = "PGTEST_AGAIN"

// Again runs every test of this binary once more, or those that were asked for,
// with databases of PostgreSQL where they Choose.
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
	tests := exec.CommandContext(t.Context(), self, "-test.run", chosenTests(t))
	tests.Env = append(os.Environ(), again+"=1")
	if out, err := tests.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// chosenTests is the tests that were asked for beside t, all of them when there
// is none.
func chosenTests(t *testing.T) string {
	asked := flag.Lookup("test.run").Value.String()
	if strings.Trim(asked, "^$") == t.Name() || asked == "" {
		return "^Test"
	}
	return asked
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
