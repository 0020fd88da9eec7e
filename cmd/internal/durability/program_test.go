package durability

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store/pgtest"
)

// binary is the program under test.
var binary string

func TestMain(m *testing.M) {
	if helper() {
		return
	}
	os.Exit(withProgram(m))
}

func withProgram(m *testing.M) int {
	dir, err := os.MkdirTemp("", "trellis-durability")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "trellis")
	if out, err := exec.Command("go", "build", "-o", binary, "trellis/cmd/trellis").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v\n%s", err, out))
	}
	return pgtest.Main(m)
}

// times is how often something is done: n, unless the variable asks for more.
func times(t *testing.T, variable string, n int) int {
	t.Helper()
	if asked := os.Getenv(variable); asked != "" {
		var err error
		if n, err = strconv.Atoi(asked); err != nil {
			t.Fatalf("%s: %v", variable, err)
		}
	}
	return n
}

// place is where a tenant is kept, and a client that may do everything there.
type place struct {
	flags      []string
	id, secret string
}

func newPlace(t testing.TB, flags ...string) place {
	t.Helper()
	add := exec.Command(binary, append([]string{"client", "add", "ci", "--all-scopes", "--json"}, flags...)...)
	says := &record{}
	add.Stderr = says
	out, err := add.Output()
	if err != nil {
		t.Fatalf("adding a client: %v: %s", err, says)
	}
	var c struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := json.Unmarshal(out, &c); err != nil {
		t.Fatal(err)
	}
	return place{flags, c.ID, c.Secret}
}

// server is a running trellis and a token of its two APIs.
type server struct {
	t     testing.TB
	cmd   *exec.Cmd
	log   *record
	base  string
	token string // of the Authorization API
}

// record keeps what a program says.
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

// launch starts trellis api at p. tracer, if any, is the command that runs it.
func (p place) launch(t testing.TB, tracer ...string) *server {
	t.Helper()
	args := append(append(tracer, binary, "api", "--listen", "127.0.0.1:0"), p.flags...)
	s := &server{t: t, cmd: exec.Command(args[0], args[1:]...), log: &record{}}
	s.cmd.Stderr = s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	for lines := bufio.NewScanner(out); s.base == "" && lines.Scan(); {
		s.base, _ = strings.CutPrefix(lines.Text(), "Trellis is ready: ")
		if !strings.HasPrefix(s.base, "http") {
			s.base = ""
		}
	}
	if s.base == "" {
		t.Fatalf("it never got ready; it says\n%s", s.log)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	s.token = s.tokenFor(p, authzapi.Audience)
	return s
}

func (s *server) tokenFor(p place, audience string) string {
	s.t.Helper()
	got, err := http.PostForm(s.base+"/oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {p.id}, "client_secret": {p.secret}, "audience": {audience},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	defer got.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(got.Body).Decode(&answer); err != nil || answer.Token == "" {
		s.t.Fatalf("no token: %s, %v; the log says\n%s", got.Status, err, s.log)
	}
	return answer.Token
}

// kill ends the server, and a tracer with it, as the system does in an emergency.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		_ = s.cmd.Wait()
	}
}

// stop ends the server as an operator does.
func (s *server) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("it ends with %v; it says\n%s", err, s.log)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

var client = &http.Client{
	Timeout:   20 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 16},
}

// send asks the Authorization API. An error says that there was no answer.
func (s *server) send(method, path, body string) (answer, error) {
	return s.sendAs(s.token, method, "/api"+path, body)
}

func (s *server) sendAs(token, method, path, body string) (answer, error) {
	req, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, b}, err
}

// must is send where an answer with one of the statuses is due.
func (s *server) must(method, path, body string, statuses ...int) answer {
	s.t.Helper()
	got, err := s.send(method, path, body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	for _, want := range statuses {
		if got.status == want {
			return got
		}
	}
	s.t.Fatalf("%s %s: %d %s, want %v; the log says\n%s", method, path, got.status, got.body, statuses, s.log)
	return got
}

// newGroup makes a group and returns its id.
func (s *server) newGroup(name string) string {
	s.t.Helper()
	var g struct {
		ID string `json:"_id"`
	}
	got := s.must("POST", "/groups", fmt.Sprintf(`{"name":%q,"description":"d"}`, name), http.StatusOK)
	if err := json.Unmarshal(got.body, &g); err != nil {
		s.t.Fatal(err)
	}
	return g.ID
}
