package mgmt

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// machineType is the type of an application that asks for tokens of its own.
const machineType = "non_interactive"

// Scopes is every scope of the API that a machine client can be granted.
func Scopes() []string {
	return []string{
		"read:users", "create:users", "update:users", "delete:users",
		"read:roles", "create:roles", "update:roles", "delete:roles",
		"read:role_members", "create:role_members", "delete:role_members",
		"read:resource_servers", "update:resource_servers", "read:clients", "read:connections",
		"create:clients", "update:clients", "delete:clients", "update:client_keys",
		"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
		"read:accounts", "create:accounts", "update:accounts", "delete:accounts",
	}
}

// NewSecret is a client with its secret, which the API tells only once.
type NewSecret struct {
	ClientID string `json:"client_id"`
	Name     string `json:"name"`
	Secret   string `json:"client_secret"`
}

// ClientGrant is what a machine client may do at one API.
type ClientGrant struct {
	ID       string   `json:"id"`
	ClientID string   `json:"client_id"`
	Audience string   `json:"audience"`
	Scope    []string `json:"scope"`
}

// Machines returns every machine client.
func (c *Client) Machines(ctx context.Context) ([]Application, error) {
	all, err := c.Clients(ctx)
	if err != nil {
		return nil, err
	}
	machines := []Application{}
	for _, a := range all {
		if a.AppType == machineType {
			machines = append(machines, a)
		}
	}
	return machines, nil
}

// CreateMachine adds a machine client, which may do nothing yet.
func (c *Client) CreateMachine(ctx context.Context, name string) (NewSecret, error) {
	in := map[string]any{"name": name, "app_type": machineType, "grant_types": []string{"client_credentials"}}
	return c.secret(ctx, []string{"clients"}, in, "adding a machine client")
}

// RotateSecret gives a machine client another secret.
func (c *Client) RotateSecret(ctx context.Context, id string) (NewSecret, error) {
	return c.secret(ctx, []string{"clients", id, "rotate-secret"}, nil, "rotating a secret")
}

func (c *Client) secret(ctx context.Context, path []string, in any, what string) (NewSecret, error) {
	var out NewSecret
	err := c.exchange(ctx, http.MethodPost, path, in, &out)
	if err == nil {
		err = upstream.CheckRecord(out.Secret)
	}
	if err != nil {
		return NewSecret{}, fmt.Errorf("%s: %w", what, err)
	}
	return out, nil
}

// DeleteMachine deletes a machine client.
func (c *Client) DeleteMachine(ctx context.Context, id string) error {
	if err := c.send(ctx, http.MethodDelete, []string{"clients", id}, nil); err != nil {
		return fmt.Errorf("deleting client %q: %w", id, err)
	}
	return nil
}

// ClientGrants returns what every machine client may do.
func (c *Client) ClientGrants(ctx context.Context) ([]ClientGrant, error) {
	return whole(func(q ListQuery) (Page[ClientGrant], error) {
		var out struct {
			Grants []ClientGrant `json:"client_grants"`
			Total  int           `json:"total"`
		}
		err := c.get(ctx, []string{"client-grants"}, q.values(), &out)
		if err == nil {
			err = upstream.CheckList(out.Grants, func(g ClientGrant) string { return g.ID })
		}
		if err != nil {
			return Page[ClientGrant]{}, fmt.Errorf("listing what clients may do: %w", err)
		}
		return Page[ClientGrant]{Items: out.Grants, Total: out.Total}, nil
	})
}

// SetClientGrant makes scopes what a client may do at an API. Was is the grant that
// it has there; its zero value is none.
func (c *Client) SetClientGrant(ctx context.Context, was ClientGrant, client, audience string, scopes []string) error {
	var err error
	switch {
	case len(scopes) == 0 && was.ID == "":
		return nil
	case len(scopes) == 0:
		err = c.send(ctx, http.MethodDelete, []string{"client-grants", was.ID}, nil)
	case was.ID == "":
		err = c.send(ctx, http.MethodPost, []string{"client-grants"}, map[string]any{"client_id": client, "audience": audience, "scope": scopes})
	default:
		err = c.send(ctx, http.MethodPatch, []string{"client-grants", was.ID}, map[string]any{"scope": scopes})
	}
	if err != nil {
		return fmt.Errorf("setting what client %q may do: %w", client, err)
	}
	return nil
}
