package mgmtapi_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/bearer/bearertest"
	"trellis/cmd/internal/mgmtapi"
	"trellis/cmd/internal/openid"
	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
	"trellis/web/mgmt"
)

const (
	issuer   = "https://tenant.test/"
	audience = issuer + "api/v2/"
	expenses = "https://expenses.test/api"
)

var allScopes = []string{
	"read:users", "create:users", "update:users", "delete:users",
	"read:roles", "create:roles", "update:roles", "delete:roles", "read:role_members", "create:role_members", "delete:role_members",
	"read:resource_servers", "update:resource_servers", "read:clients", "read:connections",
	"create:clients", "update:clients", "delete:clients", "update:client_keys",
	"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
	"read:accounts", "create:accounts", "update:accounts", "delete:accounts",
}

// tenant is an API over a store with a few records. Every answer it gives is
// compared with the contract.
type tenant struct {
	t       testing.TB
	address string // of the database
	store   *store.Store
	handler http.Handler
	tokens  *bearertest.Issuer
	token   string // with every scope
	doc     *openapi3.T
	log     *bytes.Buffer
	role    string // the id of the role Approver
}

// contract is the document of the API, read once: it is long.
var contract = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(mgmt.Spec) })

func newTenant(t testing.TB) *tenant {
	t.Helper()
	address := pgtest.Choose(t)
	s, err := store.Open(t.Context(), store.Config{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	x := &tenant{t: t, address: address, store: s, tokens: bearertest.New(t, issuer), doc: doc, log: &bytes.Buffer{}}
	x.token = x.tokens.Scoped(audience, allScopes...)
	x.handler, err = mgmtapi.New(mgmtapi.Config{
		Store: s, Tokens: x.tokens.Verifier(), Issuer: issuer, Document: doc,
		Grantable:  map[store.GrantedAPI][]string{store.AuthorizationAPI: {"read:groups", "read:users"}, store.ManagementAPI: {"read:users", "update:users"}},
		RoleScopes: openid.RoleScopes, Holds: x.holds,
		Log: slog.New(slog.NewTextHandler(x.log, nil)), Password: openid.CheckPassword, NewPassword: openid.NewPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	x.fill()
	return x
}

// holds is that the client of tests may do everything, and others what openid says.
func (x *tenant) holds(ctx context.Context, tx *store.Tx, who bearer.Principal, api store.GrantedAPI) ([]string, error) {
	if who.Client == bearertest.Client && who.Machine {
		return openid.Grantable()[api], nil
	}
	return openid.Holds(ctx, tx, who, api)
}

// fill puts three users, two APIs, two connections, two applications and a role there.
func (x *tenant) fill() {
	x.change(func(tx *store.Tx) (err error) {
		do := func(e error) {
			if err == nil {
				err = e
			}
		}
		ctx := x.t.Context()
		do(tx.PutConnection(ctx, store.Connection{ID: "con_1", Name: "Users", Strategy: "auth0", Document: map[string]any{"options": "s3cret", "realms": []any{"Users"}}}))
		do(tx.PutConnection(ctx, store.Connection{ID: "con_2", Name: "corp-ad", Strategy: "ad"}))
		for _, subject := range []string{"auth0|boss", "auth0|chief"} {
			_, e := tx.CreateAccount(ctx, store.Account{Subject: subject, Email: subject[6:] + "@example.com", Name: subject[6:], Role: store.Administrator, PasswordHash: "s3cret"})
			do(e)
		}
		do(tx.PutClient(ctx, store.Client{ID: "app1", Name: "Expenses", AppType: "spa", SecretHash: "s3cret", Document: map[string]any{"callbacks": []any{"https://a.test/cb"}, "client_secret": "s3cret"}}))
		do(tx.PutClient(ctx, store.Client{ID: "m2m", Name: "Batch", AppType: "non_interactive", SecretHash: "s3cret", Scopes: []string{"authorization#read:groups"}}))
		do(tx.PutResourceServer(ctx, store.ResourceServer{
			ID: "rs1", Identifier: expenses, Name: "Expenses", TokenDialect: "access_token",
			Scopes: []store.Scope{{Value: "read:expenses", Description: "Read expenses"}, {Value: "approve:expenses"}},
		}))
		do(tx.PutResourceServer(ctx, store.ResourceServer{ID: "rs2", Identifier: audience, Name: "Management", IsSystem: true, TokenDialect: "access_token"}))
		for _, u := range []struct{ id, name, connection string }{{"auth0|1", "Ada Lovelace", "Users"}, {"auth0|2", "Bob", "Users"}, {"ad|3", "Zoë", "corp-ad"}} {
			do(tx.PutUser(ctx, store.User{UserID: u.id, Profile: map[string]any{
				"name": u.name, "email": strings.ToLower(strings.Fields(u.name)[0]) + "@example.com", "password_hash": "s3cret",
				"created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
				"identities":   []any{map[string]any{"connection": u.connection, "provider": "p", "user_id": "i", "access_token": "s3cret"}},
				"app_metadata": map[string]any{"plan": "gold", "seats": 3},
			}}))
		}
		approver, e := tx.CreateCoreRole(ctx, "Approver", "Approves expenses")
		do(e)
		x.role = approver.ID
		do(tx.AddCoreRolePermissions(ctx, x.role, []store.UserPermission{{API: expenses, Name: "approve:expenses"}}))
		return err
	})
}

// on is x for a test within a test.
func (x *tenant) on(t testing.TB) *tenant {
	y := *x
	y.t = t
	return &y
}

func (x *tenant) change(fn func(tx *store.Tx) error) {
	x.t.Helper()
	if err := x.store.Update(x.t.Context(), fn); err != nil {
		x.t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	*http.Response
	body []byte
}

// do sends a request with every scope; body is JSON, or nil for none.
func (x *tenant) do(method, path string, body any) answer {
	x.t.Helper()
	var text string
	if raw, ok := body.(string); ok {
		text = raw
	} else if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			x.t.Fatal(err)
		}
		text = string(b)
	}
	req := httptest.NewRequest(method, "/api/v2"+path, strings.NewReader(text))
	req.Header.Set("Authorization", "Bearer "+x.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return x.send(req)
}

func (x *tenant) send(req *http.Request) answer {
	x.t.Helper()
	rec := httptest.NewRecorder()
	x.handler.ServeHTTP(rec, req)
	res := rec.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	if bytes.Contains(body, []byte("s3cret")) {
		x.t.Errorf("%s %s tells a secret: %s", req.Method, req.URL, body)
	}
	x.compare(req, res, body)
	return answer{res, body}
}

// compare checks an answer against the contract.
func (x *tenant) compare(req *http.Request, res *http.Response, body []byte) {
	x.t.Helper()
	route := x.route(req)
	if route == nil {
		if res.StatusCode != http.StatusNotFound || !strings.Contains(string(body), `"Not Found"`) {
			x.t.Errorf("%s %s is not in the contract, and was answered %d %s", req.Method, req.URL, res.StatusCode, body)
		}
		return
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, Route: route},
		Status:                 res.StatusCode, Header: res.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(x.t.Context(), in.SetBodyBytes(body)); err != nil {
		x.t.Errorf("%s %s: %d is not as the contract says: %v\n%s", req.Method, req.URL, res.StatusCode, err, body)
	}
}

// route is the operation of the contract that req calls.
func (x *tenant) route(req *http.Request) *routers.Route {
	sent := strings.Split(strings.TrimPrefix(req.URL.EscapedPath(), "/api/v2"), "/")
	for pattern, item := range x.doc.Paths.Map() {
		parts := strings.Split(pattern, "/")
		same := slices.EqualFunc(parts, sent, func(p, s string) bool { return p == s || (p == "{id}" && s != "") })
		if op := item.GetOperation(req.Method); same && op != nil {
			return &routers.Route{Spec: x.doc, PathItem: item, Operation: op, Method: req.Method, Path: pattern}
		}
	}
	return nil
}

// is checks the status.
func (a answer) is(t testing.TB, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%d %s, want %d", a.StatusCode, a.body, status)
	}
	return a
}

// as reads the body.
func as[T any](t testing.TB, a answer) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(a.body, &out); err != nil {
		t.Fatalf("%d %s: %v", a.StatusCode, a.body, err)
	}
	return out
}

// problem is an error body.
type problem struct {
	StatusCode                int
	Error, Message, ErrorCode string
}

// says checks an error.
func (a answer) says(t testing.TB, status int, code, message string) {
	t.Helper()
	got := as[problem](t, a)
	want := problem{status, http.StatusText(status), message, code}
	if a.StatusCode != status || got != want {
		t.Errorf("%d %+v\nwant %+v", a.StatusCode, got, want)
	}
}

// ids is the user ids of a plain list.
func ids(t testing.TB, a answer) (out []string) {
	t.Helper()
	for _, u := range as[[]mgmt.User](t, a) {
		out = append(out, u.UserID)
	}
	return out
}

// operations is every operation of the contract, with a body that would do.
func (x *tenant) operations() map[string]string {
	const permissions = `{"permissions":[{"resource_server_identifier":"` + expenses + `","permission_name":"read:expenses"}]}`
	bodies := map[string]string{
		"POST /users":                    `{"connection":"Users","email":"new@example.com"}`,
		"PATCH /users/{id}":              `{"name":"Ada"}`,
		"POST /users/{id}/permissions":   permissions,
		"DELETE /users/{id}/permissions": permissions,
		"POST /users/{id}/roles":         `{"roles":["` + x.role + `"]}`,
		"DELETE /users/{id}/roles":       `{"roles":["` + x.role + `"]}`,
		"POST /roles":                    `{"name":"Auditor"}`,
		"PATCH /roles/{id}":              `{"description":"Approves"}`,
		"POST /roles/{id}/permissions":   permissions,
		"DELETE /roles/{id}/permissions": permissions,
		"POST /roles/{id}/users":         `{"users":["auth0|1"]}`,
		"PATCH /resource-servers/{id}":   `{"enforce_policies":true}`,
		"POST /accounts":                 `{"email":"eve@example.com","role":"auditor"}`,
		"PATCH /accounts/{id}":           `{"role":"auditor"}`,
		"POST /clients":                  `{"name":"Nightly"}`,
		"PATCH /clients/{id}":            `{"name":"Hourly"}`,
		"POST /client-grants":            `{"client_id":"m2m","audience":"` + audience + `","scope":["read:users"]}`,
		"PATCH /client-grants/{id}":      `{"scope":["read:groups"]}`,
	}
	out := map[string]string{}
	for path, item := range x.doc.Paths.Map() {
		for method, op := range item.Operations() {
			name := method + " " + path
			if (op.RequestBody != nil) != (bodies[name] != "") {
				x.t.Fatalf("%s has a body of which this test does not know", name)
			}
			out[name] = bodies[name]
		}
	}
	return out
}

// request is the operation called name, for a record that exists.
func (x *tenant) request(name, body, token string) *http.Request {
	method, path, _ := strings.Cut(name, " ")
	id := "auth0%7C1"
	switch {
	case strings.HasPrefix(path, "/resource-servers"):
		id = "rs1"
	case strings.HasPrefix(path, "/roles"):
		id = x.role
	case strings.HasPrefix(path, "/accounts"):
		id = "auth0%7Cboss"
	case strings.HasPrefix(path, "/clients"):
		id = "m2m"
	case strings.HasPrefix(path, "/client-grants"):
		id = "cgr_authorization_m2m"
	}
	if strings.Contains(path, "/effective-permissions") {
		path += "?resource_server_identifier=" + expenses
	}
	if strings.Contains(path, "/sources/") {
		path += "&permission_name=read:expenses"
	}
	req := httptest.NewRequest(method, "/api/v2"+strings.ReplaceAll(path, "{id}", id), strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req
}

func TestTheContractIsValid(t *testing.T) {
	if err := newTenant(t).doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheRoutesAreTheContract(t *testing.T) {
	x := newTenant(t)
	want := map[string][]string{}
	for path, item := range x.doc.Paths.Map() {
		for method, op := range item.Operations() {
			for _, either := range *op.Security {
				if len(either["token"]) != 1 {
					t.Errorf("%s %s needs %v at once, want one", method, path, either["token"])
				}
				want[method+" "+path] = append(want[method+" "+path], either["token"]...)
			}
		}
	}
	if got := mgmtapi.RouteScopes(); !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("routes = %v\nwant %v", got, want)
	}
}

func TestTheContractNamesEveryScope(t *testing.T) {
	x := newTenant(t)
	named := x.doc.Components.SecuritySchemes["token"].Value.Flows.ClientCredentials.Scopes
	if got := slices.Sorted(maps.Keys(named)); !slices.Equal(got, slices.Sorted(slices.Values(allScopes))) {
		t.Errorf("the contract names %v", got)
	}
	for name, scopes := range mgmtapi.RouteScopes() {
		for _, s := range scopes {
			if !slices.Contains(allScopes, s) {
				t.Errorf("%s needs %s, which nobody can get", name, s)
			}
		}
	}
}

// Each operation is called with every scope but its own, at once and one by one,
// and with each of its own alone.
func TestAnOperationNeedsOneOfItsScopes(t *testing.T) {
	x := newTenant(t)
	for name, body := range x.operations() {
		own := mgmtapi.RouteScopes()[name]
		others := slices.DeleteFunc(slices.Clone(allScopes), func(s string) bool { return slices.Contains(own, s) })
		wrong := [][]string{others, {own[0] + "x"}, {strings.ToUpper(own[0])}, {}}
		for _, scope := range others {
			wrong = append(wrong, []string{scope})
		}
		for _, bad := range wrong {
			res := x.send(x.request(name, body, x.tokens.Scoped(audience, bad...)))
			res.says(t, 403, "insufficient_scope", "Insufficient scope, expected any of: "+strings.Join(own, ","))
			if got := res.Header.Get("WWW-Authenticate"); !strings.Contains(got, `scope="`+strings.Join(own, " ")+`"`) {
				t.Errorf("%s: challenge %q does not name the scope", name, got)
			}
		}
	}
	operations := x.operations()
	names := slices.Sorted(maps.Keys(operations))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(takesAway(a), takesAway(b)) })
	for _, name := range names {
		for _, scope := range mgmtapi.RouteScopes()[name] {
			res := x.send(x.request(name, operations[name], x.tokens.Scoped(audience, scope)))
			if slices.Contains(giving, name) {
				if got := as[problem](t, res); got.ErrorCode != "grant_not_allowed" {
					t.Errorf("%s with %s alone: %d %s", name, scope, res.StatusCode, res.body)
				}
				res = x.send(x.request(name, operations[name], x.tokens.Scoped(audience, allScopes...)))
			}
			if res.StatusCode >= 300 {
				t.Errorf("%s with %s: %d %s", name, scope, res.StatusCode, res.body)
			}
		}
	}
}

// giving is the operations that give somebody what their caller must have too.
var giving = []string{
	"POST /accounts", "PATCH /accounts/{id}", "POST /accounts/{id}/reset-password",
	"POST /client-grants", "POST /clients/{id}/rotate-secret",
}

// takesAway is 1 for an operation that takes away what others need, else 0.
func takesAway(operation string) int {
	switch operation {
	case "DELETE /client-grants/{id}":
		return 1
	case "DELETE /users/{id}", "DELETE /roles/{id}", "DELETE /clients/{id}", "DELETE /accounts/{id}":
		return 2
	}
	return 0
}

func TestATokenOfSomethingElseIsTurnedAway(t *testing.T) {
	x := newTenant(t)
	stranger := bearertest.Stranger(t, issuer)
	all := strings.Join(allScopes, " ")
	tokens := map[string]string{
		"none":               "",
		"nonsense":           "garbage",
		"three parts":        "a.b.c",
		"another audience":   x.tokens.Scoped("urn:auth0-authz-api", allScopes...),
		"another issuer":     x.tokens.Token(map[string]any{"iss": "https://evil.test/", "aud": audience, "scope": all}),
		"another tenant":     bearertest.New(t, "https://evil.test/").Scoped(audience, allScopes...),
		"another key":        stranger.Scoped(audience, allScopes...),
		"expired":            x.tokens.Token(map[string]any{"aud": audience, "scope": all, "exp": 1}),
		"not valid yet":      x.tokens.Token(map[string]any{"aud": audience, "scope": all, "nbf": time.Now().Add(time.Hour).Unix()}),
		"an ID token":        x.tokens.Token(map[string]any{"aud": "trellis-dashboard", "sub": "auth0|1", "gty": nil, "scope": nil, "nonce": "n"}),
		"one for this API":   x.tokens.Token(map[string]any{"aud": audience, "sub": "auth0|1", "gty": nil, "scope": nil}),
		"without expiration": x.tokens.Token(map[string]any{"aud": audience, "scope": all, "exp": nil}),
	}
	for name, body := range x.operations() {
		for what, token := range tokens {
			res := x.send(x.request(name, body, token))
			if res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") == "" || as[problem](t, res).Error != "Unauthorized" {
				t.Errorf("%s with %s: %d %s", name, what, res.StatusCode, res.body)
			}
		}
	}
	if log := x.log.String(); strings.Contains(log, strings.Split(tokens["expired"], ".")[1]) {
		t.Errorf("the log holds a token: %s", log)
	}
}

