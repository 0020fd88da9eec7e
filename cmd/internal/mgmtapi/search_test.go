package mgmtapi_test

import (
	"strings"
	"testing"

	"trellis/cmd/internal/directory"
	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
)

// Whatever a person types finds what holds it, and nothing is an error.
func TestWhatAPersonTypesIsFound(t *testing.T) {
	x := newTenant(t)
	odd := []string{
		`a"b`, `x:y`, `(z`, `q\r`, `50%`, `u_v`, `AND`, `-k-`, `*star`, `ü`, `~t^2`, `[n]`, `a b`, `7`,
		strings.Repeat(`"`, 200), strings.Repeat("x ", 100), strings.Repeat("y", 300),
	}
	x.change(func(tx *store.Tx) error {
		for i, name := range odd {
			if err := tx.PutUser(t.Context(), store.User{UserID: "odd|" + string(rune('a'+i)), Profile: map[string]any{"name": name}}); err != nil {
				return err
			}
		}
		return nil
	})
	client := x.client(t)
	for i, name := range odd {
		page, err := client.ListUsers(t.Context(), mgmt.ListQuery{Search: name})
		found := false
		for _, u := range page.Items {
			found = found || u.UserID == "odd|"+string(rune('a'+i))
		}
		if err != nil || !found {
			t.Errorf("%s: %v, %v", name, page.Items, err)
		}
	}
	page, err := client.ListUsers(t.Context(), mgmt.ListQuery{Search: "auth0|1"})
	if err != nil || len(page.Items) != 1 || page.Items[0].Name != "Ada Lovelace" {
		t.Errorf("by id: %+v, %v", page, err)
	}
}

// No search is a failure of ours: it is understood, or refused.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{`a OR b`, `name:"x*" -y`, `((a)`, `email.domain:*`, `\`, `NOT NOT a`, `'; drop table users --`, `%_\`} {
		f.Add(seed)
	}
	x := newTenant(f)
	f.Fuzz(func(t *testing.T, q string) {
		m, err := directory.Search(q)
		if err != nil || strings.ContainsRune(q, 0) {
			return
		}
		err = x.store.View(t.Context(), func(tx *store.Tx) error {
			_, _, err := tx.FindUsers(t.Context(), store.UserQuery{Match: m, Limit: 10})
			return err
		})
		if err != nil {
			t.Errorf("%q: %v", q, err)
		}
	})
}

// Who has a permission twice is found, and no one else.
func TestUsersWithRedundantPermissions(t *testing.T) {
	x := newTenant(t)
	x.change(func(tx *store.Tx) error {
		for _, p := range []struct{ user, name string }{{"auth0|1", "approve:expenses"}, {"auth0|2", "read:expenses"}} {
			if err := tx.AddUserPermissions(t.Context(), p.user, []store.UserPermission{{API: expenses, Name: p.name}}); err != nil {
				return err
			}
		}
		for _, user := range []string{"auth0|1", "auth0|2"} {
			if err := tx.AddUserCoreRoles(t.Context(), user, []string{x.role}); err != nil {
				return err
			}
		}
		return nil
	})
	for query, want := range map[string]float64{"": 1, "&q=ada": 1, "&q=bob": 0} {
		got := as[map[string]any](t, x.do("GET", "/users?include_totals=true&finding=redundant-permissions"+query, nil).is(t, 200))
		if got["total"] != want {
			t.Errorf("%s: %v found, want %v", query, got["total"], want)
		}
	}
	if got := x.do("GET", "/users?finding=nonsense", nil).is(t, 400); as[problem](t, got).ErrorCode != "invalid_query_string" {
		t.Errorf("an unknown finding: %s", got.body)
	}
}
