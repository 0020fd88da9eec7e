package openid

import (
	"net/url"
	"slices"
	"strings"
)

// machineToken is the client_credentials grant: a token for an application on
// its own. Its answers are those of Auth0.
func (p *Provider) machineToken(c client, form url.Values) (any, error) {
	audience := form.Get("audience")
	if audience == "" {
		return nil, accessDenied("No audience parameter was provided, and no default audience has been configured.")
	}
	if audience != AuthorizationAPI && audience != ManagementAPI(p.issuer) {
		return nil, accessDenied("Service not enabled within domain: " + audience)
	}
	granted := slices.DeleteFunc(slices.Clone(c.scopes), func(s string) bool { return !slices.Contains(apiScopes(audience), s) })
	if len(granted) == 0 {
		return nil, accessDenied("Client is not authorized to access \"" + audience + "\". Grant it a scope of this API first.")
	}
	if asked := strings.Fields(form.Get("scope")); len(asked) > 0 {
		for _, s := range asked {
			if !slices.Contains(granted, s) {
				return nil, accessDenied("Client has not been granted scopes: " + s)
			}
		}
		granted = slices.Compact(slices.Sorted(slices.Values(asked)))
	}
	token, err := p.accessToken(accessClaims{
		Subject: c.id + "@clients", Client: c.id, Audience: audience,
		Scope: strings.Join(granted, " "), GrantType: "client-credentials",
	}, machineLife)
	if err != nil {
		return nil, err
	}
	return tokenResponse{AccessToken: token, Scope: strings.Join(granted, " "), ExpiresIn: int(machineLife.Seconds()), TokenType: "Bearer"}, nil
}
