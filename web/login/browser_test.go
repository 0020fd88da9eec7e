package login_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	_ "modernc.org/sqlite"

	"trellis/web/login"
	"trellis/web/session"
)

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// dashboard is a relying party with what it needs, and nothing behind it.
type dashboard struct {
	testing.TB
	op    *op
	party *login.Party
	store *session.Store
	db    *sql.DB
	clock *clock
	log   *bytes.Buffer
	echo  *echo.Echo
}

func newDashboard(t testing.TB) *dashboard {
	t.Helper()
	d := &dashboard{TB: t, clock: &clock{t: time.Unix(1_800_000_000, 0)}, log: &bytes.Buffer{}}
	d.op = newOP(t, d.clock)

	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "web.db")+"?_pragma=busy_timeout(5000)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	d.db = db
	d.build()
	return d
}

// twin is another process of the same dashboard.
func (d *dashboard) twin() *dashboard {
	d.Helper()
	other := *d
	other.build()
	return &other
}

func (d *dashboard) build() {
	d.Helper()
	var err error
	d.store, err = session.Open(d.Context(), session.Config{DB: d.db, Key: make([]byte, 32), Now: d.clock.now})
	if err != nil {
		d.Fatal(err)
	}
	d.party, err = login.New(login.Config{
		Issuer: d.op.issuer(), ClientID: clientID, ClientSecret: clientSecret,
		BaseURL: &url.URL{Scheme: "http", Host: "localhost:8080"}, HTTP: d.op.Client(), Sessions: d.store,
		Audiences: map[session.API]string{session.Authorization: authzAPI, session.Management: d.managementAPI()},
		Scopes:    []string{"read:groups", "read:users"},
		Log:       slog.New(slog.NewTextHandler(d.log, nil)),
		Now:       d.clock.now,
	})
	if err != nil {
		d.Fatal(err)
	}
	d.mount()
}

func (d *dashboard) managementAPI() string { return d.op.issuer() + "api/v2/" }

// mount stands for package web: it loads the session, and shows an error's words.
func (d *dashboard) mount() {
	d.echo = echo.New()
	d.echo.HTTPErrorHandler = func(err error, c echo.Context) {
		d.log.WriteString(err.Error() + "\n")
		if e, ok := errors.AsType[*login.Error](err); ok {
			c.Response().Header().Set("Again", e.Again)
			_ = c.String(e.Status, e.Title+" "+e.Message)
			return
		}
		d.echo.DefaultHTTPErrorHandler(err, c)
	}
	d.echo.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			s, err := d.store.Load(c.Response(), c.Request())
			if err != nil {
				return err
			}
			c.SetRequest(c.Request().WithContext(session.With(c.Request().Context(), s)))
			return next(c)
		}
	})
	d.echo.GET("/login", d.party.Start)
	d.echo.GET("/login/callback", d.party.Callback)
	d.echo.POST("/logout", d.party.Logout)
	d.echo.GET("/me", func(c echo.Context) error { return c.String(200, session.From(c.Request().Context()).Subject) })
	d.echo.GET("/token/:api", func(c echo.Context) error {
		token, err := d.party.Token(c.Request().Context(), session.API(c.Param("api")), c.QueryParam("renew") != "")
		if err != nil {
			return err
		}
		return c.String(200, token)
	})
}

// sessions counts the rows of the store.
func (d *dashboard) sessions() (n int) {
	d.Helper()
	if err := d.db.QueryRow(`select count(*) from web_sessions`).Scan(&n); err != nil {
		d.Fatal(err)
	}
	return n
}

// browser visits a dashboard.
type browser struct {
	*dashboard
	jar map[string]string
}

func (d *dashboard) browser() *browser { return &browser{d, map[string]string{}} }

func (b *browser) visit(method, address string, headers ...string) *http.Response {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), method, address, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	for name, value := range b.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.echo.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		b.jar[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
	return res
}

// start begins a sign-in and gives the address at the provider.
func (b *browser) start(query string) string {
	b.Helper()
	res := b.visit("GET", "/login"+query)
	if res.StatusCode != http.StatusSeeOther {
		b.Fatalf("GET /login: %d %s", res.StatusCode, text(res))
	}
	return res.Header.Get("Location")
}

// signIn goes all the way, with whatever flaws the provider has.
func (b *browser) signIn() *http.Response {
	b.Helper()
	return b.visit("GET", b.op.authorize(b.start("")).String())
}

// who is the person that the dashboard takes the browser for, or "".
func (b *browser) who() string {
	b.Helper()
	return text(b.visit("GET", "/me"))
}

func text(res *http.Response) string {
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

// stays checks that a sign-in came to nothing, with status, and told no secret.
func (b *browser) stays(res *http.Response, status int) {
	b.Helper()
	body := text(res)
	if res.StatusCode != status {
		b.Errorf("status = %d %s, want %d", res.StatusCode, body, status)
	}
	if b.sessions() != 0 || b.who() != "" {
		b.Errorf("signed in as %q, with %d sessions", b.who(), b.sessions())
	}
	for _, secret := range []string{"eyJ", "code-", "canary-description", "refresh-", clientSecret} {
		if strings.Contains(body, secret) {
			b.Errorf("the page shows %q", secret)
		}
		if strings.Contains(b.log.String(), secret) {
			b.Errorf("the log shows %q: %s", secret, b.log)
		}
	}
}

// session is what the store has for the browser.
func (b *browser) session() *session.Data {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), "GET", "/", nil)
	for name, value := range b.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	s, err := b.store.Load(httptest.NewRecorder(), r)
	if err != nil {
		b.Fatal(err)
	}
	return s
}
