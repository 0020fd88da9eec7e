package openid

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"trellis/cmd/internal/store"
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

func TestLogout(t *testing.T) {
	x := newTenant(t)
	token := x.signIn(ada)
	other := x.signIn(ada)
	hint, _ := token.Extra("id_token").(string)
	back := x.config.Dashboard.PostLogoutURI
	at := func(q url.Values) string { return x.issuer + "oidc/logout?" + q.Encode() }
	x.clock.pass(2 * idLife) // people sign out late
	b := newBrowser(t)

	for name, uri := range map[string]string{"foreign": "https://evil.example/", "longer": back + "/x", "query": back + "?x", "script": "javascript:alert(1)"} {
		if a := b.do("GET", at(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {uri}}), nil); a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
			t.Errorf("%s: %d to %q", name, a.status, a.header.Get("Location"))
		}
	}
	for name, hint := range map[string]string{"none": "", "garbage": "a.b.c", "access token": token.AccessToken, "changed": hint[:len(hint)-4] + "AAAA"} {
		a := b.do("GET", at(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {back}}), nil)
		if a.status != http.StatusOK || !strings.Contains(a.body, "Sign out?") {
			t.Errorf("%s: %d %.100s", name, a.status, a.body)
		}
	}
	if x.refresh(token.RefreshToken, nil).status != http.StatusOK {
		t.Fatal("a visit alone signed somebody out")
	}
	a := b.do("GET", at(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {back}, "state": {"a b&c"}}), nil)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != back+"?state=a+b%26c" {
		t.Errorf("%d to %q", a.status, a.header.Get("Location"))
	}
	if x.refresh(token.RefreshToken, nil).status == http.StatusOK {
		t.Error("the sign-in goes on")
	}
	if x.refresh(other.RefreshToken, nil).status != http.StatusOK {
		t.Error("the sign-in of another device ended")
	}
	if a := b.do("GET", at(url.Values{"id_token_hint": {hint}}), nil); a.status != http.StatusOK || !strings.Contains(a.body, "You are signed out") {
		t.Errorf("without a place to go: %d", a.status)
	}
}

func TestLogoutByClick(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	back := x.config.Dashboard.PostLogoutURI
	page := b.do("GET", x.issuer+"oidc/logout?"+url.Values{"post_logout_redirect_uri": {back}, "state": {"st"}}.Encode(), nil)
	form := url.Values{}
	for _, name := range []string{"csrf", "post_logout_redirect_uri", "state"} {
		form.Set(name, page.page(t).Find("input[name="+name+"]").AttrOr("value", ""))
	}
	if a := newBrowser(t).do("POST", x.issuer+"oidc/logout", form); a.status != http.StatusOK || !strings.Contains(a.body, "Sign out?") {
		t.Errorf("another browser's click: %d", a.status)
	}
	if a := b.do("POST", x.issuer+"oidc/logout", form); a.status != http.StatusSeeOther || a.header.Get("Location") != back+"?state=st" {
		t.Errorf("%d to %q", a.status, a.header.Get("Location"))
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

func TestSigningKeyIsSealed(t *testing.T) {
	x := newTenant(t)
	var id string
	var sealed []byte
	row := x.store.DB().QueryRowContext(t.Context(), `select id, sealed from signing_keys`)
	if err := row.Scan(&id, &sealed); err != nil {
		t.Fatal(err)
	}
	change := func(query string, args ...any) {
		t.Helper()
		if _, err := x.store.DB().ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	change(`update signing_keys set id = 'moved'`)
	if _, err := New(x.config); err == nil {
		t.Error("a key opened in another row")
	}
	sealed[len(sealed)-1] ^= 1
	change(`update signing_keys set id = $1, sealed = $2`, id, sealed)
	if _, err := New(x.config); err == nil || !strings.Contains(err.Error(), "does not open") {
		t.Errorf("a changed key: %v", err)
	}
	change(`update signing_keys set sealed = $1`, []byte("x"))
	if _, err := New(x.config); err == nil {
		t.Error("a damaged key opened")
	}
}

// Processes that start together share one key.
func TestOneSigningKey(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{URL: t.TempDir() + "/trellis.db"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := openKeyring(context.Background(), s, []byte("0123456789abcdef0123456789abcdef")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		keys, err := tx.SigningKeys(t.Context())
		if len(keys) != 1 {
			t.Errorf("%d keys, want 1", len(keys))
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

func TestNothingSecretIsLoggedOrKept(t *testing.T) {
	x := newTenant(t)
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
	for name, a := range map[string]answer{"page": page, "token": token} {
		if a.status != http.StatusInternalServerError || strings.Contains(a.body, "sql") || strings.Contains(a.body, "begin") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if token.json(t)["error"] != "server_error" || !strings.Contains(x.log.String(), "closed") {
		t.Errorf("token: %s\nlog: %s", token.body, x.log)
	}
}

func TestPasswords(t *testing.T) {
	long := strings.Repeat("a", 72)
	hash := HashPassword("Schlüssel")
	if !matches(hash, "Schlüssel") || !matches(hash, "Schlu\u0308ssel") {
		t.Error("one password, typed on two keyboards, became two")
	}
	if matches(hash, "schlüssel") || matches(HashPassword(long+"b"), long+"c") {
		t.Error("two passwords became one")
	}
	if HashPassword("x") == HashPassword("x") || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash = %s", hash)
	}
	for _, broken := range []string{"", "x", "$argon2id$v=19$m=19456,t=0,p=1$YQ$YQ", "$argon2id$v=18$m=19456,t=2,p=1$YQ$YQ", "$argon2id$v=19$m=19456,t=2,p=1$YQ$", "$2a$10$abc"} {
		if matches(broken, "") {
			t.Errorf("%q matches", broken)
		}
	}
	if CheckPassword("elevensigns") == nil || CheckPassword("twelve signs") != nil || CheckPassword(strings.Repeat("ß", 600)) == nil {
		t.Error("the length is counted wrongly")
	}
	seen := map[string]bool{}
	for range 100 {
		p := OneTimePassword()
		if seen[p] || len(p) != 23 || CheckPassword(p) != nil || strings.Trim(p, "abcdefghjkmnpqrstuvwxyz23456789-") != "" {
			t.Errorf("one-time password %q", p)
		}
		seen[p] = true
	}
}

func BenchmarkSignIn(b *testing.B) {
	x := newTenant(b)
	b.ResetTimer()
	for b.Loop() {
		x.signIn(ada)
	}
}

func BenchmarkRefresh(b *testing.B) {
	x := newTenant(b)
	token := x.signIn(ada).RefreshToken
	b.ResetTimer()
	for b.Loop() {
		token = x.refresh(token, nil).json(b)["refresh_token"].(string)
	}
}

// The two must not be told apart by their time; see the two results side by side.
func BenchmarkWrongPassword(b *testing.B) {
	x := newTenant(b)
	for name, email := range map[string]string{"known": ada, "unknown": "nobody@meridian.example"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := x.provider.checkPassword(b.Context(), email, "wrong", "192.0.2.9")
				if err == nil {
					b.Fatal("signed in")
				}
				x.clock.pass(time.Hour)
			}
		})
	}
}
