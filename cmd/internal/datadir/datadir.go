package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Dir is a folder of data, which may not exist yet.
type Dir string

// Database is the path of the SQLite database.
func (d Dir) Database() string { return filepath.Join(string(d), "trellis.db") }

// MasterKey is the path of the master key.
func (d Dir) MasterKey() string { return filepath.Join(string(d), "master.key") }

func (d Dir) lock() string { return filepath.Join(string(d), "serve.lock") }

// HasDatabase reports whether a SQLite database is in the folder.
func (d Dir) HasDatabase() bool {
	_, err := os.Stat(d.Database())
	return err == nil
}

// HasMasterKey reports whether something is where the master key belongs.
func (d Dir) HasMasterKey() bool {
	_, err := os.Lstat(d.MasterKey())
	return err == nil
}

// Make makes the folder, for its owner alone, when it is missing. A folder that
// others may use is taken from them when it is empty or Trellis's own.
func (d Dir) Make() error {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return fmt.Errorf("making the folder of the data: %w", err)
	}
	info, err := os.Stat(string(d))
	if err != nil {
		return fmt.Errorf("looking at the folder of the data: %w", err)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return fmt.Errorf("looking at the folder of the data: %w", err)
	}
	if len(entries) > 0 && !d.HasDatabase() && !d.HasMasterKey() {
		return fmt.Errorf("others may use the folder %s (mode %04o), and it holds something else; name an empty folder with --data, or run chmod 700 on it", d, info.Mode().Perm())
	}
	if err := os.Chmod(string(d), 0o700); err != nil { //nolint:gosec // a folder needs its x
		return fmt.Errorf("others may use the folder %s (mode %04o), and it cannot be taken from them: %w", d, info.Mode().Perm(), err)
	}
	return nil
}

// InUseError says that another server runs on the folder.
type InUseError struct {
	Dir string
	PID int // 0 when it is not known
}

func (e *InUseError) Error() string {
	who := "another Trellis"
	if e.PID != 0 {
		who = fmt.Sprintf("another Trellis (process %d)", e.PID)
	}
	return fmt.Sprintf("%s serves the data in %s; stop it, or name another folder with --data", who, e.Dir)
}

// Lock takes the folder for one server. The system gives it back when the
// process ends, however it ends, or when unlock is called.
func (d Dir) Lock() (unlock func() error, err error) {
	f, err := os.OpenFile(d.lock(), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the folder of the data: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) //nolint:gosec // a file descriptor is small
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(&InUseError{Dir: string(d), PID: holder(d.lock())}, f.Close())
	}
	if err == nil {
		err = sign(f)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", d.lock(), err), f.Close())
	}
	return f.Close, nil
}

// sign writes into the lock whose it is, for the message to whoever finds it.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

func holder(path string) int {
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the folder
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return pid
}
