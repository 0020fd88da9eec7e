package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/demo"
	"trellis/cmd/internal/mgmtapi"
	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/server"
	"trellis/cmd/internal/sightings"
	"trellis/views/urls"
)

// dashboardClient is how the embedded tenant knows the dashboard.
const dashboardClient = "trellis-dashboard"

// issuer is the embedded tenant's, with a slash at its end as Auth0's has.
func (s *site) issuer() string { return s.base.String() + "/" }

// dashboardSecret is what the dashboard shows the embedded tenant. Both derive
// it, so it is stored nowhere.
func (s *site) dashboardSecret() string {
	return hex.EncodeToString(s.ring.Key("dashboard client secret", 32))
}

// embedTenant makes the provider and the two APIs.
func (s *site) embedTenant() error {
	proxies, err := s.listen.Proxies()
	if err != nil {
		return misuse{err}
	}
	provider, err := openid.New(openid.Config{
		Store: s.store, Issuer: s.issuer(), Log: s.Log,
		SealKey:     s.ring.Key(openidSeal, 32),
		OldSealKeys: s.ring.OldKeys(openidSeal, 32),
		StateKey:    s.ring.Key("openid state", 32),
		Dashboard: openid.DashboardClient{
			ID: dashboardClient, Secret: s.dashboardSecret(),
			RedirectURI: s.base.JoinPath(urls.Callback).String(), PostLogoutURI: s.base.JoinPath(urls.SignedOut).String(),
		},
		DemoAccounts:  s.sampleAddresses(),
		ClientAddress: server.ClientAddress(proxies),
	})
	if err != nil {
		return err
	}
	tokens := bearer.New(s.issuer(), provider)
	s.seen = sightings.New(s.store, time.Now)
	authorization, err := authzapi.New(authzapi.Config{
		Store: s.store, Seen: s.seen, Tokens: tokens, Log: s.Log, CORSOrigins: s.tenant.CORSOrigin, NameLimit: s.tenant.NameLimit,
		IndirectGrants: s.tenant.AllowIndirectGrants(),
	})
	if err != nil {
		return err
	}
	management, err := mgmtapi.New(mgmtapi.Config{
		Store: s.store, Tokens: tokens, Issuer: s.issuer(), Log: s.Log, Password: openid.CheckPassword, NewPassword: openid.NewPassword,
		Grantable: openid.Grantable(), RoleScopes: openid.RoleScopes, Holds: openid.Holds,
	})
	if err != nil {
		return err
	}
	s.parts.OpenID = server.Logged("openid", provider, s.Log)
	s.parts.Authorization = server.Logged("authorization", authorization, s.Log)
	s.parts.Management = server.Logged("management", management, s.Log)
	s.sweeps = append(s.sweeps,
		server.Sweep{Name: "sign-ins that expired", Every: 5 * time.Minute, Run: provider.Sweep},
		server.Sweep{Name: "groups that providers sent", Every: time.Minute, Run: s.seen.Flush},
	)
	s.checks = append(s.checks,
		server.Check{Name: "keys", Run: func(ctx context.Context) error { return hasKeys(ctx, provider) }},
		server.Check{Name: "provider", Run: func(ctx context.Context) error { return s.discover(ctx, s.issuer()) }},
	)
	return nil
}

// sampleAddresses is whom the sign-in page lets in with a click.
func (s *site) sampleAddresses() []string {
	if !s.Data.Demo {
		return nil
	}
	var out []string
	for _, a := range demo.Accounts() {
		out = append(out, a.Email)
	}
	return out
}

func hasKeys(ctx context.Context, keys bearer.KeySet) error {
	found, err := keys.PublicKeys(ctx)
	if err == nil && len(found) == 0 {
		err = errors.New("there is no signing key")
	}
	return err
}

// discover asks the provider whether it is there, the way the dashboard does.
func (s *site) discover(ctx context.Context, issuer string) error {
	address := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := s.network.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", address, res.Status)
	}
	return nil
}
