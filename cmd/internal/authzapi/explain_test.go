package authzapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

const permissionID = "33333333-0000-4000-8000-000000000001"

// explained is the company with a permission that has a GUID, a second member of
// Finance, and a mapping of Finance's name to the whole staff.
func explained() store.Document {
	d := company()
	d.Permissions[0].ID, d.Roles[0].Permissions = permissionID, []string{permissionID}
	d.Groups[0].Mappings = []store.Mapping{{ID: someID, ConnectionName: "ad", GroupName: "Finance"}}
	d.Groups[1].Members = []string{"auth0|1", "auth0|2"}
	d.Roles[0].Users = []string{"auth0|1"}
	return d
}

const (
	allVertex    = `{"kind":"group","_id":"` + allStaff + `","name":"All staff"}`
	finVertex    = `{"kind":"group","_id":"` + finance + `","name":"Finance"}`
	readerVertex = `{"kind":"role","_id":"` + reader + `","name":"Reader"}`
	userVertex   = `{"kind":"user","_id":"auth0|1"}`
	memberHop    = `{"kind":"member","from":` + userVertex + `,"to":` + finVertex + `}`
	nestingHop   = `{"kind":"nesting","from":` + finVertex + `,"to":` + allVertex + `}`
	roleHop      = `{"kind":"group_role","from":` + allVertex + `,"to":` + readerVertex + `}`
	directHop    = `{"kind":"user_role","from":` + userVertex + `,"to":` + readerVertex + `}`
)

func TestWhySomebodyHasSomething(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		tn.load(t, explained())
		const user = "/users/auth0%7C1/explain?"
		for path, want := range map[string]string{
			user + "role=" + reader: `{"target":` + readerVertex + `,"granted":true,"total":2,"exact":true,"start":0,"limit":10,"paths":[[` + directHop + `],[` +
				memberHop + `,` + nestingHop + `,` + roleHop + `]]}`,
			user + "role=" + reader + "&page=1&per_page=1": `{"target":` + readerVertex + `,"granted":true,"total":2,"exact":true,"start":1,"limit":1,"paths":[[` +
				memberHop + `,` + nestingHop + `,` + roleHop + `]]}`,
			user + "role=" + writer: `{"target":{"kind":"role","_id":"` + writer + `","name":"Writer"},"granted":false,"total":0,"exact":true,"start":0,"limit":10,"paths":[]}`,
			user + "group=" + allStaff + "&removals=2": `{"target":` + allVertex + `,"granted":true,"total":1,"exact":true,"start":0,"limit":10,"paths":[[` + memberHop + `,` + nestingHop + `]],` +
				`"removals":[{"hops":[` + memberHop + `],"affected":0,"losing":0},{"hops":[` + nestingHop + `],"affected":1,"losing":1}],"removals_sure":true}`,
			user + "group=" + allStaff + "&connection=ad&per_page=1&removals=1": `{"target":` + allVertex + `,"granted":true,"total":2,"exact":true,"start":0,"limit":1,"paths":[[` +
				memberHop + `,` + nestingHop + `]],"removals":[{"hops":[` + memberHop + `],"affected":0,"losing":0}],"removals_sure":true}`,
			"/users/nobody/explain?group=" + allStaff + "&connection=ad&provider_group=X&provider_group=Finance": `{"target":` + allVertex + `,"granted":true,"total":1,"exact":true,"start":0,"limit":10,` +
				`"paths":[[{"kind":"mapping","from":{"kind":"user","_id":"nobody"},"to":` + allVertex + `,"connectionName":"ad","groupName":"Finance"}]]}`,
			"/groups/" + finance + "/explain?role=" + reader + "&removals=1": `{"target":` + readerVertex + `,"granted":true,"total":1,"exact":true,"start":0,"limit":10,"paths":[[` +
				nestingHop + `,` + roleHop + `]],"removals":[{"hops":[` + nestingHop + `],"affected":2,"losing":1}],"removals_sure":true}`,
		} {
			if got := tn.send(t, "GET", path, ""); got.body != want {
				t.Errorf("%s: %d %s\nwant %s", path, got.status, got.body, want)
			}
		}
		for path, want := range map[string]string{
			user + "role=" + writer + "&why_not=1&removals=1": `"paths":[],"why_not":{"total":1,"steps":[{"hop":{"kind":"user_role","from":` + userVertex + `,"to":{"kind":"role","_id":"` + writer + `","name":"Writer"}},"groups":0,"roles":0,"permissions":0}]}}`,
			"/users/new/explain?permission=" + permissionID + "&why_not=2": `"paths":[],"why_not":{"total":3,"steps":[{"hop":{"kind":"user_role","from":{"kind":"user","_id":"new"},"to":` + readerVertex + `},"groups":0,"roles":1,"permissions":0},` +
				`{"hop":{"kind":"member","from":{"kind":"user","_id":"new"},"to":` + allVertex + `},"groups":1,"roles":1,"permissions":0}]}}`,
			"/groups/" + allStaff + "/explain?role=" + writer + "&why_not=50":  `"why_not":{"total":1,"steps":[{"hop":{"kind":"group_role","from":` + allVertex + `,"to":{"kind":"role","_id":"` + writer + `","name":"Writer"}},"groups":0,"roles":0,"permissions":0}]}}`,
			"/groups/" + allStaff + "/explain?group=" + finance + "&why_not=3": `"paths":[],"why_not":{"total":0,"steps":[]}}`,
			user + "role=" + reader + "&why_not=3":                             roleHop + `]]}`,
		} {
			if got := tn.send(t, "GET", path, ""); !strings.HasSuffix(got.body, want) {
				t.Errorf("%s: %d %s\nwant it to end in %s", path, got.status, got.body, want)
			}
		}
		got := tn.send(t, "GET", user+"permission="+permissionID, "")
		if !strings.Contains(got.body, `"total":2`) || !strings.Contains(got.body, `{"kind":"role_permission","from":`+readerVertex) {
			t.Errorf("a permission: %d %s", got.status, got.body)
		}
	})
}

