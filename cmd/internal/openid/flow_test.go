package openid

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	rp "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
)

// onEach runs test on a tenant in each kind of database.
func onEach(t *testing.T, test func(t *testing.T, x *tenant)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newTenant(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, newTenantOn(t, pgtest.Database(t))) })
}

func TestSignIn(t *testing.T) { onEach(t, signsIn) }

func signsIn(t *testing.T, x *tenant) {
	verifier := oauth2.GenerateVerifier()
	b := newBrowser(t)
	form, _ := x.open(b, rp.Nonce("the-nonce"), oauth2.S256ChallengeOption(verifier))
	a := x.submit(b, form, "  ADA@meridian.example ", password)
	back := a.location(t)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(back.String(), x.callback+"?") {
		t.Fatalf("%d to %s", a.status, back)
	}
	if q := back.Query(); q.Get("state") != "the-state" || q.Get("iss") != x.issuer || len(q.Get("code")) < 26 {
		t.Errorf("answer = %v", q)
	}
	token, err := x.oauth().Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := x.rp.Verifier(&rp.Config{ClientID: dashboardID}).Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		t.Error(err)
	}
	who := claims(t, raw)
	if id.Nonce != "the-nonce" || !slices.Equal(id.Audience, []string{dashboardID}) || who["name"] != "Ada Admin" || who["email"] != ada || who["auth_time"] == nil {
		t.Errorf("ID token = %v", who)
	}
	access := claims(t, token.AccessToken)
	if access["iss"] != x.issuer || access["sub"] != id.Subject || access["aud"] != AuthorizationAPI || access["azp"] != dashboardID || access["jti"] == "" {
		t.Errorf("access token = %v", access)
	}
	if access["scope"] != token.Extra("scope") {
		t.Errorf("the response says scope %q, the token %q", token.Extra("scope"), access["scope"])
	}
	if life := access["exp"].(float64) - access["iat"].(float64); life <= 0 || life > 15*60 || token.ExpiresIn != int64(life) {
		t.Errorf("the token lives %v seconds, the response says %d", life, token.ExpiresIn)
	}
	info, err := x.rp.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
	if err != nil || info.Subject != id.Subject || info.Email != ada {
		t.Errorf("userinfo = %+v, %v", info, err)
	}
}

func TestPKCEIsRequired(t *testing.T) {
	x := newTenant(t)
	challenge := strings.Repeat("a", 43)
	for name, opts := range map[string][]oauth2.AuthCodeOption{
		"no challenge":      nil,
		"no method":         {oauth2.SetAuthURLParam("code_challenge", challenge)},
		"plain":             {oauth2.SetAuthURLParam("code_challenge", challenge), oauth2.SetAuthURLParam("code_challenge_method", "plain")},
		"short challenge":   {oauth2.SetAuthURLParam("code_challenge", "abc"), oauth2.SetAuthURLParam("code_challenge_method", "S256")},
		"other spelling":    {oauth2.SetAuthURLParam("code_challenge", challenge), oauth2.SetAuthURLParam("code_challenge_method", "s256")},
		"unfit characters":  {oauth2.SetAuthURLParam("code_challenge", strings.Repeat("+", 43)), oauth2.SetAuthURLParam("code_challenge_method", "S256")},
		"method on its own": {oauth2.SetAuthURLParam("code_challenge_method", "S256")},
	} {
		t.Run(name, func(t *testing.T) {
			q := newBrowser(t).do("GET", x.oauth().AuthCodeURL("st", opts...), nil).location(t).Query()
			if q.Get("error") != "invalid_request" || q.Get("state") != "st" || q.Get("code") != "" {
				t.Errorf("answer = %v, want invalid_request", q)
			}
		})
	}
}

