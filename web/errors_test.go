package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// An error is told where the person looks: on a page of its own, or beside what
// they were doing. Either way it can be found in the log, and there is a way on.
func TestErrorsAreShown(t *testing.T) {
	s := newSite(t)
	s.administrator()
	s.api.says(500, `{"message":"<b>secret</b>"}`, nil)

	res := s.get("/groups")
	doc, id := page(t, res), res.Header.Get("X-Request-Id")
	if res.StatusCode != 502 || doc.Find("h1").Text() != "The API has a problem" || doc.Find("main code").Text() != id {
		t.Errorf("%d: %s", res.StatusCode, doc.Find("main").Text())
	}
	again, _ := doc.Find(`main a:contains("Try again")`).Attr("href")
	back, _ := doc.Find(`main a:contains("Back to groups")`).Attr("href")
	if s.api.says(404, "{}", nil); page(t, s.get("/roles/r")).Find(`main a[href="/roles"]:contains("Back to roles")`).Length() != 1 {
		t.Error("an unknown role does not lead back to the roles")
	}
	if again != "/groups" || back != "/groups" {
		t.Errorf("ways on: %q and %q", again, back)
	}
	if !strings.Contains(s.log.String(), id) {
		t.Errorf("%s is not in the log", id)
	}

	res = s.get("/groups", "HX-Request", "true")
	doc = page(t, res)
	if doc.Find("html head title").Length() != 0 || !strings.Contains(doc.Find("#notice").Text(), res.Header.Get("X-Request-Id")) {
		t.Errorf("a part: %s", doc.Text())
	}
	if res.Header.Get("HX-Retarget") != "#notice" || res.Header.Get("HX-Push-Url") != "false" {
		t.Errorf("headers = %v", res.Header)
	}
}

func TestAPauseIsPassedOn(t *testing.T) {
	s := newSite(t)
	s.administrator()
	s.api.says(429, `{}`, http.Header{"Retry-After": {"30"}})
	res := s.get("/groups")
	if res.StatusCode != 429 || res.Header.Get("Retry-After") != "30" || s.api.calls != 1 {
		t.Errorf("%d, Retry-After %q, %d calls", res.StatusCode, res.Header.Get("Retry-After"), s.api.calls)
	}
}

// UF-01: an API that refuses a token ends the session. Right after signing in
// that would go round in circles.
func TestUF_01_refused_for_good(t *testing.T) {
	tests := []struct {
		name       string
		signedIn   time.Time
		headers    []string
		wantStatus int
		wantTo     string
	}{
		{"an old session", tenMinutesAgo(), nil, 303, "/login?return_to=%2Fgroups"},
		{"an old session, a part of a page", tenMinutesAgo(), []string{"HX-Request", "true"}, 401, "/login?return_to=%2Fgroups"},
		{"a session begun just now", time.Now(), nil, 502, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.signIn(tt.signedIn, everything...)
			s.api.says(401, `{}`, nil)
			res := s.get("/groups", tt.headers...)
			if to := res.Header.Get("Location") + res.Header.Get("HX-Redirect"); res.StatusCode != tt.wantStatus || to != tt.wantTo {
				t.Errorf("%d to %q, want %d to %q", res.StatusCode, to, tt.wantStatus, tt.wantTo)
			}
			if s.api.calls != 2 {
				t.Errorf("%d calls, want 2", s.api.calls)
			}
			if in := s.session().SignedInAs(); in != (tt.wantTo == "") {
				t.Errorf("still signed in: %t", in)
			}
		})
	}
}

func TestRX_10_a_panic_is_one_persons_error(t *testing.T) {
	s := newSite(t)
	s.administrator()
	s.echo = s.mount([]route{{"GET", "/boom", need{}, func(echo.Context) error { panic("secret") }}})
	res := s.get("/boom")
	body := page(t, res).Text()
	if res.StatusCode != 500 || strings.Contains(body, "secret") || strings.Contains(body, "goroutine") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if !strings.Contains(s.log.String(), "goroutine") {
		t.Error("no stack in the log")
	}
}

func TestSES_15_without_a_database_there_are_no_pages(t *testing.T) {
	s := newSite(t)
	s.administrator()
	s.db.Close()
	for _, address := range []string{"/groups", "/signed-out", "/nothing"} {
		if res := s.get(address); res.StatusCode != 503 || s.api.calls != 0 {
			t.Errorf("%s: %d after %d calls", address, res.StatusCode, s.api.calls)
		}
	}
}

func TestSEC_05_06_nothing_secret_in_logs_or_pages(t *testing.T) {
	s := newSite(t)
	d := s.administrator()
	res := s.get("/groups?q=search-canary")
	for _, secret := range []string{"token-canary", "refresh-canary", s.jar["trellis"]} {
		if strings.Contains(page(t, res).Text(), secret) {
			t.Errorf("the page shows %q", secret)
		}
	}
	s.get("/login/callback?code=code-canary&state=state-canary")
	s.post("/nothing", url.Values{csrfField: {d.CSRF}, "name": {"form-canary"}})
	for _, secret := range []string{"canary", s.jar["trellis"], d.CSRF} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log shows %q:\n%s", secret, s.log)
		}
	}
	if !strings.Contains(s.log.String(), "route=/login/callback status=400") {
		t.Errorf("no line about the callback:\n%s", s.log)
	}
}

func TestOIDC_28_29_signed_out(t *testing.T) {
	s := newSite(t)
	for _, address := range []string{"/signed-out", "/signed-out?state=whatever"} {
		res := s.get(address)
		to, _ := page(t, res).Find(`a:contains("Sign in")`).Attr("href")
		if res.StatusCode != 200 || to != "/login" {
			t.Errorf("%s: %d with a link to %q", address, res.StatusCode, to)
		}
	}
}

func TestConfigurationsThatCannotWork(t *testing.T) {
	s := newSite(t)
	good := Config{BaseURL: s.base, Authz: s.authz, Mgmt: s.mgmt, Login: s.Server.login, Sessions: s.store}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Config){
		"no base URL":      func(c *Config) { c.BaseURL = nil },
		"a path":           func(c *Config) { c.BaseURL = &url.URL{Scheme: "https", Host: "x.test", Path: "/trellis"} },
		"no API client":    func(c *Config) { c.Mgmt = nil },
		"no session store": func(c *Config) { c.Sessions = nil },
	} {
		cfg := good
		spoil(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestErrorsOutliveTheRequestsTime(t *testing.T) {
	s := newSite(t)
	over := func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), 0)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return fmt.Errorf("listing: %w", ctx.Err())
	}
	gone := func(echo.Context) error { return fmt.Errorf("listing: %w", context.Canceled) }
	s.echo = s.mount([]route{{"GET", "/over", need{}, over}, {"GET", "/gone", need{}, gone}})
	if res := s.get("/over"); res.StatusCode != 504 || page(t, res).Find("h1").Text() != "This takes too long" {
		t.Errorf("out of time: %d", res.StatusCode)
	}
	if res := s.get("/gone"); res.StatusCode != statusGone || page(t, res).Text() != "" {
		t.Errorf("a browser that left: %d", res.StatusCode)
	}
}