func TestQuestionsThatAskForNothing(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, explained())
	for path, want := range map[string]int{
		"/users/u/explain": http.StatusBadRequest,
		"/users/u/explain?group=" + finance + "&role=" + reader:                                       http.StatusBadRequest,
		"/users/u/explain?group=" + finance + "&group=" + finance:                                     http.StatusBadRequest,
		"/users/u/explain?group=" + finance + "&provider_group=%00":                                   http.StatusBadRequest,
		"/users/u/explain?group=" + finance + "&removals=11":                                          http.StatusBadRequest,
		"/users/u/explain?group=" + finance + "&why_not=51":                                           http.StatusBadRequest,
		"/users/u/explain?" + strings.Repeat("provider_group=x&", 501) + "group=" + finance:           http.StatusBadRequest,
		"/users/u/explain?role=" + nothing:                                                            http.StatusNotFound,
		"/users/u/explain?permission=" + url.QueryEscape("' or 1=1"):                                  http.StatusNotFound,
		"/groups/" + nothing + "/explain?role=" + reader:                                              http.StatusNotFound,
		"/groups/" + finance + "/explain?role=" + reader + "&connection=ad":                           http.StatusBadRequest,
		"/users/u/explain?connection=ad&provider_group=a,b&provider_group=CN%3Da%2COU&role=" + reader: http.StatusOK,
	} {
		if got := tn.send(t, "GET", path, ""); got.status != want {
			t.Errorf("%.80s: %d %s, want %d", path, got.status, got.body, want)
		}
	}
}

