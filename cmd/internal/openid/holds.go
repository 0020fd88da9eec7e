package openid

import (
	"context"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// RoleScopes is what an account with role may do at an API.
func RoleScopes(role string, api store.GrantedAPI) []string { return Scopes(role, audienceOf(api)) }

// Holds is what who may do at an API now, whatever the token says: a person by the
// role of the account, a machine by the grants of the client. Who is gone, and whoever
// another provider knows, holds nothing.
func Holds(ctx context.Context, tx *store.Tx, who bearer.Principal, api store.GrantedAPI) ([]string, error) {
	if who.Machine {
		c, err := tx.Client(ctx, who.Client)
		if err != nil {
			return nil, goneIsNobody(err)
		}
		return c.GrantedFor(api, apiScopes(audienceOf(api))), nil
	}
	a, err := tx.Account(ctx, who.Subject)
	if err != nil {
		return nil, goneIsNobody(err)
	}
	return RoleScopes(a.Role, api), nil
}

func goneIsNobody(err error) error {
	if isGone(err) {
		return nil
	}
	return err
}

// audienceOf is the audience of an API, or the end of it where it begins with the
// issuer.
func audienceOf(api store.GrantedAPI) string {
	if api == store.AuthorizationAPI {
		return AuthorizationAPI
	}
	return managementPath
}
