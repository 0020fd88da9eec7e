package keys_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/keys"
)

func load(t testing.TB, path string) keys.Ring {
	t.Helper()
	ring, err := keys.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestANewMasterKeyStandsBeforeTheOldOnes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	first := load(t, path)
	if old := first.OldKeys("csrf", 32); len(old) != 0 {
		t.Fatalf("a new ring has %d old keys", len(old))
	}
	for range 2 {
		if err := keys.Rotate(path); err != nil {
			t.Fatal(err)
		}
	}
	ring := load(t, path)
	old := ring.OldKeys("csrf", 32)
	if len(old) != 2 || !bytes.Equal(old[1], first.Key("csrf", 32)) || bytes.Equal(ring.Key("csrf", 32), old[0]) || bytes.Equal(old[0], old[1]) {
		t.Errorf("%d old keys, the last of which is the first: %t", len(old), bytes.Equal(old[len(old)-1], first.Key("csrf", 32)))
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".master-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}

	n, err := keys.Forget(path)
	alone := load(t, path)
	if n != 2 || err != nil || len(alone.OldKeys("csrf", 32)) != 0 || !bytes.Equal(alone.Key("csrf", 32), ring.Key("csrf", 32)) {
		t.Errorf("%d forgotten, %v", n, err)
	}
	if n, err := keys.Forget(path); n != 0 || err != nil {
		t.Errorf("the second time %d, %v", n, err)
	}
}

func TestARingHasItsLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	load(t, path)
	for range 7 {
		if err := keys.Rotate(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := keys.Rotate(path); err == nil || !strings.Contains(err.Error(), "forget") {
		t.Errorf("the ninth key: %v", err)
	}
	if n := len(load(t, path).OldKeys("csrf", 32)); n != 7 {
		t.Errorf("%d old keys", n)
	}
}

func TestNothingIsRotatedWhereThereIsNoKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	if err := keys.Rotate(path); err == nil {
		t.Error("a key was made")
	}
	if _, err := keys.Forget(path); err == nil {
		t.Error("nothing was forgotten without an error")
	}
}

// Files of other systems end their lines otherwise; one bad line spoils the file.
func TestLinesOfAKeyFile(t *testing.T) {
	a, b := strings.Repeat("5a", 32), strings.Repeat("a5", 32)
	for text, want := range map[string]bool{
		a + "\n" + b + "\n": true, a + "\r\n" + b: true,
		a + "\n\n" + b: false, a + "\n" + b[2:]: false, a + b: false, strings.Repeat(a+"\n", 9): false,
	} {
		path := filepath.Join(t.TempDir(), "master.key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := keys.Load(path)
		if (err == nil) != want || err != nil && strings.Contains(err.Error(), a[:16]) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
