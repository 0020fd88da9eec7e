package login_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"trellis/web/login"
	"trellis/web/session"
)

func TestOIDC_24_a_token_is_renewed_before_it_ends(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	b.signIn()
	before := b.session()
	if got := text(b.visit("GET", "/token/authorization")); got != before.Tokens[session.Authorization].Value {
		t.Error("a fresh token was not used")
	}
	d.clock.advance(59*time.Minute + time.Second)
	got := text(b.visit("GET", "/token/authorization"))
	after := b.session()
	if got == before.Tokens[session.Authorization].Value || got != after.Tokens[session.Authorization].Value {
		t.Errorf("token %q is not the renewed one", got)
	}
	if after.RefreshToken == before.RefreshToken || after.Tokens[session.Management].Value != before.Tokens[session.Management].Value {
		t.Error("the refresh token stayed, or another API's token did not")
	}
	if n := d.op.count("/oauth/token"); n != 3 {
		t.Errorf("%d token requests, want 3", n)
	}
}

func TestTS_10_a_token_that_does_not_say_how_long(t *testing.T) {
	d := newDashboard(t)
	d.op.reply = func(_ url.Values, body map[string]any) { delete(body, "expires_in") }
	b := d.browser()
	b.signIn()
	d.clock.advance(4*time.Minute + time.Second)
	b.visit("GET", "/token/authorization")
	if n := d.op.count("/oauth/token"); n != 3 {
		t.Errorf("%d token requests after four minutes, want 3", n)
	}
}

// A refresh token works once. Pages ask for many things at a time, and one
// session's requests may meet different processes.
func TestTS_06_many_requests_renew_once(t *testing.T) {
	d := newDashboard(t)
	processes := []*dashboard{d, d.twin()}
	b := d.browser()
	b.signIn()
	d.clock.advance(2*time.Hour - time.Minute)
	var wg sync.WaitGroup
	for i := range 50 {
		tab := processes[i%2].browser()
		tab.jar = map[string]string{"trellis": b.jar["trellis"]}
		api := []string{"authorization", "management"}[i/2%2]
		wg.Go(func() {
			if res := tab.visit("GET", "/token/"+api); res.StatusCode != 200 {
				t.Errorf("%d %s", res.StatusCode, text(res))
			}
		})
	}
	wg.Wait()
	if n := d.op.count("/oauth/token"); n != 4 || d.op.reused != 0 {
		t.Errorf("%d token requests with %d spent refresh tokens, want 4 and none", n, d.op.reused)
	}
}

// A process that dies while it renews keeps the others waiting, but not for ever.
func TestTS_07_a_renewal_that_nobody_finishes(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	b.signIn()
	d.clock.advance(time.Hour)
	ctx := session.With(t.Context(), b.session())
	if err := d.store.Update(ctx, func(s *session.Data) { s.Renewing = d.clock.now() }); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	if token, err := d.party.Token(short, session.Authorization, false); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while it renews: %q, %v", token, err)
	}
	d.clock.advance(login.ClaimLife)
	if token, err := d.party.Token(ctx, session.Authorization, false); err != nil || token == "" {
		t.Errorf("after it died: %v", err)
	}
	if !b.session().Renewing.IsZero() || d.op.reused != 0 {
		t.Errorf("the claim is still there, or %d spent tokens were sent", d.op.reused)
	}
}

func TestUF_01_a_refused_token_is_renewed(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	b.signIn()
	old := text(b.visit("GET", "/token/authorization"))
	if got := text(b.visit("GET", "/token/authorization?renew=1")); got == old || strings.Count(got, ".") != 2 {
		t.Errorf("token %q", got)
	}
}

func TestRefreshesThatEndTheSession(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*op)
	}{
		{"OIDC-25 ID token of another issuer", func(p *op) { p.claims = func(c map[string]any) { c["iss"] = "https://evil.test/" } }},
		{"OIDC-26 ID token of another person", func(p *op) { p.claims = func(c map[string]any) { c["sub"] = "auth0|eve" } }},
		{"OIDC-26 ID token for another client", func(p *op) { p.claims = func(c map[string]any) { c["aud"] = "another-client" } }},
		{"TS-09 the refresh token is no longer good", func(p *op) { clear(p.refresh) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			b := d.browser()
			b.signIn()
			tt.spoil(d.op)
			d.clock.advance(time.Hour)
			res := b.visit("GET", "/token/authorization")
			if res.StatusCode == 200 || b.who() != "" || d.sessions() != 0 {
				t.Errorf("%d, signed in as %q", res.StatusCode, b.who())
			}
		})
	}
}

func TestRefreshesThatKeepTheSession(t *testing.T) {
	status := func(n int) func(*op) {
		return func(p *op) {
			p.serve = func(w http.ResponseWriter, r *http.Request) bool { w.WriteHeader(n); return true }
		}
	}
	tests := []struct {
		name  string
		spoil func(*op)
	}{
		{"TS-09 the provider is down", status(500)},
		{"TS-09 the provider wants a pause", status(429)},
		{"the client is no longer known", func(p *op) {
			p.serve = func(w http.ResponseWriter, _ *http.Request) bool {
				answer(w, 401, map[string]string{"error": "invalid_client"})
				return true
			}
		}},
		{"TS-02 a token for another API", func(p *op) { p.access = func(c map[string]any) { c["aud"] = "urn:other" } }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			b := d.browser()
			b.signIn()
			tt.spoil(d.op)
			d.clock.advance(time.Hour)
			if res := b.visit("GET", "/token/authorization"); res.StatusCode == 200 {
				t.Errorf("got a token: %s", text(res))
			}
			if b.who() == "" {
				t.Error("signed out")
			}

			d.op.serve, d.op.access = nil, nil
			if res := b.visit("GET", "/token/authorization"); res.StatusCode != 200 || d.op.reused != 0 {
				t.Errorf("afterwards: %d, %d spent refresh tokens were sent", res.StatusCode, d.op.reused)
			}
		})
	}
}

// The new refresh token is stored before the new access token is used: without a
// store there is no token.
func TestTS_07_what_cannot_be_stored_is_not_used(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	b.signIn()
	if _, err := d.db.Exec(`create trigger full before update of sealed on web_sessions when new.version > 2 begin select raise(fail, 'disk full'); end`); err != nil {
		t.Fatal(err)
	}
	d.clock.advance(time.Hour)
	if res := b.visit("GET", "/token/authorization"); res.StatusCode != 500 || d.op.count("/oauth/token") != 3 {
		t.Errorf("%d %s after %d token requests", res.StatusCode, text(res), d.op.count("/oauth/token"))
	}
}

func TestVisitorsHaveNoToken(t *testing.T) {
	d := newDashboard(t)
	if res := d.browser().visit("GET", "/token/authorization"); res.StatusCode == 200 {
		t.Errorf("got %s", text(res))
	}
	if len(d.op.asked) != 0 {
		t.Errorf("the provider was asked: %v", d.op.asked)
	}
}
