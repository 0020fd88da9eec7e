package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/server"
	"trellis/cmd/internal/store"
	"trellis/web"
	"trellis/web/authz"
	"trellis/web/login"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// tenant is what the dashboard knows of the tenant that it shows.
type tenant struct {
	issuer                    string
	clientID, secret          string
	authorization, management string // the addresses of the two APIs
}

// shown is the tenant that the dashboard shows: the remote one, if there is one.
func (s *site) shown() (tenant, error) {
	if !s.remote.InUse() {
		return tenant{
			issuer: s.issuer(), clientID: dashboardClient, secret: s.dashboardSecret(),
			authorization: s.base.JoinPath("api").String(), management: s.base.JoinPath("api", "v2").String(),
		}, nil
	}
	secret, err := s.remote.Secret()
	return tenant{
		issuer: s.remote.Issuer, clientID: s.remote.ClientID, secret: secret.Reveal(),
		authorization: s.remote.AuthorizationURL, management: s.remote.ManagementURL,
	}, err
}

// addDashboard makes the dashboard of the tenant.
func (s *site) addDashboard(ctx context.Context) error {
	of, err := s.shown()
	if err != nil {
		return err
	}
	sessions, err := session.Open(ctx, session.Config{
		DB: s.store.DB(), Reads: s.store.Reads(), Secure: s.base.Scheme == "https",
		Key: s.ring.Key("session seal", 32), OldKeys: s.ring.OldKeys("session seal", 32),
	})
	if err != nil {
		return err
	}
	party, err := s.party(of, sessions)
	if err != nil {
		return err
	}
	groups, err := authz.New(of.authorization, s.apiClient(party, session.Authorization))
	if err != nil {
		return err
	}
	users, err := mgmt.New(of.management, s.apiClient(party, session.Management))
	if err != nil {
		return err
	}
	signIn, err := origin(of.issuer)
	if err != nil {
		return err
	}
	proxies, err := s.listen.Proxies()
	if err != nil {
		return misuse{err}
	}
	s.parts.Dashboard, err = web.New(web.Config{
		BaseURL: s.base, Authz: groups, Mgmt: users, Login: party, Sessions: sessions, Log: s.Log, SignInOrigin: signIn,
		Issuer: of.issuer, Audience: openid.AuthorizationAPI, ClientAddress: server.ClientAddress(proxies),
	})
	if err != nil {
		return err
	}
	s.sweeps = append(s.sweeps, server.Sweep{Name: "sessions that expired", Every: 10 * time.Minute, Run: sessions.Sweep})
	if s.remote.InUse() {
		s.checks = append(s.checks, server.Check{Name: "provider", Run: func(ctx context.Context) error { return s.discover(ctx, of.issuer) }})
	}
	return nil
}

// party signs people in at the tenant.
func (s *site) party(of tenant, sessions *session.Store) (*login.Party, error) {
	return login.New(login.Config{
		Issuer: of.issuer, ClientID: of.clientID, ClientSecret: of.secret,
		BaseURL: s.base, HTTP: s.client(s.network), Sessions: sessions, Log: s.Log,
		Audiences: map[session.API]string{
			session.Authorization: openid.AuthorizationAPI,
			session.Management:    openid.ManagementAPI(strings.TrimSuffix(of.issuer, "/") + "/"),
		},
		Scopes: openid.Scopes(store.Administrator), // the tenant grants of them what the person's role has
	})
}

// apiClient reaches one API with the tokens of the person who asks.
func (s *site) apiClient(tokens upstream.TokenSource, api session.API) *http.Client {
	return s.client(&upstream.Transport{Base: s.network, Tokens: tokens, API: api})
}

// client follows no redirect: none of what it asks redirects, and one that did
// would carry the token or the secret elsewhere.
func (s *site) client(t http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     t,
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// origin is where a browser is sent to sign in.
func origin(issuer string) (string, error) {
	u, err := url.Parse(issuer)
	if err != nil {
		return "", fmt.Errorf("the issuer: %w", err)
	}
	return u.Scheme + "://" + u.Host, nil
}
