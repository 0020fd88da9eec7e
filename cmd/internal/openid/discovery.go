package openid

import (
	"net/http"

	"github.com/go-jose/go-jose/v4"
)

// metadata is the discovery document: what works here, and nothing else. The
// library's own also lists the implicit flow, introspection and device codes.
type metadata struct {
	Issuer               string   `json:"issuer"`
	Authorization        string   `json:"authorization_endpoint"`
	Token                string   `json:"token_endpoint"`
	Userinfo             string   `json:"userinfo_endpoint"`
	JWKS                 string   `json:"jwks_uri"`
	Revocation           string   `json:"revocation_endpoint"`
	EndSession           string   `json:"end_session_endpoint"`
	Scopes               []string `json:"scopes_supported"`
	ResponseTypes        []string `json:"response_types_supported"`
	ResponseModes        []string `json:"response_modes_supported"`
	Grants               []string `json:"grant_types_supported"`
	Subjects             []string `json:"subject_types_supported"`
	IDTokenAlgorithms    []string `json:"id_token_signing_alg_values_supported"`
	TokenAuthentication  []string `json:"token_endpoint_auth_methods_supported"`
	RevokeAuthentication []string `json:"revocation_endpoint_auth_methods_supported"`
	Challenges           []string `json:"code_challenge_methods_supported"`
	Claims               []string `json:"claims_supported"`
	Prompts              []string `json:"prompt_values_supported"`
	ResponseNamesIssuer  bool     `json:"authorization_response_iss_parameter_supported"`
	RequestParameter     bool     `json:"request_parameter_supported"`
	RequestURIParameter  bool     `json:"request_uri_parameter_supported"`
	ClaimsParameter      bool     `json:"claims_parameter_supported"`
}

func (p *Provider) metadata() metadata {
	secrets := []string{"client_secret_basic", "client_secret_post"}
	scopes := append([]string{}, identityScopes...)
	return metadata{
		Issuer:               p.issuer,
		Authorization:        p.issuer + "authorize",
		Token:                p.issuer + "oauth/token",
		Userinfo:             p.issuer + userinfoPath,
		JWKS:                 p.issuer + ".well-known/jwks.json",
		Revocation:           p.issuer + "oauth/revoke",
		EndSession:           p.issuer + "oidc/logout",
		Scopes:               append(scopes, Scopes("administrator")...),
		ResponseTypes:        []string{"code"},
		ResponseModes:        []string{"query"},
		Grants:               []string{grantCode, grantRefresh, grantMachine},
		Subjects:             []string{"public"},
		IDTokenAlgorithms:    []string{string(jose.RS256)},
		TokenAuthentication:  secrets,
		RevokeAuthentication: secrets,
		Challenges:           []string{"S256"},
		Claims:               []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "sid", "name", "email"},
		Prompts:              []string{"none", "login"},
		ResponseNamesIssuer:  true,
	}
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=300")
	writeJSON(w, http.StatusOK, p.metadata())
}

// jwks is the library's list of the public keys.
func (p *Provider) jwks(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	p.library.ServeHTTP(w, r)
}
