package openid

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"trellis/cmd/internal/bearer"
)

func TestScopesFollowTheRole(t *testing.T) {
	x := newTenant(t)
	for _, c := range []struct {
		email, audience string
		want            []string
	}{
		{ada, AuthorizationAPI, authorizationScopes},
		{hugo, AuthorizationAPI, []string{"read:users", "read:applications", "read:connections", "read:configuration", "read:groups", "update:groups", "update:users", "read:roles", "read:permissions", "read:resource-server"}},
		{ines, AuthorizationAPI, []string{"read:users", "read:applications", "read:connections", "read:configuration", "read:groups", "read:roles", "read:permissions", "read:resource-server"}},
		{ada, ManagementAPI(x.issuer), managementScopes},
		{hugo, ManagementAPI(x.issuer), []string{"read:users", "update:users", "read:roles", "read:role_members", "read:resource_servers", "read:clients", "read:connections", "read:client_grants", "read:accounts"}},
		{ines, ManagementAPI(x.issuer), []string{"read:users", "read:roles", "read:role_members", "read:resource_servers", "read:clients", "read:connections", "read:client_grants", "read:accounts"}},
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

// Who gets none of the scopes is told so, and not left to believe in all.
func TestNoScopeGranted(t *testing.T) {
	x := newTenant(t)
	verifier := oauth2.GenerateVerifier()
	code := x.code(ines, oauth2.SetAuthURLParam("scope", "update:groups"), oauth2.S256ChallengeOption(verifier))
	a := x.post("oauth/token", url.Values{"grant_type": {grantCode}, "code": {code}, "redirect_uri": {x.callback}, "code_verifier": {verifier}}).json(t)
	if scope, ok := a["scope"]; !ok || scope != "" || a["id_token"] != nil || a["refresh_token"] != nil {
		t.Errorf("answer = %v", a)
	}
	who, err := bearer.New(x.issuer, x.provider).Verify(t.Context(), "Bearer "+a["access_token"].(string), AuthorizationAPI)
	if err != nil || len(who.Scopes) != 0 {
		t.Errorf("who = %+v, %v", who, err)
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
