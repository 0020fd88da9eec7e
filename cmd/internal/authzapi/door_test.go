package authzapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"trellis/cmd/internal/authzapi"
	"trellis/web/authz"
)

// schemaError is the body of an answer to what the document does not allow.
func schemaError(source, key, message string) string {
	b, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"statusCode":400,"error":"Bad Request","message":%s,"validation":{"source":%q,"keys":[%q]}}`, b, source, key)
}

const badJSON = `{"statusCode":400,"error":"Bad Request","message":"Invalid request payload JSON format"}`

func TestBodiesThatAreTurnedDown(t *testing.T) {
	tn := onSQLite(t)
	id := tn.newGroup(t, "Team")
	role := func(more string) string {
		return `{"name":"n","description":"d","applicationType":"client","applicationId":"a"` + more + `}`
	}
	tests := []struct {
		name, method, path, body, want string
	}{
		{"nothing", "POST", "/groups", ``, schemaError("payload", "", `"value" must be of type object`)},
		{"null", "POST", "/groups", `null`, schemaError("payload", "", `"value" must be of type object`)},
		{"a number", "POST", "/groups", `5`, schemaError("payload", "", `"value" must be of type object`)},
		{"two problems, the first of the schema is told", "POST", "/groups", `{"zz":1,"description":7}`, schemaError("payload", "name", `"name" is required`)},
		{"known fields before unknown ones", "POST", "/groups", `{"aa":1,"name":"n","description":""}`, schemaError("payload", "description", `"description" is not allowed to be empty`)},
		{"an unknown field", "POST", "/groups", `{"color":1,"name":"n","description":"d"}`, schemaError("payload", "color", `"color" is not allowed`)},
		{"a field in another case is another field", "POST", "/groups", `{"Name":"x","name":"n","description":"d"}`, schemaError("payload", "Name", `"Name" is not allowed`)},
		{"cut short", "POST", "/groups", `{"name":`, badJSON},
		{"something behind", "POST", "/groups", `{"name":"n","description":"d"}{}`, badJSON},
		{"a key twice", "POST", "/groups", `{"name":"a","name":"b","description":"d"}`, badJSON},
		{"a prototype", "POST", "/groups", `{"name":"a","description":"d","__proto__":{}}`, badJSON},
		{"deep", "POST", "/groups", strings.Repeat("[", 40) + strings.Repeat("]", 40), badJSON},
		{"half a surrogate pair", "POST", "/groups", `{"name":"\ud83d","description":"d"}`, badJSON},
		{"invalid UTF-8", "POST", "/groups", "{\"name\":\"\xff\",\"description\":\"d\"}", badJSON},
		{"NUL", "POST", "/groups", `{"name":"a\u0000","description":"d"}`, schemaError("payload", "name", `"name" must not contain control characters`)},
		{"a line break in a name", "POST", "/groups", `{"name":"a\nb","description":"d"}`, schemaError("payload", "name", `"name" must not contain control characters`)},
		{"a bell in a description", "POST", "/groups", `{"name":"a","description":"\u0007"}`, schemaError("payload", "description", `"description" must not contain control characters`)},
		{"a name that runs backwards", "POST", "/groups", `{"name":"nimda\u202e","description":"d"}`, schemaError("payload", "name", `"name" must not contain invisible characters or ones that turn the direction of writing`)},
		{"a name that nobody sees", "POST", "/groups", `{"name":"\u200d\ufe0f","description":"d"}`, schemaError("payload", "name", `"name" must not contain invisible characters or ones that turn the direction of writing`)},
		{"an invisible character", "PUT", "/groups/" + id, `{"name":"a\u200b","description":"d"}`, schemaError("payload", "name", `"name" must not contain invisible characters or ones that turn the direction of writing`)},
		{"26 emoji are 52 units", "POST", "/groups", `{"name":"` + strings.Repeat("😀", 26) + `","description":"d"}`, schemaError("payload", "name", `"name" length must be less than or equal to 50 characters long`)},
		{"51 umlauts", "POST", "/groups", `{"name":"` + strings.Repeat("ü", 51) + `","description":"d"}`, schemaError("payload", "name", `"name" length must be less than or equal to 50 characters long`)},
		{"a member that is no text", "PATCH", "/groups/" + id + "/members", `["u",1]`, schemaError("payload", "1", `"[1]" must be a string`)},
		{"a member called ..", "PATCH", "/groups/" + id + "/members", `[".."]`, schemaError("payload", "0", `"[0]" must not be "." or ".."`)},
		{"a member with a line break", "PATCH", "/groups/" + id + "/members", `["a\nb"]`, schemaError("payload", "0", `"[0]" must not contain control characters`)},
		{"the first bad entry of many", "PATCH", "/groups/" + id + "/nested", `["x","` + id + `","y"]`, schemaError("payload", "0", `"[0]" must be a valid GUID`)},
		{"one mapping without a name", "PATCH", "/groups/" + id + "/mappings", `{"connectionName":"c"}`, schemaError("payload", "groupName", `"groupName" is required`)},
		{"mappings as text", "PUT", "/groups/" + id + "/mappings", `"x"`, schemaError("payload", "", `"value" must be an array`)},
		{"an object without ids", "DELETE", "/groups/" + id + "/mappings", `{"_id":[]}`, schemaError("payload", "_id", `"_id" must contain at least 1 items`)},
		{"an object with a bad id", "DELETE", "/groups/" + id + "/mappings", `{"_id":["x"]}`, schemaError("payload", "_id.0", `"_id[0]" must be a valid GUID`)},
		{"a permission that is no GUID", "POST", "/roles", role(`,"permissions":["p1"]`), schemaError("payload", "permissions.0", `"permissions[0]" must be a valid GUID`)},
		{"permissions that are null", "POST", "/roles", role(`,"permissions":null`), schemaError("payload", "permissions", `"permissions" must be an array`)},
		{"another type of application", "POST", "/permissions", `{"name":"n","description":"d","applicationType":"web","applicationId":"a"}`, schemaError("payload", "applicationType", `"applicationType" must be one of [client, resource_server]`)},
		{"the path comes before the body", "PUT", "/groups/x", `{}`, schemaError("params", "id", `"id" must be a valid GUID`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tn.send(t, tt.method, tt.path, tt.body)
			if got.status != http.StatusBadRequest || got.body != tt.want {
				t.Errorf("%d %s\nwant 400 %s", got.status, got.body, tt.want)
			}
		})
	}
	if got := tn.send(t, "GET", "/groups", ""); !strings.Contains(got.body, `"total":1}`) || !strings.Contains(got.body, `"members":[],"mappings":[]`) {
		t.Errorf("something got through: %s", got.body)
	}
}

func TestTextsThatArePassed(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		for _, name := range []string{
			strings.Repeat("😀", 25), strings.Repeat("ü", 50), " spaces ", `quotes " and \`, "a'; drop table groups; --", "100%_", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001F468\u200d\U0001F467", "<b>",
		} {
			in, err := json.Marshal(map[string]string{"name": name, "description": "two\nlines\tand \u202e turned"})
			if err != nil {
				t.Fatal(err)
			}
			got := tn.send(t, "POST", "/groups", string(in))
			var g struct{ Name, Description string }
			if err := json.Unmarshal([]byte(got.body), &g); err != nil || got.status != http.StatusOK || g.Name != name {
				t.Errorf("%q: %d %s", name, got.status, got.body)
			}
		}
	})
}

