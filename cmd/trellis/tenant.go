package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os/user"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"

	"trellis/cmd/internal/config"
	"trellis/cmd/internal/datadir"
	"trellis/cmd/internal/store"
)

// invocation is one run of a command: what the system gave, and the settings
// that every command has.
type invocation struct {
	process
	Data config.Data
	Log  *slog.Logger
}

// printf writes to the command's standard output.
func (i *invocation) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(i.Out, format, args...)
	return err
}

// flags is the flags that lead another command to the same tenant. It shows no
// password of a database.
func (i *invocation) flags() string {
	switch {
	case i.Data.Postgres():
		return " --database …"
	case i.Data.Data != "":
		return " --data " + i.Data.Data
	case i.Data.Demo:
		return " --demo"
	}
	return ""
}

// dir is the folder of the data.
func (i *invocation) dir() datadir.Dir { return datadir.Dir(i.Data.Dir()) }

// open opens the database of the tenant, and makes it when it is missing.
func (i *invocation) open(ctx context.Context, allowCycles bool) (*store.Store, error) {
	if !i.Data.Postgres() {
		if err := i.dir().Make(); err != nil {
			return nil, err
		}
	}
	s, err := store.Open(ctx, store.Config{URL: i.database(), AllowCycles: allowCycles, SealKey: i.sealKey, OldSealKeys: i.oldSealKeys, Log: i.Log})
	return s, connecting(err)
}

// database is where the database of the tenant is.
func (i *invocation) database() string {
	if i.Data.Postgres() {
		return i.Data.Database
	}
	return i.dir().Database()
}

// connecting makes one line of why PostgreSQL cannot be reached. The driver has
// a line for each address and way that it tried.
func connecting(err error) error {
	failed, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok {
		return err
	}
	at := net.JoinHostPort(failed.Config.Host, strconv.Itoa(int(failed.Config.Port)))
	if answer, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fmt.Errorf("PostgreSQL at %s refuses the connection (%s); correct --database", at, answer.Message)
	}
	why := "no answer"
	if unknown, ok := errors.AsType[*net.DNSError](err); ok {
		why = unknown.Err
	} else if network, ok := errors.AsType[*net.OpError](err); ok {
		why = network.Err.Error()
	}
	return fmt.Errorf("cannot connect to PostgreSQL at %s (%s); start it, or correct --database", at, why)
}

// with runs fn on the tenant in the name of the person at the keyboard. It
// works beside a server that runs on the same database.
func (i *invocation) with(ctx context.Context, fn func(context.Context, *store.Store) error) (err error) {
	if err := i.Data.Check(); err != nil {
		return misuse{err}
	}
	if err := i.mixedUp(); err != nil {
		return misuse{err}
	}
	s, err := i.open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return fn(store.WithActor(ctx, store.Actor{Subject: systemUser(), Client: "cli"}), s)
}

// existing is with, for commands that make no sense without a tenant.
func (i *invocation) existing(ctx context.Context, fn func(context.Context, *store.Store) error) error {
	if !i.Data.Postgres() && !i.dir().HasDatabase() {
		return misuse{fmt.Errorf("there is no tenant in %s: %w; name its folder with --data", i.dir(), fs.ErrNotExist)}
	}
	return i.with(ctx, fn)
}

// mixedUp stops a command from making a new tenant beside the sample
// organisation, which is what its user will have meant.
func (i *invocation) mixedUp() error {
	if i.Data.Postgres() || i.Data.Data != "" || i.Data.Demo || i.dir().HasDatabase() {
		return nil
	}
	if sample := datadir.Dir(config.DemoDir()); sample.HasDatabase() {
		return fmt.Errorf("there is no tenant in %s, but the sample organisation is in %s; add --demo, or --data %s to begin a new tenant", i.dir(), sample, i.dir())
	}
	return nil
}

// systemUser is who the operating system says is at the keyboard.
func systemUser() string {
	u, err := user.Current()
	if err != nil {
		return "unknown"
	}
	return u.Username
}
