package keys

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// masterSize is the length of a master key in bytes.
const masterSize = 32

// Ring derives every key of the process from one master key (HKDF-SHA256, a
// label for each purpose). It never prints.
type Ring struct{ master []byte }

// New is the ring of master, which must have 32 bytes.
func New(master []byte) (Ring, error) {
	if len(master) != masterSize {
		return Ring{}, fmt.Errorf("a master key has %d bytes, and this one has %d", masterSize, len(master))
	}
	return Ring{master: append([]byte(nil), master...)}, nil
}

// Load is the ring of the master key in the file at path, which it makes, for
// its owner alone, when there is none. A file that others may read is refused:
// it can no longer be called a secret.
func Load(path string) (Ring, error) {
	err := create(path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return Ring{}, fmt.Errorf("making the master key: %w", err)
	}
	return read(path)
}

// Key is the key of n bytes for purpose, the same at every start.
func (r Ring) Key(purpose string, n int) []byte {
	key, err := hkdf.Key(sha256.New, r.master, nil, "trellis "+purpose, n)
	if err != nil { // only for more than 255 hashes, a mistake of the caller
		panic("keys: " + err.Error())
	}
	return key
}

// String keeps the master key out of logs.
func (Ring) String() string { return "[redacted]" }

// GoString keeps the master key out of %#v.
func (r Ring) GoString() string { return r.String() }

// LogValue keeps the master key out of structured logs.
func (r Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }

// create writes a new master key beside path and links it into place, so that
// of two processes one wins and no reader ever sees half a key.
func create(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".master-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // what was linked stays under path

	master := make([]byte, masterSize)
	_, _ = rand.Read(master) // never fails: it ends the process instead
	_, err = f.WriteString(hex.EncodeToString(master) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder outlive a power cut. Without this key
// nobody can read the secrets in a database that did.
func syncFolder(path string) error {
	folder, err := os.Open(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func read(path string) (Ring, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return Ring{}, fmt.Errorf("reading the master key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Ring{}, fmt.Errorf("reading the master key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Ring{}, fmt.Errorf("the master key %s is not a file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Ring{}, fmt.Errorf("others may read the master key %s (mode %04o): run chmod 600 on it", path, info.Mode().Perm())
	}
	text := make([]byte, 2*masterSize+2)
	n, err := f.Read(text)
	if err != nil {
		return Ring{}, fmt.Errorf("reading the master key %s: %w", path, err)
	}
	master, err := hex.DecodeString(strings.TrimSpace(string(text[:n])))
	if err != nil || len(master) != masterSize {
		return Ring{}, fmt.Errorf("the master key %s is damaged: it must be %d hexadecimal digits; restore it from a backup", path, 2*masterSize)
	}
	return Ring{master: master}, nil
}
