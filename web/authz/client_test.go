package authz_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/upstream"
)

const id = "3b6e1f0e-9d8c-4a51-9a4e-0f6f2f6d1c11"

// exchange is one request that is expected, and the answer to it.
type exchange struct {
	method, url string // as they arrive
	body        string // "" is none
	ifMatch     string

	status int // 0 is 200
	etag   string
	answer string
}

// serve is a client of a server that expects exactly these exchanges, in order,
// and holds each request to the document.
func serve(t *testing.T, exchanges ...exchange) *authz.Client {
	t.Helper()
	doc := document(t)
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n == len(exchanges) {
			t.Errorf("one request too many: %s %s", r.Method, r.URL)
			return
		}
		want := exchanges[n]
		n++
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Method != want.method || r.RequestURI != "/api"+want.url || string(body) != want.body || r.Header.Get("If-Match") != want.ifMatch {
			t.Errorf("%s %s %q (If-Match %q), want %s /api%s %q (If-Match %q)",
				r.Method, r.RequestURI, body, r.Header.Get("If-Match"), want.method, want.url, want.body, want.ifMatch)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.URL.Host, r.URL.Scheme = "", ""
		route, params, err := router.FindRoute(r)
		if err != nil {
			t.Errorf("%s %s is not in the document: %v", r.Method, r.URL, err)
			return
		}
		err = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
			Request: r, PathParams: params, Route: route,
			Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
		})
		if err != nil {
			t.Errorf("%s %s breaks the document: %v", r.Method, r.URL, err)
		}
		for name := range r.URL.Query() {
			if route.Operation.Parameters.GetByInAndName("query", name) == nil {
				t.Errorf("%s %s: the document does not know %q", r.Method, r.URL, name)
			}
		}
		if want.etag != "" {
			w.Header().Set("ETag", want.etag)
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if want.status != 0 {
			w.WriteHeader(want.status)
		}
		if _, err := io.WriteString(w, want.answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(func() {
		srv.Close()
		if n != len(exchanges) {
			t.Errorf("%d requests came, want %d", n, len(exchanges))
		}
	})
	client, err := authz.New(srv.URL+"/api", srv.Client())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestListGroups(t *testing.T) {
	client := serve(t, exchange{
		method: "GET", url: "/groups?fields=_id%2Cname%2Cmember_count&include_totals=true&page=1&per_page=20&q=a%26b&sort=name%3A-1",
		answer: `{"groups":[{"_id":"` + id + `","name":"A","member_count":3}],"total":21}`,
	})
	got, err := client.ListGroups(t.Context(), authz.ListQuery{
		Search: "a&b", Page: 1, PerPage: 20, Sort: "name:-1", Fields: []string{"_id", "name", "member_count"},
	})
	want := authz.Page[authz.Group]{Items: []authz.Group{{ID: id, Name: "A", MemberCount: 3}}, Total: 21}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("err = %v, page (-want +got):\n%s", err, d)
	}
}

// The version is that of the plain record; the counts come beside it.
func TestGroup(t *testing.T) {
	client := serve(t,
		exchange{method: "GET", url: "/groups/" + id, etag: `"v1"`, answer: `{"_id":"` + id + `","name":"A","description":"a"}`},
		exchange{
			method: "GET", url: "/groups/" + id + "?fields=member_count%2Cnested_count%2Crole_count%2Cmapping_count%2Cpending_count%2Cnested_in", etag: `"v2"`,
			answer: `{"member_count":1,"nested_count":2,"role_count":3,"mapping_count":4,"nested_in":["p"]}`,
		})
	got, err := client.Group(t.Context(), id)
	want := authz.Group{
		ID: id, Name: "A", Description: "a", ETag: `"v1"`,
		MemberCount: 1, NestedCount: 2, RoleCount: 3, MappingCount: 4, NestedIn: []string{"p"},
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("err = %v, group (-want +got):\n%s", err, d)
	}
}

func TestMembers(t *testing.T) {
	client := serve(t,
		exchange{
			method: "GET", url: "/groups/" + id + "/members?page=1&per_page=25&q=ada",
			answer: `{"total":2,"users":[{"user_id":"auth0|1","name":"Ada","email":"ada@example.com","identities":[{"connection":"db","provider":"auth0","user_id":"1","isSocial":false}]},
				{"user_id":"auth0|9","name":"<Error: ManagementApiError>","email":"auth0|9","identities":[{"connection":"N/A"}]}]}`,
		},
		exchange{
			method: "GET", url: "/groups/" + id + "/members/nested?page=3&per_page=10",
			answer: `{"total":30,"nested":[{"user":{"user_id":"auth0|1","name":"Ada","email":"ada@example.com"},"group":{"_id":"g","name":"G","description":"d"}}]}`,
		})
	users, err := client.Members(t.Context(), id, authz.ListQuery{Search: "ada", PerPage: 25})
	want := authz.Page[authz.User]{Total: 2, Items: []authz.User{
		{UserID: "auth0|1", Name: "Ada", Email: "ada@example.com", Identities: []authz.Identity{{Connection: "db", Provider: "auth0", UserID: "1"}}},
		{UserID: "auth0|9", Missing: true},
	}}
	if d := cmp.Diff(want, users); d != "" || err != nil {
		t.Errorf("err = %v, members (-want +got):\n%s", err, d)
	}
	all, err := client.AllMembers(t.Context(), id, authz.ListQuery{Page: 2, PerPage: 10})
	if err != nil || all.Total != 30 || len(all.Items) != 1 || all.Items[0].Group.Name != "G" {
		t.Errorf("all members = %+v, %v", all, err)
	}
}

func TestRelations(t *testing.T) {
	client := serve(t,
		exchange{method: "GET", url: "/groups/" + id + "/nested?fields=_id%2Cname%2Cdescription%2Cmember_count%2Cnested_count%2Crole_count%2Cmapping_count&missing=true", answer: `[{"_id":"a","name":"A","description":"d","member_count":4},{"_id":"b","missing":true}]`},
		exchange{method: "GET", url: "/groups/" + id + "/roles?fields=_id%2Cname%2Cdescription%2CapplicationType%2CapplicationId%2Cpermissions&missing=true", answer: `[{"_id":"r","name":"R","description":"d","applicationType":"client","applicationId":"app","permissions":["p"]},{"_id":"x","missing":true}]`},
		exchange{method: "GET", url: "/groups/" + id + "/roles/nested?fields=_id%2Cname%2Cdescription%2CapplicationType%2CapplicationId%2Cpermissions", answer: `[{"role":{"_id":"r","name":"R"},"group":{"_id":"g","name":"G"}}]`},
		exchange{method: "GET", url: "/groups/" + id + "/mappings?missing=true", answer: `[{"_id":"m","groupName":"Staff","connectionName":"ad (ad)"}]`},
	)
	nested, err := client.NestedGroups(t.Context(), id)
	if err != nil || len(nested) != 2 || nested[0].Name != "A" || nested[0].MemberCount != 4 || !nested[1].Missing {
		t.Errorf("nested = %+v, %v", nested, err)
	}
	roles, err := client.GroupRoles(t.Context(), id)
	if err != nil || len(roles) != 2 || roles[0].ApplicationID != "app" || !roles[1].Missing {
		t.Errorf("roles = %+v, %v", roles, err)
	}
	all, err := client.AllGroupRoles(t.Context(), id)
	if err != nil || len(all) != 1 || all[0].Role.Name != "R" || all[0].Group.Name != "G" {
		t.Errorf("all roles = %+v, %v", all, err)
	}
	mappings, err := client.Mappings(t.Context(), id)
	if want := []authz.Mapping{{ID: "m", GroupName: "Staff", ConnectionName: "ad (ad)"}}; err != nil || !cmp.Equal(mappings, want) {
		t.Errorf("mappings = %+v, %v", mappings, err)
	}
}

func TestRolesAndPermissions(t *testing.T) {
	client := serve(t,
		exchange{method: "GET", url: "/roles?include_totals=true", answer: `{"roles":[{"_id":"r","name":"R"}],"total":1}`},
		exchange{method: "GET", url: "/permissions?include_totals=true&q=x", answer: `{"permissions":[],"total":0}`},
	)
	roles, err := client.ListRoles(t.Context(), authz.ListQuery{})
	if err != nil || roles.Total != 1 || roles.Items[0].Name != "R" {
		t.Errorf("roles = %+v, %v", roles, err)
	}
	permissions, err := client.ListPermissions(t.Context(), authz.ListQuery{Search: "x"})
	if err != nil || permissions.Total != 0 || len(permissions.Items) != 0 {
		t.Errorf("permissions = %+v, %v", permissions, err)
	}
}

func TestWrites(t *testing.T) {
	ids := []string{id}
	list := `["` + id + `"]`
	in := authz.GroupInput{Name: "A", Description: "a"}
	tests := []struct {
		name string
		want exchange
		do   func(context.Context, *authz.Client) error
	}{
		{
			"create",
			exchange{method: "POST", url: "/groups", body: `{"name":"A","description":"a"}`, answer: `{"_id":"` + id + `"}`},
			func(ctx context.Context, c *authz.Client) error { _, err := c.CreateGroup(ctx, in); return err },
		},
		{
			"update",
			exchange{method: "PUT", url: "/groups/" + id, body: `{"name":"A","description":"a"}`, ifMatch: `"v1"`, answer: `{"_id":"` + id + `"}`},
			func(ctx context.Context, c *authz.Client) error {
				_, err := c.UpdateGroup(ctx, id, in, `"v1"`)
				return err
			},
		},
		{
			"delete",
			exchange{method: "DELETE", url: "/groups/" + id, ifMatch: `"v1"`, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.DeleteGroup(ctx, id, `"v1"`) },
		},
		{
			"add members",
			exchange{method: "PATCH", url: "/groups/" + id + "/members", body: `["auth0|1"]`, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.AddMembers(ctx, id, []string{"auth0|1"}) },
		},
		{
			"remove members",
			exchange{method: "DELETE", url: "/groups/" + id + "/members", body: `["auth0|1"]`, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.RemoveMembers(ctx, id, []string{"auth0|1"}) },
		},
		{
			"nest",
			exchange{method: "PATCH", url: "/groups/" + id + "/nested", body: list, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.AddNested(ctx, id, ids) },
		},
		{
			"take out",
			exchange{method: "DELETE", url: "/groups/" + id + "/nested", body: list, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.RemoveNested(ctx, id, ids) },
		},
		{
			"add roles",
			exchange{method: "PATCH", url: "/groups/" + id + "/roles", body: list, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.AddGroupRoles(ctx, id, ids) },
		},
		{
			"remove roles",
			exchange{method: "DELETE", url: "/groups/" + id + "/roles", body: list, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.RemoveGroupRoles(ctx, id, ids) },
		},
		{
			"add mappings",
			exchange{method: "PATCH", url: "/groups/" + id + "/mappings", body: `[{"groupName":"g","connectionName":"c"}]`, status: 204},
			func(ctx context.Context, c *authz.Client) error {
				return c.AddMappings(ctx, id, []authz.MappingInput{{GroupName: "g", ConnectionName: "c"}})
			},
		},
		{
			"remove mappings",
			exchange{method: "DELETE", url: "/groups/" + id + "/mappings", body: list, status: 204},
			func(ctx context.Context, c *authz.Client) error { return c.RemoveMappings(ctx, id, ids) },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.do(t.Context(), serve(t, tt.want)); err != nil {
				t.Error(err)
			}
		})
	}
}

