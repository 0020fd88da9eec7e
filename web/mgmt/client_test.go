package mgmt_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// wire is an API that answers what a test tells it to, and compares what it is
// sent, and what it is told to answer, with the contract.
type wire struct {
	t      testing.TB
	router routers.Router
	status int
	answer string
	then   []string // the answers after the first one, if they differ
	got    []string // what was sent: method, path and query, body
}

func newWire(t testing.TB, status int, answer string) (*wire, *mgmt.Client) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(mgmt.Spec)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: "/api/v2"}}
	w := &wire{t: t, status: status, answer: answer}
	if w.router, err = gorillamux.NewRouter(doc); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	client, err := mgmt.New(server.URL+"/api/v2", server.Client())
	if err != nil {
		t.Fatal(err)
	}
	return w, client
}

func (w *wire) ServeHTTP(res http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		w.t.Error(err)
	}
	w.got = append(w.got, strings.TrimSpace(req.Method+" "+req.RequestURI+" "+string(body)))
	req.Body = io.NopCloser(strings.NewReader(string(body)))
	w.compare(req)

	res.Header().Set("Content-Type", "application/json")
	res.WriteHeader(w.status)
	if w.status != http.StatusNoContent {
		fmt.Fprint(res, w.answer)
	}
	if len(w.then) > 0 {
		w.answer, w.then = w.then[0], w.then[1:]
	}
}

func (w *wire) compare(req *http.Request) {
	route, params, err := w.router.FindRoute(req)
	if err != nil {
		w.t.Errorf("%s %s: %v", req.Method, req.URL, err)
		return
	}
	in := &openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, RejectWhenRequestBodyNotSpecified: true},
	}
	if err := openapi3filter.ValidateRequest(req.Context(), in); err != nil {
		w.t.Errorf("%s %s is not as the contract says: %v", req.Method, req.URL, err)
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: w.status,
		Header: http.Header{"Content-Type": {"application/json"}}, Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(req.Context(), out.SetBodyBytes([]byte(w.answer))); err != nil {
		w.t.Errorf("the answer of this test is not as the contract says: %v", err)
	}
}

// sent checks what the API was asked.
func (w *wire) sent(want ...string) {
	w.t.Helper()
	if !reflect.DeepEqual(w.got, want) {
		w.t.Errorf("sent\n%s\nwant\n%s", strings.Join(w.got, "\n"), strings.Join(want, "\n"))
	}
}

func TestListUsers(t *testing.T) {
	w, c := newWire(t, 200, `{"start":20,"limit":20,"length":1,"total":21,"users":[{"user_id":"auth0|1","name":"Ada","email_verified":true,
		"logins_count":3,"app_metadata":{"a":1},"identities":[{"connection":"Users","provider":"github","user_id":"7","isSocial":true}]}]}`)
	page, err := c.ListUsers(t.Context(), mgmt.ListQuery{Query: "name:ada", Page: 1, PerPage: 20, Sort: "name:-1"})
	if err != nil {
		t.Fatal(err)
	}
	w.sent("GET /api/v2/users?include_totals=true&page=1&per_page=20&q=name%3Aada&sort=name%3A-1")
	want := mgmt.User{
		UserID: "auth0|1", Name: "Ada", EmailVerified: true, LoginsCount: 3, AppMetadata: map[string]any{"a": 1.0},
		Identities: []mgmt.Identity{{Connection: "Users", Provider: "github", UserID: "7", IsSocial: true}},
	}
	if page.Total != 21 || len(page.Items) != 1 || !reflect.DeepEqual(page.Items[0], want) || page.Items[0].Connection() != "Users" {
		t.Errorf("page = %+v", page)
	}
}

func TestOneUser(t *testing.T) {
	w, c := newWire(t, 200, `{"user_id":"auth0|a/b"}`)
	u, err := c.User(t.Context(), "auth0|a/b c%é")
	if err != nil || u.UserID != "auth0|a/b" || u.Connection() != "" {
		t.Errorf("user = %+v, %v", u, err)
	}
	w.sent("GET /api/v2/users/auth0%7Ca%2Fb%20c%25%C3%A9")
}

// A provider may number its users.
func TestAnIdentityWithANumber(t *testing.T) {
	var i mgmt.Identity
	if err := i.UnmarshalJSON([]byte(`{"connection":"github","user_id":1234567890123}`)); err != nil || i.UserID != "1234567890123" || i.Connection != "github" {
		t.Errorf("identity = %+v, %v", i, err)
	}
}

