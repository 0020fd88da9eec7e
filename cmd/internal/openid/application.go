package openid

import (
	"context"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// application is a client of the provider, as the library asks about it: the
// dashboard, which people sign in to, or a machine, which asks for tokens of
// its own.
type application struct {
	id, secretHash           string
	redirectURI, afterLogout []string // none for a machine
	grants                   []oidc.GrantType
	scopes                   []string     // that it may ask for
	client                   store.Client // of a machine
}

// The library's questions about an application. It can keep a secret
// (ApplicationType), which the guard brings into the body (AuthMethod), and
// DevMode would loosen the rules for redirect addresses.

func (a *application) GetID() string                        { return a.id }
func (a *application) RedirectURIs() []string               { return a.redirectURI }
func (a *application) PostLogoutRedirectURIs() []string     { return a.afterLogout }
func (a *application) ApplicationType() op.ApplicationType  { return op.ApplicationTypeWeb }
func (a *application) AuthMethod() oidc.AuthMethod          { return oidc.AuthMethodPost }
func (a *application) GrantTypes() []oidc.GrantType         { return a.grants }
func (a *application) LoginURL(sealed string) string        { return "/u/login?state=" + sealed }
func (a *application) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeJWT }
func (a *application) IDTokenLifetime() time.Duration       { return idLife }
func (a *application) IDTokenUserinfoClaimsAssertion() bool { return true } // name and email are in the ID token
func (a *application) DevMode() bool                        { return false }
func (a *application) ClockSkew() time.Duration             { return 0 }
func (a *application) IsScopeAllowed(scope string) bool     { return slices.Contains(a.scopes, scope) }

// ResponseTypes is the code flow alone.
func (a *application) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

// RestrictAdditionalIdTokenScopes restricts nothing: grant has done so.
//
//nolint:staticcheck // the name is the library's
func (a *application) RestrictAdditionalIdTokenScopes() func([]string) []string { return unchanged }

// RestrictAdditionalAccessTokenScopes restricts nothing either.
func (a *application) RestrictAdditionalAccessTokenScopes() func([]string) []string { return unchanged }

func unchanged(scopes []string) []string { return scopes }

// GetClientByClientID is the application with that id.
func (s *storage) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	a, err := s.application(ctx, id)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// AuthorizeClientIDSecret checks an application's secret.
func (s *storage) AuthorizeClientIDSecret(ctx context.Context, id, secret string) error {
	_, err := s.ClientCredentials(ctx, id, secret)
	return err
}

// ClientCredentials is the application with that id and secret.
func (s *storage) ClientCredentials(ctx context.Context, id, secret string) (op.Client, error) {
	a, err := s.application(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.secretHash == "" || !same(a.secretHash, digest(secret)) {
		return nil, badClient()
	}
	return a, nil
}

// machineScopes is every scope that c has at some API.
func machineScopes(c store.Client) []string {
	var out []string
	for api, known := range Grantable() {
		out = append(out, c.GrantedFor(api, known)...)
	}
	return out
}

// application finds one. That there is none is not noted with fail: at the
// authorization endpoint it is for a page to say.
func (s *storage) application(ctx context.Context, id string) (*application, error) {
	if d := s.dashboard; id == d.ID {
		return &application{
			id: d.ID, secretHash: digest(d.Secret), redirectURI: []string{d.RedirectURI}, afterLogout: []string{d.PostLogoutURI},
			grants: []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}, scopes: Scopes(store.Administrator),
		}, nil
	}
	var c store.Client
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.Client(ctx, id)
		return err
	})
	if isGone(err) {
		return nil, badClient()
	}
	if err != nil {
		return nil, fail(ctx, err)
	}
	return &application{id: c.ID, secretHash: c.SecretHash, grants: []oidc.GrantType{oidc.GrantTypeClientCredentials}, scopes: machineScopes(c), client: c}, nil
}