// What is wrong first is what the caller is told.
func TestTheOrderOfTheChecks(t *testing.T) {
	x := newTenant(t)
	none, right := x.tokens.Scoped(audience), x.token
	tests := []struct {
		name, method, path, token, body string
		want                            int
		code                            string
	}{
		{"no such route, before the token", "GET", "/nothing", "", "", 404, ""},
		{"another method", "PUT", "/users", "", "", 404, ""},
		{"a slash at the end", "GET", "/users/", "", "", 404, ""},
		{"the token before the body", "POST", "/users", "", "{", 401, ""},
		{"the body before the scope", "POST", "/users", none, "{", 400, "invalid_body"},
		{"the scope before the path", "PATCH", "/users/%2e%2e", none, "{}", 403, "insufficient_scope"},
		{"the path before the schema", "PATCH", "/users/%2e%2e", right, "{}", 400, "invalid_uri"},
		{"the query before the schema", "PATCH", "/users/x?a=1", right, "{}", 400, "invalid_query_string"},
		{"the schema before the user", "PATCH", "/users/x", right, "{}", 400, "invalid_body"},
		{"the user", "PATCH", "/users/x", right, `{"name":"X"}`, 404, "inexistent_user"},
	}
	for _, tt := range tests {
		req := httptest.NewRequest(tt.method, "/api/v2"+tt.path, strings.NewReader(tt.body))
		req.Header.Set("Content-Type", "application/json")
		if tt.token != "" {
			req.Header.Set("Authorization", "Bearer "+tt.token)
		}
		res := x.send(req)
		if got := as[problem](t, res); res.StatusCode != tt.want || got.ErrorCode != tt.code {
			t.Errorf("%s: %d %s, want %d %s", tt.name, res.StatusCode, res.body, tt.want, tt.code)
		}
	}
}

