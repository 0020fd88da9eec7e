package login_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"trellis/web/login"
	"trellis/web/session"
)

func TestOIDC_01_17_signing_in(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	res := b.visit("GET", d.op.authorize(b.start("?return_to=/groups%3Fq%3Dx")).String())
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/groups?q=x" {
		t.Errorf("callback: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if got := b.who(); got != "auth0|ada" {
		t.Errorf("signed in as %q", got)
	}
	if got := d.op.sent("audience"); !slices.Equal(got, []string{"", d.managementAPI()}) {
		t.Errorf("audiences asked for = %q", got)
	}
	if n := d.op.count("/userinfo"); n != 0 {
		t.Errorf("OIDC-14: userinfo was asked %d times, want never", n)
	}
}

func TestOIDC_16_only_the_configured_scopes_are_asked_for(t *testing.T) {
	u, err := url.Parse(newDashboard(t).browser().start(""))
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Query().Get("scope"); got != "openid profile email offline_access read:groups read:users" {
		t.Errorf("scope = %q", got)
	}
}

func TestOIDC_18_19_endpoints_come_from_discovery(t *testing.T) {
	d := newDashboard(t)
	d.browser().signIn()
	d.op.metadata = func(doc map[string]any) {
		doc["token_endpoint"] = d.op.URL + "/oauth/token/moved"
		doc["jwks_uri"] = d.op.URL + "/jwks/moved"
	}
	d.clock.advance(login.MetadataLife)
	b := d.browser()
	b.signIn()
	if b.who() == "" || d.op.count("/oauth/token/moved") != 2 || d.op.count("/jwks/moved") != 1 {
		t.Errorf("signed in as %q after %v", b.who(), d.op.asked)
	}
}

func TestProvidersThatSigningInIsNotSafeWith(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(d *dashboard, doc map[string]any)
	}{
		{"OIDC-20 another issuer", func(d *dashboard, doc map[string]any) { doc["issuer"] = "https://op.test/" }},
		{"OIDC-20 issuer without its slash", func(d *dashboard, doc map[string]any) { doc["issuer"] = d.op.URL }},
		{"OIDC-67 no PKCE", func(_ *dashboard, doc map[string]any) { delete(doc, "code_challenge_methods_supported") }},
		{"OIDC-67 plain PKCE", func(_ *dashboard, doc map[string]any) { doc["code_challenge_methods_supported"] = []string{"plain"} }},
		{"OIDC-13 HMAC only", func(_ *dashboard, doc map[string]any) {
			doc["id_token_signing_alg_values_supported"] = []string{"HS256", "none"}
		}},
		{"no token endpoint", func(_ *dashboard, doc map[string]any) { delete(doc, "token_endpoint") }},
		{"OIDC-70 an endpoint that is no address", func(_ *dashboard, doc map[string]any) { doc["jwks_uri"] = "file:///etc/passwd" }},
		{"OIDC-69 larger than a megabyte", func(_ *dashboard, doc map[string]any) { doc["x"] = strings.Repeat("x", 2<<20) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t)
			d.op.metadata = func(doc map[string]any) { tt.spoil(d, doc) }
			b := d.browser()
			res := b.visit("GET", "/login")
			b.stays(res, http.StatusServiceUnavailable)
			if res.Header.Get("Location") != "" {
				t.Errorf("sent to %q", res.Header.Get("Location"))
			}
		})
	}
}

func TestOIDC_71_a_provider_that_comes_back(t *testing.T) {
	d := newDashboard(t)
	d.op.serve = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(503); return true }
	b := d.browser()
	for range 10 {
		b.stays(b.visit("GET", "/login"), http.StatusServiceUnavailable)
	}
	if n := d.op.count("/.well-known/openid-configuration"); n != 1 {
		t.Errorf("RX-04: ten visitors asked the provider %d times", n)
	}
	d.op.serve = nil
	d.clock.advance(login.MetadataGap)
	b.signIn()
	if b.who() == "" {
		t.Error("not signed in after the provider came back")
	}

	// Who is in stays in while it is away again.
	d.op.serve = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(503); return true }
	d.clock.advance(login.MetadataLife)
	if b.who() == "" || b.visit("GET", "/token/authorization").StatusCode != 200 {
		t.Error("signed out by an outage of the provider")
	}
}

