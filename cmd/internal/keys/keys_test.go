package keys_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"trellis/cmd/internal/keys"
)

func TestAMissingKeyIsMadeForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	first, err := keys.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode = %04o, want 0600", got)
	}
	again, err := keys.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Key("csrf", 32), again.Key("csrf", 32)) {
		t.Error("the second start derives another key than the first")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".master-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestProcessesThatStartAtOnceAgreeOnOneKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	got := make([][]byte, 16)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			ring, err := keys.Load(path)
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = ring.Key("session seal", 32)
		})
	}
	all.Wait()
	for i, key := range got {
		if !bytes.Equal(key, got[0]) {
			t.Errorf("start %d has a key of its own", i)
		}
	}
}

func TestFilesThatAreNoSecretKeyAreRefused(t *testing.T) {
	good := strings.Repeat("5a", 32)
	tests := []struct {
		name string
		mode os.FileMode
		text string
		want string
	}{
		{"its group may read it", 0o640, good, "chmod 600"},
		{"the world may read it", 0o604, good, "chmod 600"},
		{"it is empty", 0o600, "", "damaged"},
		{"it is too short", 0o600, good[2:], "damaged"},
		{"it is too long", 0o600, good + "5a", "damaged"},
		{"it is not hexadecimal", 0o600, strings.Repeat("zz", 32), "damaged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "master.key")
			if err := os.WriteFile(path, []byte(tt.text), tt.mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			_, err := keys.Load(path)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error = %v, want one that names the file and says %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), good[:16]) {
				t.Error("the error shows the key")
			}
		})
	}
}

func TestAFolderIsNoKey(t *testing.T) {
	if _, err := keys.Load(t.TempDir()); err == nil {
		t.Error("a folder was taken for a key")
	}
}

func TestAMissingFolderIsAnError(t *testing.T) {
	if _, err := keys.Load(filepath.Join(t.TempDir(), "gone", "master.key")); err == nil {
		t.Error("a key was made in no folder")
	}
}

func TestEveryPurposeHasItsOwnKey(t *testing.T) {
	ring, err := keys.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, purpose := range []string{"session seal", "openid seal", "openid state", "dashboard client secret", "csrf"} {
		key := ring.Key(purpose, 32)
		if len(key) != 32 {
			t.Errorf("%s: %d bytes, want 32", purpose, len(key))
		}
		if other, ok := seen[string(key)]; ok {
			t.Errorf("%s and %s have the same key", purpose, other)
		}
		seen[string(key)] = purpose
	}
	// A vector, so that an upgrade cannot change the keys of data at rest.
	if got, want := hex.EncodeToString(ring.Key("csrf", 16)), "4997c522e76525e85ae2ec0e09a19a45"; got != want {
		t.Errorf("csrf = %s, want %s", got, want)
	}
}

func TestTheMasterKeyMustHaveItsLength(t *testing.T) {
	for _, n := range []int{0, 16, 31, 33} {
		if _, err := keys.New(make([]byte, n)); err == nil {
			t.Errorf("%d bytes were taken for a master key", n)
		}
	}
}

func TestARingNeverPrints(t *testing.T) {
	ring, err := keys.New([]byte(strings.Repeat("secretly", 4)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q", ring, ring, ring, ring, []keys.Ring{ring})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("start", "ring", ring)
	if strings.Contains(out.String(), "secretly") || strings.Contains(out.String(), "115, 101, 99") || strings.Contains(out.String(), "0x73, 0x65") {
		t.Errorf("the master key is in %s", out.String())
	}
}