func TestPermissionsOfAUser(t *testing.T) {
	w, c := newWire(t, 200, `{"start":0,"limit":10,"total":1,"permissions":[{"resource_server_identifier":"urn:a","permission_name":"read",
		"resource_server_name":"A","description":"Read it"}]}`)
	page, err := c.UserPermissions(t.Context(), "auth0|1", mgmt.ListQuery{Search: "ignored", Sort: "ignored", PerPage: 10})
	want := []mgmt.UserPermission{{ResourceServerIdentifier: "urn:a", PermissionName: "read", ResourceServerName: "A", Description: "Read it"}}
	if err != nil || page.Total != 1 || !reflect.DeepEqual(page.Items, want) {
		t.Errorf("page = %+v, %v", page, err)
	}
	all, err := c.AllUserPermissions(t.Context(), "auth0|1")
	if err != nil || !reflect.DeepEqual(all, want) {
		t.Errorf("all = %+v, %v", all, err)
	}
	w.sent("GET /api/v2/users/auth0%7C1/permissions?include_totals=true&page=0&per_page=10",
		"GET /api/v2/users/auth0%7C1/permissions?include_totals=true&page=0&per_page=100")
}

func TestPermissionsAreGivenAndTaken(t *testing.T) {
	refs := []mgmt.PermissionRef{{ResourceServerIdentifier: "urn:a", PermissionName: "read"}}
	const body = `{"permissions":[{"resource_server_identifier":"urn:a","permission_name":"read"}]}`

	w, c := newWire(t, 201, "")
	if err := c.AddUserPermissions(t.Context(), "auth0|1", refs); err != nil {
		t.Error(err)
	}
	w.sent("POST /api/v2/users/auth0%7C1/permissions " + body)

	w, c = newWire(t, 204, "")
	if err := c.RemoveUserPermissions(t.Context(), "auth0|1", refs); err != nil {
		t.Error(err)
	}
	w.sent("DELETE /api/v2/users/auth0%7C1/permissions " + body)
}

const server = `{"id":"rs1","identifier":"urn:a","name":"A","is_system":false,"scopes":[{"value":"read","description":"Read it"}],
	"enforce_policies":true,"token_dialect":"access_token_authz","token_lifetime":60}`

func TestAPIs(t *testing.T) {
	want := mgmt.ResourceServer{
		ID: "rs1", Identifier: "urn:a", Name: "A", Scopes: []mgmt.Scope{{Value: "read", Description: "Read it"}},
		EnforcePolicies: true, TokenDialect: mgmt.DialectAuthz, TokenLifetime: 60,
	}

	w, c := newWire(t, 200, `{"start":0,"limit":100,"total":1,"resource_servers":[`+server+`]}`)
	all, err := c.ResourceServers(t.Context())
	if err != nil || !reflect.DeepEqual(all, []mgmt.ResourceServer{want}) {
		t.Errorf("all = %+v, %v", all, err)
	}
	w.sent("GET /api/v2/resource-servers?include_totals=true&page=0&per_page=100")

	w, c = newWire(t, 200, server)
	one, err := c.ResourceServer(t.Context(), "https://a/b")
	if err != nil || !reflect.DeepEqual(one, want) {
		t.Errorf("one = %+v, %v", one, err)
	}
	on, dialect := true, mgmt.DialectAuthz
	if err := c.UpdateResourceServer(t.Context(), "rs1", mgmt.ResourceServerPatch{EnforcePolicies: &on, TokenDialect: &dialect}); err != nil {
		t.Error(err)
	}
	w.sent("GET /api/v2/resource-servers/https:%2F%2Fa%2Fb", `PATCH /api/v2/resource-servers/rs1 {"enforce_policies":true,"token_dialect":"access_token_authz"}`)
}

func TestApplicationsAndConnections(t *testing.T) {
	w, c := newWire(t, 200, `{"start":0,"limit":100,"total":1,"clients":[{"client_id":"app1","name":"Expenses","app_type":"spa","callbacks":["https://a"]}]}`)
	clients, err := c.Clients(t.Context())
	if err != nil || !reflect.DeepEqual(clients, []mgmt.Application{{ClientID: "app1", Name: "Expenses", AppType: "spa", Callbacks: []string{"https://a"}}}) {
		t.Errorf("clients = %+v, %v", clients, err)
	}
	w.sent("GET /api/v2/clients?fields=client_id%2Cname%2Capp_type%2Ccallbacks&include_totals=true&is_global=false&page=0&per_page=100")

	w, c = newWire(t, 200, `{"start":0,"limit":100,"total":1,"connections":[{"id":"con_1","name":"Users","strategy":"auth0"}]}`)
	connections, err := c.Connections(t.Context())
	if err != nil || !reflect.DeepEqual(connections, []mgmt.Connection{{ID: "con_1", Name: "Users", Strategy: "auth0"}}) {
		t.Errorf("connections = %+v, %v", connections, err)
	}
	w.sent("GET /api/v2/connections?fields=id%2Cname%2Cstrategy&include_totals=true&page=0&per_page=100")
}

