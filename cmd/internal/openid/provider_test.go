package openid

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

func TestDiscoveryListsOnlyWhatWorks(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	doc := b.do("GET", x.issuer+".well-known/openid-configuration", nil).json(t)
	for name, want := range map[string]any{
		"issuer":                                x.issuer,
		"authorization_endpoint":                x.issuer + "authorize",
		"token_endpoint":                        x.issuer + "oauth/token",
		"userinfo_endpoint":                     x.issuer + "userinfo",
		"jwks_uri":                              x.issuer + ".well-known/jwks.json",
		"revocation_endpoint":                   x.issuer + "oauth/revoke",
		"end_session_endpoint":                  x.issuer + "oidc/logout",
		"response_types_supported":              []any{"code"},
		"grant_types_supported":                 []any{"authorization_code", "refresh_token", "client_credentials"},
		"code_challenge_methods_supported":      []any{"S256"},
		"id_token_signing_alg_values_supported": []any{"RS256"},
		"token_endpoint_auth_methods_supported": []any{"client_secret_basic", "client_secret_post"},
	} {
		if !reflect.DeepEqual(doc[name], want) {
			t.Errorf("%s = %v, want %v", name, doc[name], want)
		}
	}
	for name, value := range doc {
		if !strings.HasSuffix(name, "_endpoint") && name != "jwks_uri" {
			continue
		}
		if a := b.do("GET", value.(string), nil); a.status == http.StatusNotFound || a.status >= 500 {
			t.Errorf("%s answers %d", name, a.status)
		}
	}
	keys := b.do("GET", x.issuer+".well-known/jwks.json", nil)
	if strings.Contains(keys.body, `"d":`) || !strings.Contains(keys.body, `"kid":`) {
		t.Errorf("keys = %s", keys.body)
	}
}

