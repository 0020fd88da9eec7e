package openid

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2/clientcredentials"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

func TestMachineToken(t *testing.T) {
	x := newTenant(t)
	for _, c := range []struct{ audience, scope, want string }{
		{AuthorizationAPI, "", "read:groups update:groups read:users"},
		{AuthorizationAPI, "read:groups", "read:groups"},
		{ManagementAPI(x.issuer), "", "read:users"},
	} {
		cfg := clientcredentials.Config{
			ClientID: machineID, ClientSecret: machineSecret, TokenURL: x.rp.Endpoint().TokenURL,
			Scopes: strings.Fields(c.scope), EndpointParams: url.Values{"audience": {c.audience}},
		}
		token, err := cfg.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := claims(t, token.AccessToken)
		if audience(got) != c.audience || got["scope"] != c.want || got["sub"] != machineID+"@clients" || got["azp"] != machineID || got["gty"] != "client-credentials" {
			t.Errorf("%s %q: token = %v", c.audience, c.scope, got)
		}
		if life := got["exp"].(float64) - got["iat"].(float64); life != 86400 || token.Extra("scope") != c.want {
			t.Errorf("it lives %v seconds, scope %v", life, token.Extra("scope"))
		}
		who, err := bearer.New(x.issuer, x.provider).Verify(t.Context(), "Bearer "+token.AccessToken, c.audience)
		if err != nil || !who.Machine || who.Client != machineID {
			t.Errorf("who = %+v, %v", who, err)
		}
	}
}

