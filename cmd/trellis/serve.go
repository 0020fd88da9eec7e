package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"trellis/cmd/internal/config"
	"trellis/cmd/internal/firstrun"
	"trellis/cmd/internal/keys"
	"trellis/cmd/internal/loopback"
	"trellis/cmd/internal/server"
	"trellis/cmd/internal/sightings"
	"trellis/cmd/internal/store"
)

type serveCommand struct {
	config.Listen
	config.Tenant
	config.Remote
}

// Run serves until ctx is done.
func (c *serveCommand) Run(ctx context.Context, i *invocation) error {
	err := errors.Join(i.Data.Check(), c.Listen.Check(), c.Tenant.Check(), c.Remote.Check())
	if c.InUse() && (i.Data.Demo || c.FirstAdmin != "") {
		err = errors.Join(err, errors.New("--demo and --first-admin are about the embedded tenant, and the settings name a remote one; drop either"))
	}
	if err != nil {
		return misuse{err}
	}
	return serve(ctx, i, service{listen: c.Listen, tenant: c.Tenant, remote: c.Remote, dashboard: true})
}

type apiCommand struct {
	config.Listen
	config.Tenant
}

// Run serves until ctx is done.
func (c *apiCommand) Run(ctx context.Context, i *invocation) error {
	if err := errors.Join(i.Data.Check(), c.Listen.Check(), c.Tenant.Check()); err != nil {
		return misuse{err}
	}
	return serve(ctx, i, service{listen: c.Listen, tenant: c.Tenant})
}

// service is what serve shall serve.
type service struct {
	listen    config.Listen
	tenant    config.Tenant
	remote    config.Remote
	dashboard bool
}

// site is what all parts of a running service share.
type site struct {
	service
	*invocation
	address net.Addr // that it listens on
	base    *url.URL // of the dashboard and the embedded tenant, without a slash at its end
	inside  *loopback.Listener
	network http.RoundTripper // reaches the tenant, wherever it is
	store   *store.Store
	ring    keys.Ring
	parts   server.Parts
	checks  []server.Check
	sweeps  []server.Sweep
	seen    *sightings.Book // nil without a tenant of our own
}

// serve does everything that can fail before it says that it is ready. The port
// comes first: when it is taken, nothing has been written.
func serve(ctx context.Context, i *invocation, what service) (err error) {
	public, err := new(net.ListenConfig).Listen(ctx, "tcp", what.listen.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; stop what is there, or give another --listen", what.listen.Listen, err)
	}
	defer public.Close() //nolint:errcheck // the server closes it; this is for a start that fails
	s := &site{service: what, invocation: i}
	s.address = public.Addr()
	if s.base, err = what.listen.URL(public.Addr().(*net.TCPAddr).Port); err != nil {
		return misuse{err}
	}
	if err := what.remote.CheckApart(s.base); err != nil {
		return misuse{err}
	}
	s.inside = loopback.Listen(s.base)
	s.network = s.inside.Transport()

	closeData, err := s.openData(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeData()) }()
	if err := s.assemble(ctx); err != nil {
		return err
	}
	running := server.Start(ctx, server.Config{Public: public, Loopback: s.inside, Handler: s.parts, Sweeps: s.sweeps, Log: i.Log})
	go s.announce(ctx)
	return errors.Join(running.Wait(ctx), s.writeDown(ctx))
}

// writeDown keeps what waits in memory to be written, now that nobody asks any more.
func (s *site) writeDown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return s.seen.Flush(ctx)
}

// openData opens the database and the master key, for this server alone where
// it has the folder to itself. PostgreSQL may have several servers.
func (s *site) openData(ctx context.Context) (closeData func() error, err error) {
	if s.Data.Postgres() {
		// The database first: when it is not there, no folder is made.
		if s.store, err = s.open(ctx, s.tenant.AllowCycles()); err != nil {
			return nil, err
		}
	}
	unlock, err := s.lock()
	if err == nil && s.store == nil {
		s.store, err = s.open(ctx, s.tenant.AllowCycles())
	}
	if err == nil {
		err = s.openRing(ctx)
	}
	closeData = func() error {
		var err error
		if s.store != nil {
			err = s.store.Close()
		}
		return errors.Join(err, unlock())
	}
	if err == nil {
		err = s.warnOfRisks(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, closeData())
	}
	return closeData, nil
}

// openRing reads the master key, or makes the first one.
func (s *site) openRing(ctx context.Context) error {
	return s.store.View(ctx, func(tx *store.Tx) (err error) {
		s.ring, err = s.loadRing(ctx, tx, true)
		return err
	})
}

// warnOfRisks tells the operator of a database that may forget what it has
// acknowledged.
func (s *site) warnOfRisks(ctx context.Context) error {
	risks, err := s.store.Risks(ctx)
	if err != nil {
		return err
	}
	if len(risks) > 0 {
		s.Log.Warn("a power cut can undo changes that were acknowledged: PostgreSQL is not set to keep them", "settings", strings.Join(risks, " "))
	}
	return nil
}

// lock makes the folder of the data and takes it.
func (s *site) lock() (unlock func() error, err error) {
	free := func() error { return nil }
	if err := s.dir().Make(); err != nil {
		return free, err
	}
	if s.Data.Postgres() {
		return free, nil
	}
	unlock, err = s.dir().Lock()
	if err != nil {
		return free, err
	}
	return unlock, nil
}

// assemble makes the parts.
func (s *site) assemble(ctx context.Context) error {
	s.checks = append(s.checks, server.Check{Name: "database", Run: s.store.Ping})
	if !s.remote.InUse() {
		if err := s.populate(ctx); err != nil {
			return err
		}
		if err := s.embedTenant(); err != nil {
			return err
		}
	}
	if s.dashboard {
		if err := s.addDashboard(ctx); err != nil {
			return err
		}
	}
	s.parts.Health = server.NewHealth(s.Log, s.checks...)
	return nil
}

// populate sees to the people and the records of a first start.
func (s *site) populate(ctx context.Context) error {
	if s.Data.Demo {
		if err := firstrun.Sample(ctx, s.store, time.Now()); err != nil || s.tenant.FirstAdmin == "" {
			return err
		}
		return s.printf("--first-admin made nobody: the sample organisation of --demo has an administrator of its own.\n")
	}
	if err := firstrun.Directory(ctx, s.store); err != nil {
		return err
	}
	return firstrun.Administrator(ctx, s.store, firstrun.Request{
		Email: s.tenant.FirstAdmin, Terminal: s.Terminal, Data: s.flags(), Out: s.Out,
	})
}

// announce says on standard output that the service is ready, once it is.
func (s *site) announce(ctx context.Context) {
	for !s.parts.Health.Ready(ctx) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
	_ = s.printf("Trellis is ready: %s\n", s.base)
	s.Log.Info("ready", "url", s.base.String(), "listen", s.address.String(), "data", s.Data.Dir(), "demo", s.Data.Demo)
}
