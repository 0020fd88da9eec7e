package openid

import (
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

// AuthorizationAPI is the audience of tokens for the Authorization API.
const AuthorizationAPI = "urn:auth0-authz-api"

// ManagementAPI is the audience of tokens for the Management API of issuer,
// which ends in a slash.
func ManagementAPI(issuer string) string { return issuer + managementPath }

const managementPath = "api/v2/"

// identityScopes ask for an ID token, for what is in it, and for a refresh
// token. They are the application's to ask and need no role.
var identityScopes = []string{"openid", "profile", "email", "offline_access"}

// authorizationScopes has one scope, update:users, that the Authorization
// Extension documents and does not have.
var authorizationScopes = []string{
	"read:users", "read:applications", "read:connections", "read:configuration", "update:configuration",
	"read:groups", "create:groups", "update:groups", "delete:groups",
	"read:roles", "create:roles", "update:roles", "delete:roles",
	"read:permissions", "create:permissions", "update:permissions", "delete:permissions",
	"read:resource-server", "create:resource-server", "update:resource-server", "delete:resource-server",
	"update:users",
}

var managementScopes = []string{
	"read:users", "create:users", "update:users", "delete:users",
	"read:roles", "create:roles", "update:roles", "delete:roles",
	"read:role_members", "create:role_members", "delete:role_members",
	"read:resource_servers", "update:resource_servers", "read:clients", "read:connections",
	"create:clients", "update:clients", "delete:clients", "update:client_keys",
	"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
	"read:accounts", "create:accounts", "update:accounts", "delete:accounts",
}

// helpDeskWrites is what the help desk may change at the API of an audience: who is
// in which group, and what users hold. update:users is what giving roles takes, at
// both: without it the help desk could put nobody into a group that has roles, as
// nobody may give by way of a group what they could not give directly.
func helpDeskWrites(audience string) []string {
	if audience == AuthorizationAPI {
		return []string{"update:groups", "update:users"}
	}
	return []string{"update:users"}
}

// Scopes is what an account with role may do at the APIs of audience, or at
// every API when none is named. An unknown role may do nothing.
func Scopes(role string, audience ...string) []string {
	if len(audience) == 0 {
		audience = []string{AuthorizationAPI, managementPath}
	}
	var out []string
	for _, a := range audience {
		for _, s := range apiScopes(a) {
			if allows(role, a, s) && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Grantable is every scope that a machine client can be granted, by API.
func Grantable() map[store.GrantedAPI][]string {
	return map[store.GrantedAPI][]string{
		store.AuthorizationAPI: slices.Clone(authorizationScopes), store.ManagementAPI: slices.Clone(managementScopes),
	}
}

// grantedAPI is the API that audience names, as grants of clients do.
func grantedAPI(audience string) store.GrantedAPI {
	if audience == AuthorizationAPI {
		return store.AuthorizationAPI
	}
	return store.ManagementAPI
}

// apiScopes is every scope of the API that audience names.
func apiScopes(audience string) []string {
	switch {
	case audience == AuthorizationAPI:
		return authorizationScopes
	case strings.HasSuffix(audience, managementPath):
		return managementScopes
	}
	return nil
}

func allows(role, audience, scope string) bool {
	switch role {
	case store.Administrator:
		return true
	case store.HelpDesk:
		return strings.HasPrefix(scope, "read:") || slices.Contains(helpDeskWrites(audience), scope)
	case store.Auditor:
		return strings.HasPrefix(scope, "read:")
	}
	return false
}

// grant is what an account with role gets of the scopes that were requested
// for audience, in the order of the request.
func grant(requested []string, audience, role string) []string {
	allowed := append(Scopes(role, audience), identityScopes...)
	var out []string
	for _, s := range requested {
		if slices.Contains(allowed, s) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// audience is the API that asked names, or the one to fall back to. Without an
// API, a token is good for the userinfo endpoint alone.
func (p *Provider) audience(asked, fallback string) (string, bool) {
	if asked == "" {
		asked = fallback
	}
	switch asked {
	case "", p.issuer + userinfoPath:
		return p.issuer + userinfoPath, true
	case AuthorizationAPI, ManagementAPI(p.issuer):
		return asked, true
	}
	return "", false
}
