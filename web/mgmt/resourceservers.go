package mgmt

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// How the access tokens of an API look. With the dialect Authz, and policies
// enforced, they name the permissions of the user.
const (
	DialectPlain = "access_token"
	DialectAuthz = "access_token_authz"
)

// ResourceServer is an API of the tenant: what access tokens are for, and
// whose scopes are the permissions that a user can hold.
type ResourceServer struct {
	ID                  string  `json:"id"`
	Identifier          string  `json:"identifier"`
	Name                string  `json:"name"`
	IsSystem            bool    `json:"is_system"`
	Scopes              []Scope `json:"scopes"`
	SigningAlg          string  `json:"signing_alg"`
	AllowOfflineAccess  bool    `json:"allow_offline_access"`
	SkipConsent         bool    `json:"skip_consent_for_verifiable_first_party_clients"`
	TokenLifetime       int     `json:"token_lifetime"`
	TokenLifetimeForWeb int     `json:"token_lifetime_for_web"`
	EnforcePolicies     bool    `json:"enforce_policies"`
	TokenDialect        string  `json:"token_dialect"`
}

// Scope is one permission of an API.
type Scope struct {
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
}

// ResourceServerPatch is what to change of an API; nil stays.
type ResourceServerPatch struct {
	EnforcePolicies *bool   `json:"enforce_policies,omitempty"`
	TokenDialect    *string `json:"token_dialect,omitempty"`
}

// ResourceServers returns every API of the tenant.
func (c *Client) ResourceServers(ctx context.Context) ([]ResourceServer, error) {
	return whole(func(q ListQuery) (Page[ResourceServer], error) {
		var out struct {
			ResourceServers []ResourceServer `json:"resource_servers"`
			Total           int              `json:"total"`
		}
		err := c.get(ctx, []string{"resource-servers"}, q.values(), &out)
		if err == nil {
			err = upstream.CheckList(out.ResourceServers, func(s ResourceServer) string { return s.ID })
		}
		if err != nil {
			return Page[ResourceServer]{}, fmt.Errorf("listing APIs: %w", err)
		}
		return Page[ResourceServer]{Items: out.ResourceServers, Total: out.Total}, nil
	})
}

// ResourceServer returns the API with that id, or with that identifier.
func (c *Client) ResourceServer(ctx context.Context, id string) (ResourceServer, error) {
	var out ResourceServer
	err := c.get(ctx, []string{"resource-servers", id}, nil, &out)
	if err == nil {
		err = upstream.CheckRecord(out.ID)
	}
	if err != nil {
		return ResourceServer{}, fmt.Errorf("reading API %q: %w", id, err)
	}
	return out, nil
}

// UpdateResourceServer changes the API with that id, or with that identifier.
func (c *Client) UpdateResourceServer(ctx context.Context, id string, patch ResourceServerPatch) error {
	if err := c.send(ctx, http.MethodPatch, []string{"resource-servers", id}, patch); err != nil {
		return fmt.Errorf("changing API %q: %w", id, err)
	}
	return nil
}
