package openid

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// machineRequest is the request of an application for a token of its own, as
// the library asks about it.
type machineRequest struct {
	client, audience string
	scopes           []string
	life             time.Duration
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
	life, err := s.machineLife(ctx, audience)
	if err != nil {
		return nil, err
	}
	scopes := a.client.GrantedFor(grantedAPI(audience), apiScopes(audience))
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
	return &machineRequest{client: id, audience: audience, scopes: scopes, life: life}, nil
}

// machineLife is how long a machine's token for audience lives. For the
// Authorization API an administrator chooses, and can let machines have none.
func (s *storage) machineLife(ctx context.Context, audience string) (time.Duration, error) {
	if audience != AuthorizationAPI {
		return machineLife, nil
	}
	var access store.APIAccess
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		access, err = tx.APIAccess(ctx)
		return err
	})
	switch {
	case err != nil:
		return 0, err
	case !access.On:
		return 0, fail(ctx, accessDenied("Access to \""+audience+"\" is turned off for machines."))
	case access.TokenLifetime > 0:
		return time.Duration(access.TokenLifetime) * time.Second, nil
	}
	return machineLife, nil
}