func TestRefusedRequestGoesBackToTheApplication(t *testing.T) {
	x := newTenant(t)
	challenge := oauth2.S256ChallengeOption(oauth2.GenerateVerifier())
	for param, c := range map[string]struct{ value, want string }{
		"response_type": {"token", "unsupported_response_type"},
		"response_mode": {"fragment", "invalid_request"},
		"prompt":        {"none", "login_required"},
		"audience":      {"https://other.example/", "access_denied"},
		"request":       {"a.b.c", "request_not_supported"},
		"request_uri":   {"https://other.example/", "request_uri_not_supported"},
		"nonce":         {strings.Repeat("n", 5000), "invalid_request"},
	} {
		t.Run(param, func(t *testing.T) {
			a := newBrowser(t).do("GET", x.oauth().AuthCodeURL("st", challenge, oauth2.SetAuthURLParam(param, c.value)), nil)
			back := a.location(t)
			if a.status != http.StatusSeeOther || back.Query().Get("error") != c.want || !strings.HasPrefix(back.String(), x.callback) {
				t.Errorf("%d to %s, want %s", a.status, back, c.want)
			}
		})
	}
}

func TestRedirectURIMustBeTheRegisteredOne(t *testing.T) {
	x := newTenant(t)
	host := strings.TrimSuffix(strings.TrimPrefix(x.issuer, "http://"), "/")
	good := x.oauth().AuthCodeURL("st", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
	for name, uri := range map[string]string{
		"prefix":           x.callback + "/more",
		"shorter":          strings.TrimSuffix(x.callback, "k"),
		"query":            x.callback + "?a=b",
		"fragment":         x.callback + "#f",
		"user information": "http://" + host + "@evil.example/login/callback",
		"other host":       "http://evil.example/login/callback",
		"suffix of host":   "http://" + host + ".evil.example/login/callback",
		"other port":       "http://127.0.0.1:1/login/callback",
		"other scheme":     strings.Replace(x.callback, "http:", "https:", 1),
		"case of the path": strings.Replace(x.callback, "callback", "Callback", 1),
		"encoded":          strings.Replace(x.callback, "callback", "%63allback", 1),
		"dot segments":     strings.Replace(x.callback, "/login", "/x/../login", 1),
		"backslash":        `http:\\evil.example`,
		"script":           "javascript:alert(1)",
		"blank at the end": x.callback + " ",
		"empty":            "",
	} {
		t.Run(name, func(t *testing.T) {
			u, _ := url.Parse(good)
			q := u.Query()
			q.Set("redirect_uri", uri)
			u.RawQuery = q.Encode()
			stays(t, newBrowser(t).do("GET", u.String(), nil))
		})
	}
	stays(t, newBrowser(t).do("GET", good+"&redirect_uri="+url.QueryEscape(x.callback), nil))
	stays(t, newBrowser(t).do("GET", strings.Replace(good, dashboardID, "somebody-else", 1), nil))
	stays(t, newBrowser(t).do("GET", good+"&client_id="+dashboardID, nil))
}

// stays checks that a is an error page here, and leads to no other place.
func stays(t *testing.T, a answer) {
	t.Helper()
	if a.status != http.StatusBadRequest || a.header.Get("Location") != "" || !strings.Contains(a.body, "This sign-in cannot go on") {
		t.Errorf("%d to %q: %.200s", a.status, a.header.Get("Location"), a.body)
	}
}

func TestCodeIsForOneUse(t *testing.T) {
	x := newTenant(t)
	verifier := oauth2.GenerateVerifier()
	code := x.code(ada, oauth2.S256ChallengeOption(verifier))
	token, err := x.oauth().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.oauth().Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); errorCode(err) != "invalid_grant" {
		t.Errorf("the second use: %v", err)
	}
	if a := x.refresh(token.RefreshToken, nil); a.json(t)["error"] != "invalid_grant" {
		t.Errorf("the tokens of a stolen code live on: %s", a.body)
	}
}

func TestFiftyRedemptionsOneSuccess(t *testing.T) { onEach(t, redeemsOnce) }