func TestKindsOfBodies(t *testing.T) {
	tn := onSQLite(t)
	big := `["` + strings.Repeat("x", 1<<20) + `"]`
	id := tn.newGroup(t, "Team")
	tests := []struct {
		name, kind, body string
		want             int
	}{
		{"JSON", "application/json", `{"name":"a","description":"d"}`, 200},
		{"JSON with a charset", "application/json; charset=UTF-8", `{"name":"b","description":"d"}`, 200},
		{"JSON of a vendor", "application/vnd.x+json", `{"name":"c","description":"d"}`, 200},
		{"no type is JSON", "", `{"name":"d","description":"d"}`, 200},
		{"a form", "application/x-www-form-urlencoded", "name=e&description=d", 200},
		{"a form with a name twice", "application/x-www-form-urlencoded", "name=e&name=f&description=d", 400},
		{"text", "text/plain", `{"name":"f","description":"d"}`, 400},
		{"XML", "application/xml", `<a/>`, 415},
		{"another charset", "application/json; charset=latin1", `{"name":"g","description":"d"}`, 415},
		{"no media type", "/;;", `{}`, 415},
	}
	for _, tt := range tests {
		if got := tn.send(t, "POST", "/groups", tt.body, "Content-Type", tt.kind); got.status != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, got.status, got.body, tt.want)
		}
	}
	got := tn.send(t, "PATCH", "/groups/"+id+"/members", big)
	want := `{"statusCode":413,"error":"Request Entity Too Large","message":"Payload content length greater than maximum allowed: 1048576"}`
	if got.status != http.StatusRequestEntityTooLarge || got.body != want {
		t.Errorf("a large body: %d %s", got.status, got.body)
	}
	if got := tn.send(t, "DELETE", "/groups/"+someID, `{"any":1}`); got.status != http.StatusNoContent {
		t.Errorf("a body that nobody reads: %d %s", got.status, got.body)
	}
	if got := tn.send(t, "DELETE", "/groups/"+someID, `{`); got.body != badJSON {
		t.Errorf("a body that nobody could read: %d %s", got.status, got.body)
	}
}

