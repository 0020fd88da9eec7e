package mgmt

import (
	"context"
	"fmt"

	"trellis/web/upstream"
)

// Application is one application of the tenant.
type Application struct {
	ClientID  string   `json:"client_id"`
	Name      string   `json:"name"`
	AppType   string   `json:"app_type,omitempty"`
	Callbacks []string `json:"callbacks,omitempty"`
}

// Connection is one source of users.
type Connection struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Strategy string `json:"strategy"`
}

// Clients returns every application of the tenant.
func (c *Client) Clients(ctx context.Context) ([]Application, error) {
	return whole(func(q ListQuery) (Page[Application], error) {
		var out struct {
			Clients []Application `json:"clients"`
			Total   int           `json:"total"`
		}
		values := q.values()
		values.Set("fields", "client_id,name,app_type,callbacks")
		values.Set("is_global", "false")
		err := c.get(ctx, []string{"clients"}, values, &out)
		if err == nil {
			err = upstream.CheckList(out.Clients, func(a Application) string { return a.ClientID })
		}
		if err != nil {
			return Page[Application]{}, fmt.Errorf("listing applications: %w", err)
		}
		return Page[Application]{Items: out.Clients, Total: out.Total}, nil
	})
}

// Connections returns every connection of the tenant.
func (c *Client) Connections(ctx context.Context) ([]Connection, error) {
	return whole(func(q ListQuery) (Page[Connection], error) {
		var out struct {
			Connections []Connection `json:"connections"`
			Total       int          `json:"total"`
		}
		values := q.values()
		values.Set("fields", "id,name,strategy")
		err := c.get(ctx, []string{"connections"}, values, &out)
		if err == nil {
			err = upstream.CheckList(out.Connections, func(conn Connection) string { return conn.Name })
		}
		if err != nil {
			return Page[Connection]{}, fmt.Errorf("listing connections: %w", err)
		}
		return Page[Connection]{Items: out.Connections, Total: out.Total}, nil
	})
}
