package handlers_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/format"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/contract"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// The contracts are the same for every test, and take long to read.
var (
	authorizationContract = sync.OnceValues(func() (contract.Document, error) { return contract.Read(authz.Spec) })
	managementContract    = sync.OnceValues(func() (contract.Document, error) { return contract.Read(mgmt.Spec) })
)

// exploredAPI is an API that answers one thing, and writes down what it is asked.
type exploredAPI struct {
	address string
	says    upstream.Answer
	fails   error
	asked   []string
}

func (a *exploredAPI) Address() string { return a.address }

func (a *exploredAPI) Read(_ context.Context, path []string, query url.Values) (upstream.Answer, error) {
	a.asked = append(a.asked, strings.Join(path, " | ")+" ? "+query.Encode())
	return a.says, a.fails
}

func answering(status int, body string) *exploredAPI {
	return &exploredAPI{address: "https://trellis.test/api", says: upstream.Answer{Status: status, JSON: true, Body: []byte(body)}}
}

// explore opens the explorer of api, for somebody with scopes of the Authorization
// API.
func explore(api *exploredAPI, scopes ...string) door {
	explorer := handlers.Explorer{APIs: []handlers.ExploredAPI{
		{ID: "authorization", API: api, Tokens: session.Authorization, Audience: "urn:auth0-authz-api", Contract: authorizationContract},
		{ID: "management", API: &exploredAPI{address: "https://trellis.test/api/v2"}, Tokens: session.Management, Audience: "https://trellis.test/api/v2/", Contract: managementContract},
	}}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		status := cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError)
		if errors.Is(err, echo.ErrNotFound) {
			status = http.StatusNotFound
		}
		_ = c.String(status, err.Error())
	}
	e.GET(urls.Explorer, explorer.Show)
	e.GET(urls.Operation, explorer.Operation)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Authorization: {Value: "token-canary", Scopes: scopes}},
	}}
}

// operations are all of both contracts, by the address of their pages.
func operations(t *testing.T) map[string]contract.Operation {
	t.Helper()
	out := map[string]contract.Operation{}
	for id, read := range map[string]func() (contract.Document, error){"authorization": authorizationContract, "management": managementContract} {
		doc, err := read()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range doc.Sections {
			for _, o := range s.Operations {
				out[urls.ToOperation(id, o.ID)] = o
			}
		}
	}
	return out
}

// Every operation has a page that says what it takes and answers, whose links lead to
// pages and whose code is whole.
func TestEveryOperationHasAPage(t *testing.T) {
	d, all := explore(answering(200, `{}`)), operations(t)
	for address, o := range all {
		p := d.get(t, address+"?lang=go", "")
		if p.Code != 200 || p.text("h1") != strings.Join(strings.Fields(o.Summary), " ") || !strings.HasSuffix(p.text(".ch .perm"), o.Path) {
			t.Errorf("%s: %d, %q, %q", address, p.Code, p.text("h1"), p.text(".ch .perm"))
		}
		if got := p.doc.Find("[aria-labelledby=parameters] tbody tr").Length(); got != len(o.Parameters) {
			t.Errorf("%s shows %d parameters of %d", address, got, len(o.Parameters))
		}
		if got := p.doc.Find("[aria-labelledby=answers] tbody tr").Length(); got != len(o.Answers) {
			t.Errorf("%s shows %d responses of %d", address, got, len(o.Answers))
		}
		sendable := o.Method == http.MethodGet && o.ID != "exportTenant"
		if got := p.doc.Find("#try form").Length() == 1; got != sendable {
			t.Errorf("%s can be sent: %t", address, got)
		}
		code := p.doc.Find("pre[aria-label='The code']").Text()
		to, _, _ := strings.Cut(strings.SplitN(code, "https://", 2)[1], `"`)
		if tidy, err := format.Source([]byte(code)); err != nil || string(tidy) != code+"\n" || strings.ContainsAny(to, "{} ") || strings.Contains(to, "%25") {
			t.Errorf("%s: %v in\n%s", address, err, code)
		}
		if n := p.doc.Find("a:not([href]), a[href='']").Length(); n > 0 {
			t.Errorf("%s has %d links to nowhere", address, n)
		}
		for _, link := range p.doc.Find("nav[aria-label=Operations] a").EachIter() {
			to, _, _ := strings.Cut(link.AttrOr("href", ""), "?")
			if all[to].ID == "" {
				t.Errorf("%s links to %q", address, to)
			}
		}
	}
}

