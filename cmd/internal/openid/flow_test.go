package openid

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	rp "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"trellis/cmd/internal/bearer"
)

func TestSignIn(t *testing.T) {
	x := newTenant(t)
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
	if access["iss"] != x.issuer || access["sub"] != id.Subject || audience(access) != AuthorizationAPI || access["azp"] != dashboardID || access["jti"] == "" {
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
