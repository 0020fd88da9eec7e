package mgmtapi_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// signed adds a token to every request.
type signed struct{ token string }

func (b signed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return http.DefaultTransport.RoundTrip(r)
}

// client is the dashboard's client, over HTTP.
func (x *tenant) client(t testing.TB) *mgmt.Client {
	t.Helper()
	server := httptest.NewServer(x.handler)
	t.Cleanup(server.Close)
	c, err := mgmt.New(server.URL+"/api/v2", &http.Client{Transport: signed{x.token}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOddUserIDsArriveAsTheyWereSent(t *testing.T) {
	x := newTenant(t)
	client := x.client(t)
	for _, id := range []string{
		"auth0|5f7c8ec7c33c6c004bbafe82", "google-oauth2|1", "a/b", "/a", "a/", "a//b", "a%2Fb", "a%252Fb", "%", "%%", "100%", "a+b", "a b", " ",
		"a?b", "a#b", "a&b=c", "a;b", "a:b", "a@b", "...", "..a", "../a", "a/..", "./a", "a\\b", "é", "日本語", "😀", "a'b", `a"b`, "<b>", "{id}", ":id",
		"permissions", "samlp|Acme|ada@example.com", "waad|x_-~.!*'()", "a,b", "a=b", "a|b|c", "%2e%2e", "auth0%7C1", strings.Repeat("é", 100),
	} {
		x.change(func(tx *store.Tx) error {
			return tx.PutUser(t.Context(), store.User{UserID: id, Profile: map[string]any{"name": "Odd"}})
		})
		u, err := client.User(t.Context(), id)
		if err != nil || u.UserID != id {
			t.Errorf("%q came back as %q, %v", id, u.UserID, err)
		}
		ref := []mgmt.PermissionRef{{ResourceServerIdentifier: expenses, PermissionName: "read:expenses"}}
		if err := client.AddUserPermissions(t.Context(), id, ref); err != nil {
			t.Errorf("%q: %v", id, err)
		}
		page, err := client.UserPermissions(t.Context(), id, mgmt.ListQuery{})
		if err != nil || page.Total != 1 {
			t.Errorf("%q has %d permissions, %v", id, page.Total, err)
		}
		if err := client.RemoveUserPermissions(t.Context(), id, ref); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// A path is decoded once, in whatever spelling it comes.
func TestPathsAreDecodedOnce(t *testing.T) {
	x := newTenant(t)
	x.change(func(tx *store.Tx) error {
		return tx.PutUser(t.Context(), store.User{UserID: "a%2Fb", Profile: map[string]any{}})
	})
	for path, want := range map[string]int{
		"/users/auth0|1":                     200,
		"/users/auth0%7C1":                   200,
		"/users/auth0%7c1":                   200,
		"/users/%61uth0%7C1":                 200,
		"/users/auth0%257C1":                 404,
		"/users/a%252Fb":                     200,
		"/users/a%2Fb":                       404,
		"/users/a/b":                         404,
		"/users/.":                           400,
		"/users/..":                          400,
		"/users/%2E":                         400,
		"/users/%2e%2E":                      400,
		"/users/../users":                    404,
		"/users/%2e%2e/permissions":          400,
		"/users/%00":                         400,
		"/users/a%0Ab":                       400,
		"/users/%ff":                         400,
		"/users/%C2%85":                      400,
		"/users//permissions":                404,
		"/users/" + strings.Repeat("a", 257): 400,
		"/resource-servers/..":               400,
		"/resource-servers/" + url.PathEscape(expenses): 200,
	} {
		if res := x.do("GET", path, nil); res.StatusCode != want {
			t.Errorf("%s: %d %s, want %d", path, res.StatusCode, res.body, want)
		}
	}
}

// An id is found as it is, or refused. It is never taken for another path.
func FuzzUserID(f *testing.F) {
	for _, seed := range []string{"auth0|1", "a/b", "..", ".", "", "%2e%2e", "a%2Fb", "\x00", "\xff", "a b+c", "é", "../resource-servers"} {
		f.Add(seed)
	}
	x := newTenant(f)
	client := x.client(f)
	f.Fuzz(func(t *testing.T, id string) {
		storable := id != "" && utf8.ValidString(id) && !strings.ContainsRune(id, 0)
		if storable {
			x.on(t).change(func(tx *store.Tx) error {
				return tx.PutUser(t.Context(), store.User{UserID: id, Profile: map[string]any{}})
			})
		}
		u, err := client.User(t.Context(), id)
		switch {
		case err == nil && u.UserID != id:
			t.Errorf("%q came back as %q", id, u.UserID)
		case err != nil && upstream.StatusOf(err) != 400 && upstream.StatusOf(err) != 404:
			t.Errorf("%q: %v", id, err)
		case err != nil && storable && usual(id):
			t.Errorf("%q was refused: %v", id, err)
		}
	})
}

// usual reports ids that must be served: short ones of text, and no folder.
func usual(id string) bool {
	return id != "." && id != ".." && len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool {
		return r < 0x20 || (r >= 0x7f && r < 0xa0) || r >= 0xfffd
	})
}
