package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is a trellis that was built here.
type program string

// build makes the program in dir.
func build(ctx context.Context, dir string) (program, error) {
	path := filepath.Join(dir, "trellis")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", path, "trellis/cmd/trellis").CombinedOutput(); err != nil { //nolint:gosec // a folder of ours
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return program(path), nil
}

// run runs one of the program's commands and returns what it wrote and the most
// memory that it had, in bytes. How much the system counts in the end is of no use:
// there a process has had at least what the one that began it had.
func (p program) run(ctx context.Context, stdin string, out io.Writer, args ...string) (peak int64, err error) {
	cmd := exec.CommandContext(ctx, string(p), args...) //nolint:gosec // the program under test
	var says bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), out, &says
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		if _, most, err := memoryOf(cmd.Process.Pid); err == nil {
			peak = max(peak, most)
		}
		select {
		case err := <-ended:
			if err != nil {
				return 0, fmt.Errorf("trellis %s: %w\n%s", args[0], err, &says)
			}
			return peak, nil
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// process is a running trellis serve.
type process struct {
	cmd *exec.Cmd
	log *os.File
}

// serve starts the program. Nobody waits until it is ready.
func (p program) serve(ctx context.Context, log string, args ...string) (*process, error) {
	f, err := os.Create(log) //nolint:gosec // a folder of ours
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, string(p), append([]string{"serve"}, args...)...) //nolint:gosec // the program under test
	cmd.Stderr = f
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &process{cmd, f}, nil
}

// stop ends the process as an operator does.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have gone
	err := p.cmd.Wait()
	if err != nil {
		text, _ := os.ReadFile(p.log.Name())
		err = fmt.Errorf("trellis serve ended with %w; it says\n%s", err, text[max(0, len(text)-2000):])
	}
	return errors.Join(err, p.log.Close())
}

// memory is the memory that the process has, and the most that it had, in bytes.
func (p *process) memory() (resident, peak int64, err error) { return memoryOf(p.cmd.Process.Pid) }

// memoryOf is how much memory a process has, and had at most, in bytes.
func memoryOf(pid int) (resident, peak int64, err error) {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			resident = kib * 1024
		case "VmHWM":
			peak = kib * 1024
		}
	}
	return resident, peak, nil
}

// freeAddress is an address on loopback that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
