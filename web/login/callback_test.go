package login_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A callback that is not the answer to a sign-in of this browser costs the
// provider nothing.
func TestCallbacksThatAreRefused(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(b *browser, q url.Values) string // gives the query
	}{
		{"OIDC-47 no state", func(_ *browser, q url.Values) string { q.Del("state"); return q.Encode() }},
		{"OIDC-47 empty state", func(_ *browser, q url.Values) string { q.Set("state", ""); return q.Encode() }},
		{"OIDC-48 one byte of the state", func(_ *browser, q url.Values) string {
			s := []byte(q.Get("state"))
			s[0] ^= 1
			q.Set("state", string(s))
			return q.Encode()
		}},
		{"OIDC-50 a browser that started none", func(b *browser, q url.Values) string { clear(b.jar); return q.Encode() }},
		{"OIDC-50 a browser that started another", func(b *browser, q url.Values) string {
			clear(b.jar)
			b.start("")
			return q.Encode()
		}},
		{"OIDC-58 an error without state", func(*browser, url.Values) string { return "error=access_denied" }},
		{"OIDC-59 state twice", func(_ *browser, q url.Values) string { return q.Encode() + "&state=" + q.Get("state") }},
		{"OIDC-59 code twice", func(_ *browser, q url.Values) string { return q.Encode() + "&code=x" }},
		{"OIDC-59 iss twice", func(_ *browser, q url.Values) string { return q.Encode() + "&iss=x&iss=y" }},
		{"OIDC-59 code and error", func(_ *browser, q url.Values) string { return q.Encode() + "&error=access_denied" }},
		{"a query that cannot be read", func(_ *browser, q url.Values) string { return q.Encode() + "&x=%zz" }},
		{"no code", func(_ *browser, q url.Values) string { q.Del("code"); return q.Encode() }},
		{"OIDC-66 eleven minutes later", func(b *browser, q url.Values) string {
			b.clock.advance(11 * time.Minute)
			return q.Encode()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			b := d.browser()
			q := d.op.authorize(b.start("")).Query()
			b.stays(b.visit("GET", "/login/callback?"+tt.spoil(b, q)), http.StatusBadRequest)
			if n := d.op.count("/oauth/token"); n != 0 {
				t.Errorf("the provider was asked for tokens %d times", n)
			}
		})
	}
}

func TestOIDC_49_a_state_works_once(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	callback := d.op.authorize(b.start("")).String()
	b.visit("GET", callback)
	if res := b.visit("GET", callback); res.StatusCode != http.StatusBadRequest {
		t.Errorf("second time: %d", res.StatusCode)
	}
	if b.who() != "auth0|ada" || d.op.count("/oauth/token") != 2 {
		t.Errorf("signed in as %q after %d token requests, want the first session untouched", b.who(), d.op.count("/oauth/token"))
	}
}

func TestOIDC_51_a_code_of_somebody_elses_sign_in(t *testing.T) {
	d := newDashboard(t)
	victim, attacker := d.browser(), d.browser()
	stolen := d.op.authorize(attacker.start("")).Query().Get("code")
	q := d.op.authorize(victim.start("")).Query()
	q.Set("code", stolen)
	victim.stays(victim.visit("GET", "/login/callback?"+q.Encode()), http.StatusBadGateway)
}

func TestOIDC_52_the_callback_names_its_provider(t *testing.T) {
	tests := []struct {
		name   string
		names  bool
		iss    func(d *dashboard) string
		wantIn bool
	}{
		{"it does", true, func(d *dashboard) string { return d.op.issuer() }, true},
		{"it names another", true, func(*dashboard) string { return "https://evil.test/" }, false},
		{"it does not, though it said so", true, func(*dashboard) string { return "" }, false},
		{"it never said so", false, func(*dashboard) string { return "" }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			d.op.metadata = func(doc map[string]any) { doc["authorization_response_iss_parameter_supported"] = tt.names }
			b := d.browser()
			q := d.op.authorize(b.start("")).Query()
			q.Set("iss", tt.iss(d))
			res := b.visit("GET", "/login/callback?"+q.Encode())
			if tt.wantIn != (b.who() != "") {
				t.Errorf("signed in as %q", b.who())
			}
			if !tt.wantIn {
				b.stays(res, http.StatusBadRequest)
			}
		})
	}
}

