package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// outcomeWait is how long a commit whose answer was lost is asked after.
const outcomeWait = 3 * time.Second

// outcome is what became of the transaction called name, whose commit failed
// with err. One that happened after all is no error: to report one would make
// the caller do it twice.
func (s *Store) outcome(ctx context.Context, name string, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outcomeWait)
	defer cancel()
	done, unknown := s.dialect.committed(ctx, s.read, name, err)
	switch {
	case unknown != nil:
		return fmt.Errorf("%w: %w", ErrUncertain, unknown)
	case done:
		return nil
	}
	return err
}

// trouble gives an error of the disk, or of the way to the database, the value
// that says what it means for the caller.
func (s *Store) trouble(err error) error {
	if err == nil {
		return nil
	}
	if unsynced(err) {
		s.failed.Store(true)
	}
	meaning := s.dialect.trouble(err)
	if meaning == nil || errors.Is(err, ErrUncertain) || errors.Is(err, meaning) {
		return err
	}
	return fmt.Errorf("%w: %w", meaning, err)
}

// Risks is the settings of the database that let a power cut undo acknowledged
// changes, such as "fsync=off". SQLite has none: with them Open fails.
func (s *Store) Risks(ctx context.Context) ([]string, error) {
	return s.dialect.risks(ctx, s.read)
}