func redeemsOnce(t *testing.T, x *tenant) {
	verifier := oauth2.GenerateVerifier()
	code := x.code(ada, oauth2.S256ChallengeOption(verifier))
	tokens := make(chan string, 50)
	var wg sync.WaitGroup
	for range cap(tokens) {
		wg.Go(func() {
			a := x.post("oauth/token", url.Values{"grant_type": {grantCode}, "code": {code}, "redirect_uri": {x.callback}, "code_verifier": {verifier}})
			if a.status == http.StatusOK {
				tokens <- a.json(t)["refresh_token"].(string)
			} else if a.json(t)["error"] != "invalid_grant" {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	wg.Wait()
	if len(tokens) != 1 {
		t.Fatalf("%d redemptions succeeded, want 1", len(tokens))
	}
	if a := x.refresh(<-tokens, nil); a.status == http.StatusOK {
		t.Error("the tokens outlived the second use of their code")
	}
}

// Each single mismatch uses the code up: the right request comes too late.
func TestCodeIsBound(t *testing.T) {
	x := newTenant(t)
	verifier := oauth2.GenerateVerifier()
	for name, change := range map[string]func(url.Values){
		"verifier":    func(f url.Values) { f.Set("code_verifier", oauth2.GenerateVerifier()) },
		"no verifier": func(f url.Values) { f.Del("code_verifier") },
		"redirect":    func(f url.Values) { f.Set("redirect_uri", x.callback+"/") },
		"no redirect": func(f url.Values) { f.Del("redirect_uri") },
	} {
		t.Run(name, func(t *testing.T) {
			form := func() url.Values {
				return url.Values{"grant_type": {grantCode}, "redirect_uri": {x.callback}, "code_verifier": {verifier}}
			}
			code := x.code(ada, oauth2.S256ChallengeOption(verifier))
			wrong, right := form(), form()
			wrong.Set("code", code)
			right.Set("code", code)
			change(wrong)
			for try, f := range []url.Values{wrong, right} {
				if a := x.post("oauth/token", f); a.json(t)["error"] != "invalid_grant" {
					t.Errorf("try %d: %d %s", try+1, a.status, a.body)
				}
			}
		})
	}
}

func TestCodeExpires(t *testing.T) {
	x := newTenant(t)
	verifier := oauth2.GenerateVerifier()
	code := x.code(ada, oauth2.S256ChallengeOption(verifier))
	x.clock.pass(codeLife)
	if _, err := x.oauth().Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); errorCode(err) != "invalid_grant" {
		t.Errorf("err = %v", err)
	}
}

func TestRefreshRotates(t *testing.T) {
	x := newTenant(t)
	first := x.signIn(ada).RefreshToken
	a := x.refresh(first, nil)
	second, _ := a.json(t)["refresh_token"].(string)
	if a.status != http.StatusOK || second == "" || second == first {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := x.refresh(first, nil); a.json(t)["error"] != "invalid_grant" {
		t.Errorf("the used token: %s", a.body)
	}
	if a := x.refresh(second, nil); a.json(t)["error"] != "invalid_grant" {
		t.Errorf("the family lives after a theft: %s", a.body)
	}
}

func TestParallelRefreshesOneSuccess(t *testing.T) { onEach(t, refreshesOnce) }

func refreshesOnce(t *testing.T, x *tenant) {
	token := x.signIn(ada).RefreshToken
	var wg sync.WaitGroup
	ok := make(chan bool, 20)
	for range cap(ok) {
		wg.Go(func() {
			if x.refresh(token, nil).status == http.StatusOK {
				ok <- true
			}
		})
	}
	wg.Wait()
	if len(ok) != 1 {
		t.Errorf("%d refreshes succeeded, want 1", len(ok))
	}
}

func TestRefreshEndsAfterItsLife(t *testing.T) {
	x := newTenant(t)
	token := x.signIn(ada).RefreshToken
	for passed := time.Duration(0); passed < familyLife-time.Hour; passed += time.Hour {
		x.clock.pass(time.Hour)
		token, _ = x.refresh(token, nil).json(t)["refresh_token"].(string)
	}
	if token == "" {
		t.Fatal("it ended too early")
	}
	x.clock.pass(time.Hour)
	if a := x.refresh(token, nil); a.json(t)["error"] != "invalid_grant" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// A refresh may name the other API; one that names none gets the sign-in's.
func TestRefreshForTheOtherAPI(t *testing.T) {
	x := newTenant(t)
	management := ManagementAPI(x.issuer)
	a := x.refresh(x.signIn(hugo).RefreshToken, url.Values{"audience": {management}})
	token, _ := a.json(t)["access_token"].(string)
	if c := claims(t, token); c["aud"] != management || c["scope"] != a.json(t)["scope"] ||
		c["scope"] != "openid profile email offline_access read:users read:connections update:users read:resource_servers read:clients" {
		t.Errorf("token = %v", c)
	}
	next, _ := a.json(t)["refresh_token"].(string)
	a = x.refresh(next, nil)
	token, _ = a.json(t)["access_token"].(string)
	if c := claims(t, token); c["aud"] != AuthorizationAPI {
		t.Errorf("token = %v", c)
	}
	next, _ = a.json(t)["refresh_token"].(string)
	if a := x.refresh(next, url.Values{"audience": {"https://other.example/"}}); a.status != http.StatusForbidden || a.json(t)["error"] != "access_denied" {
		t.Errorf("an unknown API: %d %s", a.status, a.body)
	}
	if a := x.refresh(next, url.Values{"scope": {"openid delete:everything"}}); a.json(t)["error"] != "invalid_scope" {
		t.Errorf("a scope that was not asked for: %s", a.body)
	}
	a = x.refresh(next, url.Values{"scope": {"read:groups"}})
	if a.json(t)["scope"] != "read:groups" {
		t.Errorf("fewer scopes: %s", a.body)
	}
}

func TestRoleIsLookedUpAtEachRefresh(t *testing.T) {
	x := newTenant(t)
	gone := x.signIn(ines)
	subject := claims(t, gone.AccessToken)["sub"].(string)
	x.update(func(tx *store.Tx) error { return tx.DeleteAccount(t.Context(), subject) })
	if a := x.refresh(gone.RefreshToken, nil); a.json(t)["error"] != "invalid_grant" {
		t.Errorf("a deleted account: %s", a.body)
	}
	if a := newBrowser(t).do("GET", x.issuer+"userinfo", nil, "Authorization", "Bearer "+gone.AccessToken); a.status != http.StatusUnauthorized {
		t.Errorf("userinfo of a deleted account: %d %s", a.status, a.body)
	}
	changed := x.signIn(hugo)
	x.update(func(tx *store.Tx) error {
		return tx.SetPassword(t.Context(), claims(t, changed.AccessToken)["sub"].(string), HashPassword("another good password"))
	})
	if a := x.refresh(changed.RefreshToken, nil); a.json(t)["error"] != "invalid_grant" {
		t.Errorf("after a new password: %s", a.body)
	}
}

func TestScopesFollowTheRole(t *testing.T) {
	x := newTenant(t)
	for _, c := range []struct {
		email, audience string
		want            []string
	}{
		{ada, AuthorizationAPI, authorizationScopes},
		{hugo, AuthorizationAPI, []string{"read:users", "read:applications", "read:connections", "read:configuration", "read:groups", "update:groups", "read:roles", "read:permissions", "read:resource-server"}},
		{ines, AuthorizationAPI, []string{"read:users", "read:applications", "read:connections", "read:configuration", "read:groups", "read:roles", "read:permissions", "read:resource-server"}},
		{ada, ManagementAPI(x.issuer), managementScopes},
		{hugo, ManagementAPI(x.issuer), []string{"read:users", "update:users", "read:resource_servers", "read:clients", "read:connections"}},
		{ines, ManagementAPI(x.issuer), []string{"read:users", "read:resource_servers", "read:clients", "read:connections"}},
		{ada, "", nil},
	} {
		t.Run(c.email+" "+c.audience, func(t *testing.T) {
			token := x.signIn(c.email, oauth2.SetAuthURLParam("audience", c.audience))
			got := strings.Fields(claims(t, token.AccessToken)["scope"].(string))
			got = slices.DeleteFunc(got, func(s string) bool { return slices.Contains(identityScopes, s) })
			slices.Sort(got)
			if want := slices.Sorted(slices.Values(c.want)); !slices.Equal(got, want) {
				t.Errorf("scopes = %v\nwant     %v", got, want)
			}
		})
	}
	if s := Scopes("visitor"); len(s) != 0 {
		t.Errorf("an unknown role gets %v", s)
	}
}

// An ID token is no access token, and one API's token is none of the other's.
func TestTokensOpenOneDoor(t *testing.T) {
	x := newTenant(t)
	token := x.signIn(ada)
	verifier := bearer.New(x.issuer, x.provider)
	raw, _ := token.Extra("id_token").(string)
	management := ManagementAPI(x.issuer)
	for _, c := range []struct {
		name, token, audience string
		ok                    bool
	}{
		{"access token", token.AccessToken, AuthorizationAPI, true},
		{"the other API's", token.AccessToken, management, false},
		{"ID token", raw, AuthorizationAPI, false},
		{"ID token", raw, management, false},
		{"ID token for the client", raw, dashboardID, false},
	} {
		who, err := verifier.Verify(t.Context(), "Bearer "+c.token, c.audience)
		if (err == nil) != c.ok {
			t.Errorf("%s at %s: %v", c.name, c.audience, err)
		}
		if c.ok && (!who.Can("update:groups") || who.Machine || who.Client != dashboardID) {
			t.Errorf("who = %+v", who)
		}
	}
	if a := newBrowser(t).do("GET", x.issuer+"userinfo", nil, "Authorization", "Bearer "+raw); a.status != http.StatusUnauthorized {
		t.Errorf("userinfo took an ID token: %d", a.status)
	}
}

func TestRestartKeepsEverything(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	verifier := oauth2.GenerateVerifier()
	form, _ := x.open(b, oauth2.S256ChallengeOption(verifier))
	before := x.signIn(ada)
	x.start()
	code := x.submit(b, form, ada, password).location(t).Query().Get("code")
	x.start()
	if _, err := x.oauth().Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err != nil {
		t.Errorf("a sign-in under way got lost: %v", err)
	}
	if a := x.refresh(before.RefreshToken, nil); a.status != http.StatusOK {
		t.Errorf("a refresh token got lost: %s", a.body)
	}
	if _, err := bearer.New(x.issuer, x.provider).Verify(t.Context(), "Bearer "+before.AccessToken, AuthorizationAPI); err != nil {
		t.Errorf("an access token got lost: %v", err)
	}
}

func TestRevoke(t *testing.T) {
	x := newTenant(t)
	token := x.signIn(ada).RefreshToken
	if a := x.post("oauth/revoke", url.Values{"token": {token}}); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := x.refresh(token, nil); a.json(t)["error"] != "invalid_grant" {
		t.Errorf("a revoked token: %s", a.body)
	}
	if a := x.post("oauth/revoke", url.Values{"token": {"unknown"}}); a.status != http.StatusOK {
		t.Errorf("an unknown token: %d %s", a.status, a.body)
	}
	if a := x.post("oauth/revoke", url.Values{}); a.status != http.StatusBadRequest {
		t.Errorf("no token: %d %s", a.status, a.body)
	}
	other := x.signIn(ada).RefreshToken
	a := newBrowser(t).do("POST", x.issuer+"oauth/revoke", url.Values{"token": {other}, "client_id": {machineID}, "client_secret": {machineSecret}})
	if a.status != http.StatusOK || x.refresh(other, nil).status != http.StatusOK {
		t.Error("one application ended the token of another")
	}
}

func errorCode(err error) string {
	if e, ok := err.(*oauth2.RetrieveError); ok { //nolint:errorlint // x/oauth2 returns it bare
		return e.ErrorCode
	}
	return ""
}