func TestQueriesThatAreTurnedDown(t *testing.T) {
	tn := onSQLite(t)
	id := tn.newGroup(t, "Team")
	for path, want := range map[string]string{
		"/groups?color=red":                          schemaError("query", "color", `"color" is not allowed`),
		"/groups?q=a&q=b":                            schemaError("query", "q", `"q" must be a string`),
		"/groups?field=name&field=_id&q=x":           schemaError("query", "field", `"field" must be a string`),
		"/groups?field=":                             schemaError("query", "field", `"field" is not allowed to be empty`),
		"/groups?q=" + strings.Repeat("q", 1001):     schemaError("query", "q", `"q" length must be less than or equal to 1000 characters long`),
		"/groups?q=%00":                              schemaError("query", "q", `"q" must not contain control characters`),
		"/groups?page=-1":                            schemaError("query", "page", `"page" must be greater than or equal to 0`),
		"/groups?page=9223372036854775808":           schemaError("query", "page", `"page" must be a number`),
		"/groups?page=1000001":                       schemaError("query", "page", `"page" must be less than or equal to 1000000`),
		"/groups?per_page=101":                       schemaError("query", "per_page", `"per_page" must be less than or equal to 100`),
		"/groups?per_page=":                          schemaError("query", "per_page", `"per_page" must be a number`),
		"/groups?include_totals=1":                   schemaError("query", "include_totals", `"include_totals" must be a boolean`),
		"/groups?sort=name":                          schemaError("query", "sort", `"sort" must be one of [_id:1, _id:-1, name:1, name:-1, description:1, description:-1, member_count:1, member_count:-1, nested_count:1, nested_count:-1, role_count:1, role_count:-1, mapping_count:1, mapping_count:-1, pending_count:1, pending_count:-1, match:1]`),
		"/groups/" + id + "?expand":                  schemaError("query", "expand", `"expand" must be a boolean`),
		"/groups/" + id + "?expand=1":                schemaError("query", "expand", `"expand" must be a boolean`),
		"/groups/" + id + "?fields=name,members":     schemaError("query", "fields.1", `"fields[1]" must be one of [_id, name, description, metadata, member_count, nested_count, role_count, mapping_count, pending_count, nested_in]`),
		"/groups/" + id + "/members?per_page=26":     schemaError("query", "per_page", `"per_page" must be less than or equal to 25`),
		"/groups/" + id + "/members?per_page=ten":    schemaError("query", "per_page", `"per_page" must be a number`),
		"/groups/" + id + "/members?per_page=2.5":    schemaError("query", "per_page", `"per_page" must be an integer`),
		"/groups/" + id + "/members?page=-1&color=1": schemaError("query", "page", `"page" must be greater than or equal to 0`),
		"/groups?q=%zz":                              `{"statusCode":400,"error":"Bad Request","message":"Bad Request"}`,
	} {
		if got := tn.send(t, "GET", path, ""); got.status != http.StatusBadRequest || got.body != want {
			t.Errorf("%.60s: %d %s\nwant 400 %s", path, got.status, got.body, want)
		}
	}
}