// What the library would serve beyond that is out of reach.
func TestNothingElseIsServed(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	for _, path := range []string{"authorize/callback?id=x", "oauth/introspect", "device_authorization", "healthz", "ready", "keys", "revoke", "end_session"} {
		for _, method := range []string{"GET", "POST"} {
			if a := b.do(method, x.issuer+path, nil); a.status != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, path, a.status)
			}
		}
	}
	for _, grant := range []string{"urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:device_code", "implicit", "password"} {
		if a := x.post("oauth/token", url.Values{"grant_type": {grant}, "assertion": {"a.b.c"}}); a.status != http.StatusBadRequest || a.json(t)["error"] != "unsupported_grant_type" {
			t.Errorf("%s: %d %s", grant, a.status, a.body)
		}
	}
	assertion := url.Values{"grant_type": {grantMachine}, "client_id": {machineID}, "client_assertion": {"a.b.c"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	for _, path := range []string{"oauth/token", "oauth/revoke"} {
		if a := b.do("POST", x.issuer+path, assertion); a.status != http.StatusUnauthorized {
			t.Errorf("%s with an assertion: %d %s", path, a.status, a.body)
		}
	}
}

// Scripts of other sites cannot read the answers.
func TestNoCrossOriginReaders(t *testing.T) {
	x := newTenant(t)
	for _, path := range []string{".well-known/openid-configuration", ".well-known/jwks.json", "userinfo", "authorize"} {
		a := newBrowser(t).do("GET", x.issuer+path, nil, "Origin", "https://evil.example")
		if h := a.header.Get("Access-Control-Allow-Origin"); h != "" {
			t.Errorf("%s allows %s", path, h)
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	x := newTenant(t)
	for name, change := range map[string]func(*Config){
		"no store":           func(c *Config) { c.Store = nil },
		"no slash":           func(c *Config) { c.Issuer = "http://localhost:8080" },
		"path":               func(c *Config) { c.Issuer = "http://localhost:8080/idp/" },
		"no scheme":          func(c *Config) { c.Issuer = "localhost/" },
		"short seal key":     func(c *Config) { c.SealKey = []byte("short") },
		"no state key":       func(c *Config) { c.StateKey = nil },
		"no client id":       func(c *Config) { c.Dashboard.ID = "" },
		"guessable secret":   func(c *Config) { c.Dashboard.Secret = "secret" },
		"no redirect URI":    func(c *Config) { c.Dashboard.RedirectURI = "" },
		"relative redirect":  func(c *Config) { c.Dashboard.RedirectURI = "/callback" },
		"another master key": func(c *Config) { c.SealKey = []byte("another-key-another-key-another!") },
	} {
		cfg := x.config
		change(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNothingSecretIsLoggedOrKept(t *testing.T) {
	x := newTenant(t)
	before := slog.Default() // where the library writes
	slog.SetDefault(x.config.Log)
	defer slog.SetDefault(before)
	verifier := oauth2.GenerateVerifier()
	code := x.code(ada, oauth2.S256ChallengeOption(verifier))
	token, err := x.oauth().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	x.post("oauth/token", url.Values{"grant_type": {grantCode}, "code": {code}, "redirect_uri": {x.callback}, "code_verifier": {verifier}})
	x.try("192.0.2.7", ada, "a-wrong-password")
	hint, _ := token.Extra("id_token").(string)
	newBrowser(t).do("GET", x.issuer+"oidc/logout?id_token_hint="+hint, nil)

	if !strings.Contains(x.log.String(), "signed in") || !strings.Contains(x.log.String(), "used twice") {
		t.Errorf("the log misses what happened:\n%s", x.log)
	}
	kept := x.dump("auth_requests") + x.dump("refresh_tokens") + x.dump("accounts") + x.dump("journal") + x.dump("sign_in_failures")
	for name, secret := range map[string]string{
		"code": code, "access token": token.AccessToken, "refresh token": token.RefreshToken, "ID token": hint,
		"password": password, "wrong password": "a-wrong-password", "client secret": dashboardSecret, "verifier": verifier,
	} {
		if strings.Contains(x.log.String(), secret) {
			t.Errorf("the log has the %s", name)
		}
		if strings.Contains(kept, secret) {
			t.Errorf("the database has the %s", name)
		}
	}
}

// dump is every text of a table.
func (x *tenant) dump(table string) string {
	x.t.Helper()
	rows, err := x.store.DB().QueryContext(context.Background(), "select * from "+table)
	if err != nil {
		x.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		x.t.Fatal(err)
	}
	var out strings.Builder
	for rows.Next() {
		texts := make([]*string, len(columns))
		into := make([]any, len(columns))
		for i := range texts {
			into[i] = &texts[i]
		}
		if err := rows.Scan(into...); err != nil {
			x.t.Fatal(err)
		}
		for _, s := range texts {
			if s != nil {
				out.WriteString(*s + "\n")
			}
		}
	}
	if err := rows.Err(); err != nil {
		x.t.Fatal(err)
	}
	return out.String()
}

// What is wrong inside stays inside.
func TestBrokenDatabase(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	form, _ := x.open(b, challenge())
	signedIn := x.signIn(ada)
	code := x.code(ada, challenge())
	if err := x.provider.Ready(t.Context()); err != nil {
		t.Errorf("not ready: %v", err)
	}
	if err := x.store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := x.provider.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	page := x.submit(b, form, ada, password)
	token := x.refresh("some-token", nil)
	stranger := strings.Replace(x.oauth().AuthCodeURL("st", challenge()), dashboardID, "somebody-else", 1)
	hint, _ := signedIn.Extra("id_token").(string)
	for name, a := range map[string]answer{
		"page": page, "token": token,
		"code":        x.post("oauth/token", url.Values{"grant_type": {grantCode}, "code": {code}, "redirect_uri": {x.callback}, "code_verifier": {oauth2.GenerateVerifier()}}),
		"revocation":  x.post("oauth/revoke", url.Values{"token": {signedIn.RefreshToken}}),
		"userinfo":    b.do("GET", x.issuer+"userinfo", nil, "Authorization", "Bearer "+signedIn.AccessToken),
		"sign-out":    b.do("GET", x.issuer+"oidc/logout?id_token_hint="+hint, nil),
		"application": b.do("GET", stranger, nil),
		"machine": b.do("POST", x.issuer+"oauth/token", url.Values{
			"grant_type": {grantMachine}, "client_id": {machineID}, "client_secret": {machineSecret}, "audience": {AuthorizationAPI},
		}),
	} {
		if a.status != http.StatusInternalServerError || strings.Contains(a.body, "sql") || strings.Contains(a.body, "begin") || strings.Contains(a.body, "closed") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if token.json(t)["error"] != "server_error" || !strings.Contains(x.log.String(), "closed") {
		t.Errorf("token: %s\nlog: %s", token.body, x.log)
	}
}

// Over plain HTTP on a network the sign-in form has to say where it comes from in
// the one header that is left.
func TestTheFormNamesItsOriginWhereNothingElseDoes(t *testing.T) {
	for dashboard, want := range map[string]string{
		"https://trellis.test": "no-referrer", "http://localhost:8080": "no-referrer", "http://127.0.0.1:8080": "no-referrer",
		"http://trellis.lan": "same-origin", "http://192.0.2.1:8080": "same-origin",
	} {
		p, err := newPages(dashboard + "/login/callback")
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		if err := p.show(w, 200, "message", messagePage{}); err != nil {
			t.Fatal(err)
		}
		if got := w.Header().Get("Referrer-Policy"); got != want {
			t.Errorf("%s: %q, want %q", dashboard, got, want)
		}
	}
}
