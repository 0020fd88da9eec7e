package authz_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/upstream"
)

const pendingPath = "/groups/" + id + "/members/pending"

func TestPendingMembers(t *testing.T) {
	client := serve(t, exchange{
		method: "GET", url: pendingPath + "?page=0&per_page=20&q=ada&sort=email%3A1",
		answer: `{"start":0,"limit":20,"length":1,"total":1,"pending":[{"email":"ada@example.com","added":"2026-11-23T09:00:00Z"}]}`,
	})
	got, err := client.PendingMembers(t.Context(), id, authz.ListQuery{Search: "ada", PerPage: 20, Sort: "email:1"})
	want := authz.Page[authz.PendingMember]{
		Items: []authz.PendingMember{{Email: "ada@example.com", Added: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}}, Total: 1,
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	_, err = serve(t, exchange{method: "GET", url: pendingPath, answer: `{"total":1}`}).PendingMembers(t.Context(), id, authz.ListQuery{})
	if upstream.StatusOf(err) != http.StatusBadGateway {
		t.Errorf("an answer without its list: %v", err)
	}
}

func TestAdditionsOfWrites(t *testing.T) {
	emails, name := []string{"ada@example.com"}, "B"
	answer := `{"_id":"` + id + `","name":"B","description":"d"}`
	for what, tt := range map[string]struct {
		exchange exchange
		call     func(context.Context, *authz.Client) error
	}{
		"await": {
			exchange{method: "PATCH", url: pendingPath, body: `["ada@example.com"]`, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.AddPending(ctx, id, emails) },
		},
		"await no longer": {
			exchange{method: "DELETE", url: pendingPath, body: `["ada@example.com"]`, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.RemovePending(ctx, id, emails) },
		},
		"a group with something in it": {
			exchange{
				method: "POST", url: "/groups", answer: answer,
				body: `{"name":"B","description":"d","metadata":{"k":"v"},"initial":{"members":["u"],"pending":["ada@example.com"]}}`,
			},
			func(ctx context.Context, c *authz.Client) error {
				_, err := c.CreateGroupWith(ctx, authz.NewGroup{
					GroupInput: authz.GroupInput{Name: "B", Description: "d", Metadata: map[string]any{"k": "v"}},
					Initial:    &authz.GroupContents{Members: []string{"u"}, Pending: emails},
				})
				return err
			},
		},
		"metadata taken away": {
			exchange{method: "PUT", url: "/groups/" + id, body: `{"name":"B","description":"d","metadata":{}}`, answer: answer},
			func(ctx context.Context, c *authz.Client) error {
				_, err := c.UpdateGroup(ctx, id, authz.GroupInput{Name: "B", Description: "d", Metadata: map[string]any{}}, "")
				return err
			},
		},
		"changed in part": {
			exchange{method: "PATCH", url: "/groups/" + id, body: `{"name":"B","metadata":{"k":null}}`, ifMatch: `"v"`, answer: answer},
			func(ctx context.Context, c *authz.Client) error {
				_, err := c.PatchGroup(ctx, id, authz.GroupPatch{Name: &name, Metadata: map[string]any{"k": nil}}, `"v"`)
				return err
			},
		},
		"replaced": {
			exchange{method: "PATCH", url: userPath, body: `{"user_id":"new"}`, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.ReplaceUser(ctx, user, "new") },
		},
		"dropped": {
			exchange{method: "DELETE", url: userPath, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.DropUser(ctx, user) },
		},
	} {
		t.Run(what, func(t *testing.T) {
			if err := tt.call(t.Context(), serve(t, tt.exchange)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestUsersWhoAreMissing(t *testing.T) {
	client := serve(t, exchange{
		method: "GET", url: "/users?missing=true&page=2&per_page=10",
		answer: `{"start":10,"limit":10,"length":1,"users":[{"user_id":"ghost","missing":true,"group_count":2,"role_count":1}],"total":11}`,
	})
	got, err := client.MissingUsers(t.Context(), 1, 10)
	want := authz.Page[authz.MissingUser]{Items: []authz.MissingUser{{UserID: "ghost", GroupCount: 2, RoleCount: 1}}, Total: 11}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestPolicyWithMetadata(t *testing.T) {
	client := serve(t, exchange{
		method: "POST", url: userPath + "/policy/app1?metadata=true", body: `{"connectionName":"c"}`,
		answer: `{"groups":["A"],"roles":[],"permissions":[],"metadata":{"A":{"tier":2}}}`,
	})
	got, err := client.PolicyWithMetadata(t.Context(), user, "app1", authz.SignIn{ConnectionName: "c"})
	want := authz.Policy{Groups: []string{"A"}, Roles: []string{}, Permissions: []string{}, Metadata: map[string]map[string]any{"A": {"tier": 2.0}}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}
