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
	scopes                   []string // that it may ask for
}

// GetID is the client id.
func (a *application) GetID() string { return a.id }

// RedirectURIs is where a sign-in may lead back to, and nowhere else.
func (a *application) RedirectURIs() []string { return a.redirectURI }

// PostLogoutRedirectURIs is where a sign-out may lead back to.
func (a *application) PostLogoutRedirectURIs() []string { return a.afterLogout }

// ApplicationType is that of applications that can keep a secret.
func (a *application) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }

// AuthMethod is the form that the guard brings a secret to.
func (a *application) AuthMethod() oidc.AuthMethod { return oidc.AuthMethodPost }

// ResponseTypes is the code flow.
func (a *application) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

// GrantTypes is what it may send to the token endpoint.
func (a *application) GrantTypes() []oidc.GrantType { return a.grants }

// LoginURL is the sign-in page of the request that is sealed in state.
func (a *application) LoginURL(state string) string { return "/u/login?state=" + state }

// AccessTokenType is JWT: the APIs check tokens without asking the provider.
func (a *application) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

// IDTokenLifetime is how long an ID token is good.
func (a *application) IDTokenLifetime() time.Duration { return idLife }

// DevMode would loosen the rules for redirect URIs.
func (a *application) DevMode() bool { return false }

// RestrictAdditionalIdTokenScopes leaves the scopes as they are.
func (a *application) RestrictAdditionalIdTokenScopes() func([]string) []string { return unchanged }

// RestrictAdditionalAccessTokenScopes leaves the scopes as they are.
func (a *application) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return unchanged
}

func unchanged(scopes []string) []string { return scopes }

// IsScopeAllowed reports whether it may ask for scope.
func (a *application) IsScopeAllowed(scope string) bool { return slices.Contains(a.scopes, scope) }

// IDTokenUserinfoClaimsAssertion puts name and email into the ID token.
func (a *application) IDTokenUserinfoClaimsAssertion() bool { return true }

// ClockSkew is none: issuer and APIs share a clock.
func (a *application) ClockSkew() time.Duration { return 0 }

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
	return &application{id: c.ID, secretHash: c.SecretHash, grants: []oidc.GrantType{oidc.GrantTypeClientCredentials}, scopes: c.Scopes}, nil
}