func TestMachineTokenOfJSON(t *testing.T) {
	x := newTenant(t)
	send := func(body string) answer {
		req, err := http.NewRequestWithContext(t.Context(), "POST", x.issuer+"oauth/token", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		return newBrowser(t).send(req)
	}
	good := `{"grant_type":"client_credentials","client_id":"` + machineID + `","client_secret":"` + machineSecret + `","audience":"` + AuthorizationAPI + `"}`
	a := send(good)
	if a.status != http.StatusOK || a.json(t)["token_type"] != "Bearer" || a.json(t)["expires_in"] != 86400.0 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a.header.Get("Cache-Control") != "no-store" {
		t.Error("a cache may keep the token")
	}
	for name, body := range map[string]string{
		"no object":   `["grant_type"]`,
		"a number":    strings.Replace(good, `"`+AuthorizationAPI+`"`, `1`, 1),
		"twice":       strings.Replace(good, `{`, `{"audience":"x",`, 1),
		"two objects": good + good,
		"cut off":     good[:len(good)-1],
		"nothing":     ``,
		"no grant":    strings.Replace(good, "grant_type", "grant", 1),
	} {
		if a := send(body); a.status != http.StatusBadRequest || a.json(t)["error"] != "invalid_request" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a := send(strings.Replace(good, "client_credentials", "password", 1)); a.json(t)["error"] != "unsupported_grant_type" {
		t.Errorf("password grant: %d %s", a.status, a.body)
	}
}

func TestMachineTokenRefused(t *testing.T) {
	x := newTenant(t)
	for name, c := range map[string]struct {
		change      url.Values
		status      int
		code, about string
	}{
		"scope not granted": {url.Values{"scope": {"read:groups delete:groups"}}, 403, "access_denied", "delete:groups"},
		"scope of another":  {url.Values{"scope": {"read:clients"}}, 403, "access_denied", "read:clients"},
		"unknown audience":  {url.Values{"audience": {"https://other.example/"}}, 403, "access_denied", "https://other.example/"},
		"no audience":       {url.Values{"audience": {""}}, 403, "access_denied", "audience"},
		"wrong secret":      {url.Values{"client_secret": {"wrong"}}, 401, "access_denied", "Unauthorized"},
		"no secret":         {url.Values{"client_secret": {""}}, 401, "access_denied", "Unauthorized"},
		"the stored hash":   {url.Values{"client_secret": {digest(machineSecret)}}, 401, "access_denied", "Unauthorized"},
		"unknown client":    {url.Values{"client_id": {"nobody"}}, 401, "access_denied", "Unauthorized"},
		"other grant":       {url.Values{"grant_type": {grantRefresh}, "refresh_token": {"x"}}, 403, "unauthorized_client", "refresh_token"},
		"twice":             {url.Values{"scope": {"read:groups", "read:users"}}, 400, "invalid_request", "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			form := url.Values{"grant_type": {grantMachine}, "client_id": {machineID}, "client_secret": {machineSecret}, "audience": {AuthorizationAPI}}
			for k, v := range c.change {
				form[k] = v
			}
			a := newBrowser(t).do("POST", x.issuer+"oauth/token", form)
			body := a.json(t)
			if a.status != c.status || body["error"] != c.code || !strings.Contains(body["error_description"].(string), c.about) {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}

func TestPeopleAndMachinesKeepToTheirGrants(t *testing.T) {
	x := newTenant(t)
	if a := x.post("oauth/token", url.Values{"grant_type": {grantMachine}, "audience": {AuthorizationAPI}}); a.status != 403 || a.json(t)["error"] != "unauthorized_client" {
		t.Errorf("the dashboard by itself: %d %s", a.status, a.body)
	}
	token := x.signIn(ada)
	form := url.Values{"grant_type": {grantRefresh}, "refresh_token": {token.RefreshToken}, "client_id": {machineID}, "client_secret": {machineSecret}}
	if a := newBrowser(t).do("POST", x.issuer+"oauth/token", form); a.status == http.StatusOK {
		t.Error("a machine used a person's refresh token")
	}
}

// Secrets travel in a body or in a header, once, and never in an address.
func TestWhereSecretsMayBe(t *testing.T) {
	x := newTenant(t)
	form := func(secret bool) url.Values {
		f := url.Values{"grant_type": {grantMachine}, "audience": {AuthorizationAPI}}
		if secret {
			f.Set("client_id", machineID)
			f.Set("client_secret", machineSecret)
		}
		return f
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(machineID+":"+machineSecret))
	b := newBrowser(t)
	at := x.issuer + "oauth/token"
	if a := b.do("POST", at, form(false), "Authorization", basic); a.status != http.StatusOK {
		t.Errorf("in the header: %d %s", a.status, a.body)
	}
	if a := b.do("POST", at, form(true), "Authorization", basic); a.status != http.StatusBadRequest {
		t.Errorf("in both: %d", a.status)
	}
	if a := b.do("POST", at+"?"+form(true).Encode(), url.Values{}); a.status != http.StatusBadRequest {
		t.Errorf("in the address: %d", a.status)
	}
	if a := b.do("POST", at+"?client_secret="+machineSecret, form(true)); a.status != http.StatusBadRequest {
		t.Errorf("in the address as well: %d", a.status)
	}
	if a := b.do("GET", at+"?"+form(true).Encode(), nil); a.status == http.StatusOK {
		t.Error("in the address of a GET")
	}
	long := form(true)
	long.Set("audience", strings.Repeat("a", maxForm))
	if a := b.do("POST", at, long); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge body: %d", a.status)
	}
	if a := b.do("POST", at, form(true), "Content-Type", "text/plain"); a.status != http.StatusBadRequest {
		t.Errorf("text/plain: %d", a.status)
	}
}

// An administrator says for how long machines have access to the Authorization
// API, or that they have none. The Management API is not concerned.
func TestAccessOfMachines(t *testing.T) {
	x := newTenant(t)
	send := func(audience string) map[string]any {
		body := `{"grant_type":"client_credentials","client_id":"` + machineID + `","client_secret":"` + machineSecret + `","audience":"` + audience + `"}`
		req, err := http.NewRequestWithContext(t.Context(), "POST", x.issuer+"oauth/token", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		return newBrowser(t).send(req).json(t)
	}
	set := func(a store.APIAccess) {
		if err := x.store.Update(t.Context(), func(tx *store.Tx) error { return tx.SetAPIAccess(t.Context(), a) }); err != nil {
			t.Fatal(err)
		}
	}
	set(store.APIAccess{On: true, TokenLifetime: 600})
	if got := send(AuthorizationAPI); got["expires_in"] != 600.0 {
		t.Errorf("the token lives %v s, want 600", got["expires_in"])
	}
	set(store.APIAccess{})
	if got := send(AuthorizationAPI); got["error"] != "access_denied" {
		t.Errorf("turned off: %v", got)
	}
	if got := send(ManagementAPI(x.issuer)); got["access_token"] == nil {
		t.Errorf("the Management API: %v", got)
	}
}