// Where the dashboard does what the explorer does not, there is a page.
func TestWhatIsNotSentSaysWhereItIsDone(t *testing.T) {
	tests := map[string]string{
		"authorization/createGroup":      "It changes something, so it is not sent from here. In the dashboard it is under New group .",
		"authorization/addNested":        "It changes something, so it is not sent from here. In the dashboard it is under Groups .",
		"authorization/policy":           "It changes nothing, but it takes a body, so it is not sent from here. In the dashboard it is under Users, Effective access .",
		"authorization/rotateAPIKey":     "It changes something, so it is not sent from here. In the dashboard it is under Rotate key .",
		"authorization/exportTenant":     "Its answer can hold a secret, so it is not shown here. In the dashboard it is under Import and export .",
		"management/rotateClientSecret":  "It changes something, so it is not sent from here. In the dashboard it is under Machine clients .",
		"management/createUser":          "It changes something, so it is not sent from here. The dashboard has no page for it: use the code.",
		"management/addRolePermissions":  "It changes something, so it is not sent from here. The dashboard has no page for it: use the code.",
		"management/updateAccount":       "It changes something, so it is not sent from here. In the dashboard it is under People .",
		"authorization/removeUserGroups": "It changes something, so it is not sent from here. In the dashboard it is under Users .",
	}
	api := answering(200, `{}`)
	for operation, want := range tests {
		p := explore(api).get(t, "/explorer/"+operation+"?send=1&p.id=x", "")
		if got := p.text("#try .card:first-child .cb"); got != want {
			t.Errorf("%s: %q, want %q", operation, got, want)
		}
	}
	if len(api.asked) > 0 {
		t.Errorf("asked %q", api.asked)
	}
}

func TestTheCodeOfARequest(t *testing.T) {
	const id = "3b6e1f0e-9d8c-4a51-9a4e-0f6f2f6d1c11"
	tests := []struct{ address, want string }{
		{"/explorer/authorization/addNested", "curl --request PATCH \\\n  --url 'https://trellis.test/api/groups/" + id + "/nested' \\\n" +
			"  --header \"Authorization: Bearer $TOKEN\" \\\n  --header 'Content-Type: application/json' \\\n  --data '[\n  \"" + id + "\"\n]'"},
		{"/explorer/authorization/listGroups?p.q=it's+%22%3C&p.page=0", "curl --request GET \\\n  --url 'https://trellis.test/api/groups?page=0&q=it%27s+%22%3C' \\\n  --header \"Authorization: Bearer $TOKEN\""},
		{"/explorer/management/deleteUser?lang=http&p.id=auth0%7Ca%2Fb", "DELETE /api/v2/users/auth0%7Ca%2Fb HTTP/1.1\nHost: trellis.test\nAuthorization: Bearer $TOKEN\nAccept: application/json"},
		{"/explorer/authorization/addPending?lang=javascript", "const response = await fetch(\"https://trellis.test/api/groups/" + id + "/members/pending\", {\n  method: \"PATCH\",\n  headers: {\n" +
			"    Authorization: `Bearer ${process.env.TOKEN}`,\n    \"Content-Type\": \"application/json\",\n  },\n  body: JSON.stringify([\n    \"ada@example.com\"\n  ]),\n});\n" +
			"console.log(response.status, await response.text());"},
		{"/explorer/authorization/getGroup?lang=go&p.id=..", "package main\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() {\n" +
			"\treq, err := http.NewRequest(http.MethodGet, \"https://trellis.test/api/groups/" + id + "\", nil)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n" +
			"\treq.Header.Set(\"Authorization\", \"Bearer \"+os.Getenv(\"TOKEN\"))\n\tres, err := http.DefaultClient.Do(req)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n" +
			"\tdefer res.Body.Close()\n\tanswer, err := io.ReadAll(res.Body)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tfmt.Println(res.Status, string(answer))\n}"},
	}
	for _, tt := range tests {
		if got := explore(answering(200, `{}`)).get(t, tt.address, "").doc.Find("pre[aria-label='The code']").Text(); got != tt.want {
			t.Errorf("%s:\n%s\nwant:\n%s", tt.address, got, tt.want)
		}
	}
}

