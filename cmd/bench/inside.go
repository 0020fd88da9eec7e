package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/keys"
	"trellis/cmd/internal/mgmtapi"
	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/server"
	"trellis/cmd/internal/store"
	"trellis/views/urls"
	"trellis/web"
	"trellis/web/authz"
	"trellis/web/login"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// inside is the tenant and its dashboard within this process, on the database
// and with the keys of the program.
type inside struct {
	store  *store.Store
	base   *url.URL
	ring   keys.Ring
	parts  server.Parts
	tokens *bearer.Verifier
}

// openInside opens what trellis serve with base as its address serves.
func openInside(ctx context.Context, database, masterKey, base string) (*inside, error) {
	server.UseMemory()
	s, err := store.Open(ctx, store.Config{URL: database})
	if err != nil {
		return nil, err
	}
	x := &inside{store: s}
	if x.base, err = url.Parse(base); err == nil {
		x.ring, err = keys.Load(masterKey)
	}
	if err == nil {
		err = x.addTenant()
	}
	if err == nil {
		err = x.addDashboard(ctx)
	}
	if err != nil {
		_ = s.Close() // that it failed is enough
		return nil, fmt.Errorf("the tenant within the process: %w", err)
	}
	return x, nil
}

func (x *inside) issuer() string { return x.base.String() + "/" }

func (x *inside) dashboard() openid.DashboardClient {
	return openid.DashboardClient{
		ID: "trellis-dashboard", Secret: hex.EncodeToString(x.ring.Key("dashboard client secret", 32)),
		RedirectURI: x.base.JoinPath(urls.Callback).String(), PostLogoutURI: x.base.JoinPath(urls.SignedOut).String(),
	}
}

// addTenant makes the provider and the two APIs.
func (x *inside) addTenant() error {
	quiet := slog.New(slog.DiscardHandler)
	provider, err := openid.New(openid.Config{
		Store: x.store, Issuer: x.issuer(), Log: quiet, Dashboard: x.dashboard(),
		SealKey: x.ring.Key("openid seal", 32), StateKey: x.ring.Key("openid state", 32),
	})
	if err != nil {
		return err
	}
	x.tokens = bearer.New(x.issuer(), provider)
	authorization, err := authzapi.New(authzapi.Config{Store: x.store, Tokens: x.tokens, Log: quiet})
	if err != nil {
		return err
	}
	management, err := mgmtapi.New(mgmtapi.Config{
		Store: x.store, Tokens: x.tokens, Issuer: x.issuer(), Log: quiet, Password: openid.CheckPassword, NewPassword: openid.NewPassword,
		Grantable: openid.Grantable(), RoleScopes: openid.RoleScopes, Holds: openid.Holds,
	})
	if err != nil {
		return err
	}
	x.parts.OpenID, x.parts.Authorization, x.parts.Management = provider, authorization, management
	return nil
}

// addDashboard makes the dashboard, which reaches the tenant by calling it.
func (x *inside) addDashboard(ctx context.Context) error {
	quiet := slog.New(slog.DiscardHandler)
	sessions, err := session.Open(ctx, session.Config{DB: x.store.DB(), Reads: x.store.Reads(), Key: x.ring.Key("session seal", 32)})
	if err != nil {
		return err
	}
	client := x.dashboard()
	party, err := login.New(login.Config{
		Issuer: x.issuer(), ClientID: client.ID, ClientSecret: client.Secret, BaseURL: x.base,
		HTTP: plainly(directly(x.parts)), Sessions: sessions, Log: quiet, Scopes: openid.Scopes(store.Administrator),
		Audiences: map[session.API]string{
			session.Authorization: openid.AuthorizationAPI, session.Management: openid.ManagementAPI(x.issuer()),
		},
	})
	if err != nil {
		return err
	}
	api := func(of session.API) *http.Client {
		return plainly(&upstream.Transport{Base: directly(x.parts), Tokens: party, API: of})
	}
	groups, err := authz.New(x.base.JoinPath("api").String(), api(session.Authorization))
	if err != nil {
		return err
	}
	users, err := mgmt.New(x.base.JoinPath("api", "v2").String(), api(session.Management))
	if err != nil {
		return err
	}
	x.parts.Dashboard, err = web.New(web.Config{
		BaseURL: x.base, Authz: groups, Mgmt: users, Login: party, Sessions: sessions, Log: quiet, SignInOrigin: x.base.String(),
		Issuer: x.issuer(), Audience: openid.AuthorizationAPI,
	})
	return err
}

// plainly is a client that follows no redirect.
func plainly(t http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     t,
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
