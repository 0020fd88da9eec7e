package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

// maxBackups is how many copies of before a migration are kept; the oldest go.
const maxBackups = 3

// backup copies a database that a pending step is about to change. A new
// database has nothing to lose.
func (s *Store) backup(ctx context.Context, provider *goose.Provider) error {
	schema, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("reading the version of the schema: %w", err)
	}
	sources := provider.ListSources()
	last := sources[len(sources)-1].Version
	if schema == 0 || schema >= last {
		return nil
	}
	path, err := s.dialect.backup(ctx, s.write, last, s.now())
	if err != nil {
		return fmt.Errorf("copying the database before its schema changes: %w; nothing was changed: make room beside it, and start again", err)
	}
	if path != "" {
		s.log.Info("copied the database before its schema changes", "copy", path, "schema", schema, "becomes", last)
	}
	return nil
}

// halfBackup begins the name of a copy that is not whole yet.
const halfBackup = ".half-copied-"

// backup makes a copy beside the database that is consistent, on the disk, and
// its owner's alone. It has its name only when it is whole.
func (l lite) backup(ctx context.Context, db *sql.DB, version int64, at time.Time) (path string, err error) {
	base := strings.TrimSuffix(l.path, ".db")
	if err := sweepBackups(filepath.Dir(l.path)); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(filepath.Dir(l.path), halfBackup+"*") // made with mode 0600
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // what was renamed is not there any more
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := db.ExecContext(ctx, `vacuum into $1`, f.Name()); err != nil {
		return "", err
	}
	if err := f.Sync(); err != nil { // SQLite does not wait for the disk here
		return "", err
	}
	path = fmt.Sprintf("%s-%s-before-schema-%d.db", base, at.UTC().Format("20060102T150405Z"), version)
	if err := os.Rename(f.Name(), path); err != nil {
		return "", err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return "", err
	}
	return path, forgetBackups(base)
}

// sweepBackups deletes what a killed process left of a copy.
func sweepBackups(folder string) error {
	halves, err := filepath.Glob(filepath.Join(folder, halfBackup+"*"))
	if err != nil {
		return err
	}
	for _, half := range halves {
		if err := os.Remove(half); err != nil {
			return err
		}
	}
	return nil
}

// forgetBackups deletes the oldest copies but maxBackups. Their names begin
// with when they were made.
func forgetBackups(base string) error {
	entries, err := os.ReadDir(filepath.Dir(base))
	if err != nil {
		return err
	}
	var copies []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(base)+"-") && strings.Contains(e.Name(), "-before-schema-") {
			copies = append(copies, filepath.Join(filepath.Dir(base), e.Name()))
		}
	}
	slices.Sort(copies)
	for _, old := range copies[:max(0, len(copies)-maxBackups)] {
		if err := os.Remove(old); err != nil {
			return err
		}
	}
	return nil
}

// syncFolder makes the names in a folder outlive a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
