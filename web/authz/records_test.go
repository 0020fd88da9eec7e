package authz_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"trellis/web/authz"
	"trellis/web/upstream"
)

// An answer without its records is not an empty one: nobody reads "No groups
// yet" because an API sent nonsense.
func TestAnswersWithoutTheirRecords(t *testing.T) {
	calls := map[string]func(context.Context, *authz.Client) error{
		"groups": func(ctx context.Context, c *authz.Client) error {
			_, err := c.ListGroups(ctx, authz.ListQuery{})
			return err
		},
		"roles": func(ctx context.Context, c *authz.Client) error {
			_, err := c.ListRoles(ctx, authz.ListQuery{})
			return err
		},
		"permissions": func(ctx context.Context, c *authz.Client) error {
			_, err := c.ListPermissions(ctx, authz.ListQuery{})
			return err
		},
		"a group": func(ctx context.Context, c *authz.Client) error { _, err := c.Group(ctx, id); return err },
		"a new group": func(ctx context.Context, c *authz.Client) error {
			_, err := c.CreateGroup(ctx, authz.GroupInput{Name: "A"})
			return err
		},
		"members": func(ctx context.Context, c *authz.Client) error {
			_, err := c.Members(ctx, id, authz.ListQuery{})
			return err
		},
		"a role":       func(ctx context.Context, c *authz.Client) error { _, err := c.Role(ctx, id); return err },
		"a permission": func(ctx context.Context, c *authz.Client) error { _, err := c.Permission(ctx, id); return err },
		"a new role": func(ctx context.Context, c *authz.Client) error {
			_, err := c.CreateRole(ctx, authz.RoleInput{Name: "A"})
			return err
		},
		"a new permission": func(ctx context.Context, c *authz.Client) error {
			_, err := c.CreatePermission(ctx, authz.PermissionInput{Name: "A"})
			return err
		},
		"a role's users": func(ctx context.Context, c *authz.Client) error {
			_, err := c.RoleUsers(ctx, id, authz.ListQuery{})
			return err
		},
		"who has a role": func(ctx context.Context, c *authz.Client) error {
			_, _, err := c.RoleHolders(ctx, id, authz.ListQuery{})
			return err
		},
		"who is in a group": func(ctx context.Context, c *authz.Client) error {
			_, _, err := c.GroupHolders(ctx, id, authz.ListQuery{})
			return err
		},
		"who has a permission": func(ctx context.Context, c *authz.Client) error {
			_, _, err := c.PermissionHolders(ctx, id, authz.ListQuery{})
			return err
		},
		"all members": func(ctx context.Context, c *authz.Client) error {
			_, err := c.AllMembers(ctx, id, authz.ListQuery{})
			return err
		},
		"nested groups":   func(ctx context.Context, c *authz.Client) error { _, err := c.NestedGroups(ctx, id); return err },
		"a group's roles": func(ctx context.Context, c *authz.Client) error { _, err := c.GroupRoles(ctx, id); return err },
		"all its roles":   func(ctx context.Context, c *authz.Client) error { _, err := c.AllGroupRoles(ctx, id); return err },
		"mappings":        func(ctx context.Context, c *authz.Client) error { _, err := c.Mappings(ctx, id); return err },
	}
	const without = `{"name":"A"}`
	answers := []string{
		"null", "{}", `{"total":0}`, "[" + without + "]", "[{}]",
		`{"groups":[` + without + `]}`, `{"roles":[{}]}`, `{"permissions":[{}]}`, `{"users":[{}]}`, `{"nested":[{"user":{},"group":{}}]}`,
	}
	for name, call := range calls {
		for _, answer := range answers {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, answer)
			}))
			client, err := authz.New(srv.URL+"/api", srv.Client())
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
