package authzapi

import (
	"context"
	"net/http"

	"trellis/cmd/internal/store"
	"trellis/web/authz"
)

// hiddenKey stands for a key that is there: only an export tells it.
const hiddenKey = "********"

func getConfiguration(ctx context.Context, c *call) (any, error) {
	cfg, ok, err := c.tx.Configuration(ctx)
	if err != nil || !ok {
		return nil, err
	}
	shown := record{}
	for _, name := range cfg.Order {
		if on, isSwitch := cfg.Set[name]; isSwitch {
			shown[name] = on
		}
	}
	shown["_id"] = "v1"
	if cfg.Key {
		shown["apikey"] = hiddenKey
	}
	return shown, nil
}

func updateConfiguration(ctx context.Context, c *call) (any, error) {
	set := map[string]bool{}
	if err := c.into(&set); err != nil {
		return nil, err
	}
	if err := c.tx.UpdateConfiguration(ctx, set); err != nil {
		return nil, err
	}
	return getConfiguration(ctx, c)
}

// getStatus calls the configuration by the name it had: a rule of the tenant.
func getStatus(ctx context.Context, c *call) (any, error) {
	_, configured, err := c.tx.Configuration(ctx)
	if err != nil {
		return nil, err
	}
	size, err := c.tx.DatabaseSize(ctx)
	if err != nil {
		return nil, err
	}
	var status authz.Status
	status.Rule.Exists, status.Rule.Enabled = configured, configured
	status.Database.Size, status.Database.Type = size, "default"
	return status, nil
}

func rotateAPIKey(ctx context.Context, c *call) (any, error) {
	key, err := c.tx.RotateAPIKey(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]string{"hash": key}, nil
}

func getAPIAccess(ctx context.Context, c *call) (any, error) {
	return body(c.tx.APIAccess(ctx))
}

// createAPIAccess answers with what the tenant knows the API as.
func createAPIAccess(ctx context.Context, c *call) (any, error) {
	was, err := c.tx.APIAccess(ctx)
	if err != nil {
		return nil, err
	}
	if was.On {
		return nil, &failure{StatusCode: http.StatusConflict, Kind: "Error", Message: "Conflict"}
	}
	if err := c.tx.SetAPIAccess(ctx, store.APIAccess{On: true}); err != nil {
		return nil, err
	}
	type scope struct {
		Value string `json:"value"`
	}
	var scopes []scope
	for _, s := range authz.Scopes() {
		scopes = append(scopes, scope{s})
	}
	return map[string]any{
		"id": "authorization-api", "name": "auth0-authorization-extension-api", "identifier": Audience,
		"signing_alg": "RS256", "scopes": scopes,
	}, nil
}

// usualLifetime is how many seconds a machine's token lives unless somebody says
// otherwise, as the old API has it.
const usualLifetime = 86400

func updateAPIAccess(ctx context.Context, c *call) (any, error) {
	in := store.APIAccess{TokenLifetime: usualLifetime}
	if err := c.into(&in); err != nil {
		return nil, err
	}
	if !in.On {
		in.TokenLifetime = 0
	}
	return nil, c.tx.SetAPIAccess(ctx, in)
}

func deleteAPIAccess(ctx context.Context, c *call) (any, error) {
	return nil, c.tx.SetAPIAccess(ctx, store.APIAccess{})
}
