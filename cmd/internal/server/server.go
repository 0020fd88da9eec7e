package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// What a single client may take of the server's time and memory.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 90 * time.Second
	maxHeaderBytes    = 32 << 10
	maxConnections    = 2048
)

// grace is how long requests under way may take to end after a stop. Two
// servers stop one after the other, so a stop takes at most twice that.
const grace = 8 * time.Second

// Config says what a Server runs.
type Config struct {
	// Public takes connections from the network.
	Public net.Listener
	// Loopback takes connections of the dashboard to the embedded tenant; nil
	// when there is no such tenant, or no dashboard.
	Loopback net.Listener
	// Handler answers on both.
	Handler http.Handler
	// Sweeps are run from time to time.
	Sweeps []Sweep
	Log    *slog.Logger
}

// Server answers on the listeners of its Config.
type Server struct {
	log              *slog.Logger
	public, loopback *http.Server
	sweeps           []Sweep
	stopped          chan error // one for each listener that ends by itself
	stopSweeps       context.CancelFunc
	swept            chan struct{}
}

// Start begins to answer.
func Start(ctx context.Context, cfg Config) *Server {
	s := &Server{log: cfg.Log, sweeps: cfg.Sweeps, stopped: make(chan error, 2), swept: make(chan struct{})}
	s.public = s.serve(netutil.LimitListener(cfg.Public, maxConnections), cfg.Handler)
	if cfg.Loopback != nil {
		s.loopback = s.serve(cfg.Loopback, cfg.Handler)
	}
	var background context.Context
	background, s.stopSweeps = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(s.swept)
		runSweeps(background, s.sweeps, s.log)
	}()
	return s
}

// serve answers on l with the limits that hold for every listener.
func (s *Server) serve(l net.Listener, h http.Handler) *http.Server {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.stopped <- fmt.Errorf("listening on %s: %w", l.Addr(), err)
		}
	}()
	return srv
}

// Wait answers until ctx is done or a listener breaks, then ends in order:
// browsers first, whose requests may still need the tenant, and the tenant
// after them.
func (s *Server) Wait(ctx context.Context) error {
	var broken error
	select {
	case <-ctx.Done():
		s.log.Info("stopping: requests under way are finished, no new ones taken")
	case broken = <-s.stopped:
	}
	s.stopSweeps()
	err := errors.Join(broken, s.stop(s.public))
	if s.loopback != nil {
		err = errors.Join(err, s.stop(s.loopback))
	}
	<-s.swept
	return err
}

// stop ends srv gracefully, and after the grace at once.
func (s *Server) stop(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("some requests did not end in time and were cut off", "after", grace)
		err = srv.Close()
	}
	return err
}