func TestTokenAnswersThatAreRefused(t *testing.T) {
	body := func(change func(map[string]any)) func(*op) {
		return func(p *op) { p.reply = func(_ url.Values, b map[string]any) { change(b) } }
	}
	raw := func(status int, body string) func(*op) {
		return func(p *op) {
			p.serve = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/oauth/token" {
					return false
				}
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
				return true
			}
		}
	}
	tests := []struct {
		name       string
		spoil      func(*op)
		wantStatus int
	}{
		{"OIDC-56 a DPoP token", body(func(b map[string]any) { b["token_type"] = "DPoP" }), 502},
		{"OIDC-56 no type", body(func(b map[string]any) { delete(b, "token_type") }), 502},
		{"OIDC-57 no ID token", body(func(b map[string]any) { delete(b, "id_token") }), 502},
		{"OIDC-57 an error with status 200", body(func(b map[string]any) { b["error"] = "server_error" }), 502},
		{"no access token", body(func(b map[string]any) { delete(b, "access_token") }), 502},
		{"TS-02 an opaque access token", func(p *op) {
			p.claims = func(c map[string]any) { c["at_hash"] = nil }
			p.reply = func(_ url.Values, b map[string]any) { b["access_token"] = "opaque" }
		}, 502},
		{"no refresh token", body(func(b map[string]any) { delete(b, "refresh_token") }), 502},
		{"TS-02 a token for another audience", func(p *op) { p.access = func(c map[string]any) { c["aud"] = authzAPI } }, 502},
		{"TS-02 a token of another issuer", func(p *op) { p.access = func(c map[string]any) { c["iss"] = "https://evil.test/" } }, 502},
		{"OIDC-68 status 400", raw(400, `{"error":"invalid_grant"}`), 502},
		{"OIDC-68 status 401", raw(401, `{"error":"invalid_client"}`), 502},
		{"OIDC-68 status 500", raw(500, ``), 503},
		{"OIDC-68 status 429", raw(429, ``), 503},
		{"HTML", raw(200, `<html>`), 502},
		{"OIDC-69 larger than a megabyte", raw(200, `{"x":"`+strings.Repeat("x", 2<<20)+`"}`), 503},
		{"OIDC-68 the connection breaks", func(p *op) {
			p.serve = func(_ http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/oauth/token" {
					panic(http.ErrAbortHandler)
				}
				return false
			}
		}, 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			tt.spoil(d.op)
			b := d.browser()
			b.stays(b.signIn(), tt.wantStatus)
			var codes int
			for _, grant := range d.op.sent("grant_type") {
				if grant == "authorization_code" {
					codes++
				}
			}
			if n := d.op.count("/oauth/token"); codes > 1 || n > 2 {
				t.Errorf("the code was sent %d times, in %d token requests", codes, n)
			}
		})
	}
}

func TestOIDC_58_the_provider_says_no(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	q := d.op.authorize(b.start("")).Query()
	q.Del("code")
	q.Set("error", "access_denied")
	q.Set("error_description", "<b>\u202eno\n"+strings.Repeat("long", 2_500))
	callback := "/login/callback?" + q.Encode()
	res := b.visit("GET", callback)
	body := text(res)
	if res.StatusCode != http.StatusForbidden || len(body) > 400 || strings.ContainsAny(body, "\u202e\n") {
		t.Errorf("%d %q", res.StatusCode, body)
	}
	if strings.Contains(d.log.String(), "longlong") {
		t.Errorf("the description is in the log")
	}
	if again := b.visit("GET", callback); again.StatusCode != http.StatusBadRequest {
		t.Errorf("again: %d, want the sign-in to be closed", again.StatusCode)
	}
}

func TestOIDC_60_callbacks_are_navigations(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	callback := d.op.authorize(b.start("")).String()
	for _, method := range []string{"POST", "PUT", "HEAD", "DELETE"} {
		if res := b.visit(method, callback); res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, res.StatusCode)
		}
	}
	if b.visit("GET", callback); b.who() == "" {
		t.Error("the sign-in was used up by a method that cannot finish it")
	}
}

func TestOIDC_61_signing_in_over_somebody_elses_session(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	b.signIn()
	before := b.jar["trellis"]
	d.op.claims = func(c map[string]any) { c["sub"], c["name"], c["email"] = "auth0|hugo", nil, nil }
	b.signIn()
	if s := b.session(); s.Subject != "auth0|hugo" || s.Name != "auth0|hugo" || s.Email != "" {
		t.Errorf("session = %+v", s)
	}
	if b.jar["trellis"] == before || d.sessions() != 1 {
		t.Errorf("%d sessions, or the old id", d.sessions())
	}
}

func TestOIDC_78_a_person_is_a_subject_and_no_address(t *testing.T) {
	d := newDashboard(t)
	ada, eve := d.browser(), d.browser()
	ada.signIn()
	d.op.claims = func(c map[string]any) { c["sub"] = "evil|eve" } // with Ada's address
	eve.signIn()
	if ada.who() != "auth0|ada" || eve.who() != "evil|eve" {
		t.Errorf("signed in as %q and %q", ada.who(), eve.who())
	}
}

func TestOIDC_80_no_code_or_token_reaches_browser_or_log(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	res := b.signIn()
	for _, secret := range append(d.op.sent("code"), "eyJ", "refresh-") {
		if secret == "" {
			continue
		}
		if strings.Contains(d.log.String(), secret) {
			t.Errorf("the log shows %q", secret)
		}
		for name, values := range res.Header {
			if strings.Contains(strings.Join(values, " "), secret) {
				t.Errorf("%s shows %q", name, secret)
			}
		}
	}
}
