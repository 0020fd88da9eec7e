package mgmtapi_test

import (
	"bytes"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is a trellis that was built for t, and a tenant that it can serve.
type program struct {
	t      testing.TB
	binary string
	flags  []string // that lead to the tenant
	client string   // a machine client of it that may do everything, as JSON
	log    *record
}

// newProgram builds trellis for the tenant in the database at address.
func newProgram(t testing.TB, address string) program {
	t.Helper()
	p := program{t: t, binary: filepath.Join(t.TempDir(), "trellis"), flags: []string{"--data", filepath.Dir(address)}, log: &record{}}
	if strings.HasPrefix(address, "postgres:") {
		p.flags = []string{"--data", t.TempDir(), "--database", address}
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", p.binary, "trellis/cmd/trellis").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	add := exec.CommandContext(t.Context(), p.binary, append([]string{"client", "add", "sdk", "--all-scopes", "--json"}, p.flags...)...)
	add.Stderr = p.log
	out, err := add.Output()
	if err != nil {
		t.Fatalf("adding a client: %v\n%s", err, p.log)
	}
	p.client = string(out)
	return p
}

// behindTLS runs trellis api behind a proxy that ends TLS, until t is over.
func (p program) behindTLS() *httptest.Server {
	p.t.Helper()
	proxy := httptest.NewUnstartedServer(nil)
	listener := proxy.Listener.Addr().String()
	cmd := exec.Command(p.binary, append([]string{"api", "--listen", "127.0.0.1:0", "--base-url", "https://" + listener}, p.flags...)...)
	cmd.Stderr = p.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			p.t.Errorf("trellis ends with %v; it says\n%s", err, p.log)
		}
	})
	behind := &url.URL{Scheme: "http", Host: p.listens()}
	proxy.Config.Handler = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(behind)
		r.Out.Host = r.In.Host
	}}
	proxy.StartTLS()
	p.t.Cleanup(proxy.Close)
	return proxy
}

// listens waits until the program is ready, and returns where it listens.
func (p program) listens() string {
	p.t.Helper()
	ready := regexp.MustCompile(`msg=ready .*listen=(\S+)`)
	for range 6000 {
		if found := ready.FindStringSubmatch(p.log.String()); found != nil {
			return found[1]
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Fatalf("it is not ready after a minute; it says\n%s", p.log)
	return ""
}

// record keeps what a program says.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}
