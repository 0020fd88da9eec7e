package datadir_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"trellis/cmd/internal/datadir"
)

func TestTheFolderIsForItsOwnerAlone(t *testing.T) {
	d := datadir.Dir(filepath.Join(t.TempDir(), "a", "b"))
	if err := errors.Join(d.Make(), d.Make()); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{string(d), filepath.Dir(string(d))} {
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o700 {
			t.Errorf("%s has mode %04o, want 0700", dir, got)
		}
	}
}

func TestOneServerAtATime(t *testing.T) {
	d := datadir.Dir(t.TempDir())
	unlock, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Lock()
	inUse, ok := errors.AsType[*datadir.InUseError](err)
	if !ok || inUse.PID != os.Getpid() || !strings.Contains(err.Error(), string(d)) {
		t.Errorf("a second lock: %v, want an error that names the folder and this process", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := d.Lock()
	if err != nil {
		t.Fatalf("after the first has gone: %v", err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
}

func TestAFileInTheWayIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := datadir.Dir(path).Make(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error = %v, want one that names %s", err, path)
	}
}