// An id goes into the API as it was sent, whatever is in it, and only a GUID
// comes further.
func TestIDsOfPaths(t *testing.T) {
	tn := onSQLite(t)
	tn.newGroup(t, "Team")
	for _, id := range []string{"a/b", "a%2Fb", "..", ".", "auth0|x", "a b", "ü?#", "' or 1=1 --", someID + "/members", strings.ToUpper(someID), "{" + someID + "}"} {
		form := schemaError("params", "id", `"id" must be a valid GUID`)
		if strings.Contains(strings.ToLower(id), someID) && !strings.Contains(id, "/") {
			b, err := json.Marshal("The record " + id + " in groups does not exist.")
			if err != nil {
				t.Fatal(err)
			}
			form = `{"statusCode":404,"error":"NotFoundError","message":` + string(b) + `}`
		}
		escaped := strings.ReplaceAll(url.PathEscape(id), ".", "%2E")
		if got := tn.send(t, "GET", "/groups/"+escaped, ""); got.body != form {
			t.Errorf("GET %q: %d %s, want %s", id, got.status, got.body, form)
		}
		got := tn.send(t, "PATCH", "/groups/"+escaped+"/mappings", `{"groupName":"g","connectionName":"c"}`)
		if got.status != http.StatusNotFound || !strings.Contains(got.body, "NotFoundError") {
			t.Errorf("PATCH mappings of %q: %d %s, want 404", id, got.status, got.body)
		}
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		get, head := tn.send(t, "GET", "/groups", ""), tn.send(t, "HEAD", "/groups", "")
		if head.status != get.status || head.body != "" || head.header.Get("ETag") != get.header.Get("ETag") {
			t.Errorf("HEAD: %+v, GET: %+v", head, get)
		}
		if got := get.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
			t.Errorf("Content-Type = %q", got)
		}
	})
}

func TestRequestsKeepTheirNames(t *testing.T) {
	tn := onSQLite(t)
	if got := tn.send(t, "GET", "/groups", "", "X-Request-Id", "req-1.A_b").header.Get("X-Request-Id"); got != "req-1.A_b" {
		t.Errorf("the name became %q", got)
	}
	for _, bad := range []string{"", "a b", strings.Repeat("x", 65), `"; drop`} {
		got := tn.send(t, "GET", "/groups", "", "X-Request-Id", bad).header.Get("X-Request-Id")
		if got == bad || len(got) < 20 {
			t.Errorf("%q stayed %q, want a new name", bad, got)
		}
	}
}

// What fails inside stays inside.
func TestOurOwnFailuresTellNothing(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		if _, err := tn.store.DB().ExecContext(t.Context(), `drop table group_members`); err != nil {
			t.Fatal(err)
		}
		got := tn.send(t, "DELETE", "/groups/"+someID, "")
		if got.status != http.StatusNoContent {
			t.Fatalf("%d %s", got.status, got.body)
		}
		id := tn.newGroup(t, "Team")
		got = tn.send(t, "GET", "/groups/"+id+"/members", "")
		if got.status != http.StatusInternalServerError || got.body != `{"statusCode":500,"error":"Internal Server Error","message":"An internal server error occurred"}` {
			t.Errorf("%d %s, want a 500 that tells nothing", got.status, got.body)
		}
	})
}

