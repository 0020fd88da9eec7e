package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

type lite struct{ path string }

func (lite) name() string                         { return "sqlite" }
func (lite) goose() goose.Dialect                 { return goose.DialectSQLite3 }
func (lite) gooseOptions() []goose.ProviderOption { return nil }
func (lite) readOptions() *sql.TxOptions          { return &sql.TxOptions{ReadOnly: true} }
func (lite) writeOptions() *sql.TxOptions         { return nil }

// serialize has nothing to do: _txlock=immediate makes one writer of many.
func (lite) serialize(context.Context, *sql.Tx) (string, error) { return "", nil }

// committed knows that SQLite undoes a commit that it could not write. One that
// it wrote and could not sync is undone as well, until a new start finds it in
// the log.
func (lite) committed(_ context.Context, _ *sql.DB, _ string, err error) (bool, error) {
	if unsynced(err) {
		return false, err
	}
	return false, nil
}

func (lite) listed(column string) string { return `json_group_array(` + column + `)` }

func (lite) remote() bool { return false }

// roomy is a page cache of 256 MiB: the indexes are filled in no order.
func (lite) roomy(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `pragma cache_size = -262144`)
	return err
}

// weigh looks at a thousand rows of each index.
func (lite) weigh(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `pragma analysis_limit = 1000; analyze`)
	return err
}

func (lite) size() string {
	return `select page_count * page_size from pragma_page_count(), pragma_page_size()`
}

func (lite) duplicate(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

func (lite) transient(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED)
}

func (l lite) trouble(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return nil
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		if needsRoom(e.Code()) && full(filepath.Dir(l.path)) {
			return ErrFull
		}
		return ErrUnavailable
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return ErrUnavailable
	}
	return nil
}

// needsRoom reports whether what failed with code takes room on the disk. A sync
// that failed is another matter: nobody knows what it kept.
func needsRoom(code int) bool {
	switch code {
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE,
		sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP:
		return true
	}
	return code&0xff == sqlite3.SQLITE_CANTOPEN
}

// full reports whether there is no room in folder, for whatever reason. SQLite
// knows only one of them, ENOSPC, and calls a quota that is used up an error of
// the disk. It does not tell which one, so this asks the disk itself.
func full(folder string) bool {
	f, err := os.CreateTemp(folder, ".room-*")
	if err == nil {
		_, err = f.WriteAt(make([]byte, room), 0)
		err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
	}
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// room is how many bytes must be free for a disk that is not full: most changes
// need less.
const room = 256 << 10

// unsynced reports that the disk did not confirm what was written to it. The
// system may have dropped it by now, and would say next time that all is well.
func unsynced(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_IOERR_FSYNC || e.Code() == sqlite3.SQLITE_IOERR_DIR_FSYNC)
}

// risks are none: Open refuses them.
func (lite) risks(context.Context, *sql.DB) ([]string, error) { return nil, nil }
