package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
)

// ResourceServer is one API of the tenant: what access tokens are for, and
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
	Description string `json:"description"`
}

// Defines reports whether permission is a scope of the API.
func (s ResourceServer) Defines(permission string) bool {
	return slices.ContainsFunc(s.Scopes, func(sc Scope) bool { return sc.Value == permission })
}

// withDefaults is s with what a tenant chooses when nobody says otherwise.
func (s ResourceServer) withDefaults() ResourceServer {
	if s.Scopes == nil {
		s.Scopes = []Scope{}
	}
	s.SigningAlg = cmp.Or(s.SigningAlg, "RS256")
	s.TokenDialect = cmp.Or(s.TokenDialect, "access_token")
	s.TokenLifetime = cmp.Or(s.TokenLifetime, 86400)
	s.TokenLifetimeForWeb = cmp.Or(s.TokenLifetimeForWeb, min(7200, s.TokenLifetime))
	return s
}

// PutResourceServer creates s, or replaces the API with that id. A permission
// that is no longer among the scopes is taken from the users and core roles that have it.
func (tx *Tx) PutResourceServer(ctx context.Context, s ResourceServer) error {
	s = s.withDefaults()
	document, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("resource server %q: %w", s.ID, err)
	}
	was, err := tx.resourceServers(ctx, `where id = $1`, s.ID)
	if err != nil {
		return err
	}
	_, err = tx.change(ctx, `insert into resource_servers(id, identifier, name, document) values($1, $2, $3, $4)
		on conflict(id) do update set identifier = excluded.identifier, name = excluded.name, document = excluded.document`,
		s.ID, s.Identifier, s.Name, string(document))
	if tx.store.dialect.duplicate(err) {
		return &TakenError{Kind: APIs, Name: s.Identifier}
	}
	if err != nil {
		return fmt.Errorf("saving resource server %q: %w", s.ID, err)
	}
	if len(was) == 0 {
		return tx.record(ctx, "resource_server.create", "resource_server", s.ID, nil, s)
	}
	if err := tx.dropScopes(ctx, was[0], s); err != nil {
		return err
	}
	return tx.record(ctx, "resource_server.update", "resource_server", s.ID, was[0], s)
}

// ResourceServers is every API, in the order of their making.
func (tx *Tx) ResourceServers(ctx context.Context) ([]ResourceServer, error) {
	return tx.resourceServers(ctx, `order by seq`)
}

// ResourceServer is the API with that id or that identifier.
func (tx *Tx) ResourceServer(ctx context.Context, idOrIdentifier string) (ResourceServer, error) {
	found, err := tx.resourceServers(ctx, `where id = $1 or identifier = $1 order by case when id = $1 then 0 else 1 end`, idOrIdentifier)
	if err != nil {
		return ResourceServer{}, err
	}
	if len(found) == 0 {
		return ResourceServer{}, &NotFoundError{Kind: APIs, ID: idOrIdentifier}
	}
	return found[0], nil
}

func (tx *Tx) resourceServers(ctx context.Context, rest string, args ...any) ([]ResourceServer, error) {
	var out []ResourceServer
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var document string
		if err := r.Scan(&document); err != nil {
			return err
		}
		var s ResourceServer
		err := json.Unmarshal([]byte(document), &s)
		out = append(out, s)
		return err
	}, `select document from resource_servers `+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("reading resource servers: %w", err)
	}
	return out, nil
}

// dropScopes takes from every user and every core role the permissions that was
// defines and is no longer does.
func (tx *Tx) dropScopes(ctx context.Context, was, is ResourceServer) error {
	for _, sc := range was.Scopes {
		if was.Identifier == is.Identifier && is.Defines(sc.Value) {
			continue
		}
		if err := tx.dropHolders(ctx, was.Identifier, sc.Value); err != nil {
			return err
		}
		if err := tx.dropGivers(ctx, was.Identifier, sc.Value); err != nil {
			return err
		}
	}
	return nil
}
