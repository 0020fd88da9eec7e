package openid

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestLogout(t *testing.T) {
	x := newTenant(t)
	token := x.signIn(ada)
	other := x.signIn(ada)
	hint, _ := token.Extra("id_token").(string)
	back := x.config.Dashboard.PostLogoutURI
	at := func(q url.Values) string { return x.issuer + "oidc/logout?" + q.Encode() }
	late := claims(t, hint)
	late["exp"] = time.Now().Add(-idLife).Unix()
	hint = x.forge(late) // people sign out late
	b := newBrowser(t)

	for name, uri := range map[string]string{"foreign": "https://evil.example/", "longer": back + "/x", "query": back + "?x", "script": "javascript:alert(1)"} {
		if a := b.do("GET", at(url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {uri}}), nil); a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
			t.Errorf("%s: %d to %q", name, a.status, a.header.Get("Location"))
		}
	}
	for name, hint := range map[string]string{"none": "", "garbage": "a.b.c", "access token": token.AccessToken, "changed": hint[:len(hint)-4] + "AAAA", "another application's": x.forge(map[string]any{"aud": "x", "azp": dashboardID, "sid": "x", "sub": "y"})} {
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
	if status := x.userinfo(token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userinfo after signing out: %d", status)
	}
	if x.refresh(other.RefreshToken, nil).status != http.StatusOK {
		t.Error("the sign-in of another device ended")
	}
	a = b.do("GET", at(url.Values{"id_token_hint": {hint}}), nil)
	if here := a.location(t).Path; here != "/u/signed-out" {
		t.Errorf("without a place to go: %s", here)
	}
	if a := b.do("GET", x.issuer+"u/signed-out", nil); a.status != http.StatusOK || !strings.Contains(a.body, "You are signed out") {
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
