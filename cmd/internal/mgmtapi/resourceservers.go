package mgmtapi

import (
	"net/http"
	"slices"

	"trellis/cmd/internal/store"
)

// GET /resource-servers
func (a *api) listResourceServers(c *call) error {
	var all []store.ResourceServer
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		all, err = tx.ResourceServers(c.Request().Context())
		return err
	})
	if err != nil {
		return err
	}
	if wanted := c.query["identifiers"]; len(wanted) > 0 {
		all = slices.DeleteFunc(all, func(s store.ResourceServer) bool { return !slices.Contains(wanted, s.Identifier) })
	}
	w := c.window()
	return c.list(w, "resource_servers", cut(all, w), len(all))
}

// GET /resource-servers/{id}
func (a *api) resourceServer(c *call) error {
	var s store.ResourceServer
	err := a.store.View(c.Request().Context(), func(tx *store.Tx) (err error) {
		s, err = tx.ResourceServer(c.Request().Context(), c.id)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s)
}

// PATCH /resource-servers/{id}
func (a *api) updateResourceServer(c *call) error {
	var patch resourceServerPatch
	if err := c.decode(&patch); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var s store.ResourceServer
	err := a.store.Update(ctx, func(tx *store.Tx) (err error) {
		if s, err = tx.ResourceServer(ctx, c.id); err != nil {
			return err
		}
		if s, err = patch.apply(s); err != nil {
			return err
		}
		return tx.PutResourceServer(ctx, s)
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s)
}

// resourceServerPatch is what to change of an API; nil stays.
type resourceServerPatch struct {
	Name                *string        `json:"name"`
	Scopes              *[]store.Scope `json:"scopes"`
	SigningAlg          *string        `json:"signing_alg"`
	AllowOfflineAccess  *bool          `json:"allow_offline_access"`
	SkipConsent         *bool          `json:"skip_consent_for_verifiable_first_party_clients"`
	TokenLifetime       *int           `json:"token_lifetime"`
	TokenLifetimeForWeb *int           `json:"token_lifetime_for_web"`
	EnforcePolicies     *bool          `json:"enforce_policies"`
	TokenDialect        *string        `json:"token_dialect"`
}

func (p resourceServerPatch) apply(s store.ResourceServer) (store.ResourceServer, error) {
	if s.IsSystem && !p.lifetimesOnly() {
		return s, notPossible("Of a system API only the lifetimes of tokens can change.")
	}
	set(&s.Name, p.Name)
	set(&s.Scopes, p.Scopes)
	set(&s.SigningAlg, p.SigningAlg)
	set(&s.AllowOfflineAccess, p.AllowOfflineAccess)
	set(&s.SkipConsent, p.SkipConsent)
	set(&s.TokenLifetime, p.TokenLifetime)
	set(&s.TokenLifetimeForWeb, p.TokenLifetimeForWeb)
	set(&s.EnforcePolicies, p.EnforcePolicies)
	set(&s.TokenDialect, p.TokenDialect)

	seen := map[string]bool{}
	for _, sc := range s.Scopes {
		if seen[sc.Value] {
			return s, badBody("scopes: '" + printable(sc.Value) + "' is given twice")
		}
		seen[sc.Value] = true
	}
	if p.TokenLifetime != nil && p.TokenLifetimeForWeb == nil {
		s.TokenLifetimeForWeb = min(s.TokenLifetimeForWeb, s.TokenLifetime)
	}
	if s.TokenLifetimeForWeb > s.TokenLifetime {
		return s, badBody("token_lifetime_for_web: it is longer than token_lifetime")
	}
	return s, nil
}

// lifetimesOnly reports a patch of nothing but how long tokens live.
func (p resourceServerPatch) lifetimesOnly() bool {
	p.TokenLifetime, p.TokenLifetimeForWeb = nil, nil
	return p == resourceServerPatch{}
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}
