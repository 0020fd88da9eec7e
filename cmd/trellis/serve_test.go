package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"trellis/cmd/internal/store"
)

// serving is a trellis that serves in the folder data.
type serving struct {
	t    testing.TB
	base string
	log  *bytes.Buffer // to be read after stop
	stop func()
}

// serveIn starts trellis with args and waits until it says that it is ready.
func serveIn(t testing.TB, args ...string) serving {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	says, out := io.Pipe()
	log := new(bytes.Buffer)
	code := make(chan int, 1)
	args = append(args, "--data", "data")
	if !slices.Contains(args, "--listen") {
		args = append(args, "--listen", "127.0.0.1:0")
	}
	go func() {
		code <- run(ctx, process{Args: args, In: strings.NewReader(""), Out: out, Err: log})
		out.Close()
	}()
	base := readyURL(says)
	go func() { _, _ = io.Copy(io.Discard, says) }()
	stopped := false
	s := serving{t: t, base: base, log: log, stop: func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if got := <-code; got != 0 {
			t.Errorf("exit code %d; it says\n%s", got, log)
		}
	}}
	t.Cleanup(s.stop)
	if base == "" {
		s.stop()
		t.Fatalf("it never got ready; it says\n%s", log)
	}
	return s
}

// readyURL reads what a server says until it is ready, or has gone.
func readyURL(says io.Reader) string {
	var text []byte
	one := make([]byte, 1)
	for {
		if _, err := says.Read(one); err != nil {
			return ""
		}
		if text = append(text, one[0]); one[0] != '\n' {
			continue
		}
		if base, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "Trellis is ready: "); ok {
			return base
		}
		text = nil
	}
}

// The afternoon that Trellis is for: sign in, look at the groups, take a
// permission away from a user. And it is in the journal, by the name of who
// did it.
func TestAnAdministratorTakesAPermissionAway(t *testing.T) {
	t.Chdir(t.TempDir())
	s := serveIn(t, "serve", "--demo")
	m := s.machine()
	user, gone := m.somebody()

	ada := s.person()
	ada.open("/")
	if ada.at.Path != "/u/login" {
		t.Fatalf("a stranger is at %s, want the sign-in page", ada.at.Path)
	}
	ada.press("Ada")
	if ada.at.Path != "/" || ada.page.Find("main h1").Text() != "Overview" {
		t.Fatalf("after signing in Ada is at %s", ada.at)
	}
	ada.open("/groups")
	if ada.page.Find("main a").FilterFunction(isGroup).Length() == 0 {
		t.Fatal("Ada sees no group")
	}

	ada.open("/users/" + url.PathEscape(user) + "/permissions")
	trash := ada.page.Find("main a").FilterFunction(func(_ int, a *goquery.Selection) bool {
		href, _ := url.Parse(a.AttrOr("href", ""))
		return href != nil && strings.HasSuffix(href.Path, "/permissions/remove") &&
			href.Query().Get("permission") == gone.Name && href.Query().Get("api") == gone.API
	})
	if trash.Length() != 1 {
		t.Fatalf("%d ways to remove %v, want one", trash.Length(), gone)
	}
	ada.open(trash.AttrOr("href", ""))
	ada.press("Remove permission")
	if want := "/users/" + user + "/permissions"; ada.at.Path != want {
		t.Errorf("after removing Ada is at %s, want %s", ada.at.Path, want)
	}
	for _, h := range m.permissions(user) {
		if h == gone {
			t.Errorf("%v is still there", gone)
		}
	}

	s.stop()
	inside(t, func(ctx context.Context, tx *store.Tx) error {
		a, err := tx.AccountByEmail(ctx, "ada.admin@meridian.example")
		if err != nil {
			return err
		}
		for seq := int64(0); ; {
			entries, err := tx.Journal(ctx, seq, 100)
			if err != nil {
				return err
			}
			if len(entries) == 0 {
				t.Error("the journal knows nothing of Ada")
				return nil
			}
			for _, e := range entries {
				if e.Actor.Subject == a.Subject && e.ObjectID == user && e.Actor.Client == dashboardClient && e.Actor.RequestID != "" {
					return nil
				}
				seq = e.Seq
			}
		}
	})
}

// A second click may not bring a page that was signed out back.
func TestSigningOutEndsTheSession(t *testing.T) {
	t.Chdir(t.TempDir())
	s := serveIn(t, "--demo")
	ines := s.person()
	ines.open("/users")
	ines.press("Tavares")
	if ines.at.Path != "/users" {
		t.Fatalf("after signing in Inês is at %s, want where she was going", ines.at)
	}
	ines.press("Sign out")
	ines.open("/users")
	if ines.at.Path != "/u/login" {
		t.Errorf("after signing out Inês is at %s, want the sign-in page", ines.at.Path)
	}
}

func TestOneServerOnOneFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	s := serveIn(t, "--first-admin", "ada@example.com")
	trellis(t, "--data", "data", "--listen", "127.0.0.1:0").refused(t, "serves the data in data; stop it")
	trellis(t, "account", "add", "hugo@example.com", "--role", "help-desk", "--data", "data").ok(t)
	s.stop()
	serveIn(t).stop()
}

