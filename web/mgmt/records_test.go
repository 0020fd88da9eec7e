package mgmt_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// An answer without its records is nonsense, not a tenant without users or a user
// without a name.
func TestAnswersWithoutTheirRecords(t *testing.T) {
	calls := map[string]func(context.Context, *mgmt.Client) error{
		"users": func(ctx context.Context, c *mgmt.Client) error {
			_, err := c.ListUsers(ctx, mgmt.ListQuery{})
			return err
		},
		"a user": func(ctx context.Context, c *mgmt.Client) error { _, err := c.User(ctx, "auth0|a"); return err },
		"permissions": func(ctx context.Context, c *mgmt.Client) error {
			_, err := c.AllUserPermissions(ctx, "auth0|a")
			return err
		},
		"APIs":        func(ctx context.Context, c *mgmt.Client) error { _, err := c.ResourceServers(ctx); return err },
		"an API":      func(ctx context.Context, c *mgmt.Client) error { _, err := c.ResourceServer(ctx, "x"); return err },
		"clients":     func(ctx context.Context, c *mgmt.Client) error { _, err := c.Clients(ctx); return err },
		"connections": func(ctx context.Context, c *mgmt.Client) error { _, err := c.Connections(ctx); return err },
	}
	answers := []string{
		"null", "{}", `{"total":0}`, `{"users":[{}]}`, `{"users":null}`, `{"permissions":[{}]}`,
		`{"resource_servers":[{}]}`, `{"clients":[{}]}`, `{"connections":[{}]}`,
	}
	for name, call := range calls {
		for _, answer := range answers {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, answer)
			}))
			client, err := mgmt.New(srv.URL+"/api/v2", srv.Client())
			if err != nil {
				t.Fatal(err)
			}
			if err := call(t.Context(), client); upstream.StatusOf(err) != http.StatusBadGateway {
				t.Errorf("%s, answer %s: %v", name, answer, err)
			}
			srv.Close()
		}
	}
}