// What is no text is refused wherever it comes, before a database sees it: SQLite
// would keep it, and PostgreSQL fails on it.
func TestWhatIsNoTextIsRefused(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		doc, err := openapi3.NewLoader().LoadFromData(authz.Spec)
		if err != nil {
			t.Fatal(err)
		}
		refused := func(method, path, body string, header ...string) {
			if got := tn.send(t, method, path, body, header...); got.status != http.StatusBadRequest || strings.Contains(got.body, "JSON") {
				t.Errorf("%s %s: %d %s, want 400", method, path, got.status, got.body)
			}
		}
		for path, item := range doc.Paths.Map() {
			for method, op := range item.Operations() {
				for _, p := range op.Parameters {
					for _, bad := range []string{"%ff", "%c3%28", "%ed%a0%80", "a%00b"} {
						asked := strings.Replace(path, "{"+p.Value.Name+"}", bad, 1)
						if p.Value.In == openapi3.ParameterInQuery {
							asked += "?" + p.Value.Name + "=" + bad
						}
						if p.Value.In != openapi3.ParameterInHeader {
							refused(method, strings.NewReplacer("{id}", someID, "{client}", "app1").Replace(asked), "{}")
						}
					}
				}
			}
		}
		for _, body := range []string{"name=%ff&description=d", "name=n&description=%c3%28", "name=n&description=d&%ff=1"} {
			refused("POST", "/groups", body, "Content-Type", "application/x-www-form-urlencoded")
		}
	})
}

// Whatever the bytes, the API answers with a 4xx of its document, or does what
// the bytes say; never a 500.
func FuzzBody(f *testing.F) {
	tn := onSQLite(f)
	id := tn.newGroup(f, "Team")
	token := "Bearer " + tn.issuer.Scoped(authzapi.Audience, everyScope()...)
	for _, seed := range []string{`{"name":"x","description":"y"}`, `["` + id + `"]`, `{"_id":["x"]}`, `[{"groupName":"g","connectionName":"c"}]`, `[null]`, `"x"`, `{"":{}}`, `{"groups":[{"_id":"a","name":"b"}],"configuration":[{"_id":"v1","apikey":"k","rolesInToken":"no"}]}`, `{"apiAccess":true,"token_lifetime":1.5}`, `{"changes":[{"action":"add","kind":"member","user":"u","group":"` + id + `"},{"action":"delete","kind":"group","group":"` + id + `"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, where := range [][2]string{
			{"POST", "/groups"},
			{"PUT", "/groups/" + id},
			{"POST", "/roles"},
			{"POST", "/permissions"},
			{"PATCH", "/groups/" + id + "/members"},
			{"DELETE", "/groups/" + id + "/members"},
			{"PATCH", "/groups/" + id + "/roles"},
			{"PATCH", "/users/u1/groups"},
			{"DELETE", "/users/u1/groups"},
			{"PATCH", "/users/u1/roles"},
			{"POST", "/users/u1/policy/app1"},
			{"PUT", "/groups/" + id + "/mappings"},
			{"DELETE", "/groups/" + id + "/mappings"},
			{"PATCH", "/groups/" + id + "/nested"},
			{"POST", "/configuration/import?dry_run=true"},
			{"POST", "/configuration/import?mode=merge"},
			{"POST", "/mappings/test"},
			{"POST", "/impact"},
			{"PATCH", "/configuration"},
			{"PATCH", "/configuration/resource-server"},
		} {
			got := tn.raw(t, where[0], where[1], string(body), http.Header{"Authorization": {token}, "Content-Type": {"application/json"}})
			if got.status >= http.StatusInternalServerError {
				t.Errorf("%s %s with %q: %d %s", where[0], where[1], body, got.status, got.body)
			}
		}
	})
}

// Whatever the id, its path asks about that id and nothing else.
func FuzzPathID(f *testing.F) {
	tn := onSQLite(f)
	token := "Bearer " + tn.issuer.Scoped(authzapi.Audience, everyScope()...)
	for _, seed := range []string{someID, "a/b", "..", "%2F", "ü", "?x=1", "#", "members"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" {
			return
		}
		path := "/groups/" + strings.ReplaceAll(url.PathEscape(id), ".", "%2E") + "/mappings"
		got := tn.raw(t, "PATCH", path, `{"groupName":"g","connectionName":"c"}`, http.Header{"Authorization": {token}})
		var e struct{ Message string }
		if err := json.Unmarshal([]byte(got.body), &e); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal("The record " + id + " in groups does not exist.")
		if err != nil {
			t.Fatal(err)
		}
		var want string
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		if got.status == http.StatusNotFound && e.Message != want {
			t.Errorf("%q: %s, want %q", id, got.body, want)
		}
		if got.status != http.StatusNotFound && got.status != http.StatusBadRequest {
			t.Errorf("%q: %d %s", id, got.status, got.body)
		}
	})
}
