package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"trellis/cmd/internal/datadir"
)

// subject is one tenant that is measured: the organisation on one database.
type subject struct {
	experiment
	program  program
	name     string
	file     string // of the organisation
	database string // of PostgreSQL; empty for SQLite
	dir      string // of the tenant's data

	base    string // that the program is served at
	machine machineClient
	token   string
	sample  sample
	version string // of the database, with its name
	results results

	failures []error // why lines of the results say that something failed
}

// measure measures the program as a process, and then within this process.
func (s *subject) measure(ctx context.Context) error {
	if err := s.fill(ctx); err != nil {
		return err
	}
	running, err := s.start(ctx)
	if err != nil {
		return err
	}
	err = s.measureProcess(ctx, running)
	if err := errors.Join(err, running.stop()); err != nil {
		return err
	}
	return s.measureInside(ctx)
}

// attempt measures lines of the table. When that fails, the lines say so and
// what comes after them is measured all the same.
func (s *subject) attempt(ctx context.Context, where string, lines []string, measure func() error) error {
	s.say("%s, %s: %s", s.name, where, lines[0])
	err := measure()
	if err == nil || ctx.Err() != nil {
		return err
	}
	s.failures = append(s.failures, fmt.Errorf("%s, %s: %s: %w", s.name, where, lines[0], err))
	for _, line := range lines {
		if !s.results.has(line, where) {
			s.results.addFailure(line, where)
		}
	}
	return nil
}

// flags leads commands to the tenant.
func (s *subject) flags() []string {
	flags := []string{"--data", s.dir}
	if s.database != "" {
		flags = append(flags, "--database", s.database)
	}
	return flags
}

// storeAddress is where the tenant's database is.
func (s *subject) storeAddress() string {
	if s.database != "" {
		return s.database
	}
	return datadir.Dir(s.dir).Database()
}

// fill imports the organisation, and adds who will ask.
func (s *subject) fill(ctx context.Context) error {
	s.say("%s: importing the organisation", s.name)
	info, err := os.Stat(s.file)
	if err != nil {
		return err
	}
	begun := time.Now()
	peak, err := s.program.run(ctx, "", io.Discard, append([]string{"import", s.file}, s.flags()...)...)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("import of everything, %d MB", info.Size()/1e6)
	s.results.addTime(what, "process", time.Since(begun), limit{})
	s.results.addMemory(what+": memory at most", peak, limit{})

	var printed bytes.Buffer
	if _, err := s.program.run(ctx, "", &printed, append([]string{"client", "add", "bench", "--all-scopes", "--json"}, s.flags()...)...); err != nil {
		return err
	}
	if err := json.Unmarshal(printed.Bytes(), &s.machine); err != nil {
		return err
	}
	_, err = s.program.run(ctx, password, io.Discard, append([]string{"account", "add", email, "--role", "administrator", "--password-stdin"}, s.flags()...)...)
	return err
}

// serve starts the program and asks r for a policy until there is one.
func (s *subject) serve(ctx context.Context, r *reach) (*process, time.Duration, error) {
	begun := time.Now()
	args := append([]string{"--listen", r.base[len("http://"):], "--base-url", r.base}, s.flags()...)
	p, err := s.program.serve(ctx, filepath.Join(filepath.Dir(s.dir), s.name+".log"), args...)
	if err != nil {
		return nil, 0, err
	}
	for {
		var err error
		if r.token == "" {
			err = r.signIn(ctx, s.machine)
		} else {
			_, err = r.send(ctx, s.sample.policy(0))
		}
		if err == nil {
			return p, time.Since(begun), nil
		}
		if time.Since(begun) > time.Minute || ctx.Err() != nil {
			return nil, 0, errors.Join(fmt.Errorf("no answer after a minute: %w", err), p.stop())
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// start starts the program again and again, and measures how long it takes from
// nothing to the first policy. The last one goes on.
func (s *subject) start(ctx context.Context) (*process, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	s.base = "http://" + address
	r := overHTTP(s.base)
	s.say("%s: starting the program", s.name)
	p, _, err := s.serve(ctx, &r) // for a token, and for the keys of a first start
	if err != nil {
		return nil, err
	}
	s.token = r.token
	if err := s.choose(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	var took timing
	for range s.starts {
		if err := p.stop(); err != nil {
			return nil, err
		}
		var d time.Duration
		if p, d, err = s.serve(ctx, &r); err != nil {
			return nil, err
		}
		took = append(took, d)
	}
	s.results.addTiming("cold start to the first policy", "process", sorted(took), limit{median: 5 * time.Second, p99: 5 * time.Second})
	return p, nil
}

// choose takes the sample from the database, and its version.
func (s *subject) choose(ctx context.Context) error {
	x, err := s.openInside(ctx)
	if err != nil {
		return err
	}
	if s.sample, err = newSample(ctx, x.store, s.samples); err == nil {
		s.version, err = s.databaseVersion(ctx, x.store.DB())
	}
	return errors.Join(err, x.store.Close())
}

// databaseVersion is the database's name and what it says its version is.
func (s *subject) databaseVersion(ctx context.Context, db *sql.DB) (string, error) {
	ask := "select sqlite_version()"
	if s.database != "" {
		ask = "show server_version"
	}
	var says string
	if err := db.QueryRowContext(ctx, ask).Scan(&says); err != nil {
		return "", err
	}
	number, _, _ := strings.Cut(says, " ") // a distribution adds its own
	return s.name + " " + number, nil
}

func (s *subject) openInside(ctx context.Context) (*inside, error) {
	return openInside(ctx, s.storeAddress(), datadir.Dir(s.dir).MasterKey(), s.base)
}
