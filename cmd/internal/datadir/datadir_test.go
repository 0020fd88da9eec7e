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

func TestAFolderThatOthersMayUse(t *testing.T) {
	tests := []struct {
		name, file string
		want       os.FileMode
		refused    bool
	}{
		{name: "empty", want: 0o700},
		{name: "with a database", file: "trellis.db", want: 0o700},
		{name: "with a master key", file: "master.key", want: 0o700},
		{name: "of something else", file: "thesis.txt", want: 0o755, refused: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.file != "" {
				if err := os.WriteFile(filepath.Join(dir, tt.file), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			err := datadir.Dir(dir).Make()
			if refused := err != nil; refused != tt.refused || refused && !strings.Contains(err.Error(), "others may use the folder "+dir) {
				t.Errorf("error = %v", err)
			}
			info, err := os.Stat(dir)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != tt.want {
				t.Errorf("mode = %04o, want %04o", got, tt.want)
			}
		})
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