// A refusal keeps its status and its fields, and says what was being done.
func TestRefusals(t *testing.T) {
	client := serve(t, exchange{
		method: "POST", url: "/groups", body: `{"name":"A","description":"a"}`, status: 400,
		answer: `{"statusCode":400,"error":"ValidationError","message":"Group with name \"A\" already exists"}`,
	})
	_, err := client.CreateGroup(t.Context(), authz.GroupInput{Name: "A", Description: "a"})
	if upstream.StatusOf(err) != 400 || !strings.HasPrefix(err.Error(), "creating a group: ") {
		t.Errorf("err = %v, want a 400 about creating the group", err)
	}
}

// Whatever an id holds, the API is asked about that id and nothing else.
func TestIDsSurviveTheWire(t *testing.T) {
	for _, odd := range []string{"a b", "a/b", "50%", "auth|7", "?x=1", "#", "ü", "a%2Fb", "+"} {
		var got string
		mux := http.NewServeMux()
		mux.HandleFunc("PATCH /api/groups/{id}/mappings", func(w http.ResponseWriter, r *http.Request) {
			got = r.PathValue("id")
			w.WriteHeader(http.StatusNoContent)
		})
		srv := httptest.NewServer(mux)
		client, err := authz.New(srv.URL+"/api", srv.Client())
		if err != nil {
			t.Fatal(err)
		}
		if err := client.AddMappings(t.Context(), odd, nil); err != nil || got != odd {
			t.Errorf("%q came as %q (%v)", odd, got, err)
		}
		srv.Close()
	}
}

// The records that the client reads are those that the document shows.
func TestExamplesOfTheDocumentCanBeRead(t *testing.T) {
	doc := document(t)
	for name, out := range map[string]any{
		"GroupList": &struct {
			Groups []authz.Group
			Total  int
		}{},
		"Nested": &[]authz.Group{}, "Roles": &[]authz.Role{}, "NestedRoles": &[]authz.NestedRole{}, "Mappings": &[]authz.Mapping{},
	} {
		b, err := json.Marshal(doc.Components.Responses[name].Value.Content.Get("application/json").Example)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if err := d.Decode(out); err != nil {
			t.Errorf("%s: %v in %s", name, err, b)
		}
	}
}