func TestTheRequestIDComesBack(t *testing.T) {
	x := newTenant(t)
	for sent, kept := range map[string]bool{"abc-1.2_3": true, "": false, "a b": false, "x\ny": false, strings.Repeat("a", 65): false} {
		req := x.request("GET /users", "", x.token)
		req.Header["X-Request-Id"] = []string{sent}
		got := x.send(req).Header.Get("X-Request-Id")
		if (got == sent) != kept || got == "" {
			t.Errorf("%q came back as %q", sent, got)
		}
	}
}

func TestTheJournalSaysWhoDidIt(t *testing.T) {
	x := newTenant(t)
	req := x.request("PATCH /users/{id}", `{"name":"Ada L."}`, x.token)
	req.Header.Set("X-Request-Id", "req-1")
	x.send(req).is(t, 200)

	var last store.Entry
	err := x.store.View(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Journal(t.Context(), 0, 100)
		last = entries[len(entries)-1]
		return err
	})
	want := store.Actor{Subject: bearertest.Client + "@clients", Client: bearertest.Client, RequestID: "req-1"}
	if err != nil || last.Actor != want || last.Action != "user.update" {
		t.Errorf("journal = %+v, %v", last, err)
	}
}

func TestAFailureTellsNothingOfTheInside(t *testing.T) {
	x := newTenant(t)
	if err := x.store.Close(); err != nil {
		t.Fatal(err)
	}
	x.do("GET", "/users", nil).says(t, 500, "", "An internal server error occurred")
	if !strings.Contains(x.log.String(), "database is closed") {
		t.Errorf("the log does not say why: %s", x.log)
	}
}

func TestAPanicIsAFailureToo(t *testing.T) {
	x := newTenant(t)
	var err error
	x.handler, err = mgmtapi.New(mgmtapi.Config{
		Store: x.store, Tokens: bearer.New(issuer, nil), Issuer: issuer,
		Log: slog.New(slog.NewTextHandler(x.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	x.do("GET", "/users", nil).says(t, 500, "", "An internal server error occurred")
	if log := x.log.String(); !strings.Contains(log, "panic") || strings.Contains(log, x.token) {
		t.Errorf("log = %s", log)
	}
}
