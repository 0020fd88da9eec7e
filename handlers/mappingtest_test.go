package handlers_test

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// tester is an org that answers a test of mappings as it is told to, and writes down
// what it was asked.
type tester struct {
	*org
	answer authz.Trial
	err    error
	tried  []authz.Attempt
}

func (x *tester) TestMappings(_ context.Context, a authz.Attempt) (authz.Trial, error) {
	x.tried = append(x.tried, a)
	return x.answer, x.err
}

// enterTester mounts the mapping tester.
func enterTester(x *tester, d *directory) door {
	h := handlers.MappingTest{API: x, Directory: d, Catalogue: handlers.Catalogue{Applications: signIns{d}, APIs: d}}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.MappingTest, h.Show)
	e.POST(urls.MappingTest, h.Test)
	return door{echo: e, session: &session.Data{Subject: "auth0|ada", Name: "Ada"}}
}

// withoutTest is the org of asked behind an API that does not test mappings.
func withoutTest(status int) *tester { return &tester{org: asked(), err: refusing(status)} }

// pastedToken is a token with that payload.
func pastedToken(payload string) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"none"}`)) + "." + part([]byte(payload)) + ".x"
}

// The API of Auth0 does not test mappings: the lists and the same engine do.
func TestMappingsAreTestedFromLists(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusMethodNotAllowed} {
		p := enterTester(withoutTest(status), withBo()).post(t, urls.MappingTest, url.Values{
			"pasted": {pastedToken(`{"groups":["eng-all","Eng_All","nothing"]}`)}, "connection": {"google-workspace"},
		}, "")
		if p.Code != http.StatusOK || !p.whole() {
			t.Fatalf("status = %d: %s", p.Code, p.Body)
		}
		lineUp(t, "results", p.results(), []string{
			"Mappings | eng-all | Empty google-workspace",
			"Mappings | Eng_All | No mapping covers it Nearly Empty eng-all of google-workspace: spelt differently " +
				"Nearly Engineering eng-all of google-workspace (google-apps): another connection, spelt differently",
			"Mappings | nothing | No mapping covers it",
			"Groups 1 | Empty | google-workspace: eng-all",
			"Roles 1 | Auditor Deploy Console | google-workspace: eng-all through Empty",
			"Permissions 1 | read:log | Auditor google-workspace: eng-all through Empty",
		})
		for _, want := range []string{
			"Mappings cover 1 of 3 groups", "Mappings of the connection google-workspace count.", "The names are those of the claim groups.",
			"The signature of the token was not checked.", "This tenant's API does not test mappings.",
		} {
			if got := p.text("#list .note"); !strings.Contains(got, want) {
				t.Errorf("%q does not say %q", got, want)
			}
		}
		if got := p.doc.Find("#list a.link").First().AttrOr("href", ""); got != "/groups/empty/mappings" {
			t.Errorf("the match leads to %s", got)
		}
	}
}

func TestWhatTheTesterAsks(t *testing.T) {
	x := &tester{org: asked(), answer: authz.Trial{Sent: []authz.SentGroup{}, Groups: []authz.Reached{}}}
	d := enterTester(x, withBo())
	for _, c := range []struct {
		form url.Values
		want authz.Attempt
	}{
		{url.Values{"pasted": {"a\r\nb, c\r\na"}}, authz.Attempt{Groups: []string{"a", "b, c"}}},
		{url.Values{"pasted": {"a,b"}, "connection": {" okta "}}, authz.Attempt{Groups: []string{"a", "b"}, ConnectionName: "okta"}},
		{url.Values{"pasted": {`{"groups":["a"],"https://x/groups":["b"]}`}, "claim": {"https://x/groups"}}, authz.Attempt{Groups: []string{"b"}}},
		{url.Values{"user": {"Bo"}, "application": {"app1"}}, authz.Attempt{UserID: "u2", ApplicationID: "app1"}},
		{url.Values{"user": {tomasz}}, authz.Attempt{UserID: tomasz}},
		{url.Values{"user": {"auth0|gone"}}, authz.Attempt{UserID: "auth0|gone"}},
		{url.Values{"user": {"z"}, "asked": {"z"}, "chosen": {"u2"}}, authz.Attempt{UserID: "u2"}},
	} {
		x.tried = nil
		p := d.post(t, urls.MappingTest, c.form, "detail")
		if p.Code != http.StatusOK || p.whole() || len(x.tried) != 1 || !reflect.DeepEqual(x.tried[0], c.want) {
			t.Errorf("%v: %d, asked %+v, want %+v", c.form, p.Code, x.tried, c.want)
		}
		if p.Header().Get("HX-Push-Url") != "" {
			t.Errorf("%v has the address %s", c.form, p.Header().Get("HX-Push-Url"))
		}
	}
}

// What cannot be tried is said beside the field, and nothing that was typed is lost.
func TestWhatCannotBeTested(t *testing.T) {
	x := &tester{org: asked(), err: &upstream.Error{Status: http.StatusBadRequest, Message: "too odd", Fields: map[string]string{"groups": "x"}}}
	door := enterTester(x, withBo())
	for _, c := range []struct{ field, value, want string }{
		{"pasted", "", "Paste groups or a token, or name a user."},
		{"pasted", strings.Repeat("x", 70_000), "Paste at most 64 KiB."},
		{"pasted", strings.Repeat("x", 1001), "A name may have at most 1,000 characters."},
		{"pasted", many(1001), "Try at most 1,000 names at once; there are 1,001."},
		{"pasted", "a\xff", "This is no text: it is not UTF-8."},
		{"pasted", `["a\u0000"]`, "A name holds a character that cannot be part of one."},
		{"pasted", `{"groups":`, "This begins like JSON and cannot be read to its end. Paste all of it, or only the groups, one a line."},
		{"pasted", "eyJhbGciOiJub25lIn0.a.b.c.d", "This token is encrypted: its claims cannot be read without the key. Paste its claims as JSON."},
		{"pasted", `{"hasgroups":true}`, "The token leaves its groups out because they are too many. Ask the provider for them, and paste the list."},
		{"pasted", `{"sub":"1"}`, "No claim here holds a list of names. Paste the groups themselves, one a line."},
		{"pasted", `{"roles":["a"]}`, "No claim is named like groups. Choose below the one that holds them."},
		{"pasted", "odd", "The API does not take this: too odd"},
		{"user", "nobody", "No user is found by that. Type an email, a name or an id."},
		{"user", "z", "Several users are found by that. Choose one."},
	} {
		d := door
		if c.field == "user" && c.value == "z" {
			several := withBo()
			several.users[1].Name = "Zoe z"
			d = enterTester(x, several)
		}
		p := d.post(t, urls.MappingTest, url.Values{c.field: {c.value}}, "")
		kept := p.doc.Find("#"+c.field).AttrOr("value", p.doc.Find("#"+c.field).Text())
		if got := p.text("#" + c.field + "-problem"); p.Code != http.StatusUnprocessableEntity || got != c.want || strings.ToValidUTF8(c.value, "�") != strings.ToValidUTF8(kept, "�") && c.value != "a\xff" {
			t.Errorf("%.40q: %d %q, want %q; the field has %.40q", c.value, p.Code, got, c.want, kept)
		}
	}
}

// many is n names, one a line.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\nn%d", i)
	}
	return strings.TrimPrefix(b.String(), "\n")
}

// Where no claim is named like groups the person chooses among those there are.
func TestAnotherClaimIsChosen(t *testing.T) {
	p := enterTester(withoutTest(404), withBo()).post(t, urls.MappingTest, url.Values{"pasted": {`{"roles":["a"],"amr":["pwd","mfa"]}`}}, "")
	if got := p.text("#claim"); got != "amr (2 names) roles (1 name)" {
		t.Errorf("offers %q", got)
	}
}

// An address says how to begin, and never what a provider sends.
func TestTheTesterBegins(t *testing.T) {
	x := withoutTest(404)
	p := enterTester(x, withBo()).get(t, urls.MappingAttempt{Connection: "okta", User: "u2", Application: "app1"}.To()+"&pasted=secret", "")
	if p.Code != http.StatusOK || len(x.tried) > 0 {
		t.Fatalf("%d, tried %v", p.Code, x.tried)
	}
	got := []string{p.doc.Find("#connection").AttrOr("value", ""), p.doc.Find("#user").AttrOr("value", ""), p.doc.Find("#application [selected]").AttrOr("value", ""), p.doc.Find("#pasted").Text()}
	lineUp(t, "the form", got, []string{"okta", "u2", "app1", ""})
	if got := p.text("#list h2"); got != "Nothing was tested yet" {
		t.Errorf("says %q", got)
	}
	if form := p.doc.Find("#detail form"); form.AttrOr("method", "") != "post" || form.Find("[name=csrf]").Length() != 1 {
		t.Error("the form would put what is pasted into an address")
	}
}

// A person who may not read roles gets the groups, and is told what is left out.
func TestATestWithoutRoles(t *testing.T) {
	x := withoutTest(404)
	x.fails = map[string]error{"UserRoles": refusing(http.StatusForbidden)}
	p := enterTester(x, withBo()).post(t, urls.MappingTest, url.Values{"user": {"Bo"}, "pasted": {"eng-all"}}, "")
	for _, row := range p.results() {
		if strings.HasPrefix(row, "Roles") || strings.HasPrefix(row, "Permissions") {
			t.Errorf("shows %s", row)
		}
	}
	if got := p.text("#list .note.warn"); p.Code != http.StatusOK || !strings.Contains(got, "What your role may not read is left out") {
		t.Errorf("%d: %q", p.Code, got)
	}
}

// Whatever is pasted: an answer with words, and none of it anywhere but in the page.
func FuzzPaste(f *testing.F) {
	for _, seed := range []string{"eng-all", "a,b\nc", `{"groups":["eng-all",{}]}`, `["<script>"]`, "eyJ.e30.x", "\x00", `{"a":{"groups":[[]]}}`} {
		f.Add(seed, "", "")
	}
	d := enterTester(withoutTest(404), withBo())
	f.Fuzz(func(t *testing.T, pasted, claim, user string) {
		p := d.post(t, urls.MappingTest, url.Values{"pasted": {pasted}, "claim": {claim}, "user": {user}}, "")
		if p.Code != http.StatusOK && p.Code != http.StatusUnprocessableEntity {
			t.Fatalf("%q: %d %s", pasted, p.Code, p.Body)
		}
		for name, values := range p.Header() {
			if len(pasted) > 12 && strings.Contains(strings.Join(values, " "), pasted) {
				t.Fatalf("%q is in the header %s", pasted, name)
			}
		}
		if p.doc.Find("script:not([src])").Length() > 0 {
			t.Fatalf("%q is a script", pasted)
		}
	})
}