func TestOIDC_69_redirects_of_the_provider_are_not_followed(t *testing.T) {
	for _, path := range []string{"/.well-known/openid-configuration", "/jwks", "/oauth/token"} {
		t.Run(path, func(t *testing.T) {
			d := newDashboard(t)
			d.op.serve = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == path {
					http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
				}
				return r.URL.Path == path
			}
			b := d.browser()
			res := b.visit("GET", "/login")
			if to := res.Header.Get("Location"); to != "" {
				res = b.visit("GET", d.op.authorize(to).String())
			}
			if res.StatusCode < 500 || d.sessions() != 0 || d.op.count("/elsewhere") != 0 {
				t.Errorf("status %d, %d sessions, %d requests elsewhere", res.StatusCode, d.sessions(), d.op.count("/elsewhere"))
			}
		})
	}
}

func TestOIDC_62_scripts_and_pictures_start_nothing(t *testing.T) {
	d := newDashboard(t)
	for mode, want := range map[string]int{"navigate": 303, "no-cors": 403, "cors": 403} {
		if res := d.browser().visit("GET", "/login", "Sec-Fetch-Mode", mode); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", mode, res.StatusCode, want)
		}
	}
}

func TestOIDC_64_a_forged_host_changes_nothing(t *testing.T) {
	d := newDashboard(t)
	for _, name := range []string{"Host", "X-Forwarded-Host", "Forwarded", "X-Forwarded-Proto"} {
		res := d.browser().visit("GET", "/login", name, "evil.test")
		u, err := url.Parse(res.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		if got := u.Query().Get("redirect_uri"); got != "http://localhost:8080/login/callback" {
			t.Errorf("%s: redirect_uri = %q", name, got)
		}
	}
}

func TestOIDC_65_two_tabs_in_either_order(t *testing.T) {
	d := newDashboard(t)
	b := d.browser()
	first, second := b.start("?return_to=/groups/1"), b.start("?return_to=/groups/2")
	for address, want := range map[string]string{second: "/groups/2", first: "/groups/1"} {
		if res := b.visit("GET", d.op.authorize(address).String()); res.Header.Get("Location") != want {
			t.Errorf("landed at %q, want %q", res.Header.Get("Location"), want)
		}
	}
	if d.sessions() != 1 {
		t.Errorf("%d sessions, want one", d.sessions())
	}
}

func TestOIDC_67_every_sign_in_has_values_of_its_own(t *testing.T) {
	d := newDashboard(t)
	seen := map[string]bool{}
	const starts = 200
	for range starts {
		u, err := url.Parse(d.browser().start(""))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			if u.Query().Has("code_verifier") || len(u.Query().Get(name)) != 43 {
				t.Fatalf("authorization request %s", u)
			}
			seen[u.Query().Get(name)] = true
		}
	}
	if len(seen) != 3*starts {
		t.Errorf("%d values, want %d", len(seen), 3*starts)
	}
}

func TestOIDC_79_an_account_without_any_right(t *testing.T) {
	d := newDashboard(t)
	d.op.reply = func(_ url.Values, body map[string]any) { body["scope"] = "openid profile" }
	b := d.browser()
	res := b.signIn()
	b.stays(res, http.StatusForbidden)
}

func TestTS_03_scopes_are_those_granted(t *testing.T) {
	d := newDashboard(t)
	d.op.reply = func(_ url.Values, body map[string]any) { body["scope"] = "openid read:groups delete:everything" }
	b := d.browser()
	b.signIn()
	scopes := b.session().Tokens[session.Authorization].Scopes
	if !slices.Equal(scopes, []string{"openid", "read:groups"}) {
		t.Errorf("scopes = %q", scopes)
	}
}

// Whoever lost a change to the end of the session is told so, once, and nobody else.
func TestALostChangeIsTold(t *testing.T) {
	for query, want := range map[string]int{"?return_to=/groups/new&unsaved=1": 1, "?return_to=/groups/new": 0} {
		d := newDashboard(t)
		b := d.browser()
		res := b.visit("GET", d.op.authorize(b.start(query)).String())
		if to := res.Header.Get("Location"); to != "/groups/new" {
			t.Errorf("%s leads to %q", query, to)
		}
		flash := b.session().Flash
		if len(flash) != want || want == 1 && flash[0].Title != "Your change was not saved" {
			t.Errorf("%s: messages %v", query, flash)
		}
	}
}
