package keys

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	masterSize = 32 // the length of a master key in bytes
	maxMasters = 8  // in one file
)

// Ring derives every key of the process from master keys (HKDF-SHA256, a label
// for each purpose). It never prints.
type Ring struct{ masters [][]byte } // the newest first

// New is the ring of a master key, which must have 32 bytes, and of those that
// came before it.
func New(masters ...[]byte) (Ring, error) {
	if len(masters) == 0 || len(masters) > maxMasters {
		return Ring{}, fmt.Errorf("a ring has 1 to %d master keys, and this one has %d", maxMasters, len(masters))
	}
	var r Ring
	for _, master := range masters {
		if len(master) != masterSize {
			return Ring{}, fmt.Errorf("a master key has %d bytes, and this one has %d", masterSize, len(master))
		}
		r.masters = append(r.masters, slices.Clone(master))
	}
	return r, nil
}

// Load is the ring of the master keys in the file at path, a line each. It makes the
// file, for its owner alone, when there is none. A file that others may read is refused:
// it can no longer be called a secret.
func Load(path string) (Ring, error) {
	err := create(path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return Ring{}, fmt.Errorf("making the master key: %w", err)
	}
	return read(path)
}

// Key is the key of n bytes for purpose, the same at every start until the master
// key is another.
func (r Ring) Key(purpose string, n int) []byte { return derive(r.masters[0], purpose, n) }

// OldKeys is what Key was with the master keys before this one. They open what
// was sealed then, and seal nothing.
func (r Ring) OldKeys(purpose string, n int) (old [][]byte) {
	for _, master := range r.masters[1:] {
		old = append(old, derive(master, purpose, n))
	}
	return old
}

func derive(master []byte, purpose string, n int) []byte {
	key, err := hkdf.Key(sha256.New, master, nil, "trellis "+purpose, n)
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
	return place(path, Ring{masters: [][]byte{fresh()}}, os.Link)
}

// fresh is a new master key.
func fresh() []byte {
	master := make([]byte, masterSize)
	_, _ = rand.Read(master) // never fails: it ends the process instead
	return master
}

// place writes r beside path, and moves it there by move.
func place(path string, r Ring, move func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".master-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // what was moved stays under path

	for _, master := range r.masters {
		_, failed := f.WriteString(hex.EncodeToString(master) + "\n")
		err = errors.Join(err, failed)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := move(f.Name(), path); err != nil {
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
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return Ring{}, fmt.Errorf("reading the master key %s: %w", path, err)
	}
	r, ok := parse(string(text))
	if !ok {
		return Ring{}, fmt.Errorf("the master key %s is damaged: it must be %d hexadecimal digits, or up to %d lines of them; restore it from a backup",
			path, 2*masterSize, maxMasters)
	}
	return r, nil
}

// maxFile is the size of a file of master keys, with line ends of two bytes.
const maxFile = maxMasters * (2*masterSize + 2)

func parse(text string) (Ring, bool) {
	if len(text) > maxFile {
		return Ring{}, false
	}
	var masters [][]byte
	for line := range strings.Lines(text) {
		master, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			return Ring{}, false
		}
		masters = append(masters, master)
	}
	r, err := New(masters...)
	return r, err == nil
}