func TestScopesAreComparedWithThoseOfTheSession(t *testing.T) {
	tests := []struct{ scopes, operation, want string }{
		{"read:groups", "listGroups", "Needs read:groups You have it"},
		{"read:roles", "listGroups", "Needs read:groups You don't have it"},
		{"update:users", "addRoleUsers", "Needs update:roles or update:users You have it"},
		{"read:users", "policy", "Needs read:users You have it or, instead of a token, the key of the login code in x-api-key"},
	}
	for _, tt := range tests {
		p := explore(answering(200, `{}`), tt.scopes).get(t, "/explorer/authorization/"+tt.operation, "")
		if got := p.text(".operation p.marks"); got != tt.want {
			t.Errorf("%s with %s: %q, want %q", tt.operation, tt.scopes, got, tt.want)
		}
		lacks := strings.Contains(tt.want, "don't") && p.doc.Find("#try form").Length() > 0
		if got := p.doc.Find("#try form button[aria-disabled=true][title^='Needs read:groups']").Length() == 1; got != lacks {
			t.Errorf("%s with %s: the button says why it cannot be used: %t", tt.operation, tt.scopes, got)
		}
	}
}

func TestARequestIsSent(t *testing.T) {
	api := answering(200, `{"groups":[{"_id":"g1","name":"<b>&\u00fc","nested":[],"n":1.50}],"total":1}`)
	p := explore(api, "read:groups").get(t, "/explorer/authorization/listGroups?q=list&p.q=fin&p.per_page=2&p.fields=_id,name&p.nonsense=x&send=1", "")
	if want := []string{"groups ? fields=_id%2Cname&per_page=2&q=fin"}; !slices.Equal(api.asked, want) {
		t.Errorf("asked %q, want %q", api.asked, want)
	}
	want := "{\n  \"groups\": [\n    {\n      \"_id\": \"g1\",\n      \"name\": \"<b>&ü\",\n      \"nested\": [],\n      \"n\": 1.50\n    }\n  ],\n  \"total\": 1\n}"
	if got := p.doc.Find("#answer pre").Text(); got != want {
		t.Errorf("shows\n%s\nwant\n%s", got, want)
	}
	if got := p.text("#answer .tag") + p.text("#answer p"); got != "200 OKA list of groups." || !strings.HasSuffix(p.text("#answer small"), " ms, 76 bytes") {
		t.Errorf("says %q, %q", got, p.text("#answer small"))
	}
	if got := p.doc.Find("#try").AttrOr("data-status", ""); got != "The API answered 200 OK" {
		t.Errorf("announces %q", got)
	}
}

// A value that is a list goes there one by one, and what looks like an address stays
// one segment.
func TestValuesOfARequest(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{"p.id=auth0%7Ca%2Fb&p.provider_group=a%0D%0A%0D%0A+b+", "users | auth0|a/b | explain ? provider_group=a&provider_group=b"},
		{"p.id=%2F%2Fevil.test%2F..%2F..%2Fx", "users | //evil.test/../../x | explain ? "},
		{"p.id=x%0D%0AHost:+evil.test&p.group=%3Cscript%3E", "users | x\r\nHost: evil.test | explain ? group=%3Cscript%3E"},
		{"p.id=x%3Fa%3Db%23c", "users | x?a=b#c | explain ? "},
	} {
		api := answering(200, `{}`)
		p := explore(api, "read:users").get(t, "/explorer/authorization/explainUser?send=1&"+tt.query, "")
		if len(api.asked) != 1 || api.asked[0] != tt.want || p.Code != 200 {
			t.Errorf("%s: %d, asked %q, want %q", tt.query, p.Code, api.asked, tt.want)
		}
		if strings.Contains(p.Body.String(), "<script>") {
			t.Errorf("%s: the value is part of the page", tt.query)
		}
	}
}