// A tenant that somebody has begun must never let strangers in as its
// administrator.
func TestDemoOnATenantOfSomebodysOwn(t *testing.T) {
	t.Chdir(t.TempDir())
	serveIn(t, "--first-admin", "ada@example.com").stop()
	trellis(t, "--demo", "--data", "data", "--listen", "127.0.0.1:0").refused(t, "not the sample organisation")
	got := trellis(t, "account", "list", "--data", "data").ok(t)
	if strings.Contains(got.out, "meridian.example") || !strings.Contains(got.out, "ada@example.com") {
		t.Errorf("the accounts are\n%s", got.out)
	}
}

func TestDemoOnATenantThatIsStillEmpty(t *testing.T) {
	t.Chdir(t.TempDir())
	serveIn(t).stop()
	ada := serveIn(t, "--demo", "--first-admin", "ada@example.com").person()
	ada.open("/")
	ada.press("Ada")
	if ada.at.Path != "/" {
		t.Errorf("after signing in Ada is at %s", ada.at)
	}
	got := trellis(t, "account", "list", "--data", "data").ok(t)
	if strings.Contains(got.out, "ada@example.com") {
		t.Errorf("--first-admin made an account in the sample:\n%s", got.out)
	}
}

func TestTheTenantWithoutTheDashboard(t *testing.T) {
	t.Chdir(t.TempDir())
	s := serveIn(t, "api", "--demo")
	if id, _ := s.machine().somebody(); id == "" {
		t.Error("the Management API knows nobody")
	}
	for path, want := range map[string]int{"/": 404, "/groups": 404, "/api/groups": 401, "/readyz": 200, "/.well-known/jwks.json": 200} {
		res, err := http.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("GET %s: status %d, want %d", path, res.StatusCode, want)
		}
	}
}

// Who watches the log for errors hears of what broke here, not of what an
// application typed wrongly, and finds the request of each line.
func TestMistakesOfApplicationsAreNoErrorsInTheLog(t *testing.T) {
	t.Chdir(t.TempDir())
	added := trellis(t, "client", "add", "ci", "--scope", "read:users", "--json", "--data", "data").ok(t)
	s := serveIn(t, "api", "--log-format", "json") // the last command is the process's
	var client created
	if err := json.Unmarshal([]byte(added.out), &client); err != nil {
		t.Fatal(err)
	}
	asks := url.Values{"grant_type": {"client_credentials"}, "client_id": {client.ID}, "client_secret": {client.Secret}}
	for _, wrong := range []url.Values{{}, {"audience": {"urn:auth0-authz-api"}, "scope": {"no:such"}}} {
		form := maps.Clone(asks)
		maps.Copy(form, wrong)
		res, err := http.PostForm(s.base+"/oauth/token", form)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%v: status %d, want 403", wrong, res.StatusCode)
		}
	}
	res, err := http.Get(s.base + "/authorize?client_id=trellis-dashboard&redirect_uri=https://evil.example/&response_type=code")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	s.stop()

	refusals := 0
	for line := range strings.Lines(s.log.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if record["level"] != "INFO" {
			t.Errorf("it logs %s", line)
		}
		if record["oidc_error"] == nil {
			continue
		}
		refusals++
		if id, _ := record["request_id"].(string); id == "" || record["part"] != "openid" {
			t.Errorf("no request in %s", line)
		}
	}
	if refusals < 3 {
		t.Errorf("%d refusals are logged, want one for each mistake:\n%s", refusals, s.log)
	}
}

// Whatever the umask, nobody else reads what Trellis writes.
func TestWhatIsWrittenIsForItsOwnerAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	s := serveIn(t, "--demo")
	defer s.stop()
	err := filepath.WalkDir("data", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %04o", path, info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// The dashboard of a tenant elsewhere brings no tenant along, and sends people
// there to sign in.
func TestATenantElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	var elsewhere *httptest.Server
	elsewhere = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/.well-known/openid-configuration" {
			http.NotFound(w, r)
			return
		}
		at := elsewhere.URL
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": at + "/", "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/oauth/token", "jwks_uri": at + "/jwks",
			"response_types_supported": []string{"code"}, "id_token_signing_alg_values_supported": []string{"RS256"},
			"code_challenge_methods_supported": []string{"S256"},
		})
	}))
	defer elsewhere.Close()
	if err := os.WriteFile("secret", []byte("hush-hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serveIn(t, "--issuer", elsewhere.URL+"/", "--authorization-url", elsewhere.URL+"/api",
		"--management-url", elsewhere.URL+"/api/v2", "--client-id", "dash", "--client-secret-file", "secret")

	stranger := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := stranger.Get(s.base + "/login")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	to, err := res.Location()
	if err != nil {
		t.Fatalf("GET /login: %s, %v", res.Status, err)
	}
	if got, want := to.Scheme+"://"+to.Host+to.Path, elsewhere.URL+"/authorize"; got != want || to.Query().Get("client_id") != "dash" {
		t.Errorf("signing in leads to %s, want %s for the client dash", to, want)
	}
	for _, path := range []string{"/.well-known/jwks.json", "/api/v2/users", "/u/login"} {
		res, err := stranger.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: status %d, want 404: there is no tenant here", path, res.StatusCode)
		}
	}
}
