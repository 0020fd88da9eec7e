package authzapi_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer/bearertest"
	"trellis/web/authz"
)

const someID = "3b6e1f0e-9d8c-4a51-9a4e-0f6f2f6d1c11"

// operation is one line of the document.
type operation struct {
	method, path string
	scopes       []string // one of them is enough
}

func operations(t testing.TB) []operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(authz.Spec)
	if err != nil {
		t.Fatal(err)
	}
	var out []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			known := operation{method: method, path: strings.NewReplacer("{id}", someID, "{client}", "app1").Replace(path)}
			for _, either := range *op.Security {
				known.scopes = append(known.scopes, either["token"]...)
			}
			out = append(out, known)
		}
	}
	slices.SortFunc(out, func(a, b operation) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method))
	})
	return out
}

// Whatever the document lists, nobody does it without a good token that has its scope.
func TestEveryRouteNeedsItsScope(t *testing.T) {
	tn := onSQLite(t)
	stranger := bearertest.Stranger(t, tn.issuer.URL)
	elsewhere := bearertest.New(t, "https://elsewhere.example/")
	all := strings.Join(everyScope(), " ")
	bad := map[string]string{
		"no token":       "",
		"garbage":        "Bearer garbage",
		"three parts":    "Bearer a.b.c",
		"basic":          "Basic dTpw",
		"expired":        "Bearer " + tn.issuer.Token(map[string]any{"aud": authzapi.Audience, "scope": all, "exp": time.Now().Add(-time.Hour).Unix()}),
		"not yet":        "Bearer " + tn.issuer.Token(map[string]any{"aud": authzapi.Audience, "scope": all, "nbf": time.Now().Add(time.Hour).Unix()}),
		"wrong issuer":   "Bearer " + elsewhere.Scoped(authzapi.Audience, everyScope()...),
		"wrong key":      "Bearer " + stranger.Scoped(authzapi.Audience, everyScope()...),
		"wrong audience": "Bearer " + tn.issuer.Scoped(tn.issuer.URL+"api/v2/", everyScope()...),
		"ID token": "Bearer " + tn.issuer.Token(map[string]any{
			"sub": "auth0|1", "aud": "trellis-dashboard", "scope": nil, "gty": nil, "nonce": "n",
		}),
		"ID token for this API": "Bearer " + tn.issuer.Token(map[string]any{
			"sub": "auth0|1", "aud": authzapi.Audience, "scope": nil, "gty": nil, "nonce": "n",
		}),
	}
	for _, op := range operations(t) {
		t.Run(op.method+" "+op.path, func(t *testing.T) {
			for name, authorization := range bad {
				h := http.Header{}
				if authorization != "" {
					h.Set("Authorization", authorization)
				}
				got := tn.raw(t, op.method, op.path, "{", h)
				if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s: %d %s, want 401 with a challenge", name, got.status, got.body)
				}
			}
			scope := op.scopes[0]
			others := slices.DeleteFunc(everyScope(), func(s string) bool { return slices.Contains(op.scopes, s) })
			for _, wrong := range append(others, scope+"x", strings.ToUpper(scope), "") {
				got := tn.raw(t, op.method, op.path, "{}", http.Header{"Authorization": {"Bearer " + tn.issuer.Scoped(authzapi.Audience, wrong)}})
				if got.status != http.StatusForbidden || !strings.Contains(got.header.Get("WWW-Authenticate"), `scope="`+scope+`"`) {
					t.Errorf("with %q: %d %s, want 403 that names %s", wrong, got.status, got.body, scope)
				}
			}
			for _, right := range op.scopes {
				got := tn.raw(t, op.method, op.path, "{}", http.Header{"Authorization": {"bearer " + tn.issuer.Scoped(authzapi.Audience, right)}})
				gives := strings.Contains(got.body, `"error":"GrantError"`) // the route is open, what it would give is not this caller's
				if got.status == http.StatusUnauthorized || got.status == http.StatusForbidden && !gives || got.status >= 500 {
					t.Errorf("with %s: %d %s", right, got.status, got.body)
				}
			}
		})
	}
	if got := tn.send(t, "GET", "/groups", ""); got.body != `{"groups":[],"total":0}` {
		t.Errorf("something got through: %s", got.body)
	}
}

// A known path with a method that the document does not have is no route, with
// a token or without.
func TestWhatTheDocumentDoesNotHaveIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		known := map[string]bool{}
		paths := map[string]bool{"/nope": true, "/groups/": true, "/GROUPS": true, "/groups/" + someID + "/nope": true, "": true}
		for _, op := range operations(t) {
			known[op.method+" "+op.path] = true
			paths[op.path] = true
		}
		for path := range paths {
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
				if known[method+" "+path] {
					continue
				}
				got := tn.raw(t, method, path, "", http.Header{})
				if got.status != http.StatusNotFound || got.body != `{"statusCode":404,"error":"Not Found","message":"Not Found"}` {
					t.Errorf("%s %s: %d %s, want the 404 of the contract", method, path, got.status, got.body)
				}
			}
		}
	})
}
