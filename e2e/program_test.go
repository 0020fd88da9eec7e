package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long the program may take to start or to stop.
const patience = 30 * time.Second

// build compiles the program under test.
func build() (binary string, clean func(), err error) {
	dir, err := os.MkdirTemp("", "trellis-e2e")
	if err != nil {
		return "", nil, err
	}
	binary = filepath.Join(dir, "trellis")
	out, err := exec.Command("go", "build", "-o", binary, "../cmd/trellis").CombinedOutput()
	if err != nil {
		return "", nil, fmt.Errorf("%w\n%s", err, out)
	}
	return binary, func() { _ = os.RemoveAll(dir) }, nil
}

// program is a running trellis with data of its own.
type program struct {
	binary  string
	args    []string
	dir     string // its --data
	address string // its --listen
	base    string // its --base-url
	process *exec.Cmd
	log     *record
}

// record keeps what a program says, for when a test fails.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// start runs trellis serve with args on a free port, with an empty tenant.
func start(binary string, args ...string) (*program, error) {
	dir, err := os.MkdirTemp("", "trellis-data")
	if err != nil {
		return nil, err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(address)
	p := &program{
		binary: binary, args: args, address: address, base: "http://localhost:" + port,
		dir: filepath.Join(dir, "data"), log: &record{},
	}
	return p, p.resume()
}

// resume runs the program on the data and the port it had before.
func (p *program) resume() error {
	args := append([]string{"serve", "--listen", p.address, "--base-url", p.base, "--data", p.dir}, p.args...)
	p.process = exec.Command(p.binary, args...)
	p.process.Env = environment()
	p.process.Stdout, p.process.Stderr = p.log, p.log
	if err := p.process.Start(); err != nil {
		return err
	}
	if err := p.ready(); err != nil {
		return errors.Join(err, p.stop(), fmt.Errorf("it said:\n%s", p.log))
	}
	return nil
}

// environment is ours without settings of trellis: the tests say them all.
func environment() []string {
	var out []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "TRELLIS_") {
			out = append(out, e)
		}
	}
	return out
}

// ready waits until the program answers that it can serve.
func (p *program) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/readyz", nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s/readyz: not ready after %v", p.base, patience)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop asks the program to end, as an operator's machine does, and reports
// whether it ended well.
func (p *program) stop() error {
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- p.process.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		_ = p.process.Process.Kill()
		return fmt.Errorf("still running %v after SIGTERM", patience)
	}
}

// remove deletes the program's data.
func (p *program) remove() { _ = os.RemoveAll(filepath.Dir(p.dir)) }

// command runs another trellis command on the data of p and returns what it
// prints.
func (p *program) command(stdin string, args ...string) ([]byte, error) {
	c := exec.Command(p.binary, append(args, "--data", p.dir)...)
	c.Env = environment()
	c.Stdin = strings.NewReader(stdin)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("trellis %s: %w: %s", strings.Join(args, " "), err, errs.String())
	}
	return out, nil
}

// machine is a client of the APIs, with what it needs for a token.
type machine struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"`
}

// machine makes a client that may do everything.
func (p *program) machine(name string) (machine, error) {
	out, err := p.command("", "client", "add", name, "--all-scopes", "--json")
	if err != nil {
		return machine{}, err
	}
	var m machine
	if err := json.Unmarshal(out, &m); err != nil {
		return machine{}, fmt.Errorf("trellis client add --json printed %q: %w", out, err)
	}
	return m, nil
}
