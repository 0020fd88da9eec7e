package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/go-jose/go-jose/v4"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/server"
)

// startFloor runs a floor in a process of its own, as the program is one: between
// two processes a request takes longer than within one. It checks the tokens of the
// program that r reaches.
func (s *subject) startFloor(ctx context.Context, r reach, answers map[string][]byte) (reach, func() error, error) {
	self, err := os.Executable()
	if err != nil {
		return reach{}, nil, err
	}
	told, err := json.Marshal(answers)
	if err != nil {
		return reach{}, nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-floor", r.base) //nolint:gosec // this program
	cmd.Stdin, cmd.Stderr = bytes.NewReader(told), os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return reach{}, nil, err
	}
	if err := cmd.Start(); err != nil {
		return reach{}, nil, err
	}
	stop := func() error {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have gone
		return cmd.Wait()
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return reach{}, nil, errors.Join(fmt.Errorf("the floor does not say where it is: %w", err), stop())
	}
	floor := overHTTP(strings.TrimSpace(address))
	floor.token = r.token
	return floor, stop, nil
}

// serveFloor serves a floor until ctx is done. What it answers is read from in, the
// keys of the tokens from the program at base, and its own address goes to out.
func serveFloor(ctx context.Context, base string, in io.Reader, out io.Writer) error {
	server.UseMemory()
	f := floor{}
	if err := json.NewDecoder(in).Decode(&f.answers); err != nil {
		return err
	}
	keys, err := keysOf(ctx, base)
	if err != nil {
		return err
	}
	f.tokens = bearer.New(base+"/", keys)
	public, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	running := server.Start(ctx, server.Config{Public: public, Handler: f, Log: slog.New(slog.DiscardHandler)})
	_, err = fmt.Fprintf(out, "http://%s\n", public.Addr())
	return errors.Join(err, running.Wait(ctx))
}

// known is keys that were read once.
type known struct{ jose.JSONWebKeySet }

func (k known) PublicKeys(context.Context) ([]jose.JSONWebKey, error) { return k.Keys, nil }

// keysOf is the public keys of the program at base.
func keysOf(ctx context.Context, base string) (k known, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/.well-known/jwks.json", nil)
	if err != nil {
		return k, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return k, err
	}
	defer res.Body.Close()
	return k, json.NewDecoder(res.Body).Decode(&k.JSONWebKeySet)
}
