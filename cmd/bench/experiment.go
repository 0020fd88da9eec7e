package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// experiment is what a run measures, and where.
type experiment struct {
	plan
	cache    string    // the folder of the generated organisation
	postgres string    // the address of an empty database
	progress io.Writer // is told what is being done
}

// run measures on both databases, one after the other. A table comes back beside
// an error when parts of it could not be measured.
func (e experiment) run(ctx context.Context) (t table, err error) {
	dir, err := os.MkdirTemp("", "trellis-bench")
	if err != nil {
		return table{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	e.say("building the program")
	p, err := build(ctx, dir)
	if err != nil {
		return table{}, err
	}
	e.say("making the organisation, unless it is in %s", e.cache)
	file, err := organisation(ctx, p, e.size, e.cache)
	if err != nil {
		return table{}, err
	}
	t.head = append(machine(ctx), e.about())
	var failures []error
	for _, on := range []struct{ name, database string }{{"SQLite", ""}, {"PostgreSQL", e.postgres}} {
		s := &subject{experiment: e, program: p, name: on.name, file: file, database: on.database, dir: filepath.Join(dir, on.name)}
		begun := time.Now()
		if err := s.measure(ctx); err != nil {
			return table{}, fmt.Errorf("on %s: %w", on.name, err)
		}
		t.add(s.version, s.results)
		failures = append(failures, s.failures...)
		e.say("%s took %s", on.name, time.Since(begun).Round(time.Second))
	}
	return t, errors.Join(failures...)
}

func (e experiment) say(format string, args ...any) {
	_, _ = fmt.Fprintf(e.progress, "bench: "+format+"\n", args...) // progress that nobody can read stops nothing
}

// about is what was measured, in a sentence.
func (e experiment) about() string {
	return fmt.Sprintf("%d groups %d deep, %d users, %d memberships (trellis demo-data --seed %d); %s for each line, after three times that of policies; PostgreSQL with fsync, and as installed",
		e.size.Groups, e.size.Depth, e.size.Users, e.size.Memberships, e.size.Seed, e.spell)
}
