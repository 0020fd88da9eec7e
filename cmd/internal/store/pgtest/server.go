package pgtest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Server is a PostgreSQL that listens on a Unix socket only.
type Server struct {
	bin, dir string
	settings []string
	attr     *syscall.SysProcAttr
	log      bytes.Buffer
	running  *exec.Cmd
}

// New is a server for t alone, which may stop it. settings are of the form
// "fsync=on". It skips t where Database would.
func New(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := Launch(settings...)
	needed(t, err)
	t.Cleanup(s.Remove)
	return s
}

// Address leads to one of the server's databases; "postgres" is always there.
func (s *Server) Address(database string) string {
	return "postgres:///" + database + "?host=" + s.dir + "&user=test&sslmode=disable"
}

// Socket is the file of the Unix socket that the server listens on.
func (s *Server) Socket() string { return filepath.Join(s.dir, ".s.PGSQL.5432") }

// Launch makes a cluster and runs it, for a program that is no test: it removes
// the cluster in the end. Nothing is synced unless settings say otherwise, since
// the cluster does not outlive who asked for it.
func Launch(settings ...string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("/tmp", "pgtest") // short: a socket's path has 107 bytes
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir, settings: append([]string{"listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=200"}, settings...)}
	if s.attr, err = servant(dir); err != nil {
		return nil, err
	}
	initdb := exec.CommandContext(context.Background(), filepath.Join(bin, "initdb"), "-D", s.data(), "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
	initdb.SysProcAttr, initdb.Dir = s.attr, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if err := s.Start(); err != nil {
		s.Remove()
		return nil, err
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Start runs the server and waits until it answers.
func (s *Server) Start() error {
	args := []string{"-D", s.data(), "-k", s.dir}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	s.running = exec.CommandContext(context.Background(), filepath.Join(s.bin, "postgres"), args...)
	s.running.SysProcAttr, s.running.Dir, s.running.Stderr = s.attr, s.dir, &s.log
	if err := s.running.Start(); err != nil {
		return err
	}
	for range 400 {
		if pid, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid")); err == nil && bytes.Contains(pid, []byte("ready")) {
			return nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	s.Stop()
	return fmt.Errorf("PostgreSQL did not start: %s", s.log.String())
}

// Stop ends the server as an impatient operator does: it waits for nobody.
func (s *Server) Stop() {
	if s.running == nil {
		return
	}
	_ = s.running.Process.Signal(syscall.SIGQUIT)
	_ = s.running.Wait()
	s.running = nil
}

// Remove stops the server and deletes its data.
func (s *Server) Remove() {
	s.Stop()
	_ = os.RemoveAll(s.dir)
}
