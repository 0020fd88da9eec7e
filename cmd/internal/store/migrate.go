package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied time.Time // zero: it is pending
}

// NewerError says that a newer Trellis has changed the schema in ways that this
// one does not know. An old program would break what the new one keeps.
type NewerError struct{ Schema, Known int64 }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the database has schema %d, and this Trellis knows schemas up to %d only; run the newer Trellis that changed it, or restore a copy from before", e.Schema, e.Known)
}

// Migrations is the steps of the schema of the database of cfg, which it does
// not change beyond making it when it is missing.
func Migrations(ctx context.Context, cfg Config) (steps []Migration, err error) {
	s, err := connected(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	provider, err := s.migrations()
	if err != nil {
		return nil, err
	}
	if err := knownSchema(ctx, provider); err != nil {
		return nil, err
	}
	status, err := provider.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading which migrations are applied: %w", err)
	}
	for _, one := range status {
		steps = append(steps, Migration{one.Source.Version, nameOf(one.Source.Path), one.AppliedAt})
	}
	return steps, nil
}

// Migrate brings the schema of the database of cfg up to date, and returns the
// steps that it took.
func Migrate(ctx context.Context, cfg Config) (taken []Migration, err error) {
	s, err := connected(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.migrate(ctx)
}

// migrate takes the pending steps, each in a transaction together with the note
// that it is taken: whoever is stopped in between can begin again. A copy of a
// SQLite database that has something to lose is made first.
func (s *Store) migrate(ctx context.Context) ([]Migration, error) {
	provider, err := s.migrations()
	if err != nil {
		return nil, err
	}
	if err := knownSchema(ctx, provider); err != nil {
		return nil, err
	}
	if err := s.backup(ctx, provider); err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrating the database: %w", err)
	}
	taken := make([]Migration, len(results))
	for i, r := range results {
		taken[i] = Migration{r.Source.Version, nameOf(r.Source.Path), s.now()}
	}
	return taken, nil
}

func (s *Store) migrations() (*goose.Provider, error) {
	steps, err := fs.Sub(s.steps, "migrations/"+s.dialect.name())
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(s.dialect.goose(), s.write, steps, s.dialect.gooseOptions()...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return provider, nil
}

// knownSchema refuses a schema from the future.
func knownSchema(ctx context.Context, provider *goose.Provider) error {
	schema, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("reading the version of the schema: %w", err)
	}
	sources := provider.ListSources()
	if last := sources[len(sources)-1].Version; schema > last {
		return &NewerError{schema, last}
	}
	return nil
}

// nameOf is "tenant" for "00001_tenant.sql".
func nameOf(file string) string {
	_, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
	return name
}