// What an impact says is what is there once the changes are made; also right after
// them, when only what changed is read again.
func TestWhatChangesWouldDo(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		company := explained()
		company.Users = []map[string]any{{"user_id": "auth0|1", "name": "Ada", "email": "ada@example.com"}}
		tn.load(t, company)
		ask := func(changes string) string {
			got := tn.send(t, "POST", "/impact", `{"changes":[`+changes+`]}`)
			if got.status != http.StatusOK {
				t.Fatalf("%s: %d %s", changes, got.status, got.body)
			}
			return got.body
		}
		contains := func(changes string, parts ...string) {
			t.Helper()
			body := ask(changes)
			for _, part := range parts {
				if !strings.Contains(body, part) {
					t.Errorf("%s: %s\nlacks %s", changes, body, part)
				}
			}
		}
		const unnest = `{"action":"remove","kind":"nesting","group":"` + allStaff + `","nested":"` + finance + `"}`
		contains(unnest, `"reached":2,"affected":2,"gaining":0,"losing":2`, `{"kind":"role","_id":"`+reader+`","name":"Reader","gained":0,"lost":1}`, `"kept":[]`, `"lost":[`+allVertex+`]}`)
		// Users are named where their names are known.
		const named = `{"kind":"user","_id":"auth0|1","name":"Ada"}`
		contains(`{"action":"remove","kind":"user_role","user":"auth0|1","role":"`+reader+`"}`, `"reached":1,"affected":0`, `"users":[]`,
			`"kept":[{"change":0,"path":[`+strings.Replace(memberHop, userVertex, named, 1)+`,`+nestingHop+`,`+roleHop+`]}]`,
			`"proposed":[{"action":"remove","kind":"user_role","from":`+named+`,"to":`+readerVertex+`}]`)
		contains(`{"action":"delete","kind":"group","group":"`+finance+`"}`, `"proposed":[{"action":"delete","kind":"group","to":`+finVertex+`}]`)
		contains(`{"action":"add","kind":"member","user":"auth0|new","group":"`+finance+`"}`, `"affected":1,"gaining":1,"losing":0`, `"user_id":"auth0|new"`)
		contains(`{"action":"delete","kind":"permission","permission":"`+permissionID+`"},`+unnest, `"affected":2`, `"_id":"`+permissionID+`","name":"read","gained":0,"lost":2}`)
		contains(`{"action":"add","kind":"mapping","group":"`+finance+`","connectionName":"ad","groupName":"X"}`, `"affected":0`, `"mappings":true`)
		contains(`{"action":"add","kind":"group_role","group":"`+finance+`","role":"`+writer+`"},{"action":"delete","kind":"group","group":"`+finance+`"}`, `"affected":2,"gaining":0,"losing":2`)

		for _, step := range []struct{ method, path, body, impact string }{
			{"PATCH", "/groups/" + finance + "/members", `["auth0|3"]`, `"affected":3`},
			{"PATCH", "/roles/" + reader + "/users", `["auth0|2"]`, `"lost":1}`},
			{"DELETE", "/groups/" + finance + "/members", `["auth0|1","auth0|2"]`, `"affected":1`},
			{"DELETE", "/groups/" + allStaff + "/nested", `["` + finance + `"]`, `"affected":0`},
		} {
			if got := tn.send(t, step.method, step.path, step.body); got.status != http.StatusNoContent {
				t.Fatalf("%s %s: %d %s", step.method, step.path, got.status, got.body)
			}
			contains(unnest, step.impact)
		}
	})
}

func TestChangesThatCannotBe(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, explained())
	for change, want := range map[string]int{
		`{"action":"add","kind":"nesting","group":"` + finance + `","nested":"` + allStaff + `"}`: http.StatusConflict,
		`{"action":"add","kind":"member","group":"` + finance + `"}`:                              http.StatusBadRequest,
		`{"action":"add","kind":"member","user":"u","group":"` + nothing + `"}`:                   http.StatusNotFound,
		`{"action":"add","kind":"role_permission","role":"` + reader + `"}`:                       http.StatusNotFound,
		`{"action":"delete","kind":"member","user":"u","group":"` + finance + `"}`:                http.StatusBadRequest,
		`{"action":"remove","kind":"group","group":"` + finance + `"}`:                            http.StatusBadRequest,
		`{"action":"steal","kind":"group","group":"` + finance + `"}`:                             http.StatusBadRequest,
		`{"action":"delete","kind":"group","group":"` + finance + `","color":1}`:                  http.StatusBadRequest,
	} {
		if got := tn.send(t, "POST", "/impact", `{"changes":[`+change+`]}`); got.status != want {
			t.Errorf("%s: %d %s, want %d", change, got.status, got.body, want)
		}
	}
	before := tn.send(t, "GET", "/groups/"+finance+"/members", "").body
	tn.send(t, "POST", "/impact", `{"changes":[{"action":"delete","kind":"group","group":"`+finance+`"}]}`)
	if got := tn.send(t, "GET", "/groups/"+finance+"/members", "").body; got != before {
		t.Errorf("a dry run changed the tenant: %s", got)
	}
}

// Where a tenant takes nestings that close a cycle, their impact is told like any other.
func TestImpactOfACycleThatIsAllowed(t *testing.T) {
	tn := start(t, store.Config{URL: t.TempDir() + "/trellis.db", AllowCycles: true})
	d := explained()
	d.Groups[0].Members = []string{"auth0|3"}
	tn.load(t, d)
	const change = `{"changes":[{"action":"add","kind":"nesting","group":"` + finance + `","nested":"` + allStaff + `"}]}`
	const want = `"affected":1,"gaining":1,"losing":0,"shifts":[{"kind":"group","_id":"` + finance + `","name":"Finance","gained":1,"lost":0}]`
	if got := tn.send(t, "POST", "/impact", change); !strings.Contains(got.body, want) {
		t.Errorf("%d %s, lacks %s", got.status, got.body, want)
	}
}
