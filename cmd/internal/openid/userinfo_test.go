package openid

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// userinfo is the status of what userinfo answers to an access token.
func (x *tenant) userinfo(token string) int {
	x.t.Helper()
	return newBrowser(x.t).do("GET", x.issuer+"userinfo", nil, "Authorization", "Bearer "+token).status
}

// Revoking any token of a sign-in ends all of it.
func TestRevokeAccessToken(t *testing.T) {
	x := newTenant(t)
	token, other := x.signIn(ada), x.signIn(ada)
	if status := x.userinfo(token.AccessToken); status != http.StatusOK {
		t.Fatalf("userinfo: %d", status)
	}
	form := url.Values{"token": {token.AccessToken}, "client_id": {machineID}, "client_secret": {machineSecret}}
	if a := newBrowser(t).do("POST", x.issuer+"oauth/revoke", form); a.status != http.StatusOK || x.userinfo(token.AccessToken) != http.StatusOK {
		t.Errorf("one application ended the sign-in of another: %d", a.status)
	}
	if a := x.post("oauth/revoke", url.Values{"token": {token.AccessToken}, "token_type_hint": {"access_token"}}); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	if status := x.userinfo(token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userinfo with a revoked token: %d", status)
	}
	if x.refresh(token.RefreshToken, nil).status == http.StatusOK {
		t.Error("the sign-in goes on")
	}
	if x.userinfo(other.AccessToken) != http.StatusOK || x.refresh(other.RefreshToken, nil).status != http.StatusOK {
		t.Error("another sign-in ended too")
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

func TestUserinfoRefusals(t *testing.T) {
	x := newTenant(t)
	b := newBrowser(t)
	machine := b.do("POST", x.issuer+"oauth/token", url.Values{
		"grant_type": {grantMachine}, "client_id": {machineID}, "client_secret": {machineSecret}, "audience": {AuthorizationAPI},
	}).json(t)["access_token"].(string)
	narrow := x.refresh(x.signIn(ada).RefreshToken, url.Values{"scope": {"read:groups"}}).json(t)["access_token"].(string)
	late := claims(t, x.signIn(ada).AccessToken)
	late["exp"] = time.Now().Add(-30 * time.Second).Unix() // the APIs still take it, since clocks differ
	for name, c := range map[string]struct {
		authorization string
		status        int
		challenge     string
	}{
		"no token":       {"", 401, `Bearer error="invalid_token"`},
		"garbage":        {"Bearer a.b.c", 401, `Bearer error="invalid_token"`},
		"expired":        {"Bearer " + x.forge(late), 401, `Bearer error="invalid_token"`},
		"no sign-in":     {"Bearer " + x.forge(map[string]any{"aud": AuthorizationAPI, "sub": "auth0|x", "scope": "openid"}), 401, `Bearer error="invalid_token"`},
		"machine":        {"Bearer " + machine, 403, `Bearer error="insufficient_scope", scope="openid"`},
		"without openid": {"Bearer " + narrow, 403, `Bearer error="insufficient_scope", scope="openid"`},
	} {
		a := b.do("GET", x.issuer+"userinfo", nil, "Authorization", c.authorization)
		if a.status != c.status || a.header.Get("WWW-Authenticate") != c.challenge {
			t.Errorf("%s: %d %q", name, a.status, a.header.Get("WWW-Authenticate"))
		}
	}
	if a := b.do("GET", x.issuer+"userinfo?access_token="+x.signIn(ada).AccessToken, nil); a.status != http.StatusUnauthorized {
		t.Errorf("a token in the address: %d", a.status)
	}
}
