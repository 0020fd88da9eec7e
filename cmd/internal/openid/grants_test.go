package openid

import (
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"trellis/cmd/internal/store"
)

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
	if status := x.userinfo(token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userinfo with the tokens of a stolen code: %d", status)
	}
}

func TestFiftyRedemptionsOneSuccess(t *testing.T) {
	x := newTenant(t)
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
			want := "invalid_grant"
			if name == "no verifier" {
				want = "invalid_request"
			}
			if a := x.post("oauth/token", wrong); a.json(t)["error"] != want {
				t.Errorf("%d %s, want %s", a.status, a.body, want)
			}
			if a := x.post("oauth/token", right); a.json(t)["error"] != "invalid_grant" {
				t.Errorf("the right request afterwards: %d %s", a.status, a.body)
			}
		})
	}
}

// Whoever has a code, but not the client's secret, cannot even use it up.
func TestWrongSecretLeavesTheCode(t *testing.T) {
	x := newTenant(t)
	verifier := oauth2.GenerateVerifier()
	code := x.code(ada, oauth2.S256ChallengeOption(verifier))
	form := url.Values{"grant_type": {grantCode}, "code": {code}, "redirect_uri": {x.callback}, "code_verifier": {verifier}, "client_id": {dashboardID}}
	for name, secret := range map[string]string{"wrong": "wrong", "none": ""} {
		form.Set("client_secret", secret)
		if a := newBrowser(t).do("POST", x.issuer+"oauth/token", form); a.status != http.StatusUnauthorized || a.json(t)["error"] != "access_denied" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	form.Set("client_id", machineID)
	form.Set("client_secret", machineSecret)
	if a := newBrowser(t).do("POST", x.issuer+"oauth/token", form); a.status != http.StatusForbidden || a.json(t)["error"] != "unauthorized_client" {
		t.Errorf("another application: %d %s", a.status, a.body)
	}
	if _, err := x.oauth().Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err != nil {
		t.Errorf("the dashboard afterwards: %v", err)
	}
}

// Without the scope openid there is no ID token.
func TestIDTokenNeedsItsScope(t *testing.T) {
	x := newTenant(t)
	token := x.signIn(ada)
	a := x.refresh(token.RefreshToken, nil).json(t)
	if c := claims(t, a["id_token"].(string)); audience(c) != dashboardID || c["sid"] == "" || c["sub"] == "" {
		t.Errorf("ID token = %v", c)
	}
	if a := x.refresh(a["refresh_token"].(string), url.Values{"scope": {"read:groups"}}).json(t); a["id_token"] != nil || a["scope"] != "read:groups" {
		t.Errorf("answer = %v", a)
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
	if status := x.userinfo(a.json(t)["access_token"].(string)); status != http.StatusUnauthorized {
		t.Errorf("userinfo after a theft: %d", status)
	}
}

func TestParallelRefreshesOneSuccess(t *testing.T) {
	x := newTenant(t)
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
	if c := claims(t, token); audience(c) != management || c["scope"] != a.json(t)["scope"] ||
		c["scope"] != "openid profile email offline_access read:users read:connections read:roles update:users read:role_members read:resource_servers read:clients read:client_grants read:accounts" {
		t.Errorf("token = %v", c)
	}
	next, _ := a.json(t)["refresh_token"].(string)
	a = x.refresh(next, nil)
	token, _ = a.json(t)["access_token"].(string)
	if c := claims(t, token); audience(c) != AuthorizationAPI {
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
	if status := x.userinfo(changed.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userinfo after a new password: %d", status)
	}
}

// An account that is deleted between the sign-in and its code gets nothing.
func TestAccountGoneBeforeItsCode(t *testing.T) {
	x := newTenant(t)
	verifier := oauth2.GenerateVerifier()
	code := x.code(ines, oauth2.S256ChallengeOption(verifier))
	x.update(func(tx *store.Tx) error {
		a, err := tx.AccountByEmail(t.Context(), ines)
		if err != nil {
			return err
		}
		return tx.DeleteAccount(t.Context(), a.Subject)
	})
	if _, err := x.oauth().Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); errorCode(err) != "invalid_grant" {
		t.Errorf("err = %v", err)
	}
}

func errorCode(err error) string {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return e.ErrorCode
	}
	return ""
}