func TestARequestThatIsNotSent(t *testing.T) {
	for query, want := range map[string]string{"": "Fill this in.", "p.id=+": "Fill this in.", "p.id=..": "This cannot stand in an address.", "p.id=.": "This cannot stand in an address."} {
		api := answering(200, `{}`)
		p := explore(api, "read:groups").get(t, "/explorer/authorization/getGroup?send=1&"+query, "")
		if p.Code != 422 || p.text("#try .problem") != want || len(api.asked) > 0 || p.doc.Find("#answer").Length() > 0 {
			t.Errorf("%q: %d, %q, asked %q", query, p.Code, p.text("#try .problem"), api.asked)
		}
	}
}

// What an API refuses is its answer. Only without an answer there is none.
func TestAnswersThatAreNone(t *testing.T) {
	long := strings.Repeat("ü", 400)
	tests := []struct {
		status     int
		body, want string
	}{
		{403, `{"message":"Insufficient scope"}`, "403 Forbidden | The token has not the scope of the operation, or not one that giving what the change gives needs ( GrantError ). WWW-Authenticate names it. | { \"message\": \"Insufficient scope\" }"},
		{429, `{}`, "429 Too Many Requests | The API wants a pause. | {}"},
		{500, `{"message":"` + long + `"}`, "500 Internal Server Error | Something failed that is not the caller's fault. X-Request-Id finds it in the log. | { \"message\": \"" + long[:299*2] + "…\" }"},
		{418, `{}`, "418 I'm a teapot | The contract does not tell of this answer. | {}"},
		{200, ``, "200 OK | A list of groups. The answer has no body. | "},
		{200, `{"a":`, "200 OK | A list of groups. The answer says that it is JSON and is not, so it is not shown: 5 bytes. | "},
		{200, `{} {}`, "200 OK | A list of groups. The answer says that it is JSON and is not, so it is not shown: 5 bytes. | "},
	}
	for _, tt := range tests {
		p := explore(answering(tt.status, tt.body), "read:groups").get(t, "/explorer/authorization/listGroups?send=1", "")
		if got := p.text("#answer .tag") + " | " + p.text("#answer p") + " | " + p.text("#answer pre"); got != tt.want || p.Code != 200 {
			t.Errorf("%d: %d, %q, want %q", tt.status, p.Code, got, tt.want)
		}
	}
	api := answering(502, "<html>proxy-canary</html>")
	api.says.JSON = false
	p := explore(api, "read:groups").get(t, "/explorer/authorization/listGroups?send=1", "")
	if got := p.text("#answer p"); !strings.HasSuffix(got, "The answer is no JSON, so it is not shown: 25 bytes.") || strings.Contains(p.Body.String(), "canary") {
		t.Errorf("a proxy's page: %q", got)
	}
	for _, status := range []int{401, 502, 504} {
		api := &exploredAPI{address: "https://trellis.test/api", fails: &upstream.Error{Status: status}}
		if p := explore(api, "read:groups").get(t, "/explorer/authorization/listGroups?send=1", ""); p.Code != status {
			t.Errorf("%d became %d", status, p.Code)
		}
	}
}

// However much an API answers, a page holds a part that can be read.
func TestLargeAnswersAreCut(t *testing.T) {
	for name, body := range map[string]string{
		"a list":      `["` + strings.Repeat("ü", 300<<10) + `"]`,
		"a deep list": strings.Repeat("[", 1<<20),
		"many":        "[" + strings.Repeat(`{"a":1},`, 100<<10) + "1]",
	} {
		p := explore(answering(200, body), "read:groups").get(t, "/explorer/authorization/listGroups?send=1", "")
		shown := p.doc.Find("#answer pre").Text()
		if len(shown) > 256<<10 || len(shown) < 255<<10 || strings.Contains(shown, "\ufffd") || !strings.Contains(p.text("#answer p"), "Shown is the beginning, 256 KiB.") {
			t.Errorf("%s: %d bytes, %q", name, len(shown), p.text("#answer p"))
		}
	}
}