// A list is read to its end, and a tenant cannot keep us reading for ever.
func TestALongListIsReadInPages(t *testing.T) {
	pages := func(total int) (int, int, error) {
		w, c := newWire(t, 200, "")
		entries := strings.Repeat(`{"id":"c","name":"c","strategy":"ad"},`, 100)
		w.answer = fmt.Sprintf(`{"start":0,"limit":100,"total":%d,"connections":[%s]}`, total, strings.TrimSuffix(entries, ","))
		all, err := c.Connections(t.Context())
		return len(w.got), len(all), err
	}
	if calls, n, err := pages(300); calls != 3 || n != 300 || err != nil {
		t.Errorf("%d calls gave %d connections, %v", calls, n, err)
	}
	if calls, _, err := pages(1 << 30); calls != 50 || err == nil {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestARefusalKeepsWhatTheAPISaid(t *testing.T) {
	_, c := newWire(t, 403, `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: update:users","errorCode":"insufficient_scope"}`)
	err := c.AddUserPermissions(t.Context(), "auth0|1", []mgmt.PermissionRef{{ResourceServerIdentifier: "urn:a", PermissionName: "read"}})
	if upstream.StatusOf(err) != 403 || !strings.HasPrefix(err.Error(), `adding permissions to user "auth0|1": `) {
		t.Errorf("err = %v", err)
	}
}

func TestAnIDThatIsAFolderIsNotSent(t *testing.T) {
	w, c := newWire(t, 200, `{}`)
	for _, id := range []string{"", ".", ".."} {
		if _, err := c.User(t.Context(), id); err == nil {
			t.Errorf("%q was sent", id)
		}
		if err := c.RemoveUserPermissions(t.Context(), id, nil); err == nil {
			t.Errorf("%q was sent", id)
		}
	}
	w.sent()
}

func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"":      "",
		"  ":    "",
		" ada ": `(name:*ada* OR email:*ada* OR nickname:*ada*) OR name:ada* OR user_id:"ada"`,
		"li":    `(name:li* OR email:li* OR nickname:li*) OR name:li* OR user_id:"li"`,
		"a:b":   `(name:*a\:b* OR email:*a\:b* OR nickname:*a\:b*) OR name:a\:b* OR user_id:"a:b"`,
		`x"\`:   `(name:*x\"\\* OR email:*x\"\\* OR nickname:*x\"\\*) OR name:x\"\\* OR user_id:"x\"\\"`,
		"Li Wei": `(name:Li* OR email:Li* OR nickname:Li*) AND (name:*Wei* OR email:*Wei* OR nickname:*Wei*)` +
			` OR name:Li\ Wei* OR user_id:"Li Wei"`,
		`"Li Wei"`: `name:"Li Wei" OR email:"Li Wei" OR nickname:"Li Wei" OR user_id:"Li Wei"`,
		`"a"b\"`:   `name:"a\"b\\" OR email:"a\"b\\" OR nickname:"a\"b\\" OR user_id:"a\"b\\"`,
		`"ada`:     `(name:*ada* OR email:*ada* OR nickname:*ada*) OR name:ada* OR user_id:"ada"`,
		`"`:        "",
		`""`:       "",
		`" "`:      "",
	} {
		if got := mgmt.Find(text); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", text, got, want)
		}
	}
}

func TestFindIn(t *testing.T) {
	tests := []struct {
		field mgmt.Field
		text  string
		want  string
	}{
		{mgmt.Anywhere, "li", mgmt.Find("li")},
		{mgmt.InName, "Li Wei", `name:Li* AND name:*Wei*`},
		{mgmt.InName, `"Li Wei"`, `name:"Li Wei"`},
		{mgmt.InEmail, "ada@", `email:*ada@*`},
		{mgmt.InEmail, `x" OR name:"*`, `email:x\"* AND email:OR* AND email:*name\:\"\**`},
		{mgmt.InConnection, "google-w", `identities.connection:google\-w*`},
		{mgmt.InConnection, `"google"`, `identities.connection:"google"`},
		{mgmt.InConnection, " ", ""},
	}
	for _, tt := range tests {
		if got := mgmt.FindIn(tt.field, tt.text); got != tt.want {
			t.Errorf("%s in %q: %s, want %s", tt.text, tt.field, got, tt.want)
		}
	}
}
