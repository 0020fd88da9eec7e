package openid

import (
	"context"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// machineRequest is the request of an application for a token of its own, as
// the library asks about it.
type machineRequest struct {
	client, audience string
	scopes           []string
}

func (m *machineRequest) GetSubject() string    { return m.client + "@clients" }
func (m *machineRequest) GetAudience() []string { return []string{m.audience} }
func (m *machineRequest) GetScopes() []string   { return m.scopes }

// claims is what the token says beyond the library's own claims.
func (m *machineRequest) claims() map[string]any {
	return map[string]any{"scope": strings.Join(m.scopes, " "), "azp": m.client, "gty": "client-credentials"}
}

// ClientCredentialsTokenRequest is the client_credentials grant: which scopes
// the application gets. Its refusals are those of Auth0.
func (s *storage) ClientCredentialsTokenRequest(ctx context.Context, id string, asked []string) (op.TokenRequest, error) {
	a, err := s.application(ctx, id)
	if err != nil {
		return nil, err
	}
	audience := callOf(ctx).audience
	if audience == "" {
		return nil, fail(ctx, accessDenied("No audience parameter was provided, and no default audience has been configured."))
	}
	if audience != AuthorizationAPI && audience != ManagementAPI(s.issuer) {
		return nil, fail(ctx, accessDenied("Service not enabled within domain: "+audience))
	}
	scopes := slices.DeleteFunc(slices.Clone(a.scopes), func(scope string) bool { return !slices.Contains(apiScopes(audience), scope) })
	if len(scopes) == 0 {
		return nil, fail(ctx, accessDenied("Client is not authorized to access \""+audience+"\". Grant it a scope of this API first."))
	}
	if len(asked) > 0 {
		for _, scope := range asked {
			if !slices.Contains(scopes, scope) {
				return nil, fail(ctx, accessDenied("Client has not been granted scopes: "+scope))
			}
		}
		scopes = slices.Compact(slices.Sorted(slices.Values(asked)))
	}
	return &machineRequest{client: id, audience: audience, scopes: scopes}, nil
}