// Neither the session's token nor what an answer calls a secret comes to the screen.
func TestSecretsOfAnAnswerAreHidden(t *testing.T) {
	api := answering(200, `{"client_secret":"c1-canary","signing_keys":[{"cert":"c2-canary"}],"apiKey":"c3-canary","secret_count":2,"password":null,"echo":"Bearer token-canary","a":[{"access_token":"c4-canary"}]}`)
	p := explore(api, "read:configuration").get(t, "/explorer/authorization/getConfiguration?send=1", "")
	if strings.Contains(p.Body.String(), "canary") || !strings.Contains(p.text("#answer"), "Secrets in the answer are hidden.") {
		t.Errorf("shows %s", p.text("#answer"))
	}
	if !strings.Contains(p.text("#answer pre"), `"secret_count": 2, "password": null, "echo": "Bearer ********"`) {
		t.Errorf("hides too much: %s", p.text("#answer pre"))
	}
}

// The filter finds operations by what names them, keeps its place, and sends nothing.
func TestFindAnEndpoint(t *testing.T) {
	api := answering(200, `{}`)
	d := explore(api, "read:groups")
	p := d.get(t, "/explorer/authorization/listGroups?q=NEST+patch&lang=go&p.page=3&send=1", "list")
	if got := p.text("nav a"); got != "PATCH Nest groups in a group" || p.doc.Find("#list").AttrOr("data-status", "") != "1 operation matches “NEST patch”" || p.whole() {
		t.Errorf("found %q, %q", got, p.doc.Find("#list").AttrOr("data-status", ""))
	}
	if got := p.doc.Find("nav a").AttrOr("href", ""); got != "/explorer/authorization/addNested?lang=go&q=NEST+patch" {
		t.Errorf("leads to %s", got)
	}
	if got := p.Header().Get("HX-Push-Url"); got != "/explorer/authorization/listGroups?lang=go&p.page=3&q=NEST+patch" || len(api.asked) > 0 {
		t.Errorf("the address is %s, asked %q", got, api.asked)
	}
	p = d.get(t, "/explorer?q=no+such", "")
	if got := p.text("#list"); got != "No operation matches “no such”. Show all" || p.doc.Find("#list a").AttrOr("href", "") != "/explorer" {
		t.Errorf("without a match: %q", got)
	}
	if got := p.doc.Find("#search").AttrOr("value", ""); got != "no such" {
		t.Errorf("the search has %q", got)
	}
}

// Where there is no room for the list, a form leads on.
func TestChooseAnOperation(t *testing.T) {
	d := explore(answering(200, `{}`))
	p := d.get(t, "/explorer?op=management/listUsers&q=list", "")
	if got := p.Header().Get("Location"); p.Code != http.StatusSeeOther || got != "/explorer/management/listUsers?q=list" {
		t.Errorf("%d to %q", p.Code, got)
	}
	p = d.get(t, "/explorer/management/listUsers", "")
	if got := p.doc.Find("form.pick option[selected]").AttrOr("value", ""); got != "management/listUsers" {
		t.Errorf("chosen: %q", got)
	}
	if got := p.doc.Find("form.pick option").Length(); got != len(operations(t)) {
		t.Errorf("%d operations to choose from, want %d", got, len(operations(t)))
	}
}

func TestOperationsThatAreNot(t *testing.T) {
	for _, address := range []string{"/explorer/authorization/nothing", "/explorer/elsewhere/listGroups", "/explorer/authorization/..%2F..%2Fx", "/explorer/management/%3Cscript%3E"} {
		if p := explore(answering(200, `{}`)).get(t, address, ""); p.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, p.Code)
		}
	}
}

// The explorer begins with both APIs: where they are, and what they are about.
func TestTheExplorerBegins(t *testing.T) {
	p := explore(answering(200, `{}`)).get(t, urls.Explorer, "")
	doc, err := authorizationContract()
	if err != nil {
		t.Fatal(err)
	}
	groups := fmt.Sprint(len(doc.Sections[0].Operations), " operations")
	for _, want := range []string{"https://trellis.test/api ", "urn:auth0-authz-api", "https://trellis.test/api/v2 ", "Management API", "Groups, and what they hold.", groups} {
		if !strings.Contains(p.text(".explorer .stackv .card, .explorer > .stackv"), want) {
			t.Errorf("no %q in %s", want, p.text(".explorer > .stackv"))
		}
	}
	if got := p.text("nav[aria-label=Main] a[aria-current]"); got != "API explorer" {
		t.Errorf("the place is %q", got)
	}
}
