package handlers_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// comparing is an org that compares as it is told to. Told nothing, it is one whose
// API has no such call.
type comparing struct {
	*org
	answer   *authz.Comparison
	err      error
	asked    []authz.CompareQuery
	foreseen []authz.ProposedChange
}

func (x *comparing) Compare(_ context.Context, q authz.CompareQuery) (authz.Comparison, error) {
	x.asked = append(x.asked, q)
	switch {
	case x.err != nil:
		return authz.Comparison{}, x.err
	case x.answer == nil:
		return authz.Comparison{}, &upstream.Error{Status: http.StatusNotFound}
	}
	out := *x.answer
	out.Sections = slices.Clone(out.Sections)
	for i := range out.Sections { // of more things than it names, the API gives as many as are asked for
		p := &out.Sections[i].OnlyLeft
		if from := min(q.Page*q.Limit, len(p.Items)); len(p.Items) == p.Total {
			p.Items = p.Items[from:min(from+q.Limit, len(p.Items))]
		}
	}
	return out, nil
}

func (x *comparing) Impact(_ context.Context, changes []authz.ProposedChange, _, _ int) (authz.Impact, error) {
	x.foreseen = changes
	return authz.Impact{Affected: 1, Gaining: 1, Users: []authz.Effect{{User: authz.User{UserID: "u2", Name: "Bo"}}}}, nil
}

func (x *comparing) ExplainUser(context.Context, string, authz.ExplainQuery) (authz.Explanation, error) {
	return authz.Explanation{}, nil
}

func (x *comparing) ExplainGroup(context.Context, string, authz.ExplainQuery) (authz.Explanation, error) {
	return authz.Explanation{}, nil
}

var allScopes = []string{"update:groups", "update:roles", "update:users"}

// enterCompare mounts the comparison for somebody who has scopes.
func enterCompare(x *comparing, d *directory, scopes ...string) door {
	apps := handlers.Catalogue{Applications: signIns{d}, APIs: d}
	h := handlers.Compare{
		API: x, Ends: handlers.Paths{API: x, Directory: peopled{d, x.org}, Catalogue: apps},
		Permissions: handlers.UserPermissions{API: d, Access: x.org, Catalogue: apps}, Impacts: handlers.Impacts{API: x},
	}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		status := cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError)
		if bad, ok := err.(*echo.HTTPError); ok { //nolint:errorlint // as the handler returned it
			status = bad.Code
		}
		_ = c.String(status, err.Error())
	}
	e.GET(urls.Compare, h.Show)
	e.GET(urls.CompareEnd, h.Choose)
	e.GET(urls.CompareFile, h.File)
	e.GET(urls.CompareCopy, h.AskCopy)
	e.POST(urls.CompareCopy, h.CopyAll)
	return door{echo: e, session: &session.Data{Subject: "auth0|ada", Name: "Ada", Tokens: map[session.API]session.Token{
		session.Authorization: {Scopes: scopes}, session.Management: {Scopes: scopes},
	}}}
}

// compared is each part that has something, with its rows.
func (p page) compared() []string {
	var out []string
	for _, section := range p.doc.Find(".versus > section").EachIter() {
		for _, part := range section.Find(".thirds > div").EachIter() {
			var rows []string
			for _, li := range part.Find("li").EachIter() {
				rows = append(rows, strings.ReplaceAll(words(li), " Why?", ""))
			}
			if len(rows) > 0 {
				out = append(out, words(section.Find("h2"))+": "+words(part.Find("h3"))+": "+strings.Join(rows, "; "))
			}
		}
	}
	return out
}

// copyLines is the changes of a review, and what is not copied.
func (p page) copyLines() []string {
	var out []string
	for _, li := range p.doc.Find(".sheet .rows > li").EachIter() {
		if li.ParentsFiltered("#impact").Length() == 0 {
			out = append(out, words(li))
		}
	}
	return out
}

func twoUsers(more ...string) string {
	return with(urls.ToCompare("user:u1", "user:u2"), more...)
}

// with adds fields to an address.
func with(address string, fields ...string) string {
	for i := 0; i < len(fields); i += 2 {
		address += "&" + url.Values{fields[i]: {fields[i+1]}}.Encode()
	}
	return address
}

// A tenant whose API does not compare is compared by its lists, and the page says so.
func TestCompareByLists(t *testing.T) {
	d := withBo()
	d.users = append(d.users, mgmt.User{UserID: "u1", Name: "Ada Byron"})
	x := &comparing{org: newStaff()}
	p := enterCompare(x, d).get(t, twoUsers(), "")
	if p.Code != http.StatusOK || p.text("h1") != "Ada Byron and Bo Dale" || !strings.HasPrefix(p.text(".note.warn"), "This tenant's API does not compare.") {
		t.Fatalf("%d %q %q", p.Code, p.text("h1"), p.text(".note"))
	}
	lineUp(t, "in effect", p.compared(), []string{
		"Groups: Both 1: All staff Ada Byron: Direct Ada Byron: All staff Bo Dale: through Engineering through SRE Bo Dale: All staff",
		"Groups: Only Bo Dale 4: Engineering Direct through SRE Bo Dale: Engineering; Platform through SRE Bo Dale: Platform; Product through Engineering through SRE Bo Dale: Product; SRE Direct Bo Dale: SRE",
		"Roles: Both 1: account self-service app2 Ada Byron: through All staff Ada Byron: account self-service Bo Dale: through Engineering through SRE Bo Dale: account self-service",
		"Roles: Only Bo Dale 3: Roadmap Reader app2 through Engineering through SRE Bo Dale: Roadmap Reader; Auditor Deploy Console Direct Bo Dale: Auditor; Deploy Viewer Deploy Console through Engineering through SRE Bo Dale: Deploy Viewer",
		"Permissions: Both 1: read:builds Deploy Console Ada Byron: through All staff Ada Byron: read:builds Bo Dale: through Engineering through SRE Bo Dale: read:builds",
		"Permissions: Only Bo Dale 2: read:log app2 Auditor Bo Dale: read:log; start:builds Deploy Console through Engineering through SRE Bo Dale: start:builds",
	})
	p = enterCompare(x, d).get(t, twoUsers("direct", "1", "application", "app1"), "list")
	lineUp(t, "directly, of one application", p.compared(), []string{
		"Groups: Only Ada Byron 1: All staff", "Groups: Only Bo Dale 2: Engineering; SRE", "Roles: Only Bo Dale 1: Auditor Deploy Console",
	})
	if got, want := p.Header().Get("HX-Push-Url"), "/compare?application=app1&direct=1&left=user%3Au1&right=user%3Au2"; got != want || p.whole() {
		t.Errorf("address %s, want %s", got, want)
	}
	p = enterCompare(x, d).get(t, urls.ToCompare("group:eng", "group:sre"), "")
	lineUp(t, "groups", p.compared(), []string{
		"Roles: Both 3: account self-service app2 Engineering: through Product Engineering: account self-service SRE: through Platform SRE: account self-service; " +
			"Roadmap Reader app2 Engineering: through Product Engineering: Roadmap Reader SRE: through Platform SRE: Roadmap Reader; " +
			"Deploy Viewer Deploy Console Engineering: Direct through Product Engineering: Deploy Viewer SRE: through Platform SRE: Deploy Viewer",
		"Permissions: Both 2: read:builds Deploy Console Engineering: through Product Deploy Viewer Engineering: read:builds SRE: through Platform SRE: read:builds; " +
			"start:builds Deploy Console Engineering: through Product Deploy Viewer Engineering: start:builds SRE: through Platform SRE: start:builds",
		"Groups that contain it: Both 2: All staff Engineering: through Product Engineering: All staff SRE: through Platform SRE: All staff; " +
			"Product Engineering: Direct Engineering: Product SRE: through Platform SRE: Product",
		"Groups that contain it: Only SRE 2: Engineering through Platform SRE: Engineering; Platform Direct SRE: Platform",
		"Nested groups: Only Engineering 2: Platform Direct; SRE through Platform",
		"Mappings: Only Engineering 2: eng-all google-workspace (google-apps); SG (old) okta",
		"Members: Only Engineering 2: gone-user; u3", "Members: Both 2: u2; u4",
	})
	p = enterCompare(x, d).get(t, urls.ToCompare("role:audit", "role:deploy"), "")
	lineUp(t, "roles", p.compared(), []string{
		"Permissions: Only Auditor 1: read:log app2", "Permissions: Only Deploy Viewer 2: read:builds Deploy Console; start:builds Deploy Console",
		"Groups that give it: Only Deploy Viewer 4: Engineering Direct through Product; Platform through Product through Engineering; Product Direct; SRE through Product through Engineering",
		"People who have it: Both 1: u2", "People who have it: Only Deploy Viewer 3: gone-user; u3; u4",
	})
}

// What members of a group usually have is told with how many have it.
func TestCompareWithWhatIsUsual(t *testing.T) {
	d := withBo()
	x := &comparing{org: newStaff()}
	p := enterCompare(x, d).get(t, urls.Comparison{Left: "user:u2", Right: "usual:eng", Percent: 60}.To(), "")
	lineUp(t, "usual", p.compared()[:3], []string{
		"Groups: Only Bo Dale 1: SRE 1 of 3 members Direct Bo Dale: SRE",
		"Groups: Both 4: All staff 3 of 3 members Bo Dale: through Engineering through SRE Bo Dale: All staff usual in Engineering: In ways that differ; " +
			"Engineering 3 of 3 members Bo Dale: Direct through SRE Bo Dale: Engineering usual in Engineering: In ways that differ; " +
			"Platform 2 of 3 members Bo Dale: through SRE Bo Dale: Platform usual in Engineering: In ways that differ; " +
			"Product 3 of 3 members Bo Dale: through Engineering through SRE Bo Dale: Product usual in Engineering: In ways that differ",
		"Roles: Only Bo Dale 1: Auditor Deploy Console 0 of 3 members Direct Bo Dale: Auditor",
	})
	if got := p.text(".hint"); !strings.Contains(got, "at least 60 % of the 3 other members of Engineering have") {
		t.Errorf("says %q", got)
	}
	if got := p.doc.Find("#percent option[selected]").AttrOr("value", ""); got != "60" {
		t.Errorf("%s %% is chosen", got)
	}
	if p.doc.Find(".bulk button").Length() != 1 {
		t.Errorf("something can be copied to what is usual: %q", p.text(".bulk"))
	}
}

// The API that compares is asked once, for as much as is shown.
func TestCompareAsksTheAPI(t *testing.T) {
	many := authz.ComparedPart{Total: 900, Items: []authz.ComparedItem{{
		Vertex: at("group", "eng", "Engineering"), Left: &authz.ComparedReason{By: []authz.Vertex{at("group", "sre", "SRE")}, ByTotal: 7},
	}}}
	x := &comparing{org: newStaff(), answer: &authz.Comparison{Sections: []authz.ComparedSection{{Of: authz.GroupsPart, OnlyLeft: many}}}}
	p := enterCompare(x, withBo()).get(t, twoUsers("direct", ""), "")
	if q := x.asked[0]; len(x.asked) != 1 || q.Left != "user:u1" || q.Right != "user:u2" || q.Limit != 25 || q.Direct || q.Percent != 0 {
		t.Errorf("asked %+v", x.asked)
	}
	if got := p.text("#list .thirds .hint"); got != "899 more, all of which are in the file. Show more" {
		t.Errorf("of the rest it says %q", got)
	}
	more := p.doc.Find("#list .thirds .hint a").AttrOr("href", "")
	enterCompare(x, withBo()).get(t, more, "")
	if q := x.asked[1]; q.Limit != 1000 {
		t.Errorf("%s asks for %d", more, q.Limit)
	}
	if got := p.compared(); !strings.Contains(got[0], "through SRE and 6 more ways") {
		t.Errorf("says %q of the ways", got[0])
	}
	if p.doc.Find("[data-status]").First().AttrOr("data-status", "") != "900 only left, 0 both, 0 only right" {
		t.Error("a screen reader is not told how much was found")
	}
}

// A file has everybody, however many pages the API needs for that.
func TestCompareFile(t *testing.T) {
	var members authz.ComparedPart
	for i := range 2001 {
		members.Items = append(members.Items, authz.ComparedItem{Vertex: at("user", fmt.Sprint("u", i), fmt.Sprint("=User ", i))})
	}
	members.Total = len(members.Items)
	both := authz.ComparedPart{Total: 1, Items: []authz.ComparedItem{{Vertex: at("user", "b", "Both")}}}
	x := &comparing{org: newStaff(), answer: &authz.Comparison{Sections: []authz.ComparedSection{{Of: authz.UsersPart, OnlyLeft: members}, {Of: authz.GroupsPart, OnlyRight: both}}}}
	file := enterCompare(x, withBo()).get(t, urls.Comparison{Left: "group:eng", Right: "group:sre"}.ToFile(), "")
	lines := strings.Split(strings.TrimSpace(file.Body.String()), "\r\n")
	if len(x.asked) != 3 || x.asked[2].Page != 2 || x.asked[2].Limit != 1000 {
		t.Errorf("asked %+v", x.asked)
	}
	people := 0
	for _, l := range lines {
		if strings.HasPrefix(l, `"Members","left","u`) {
			people++
		}
	}
	if people != 2001 || lines[1] != `"Members","left","u0","'=User 0",""` {
		t.Errorf("%d members, the first line %q", people, lines[1])
	}
	if got := enterCompare(x, withBo()).get(t, urls.CompareFile+"?left=group:eng", "").Code; got != http.StatusBadRequest {
		t.Errorf("with one side alone: %d", got)
	}
}

// What may not be read is said in its place, and the rest is there.
func TestCompareWithoutAScope(t *testing.T) {
	x := &comparing{org: newStaff(), err: &upstream.Error{Status: http.StatusForbidden, Missing: "read:users"}}
	p := enterCompare(x, withBo()).get(t, twoUsers(), "")
	if p.Code != http.StatusOK || p.text(".note.warn") != "What they have are not shown: your role does not include reading them." {
		t.Errorf("%d %q", p.Code, p.text(".note"))
	}
	d := withBo()
	d.fail["EffectiveRoles"], d.fail["ResourceServers"] = &upstream.Error{Status: http.StatusBadGateway}, nil
	p = enterCompare(&comparing{org: newStaff()}, d).get(t, twoUsers(), "")
	if got := p.text("[aria-labelledby=apis-head]"); !strings.Contains(got, "not shown: the API did not give them") {
		t.Errorf("of APIs it says %q", got)
	}
	if len(p.compared()) == 0 {
		t.Error("the rest is not there")
	}
}

func TestWhatIsMissingOfAComparison(t *testing.T) {
	for address, want := range map[string]string{
		urls.Compare:                               "A user, a group or a role | Another one of the same kind",
		urls.ToCompare("user:u2", ""):              "Bo Dale | A user, or what members of a group usually have",
		urls.ToCompare("group:eng", ""):            "Engineering | A group",
		urls.ToCompare("group:eng", "user:u2"):     "Engineering | A group",
		urls.ToCompare("group:eng", "group:eng"):   "Engineering | A group",
		urls.ToCompare("", "usual:eng"):            "A user, a group or a role | Engineering",
		urls.ToCompare("permission:p1", "user:u2"): "A user, a group or a role | Bo Dale",
	} {
		p := enterCompare(&comparing{org: newStaff()}, withBo()).get(t, address, "")
		name := func(i int) string {
			return words(p.doc.Find(".pathend").Eq(i).Find(".soft, .strong"))
		}
		if got := name(0) + " | " + name(1); got != want || p.doc.Find(".versus").Length() != 0 {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	if p := enterCompare(&comparing{org: newStaff()}, withBo()).get(t, urls.ToCompare("group:none", ""), ""); p.Code != http.StatusNotFound {
		t.Errorf("a group that is not there: %d", p.Code)
	}
}

func TestChooseWhatToCompare(t *testing.T) {
	d := withBo()
	links := func(address string) []string {
		p := enterCompare(&comparing{org: newStaff()}, d).get(t, address, "dialog")
		out := []string{p.text(".seg")}
		for _, a := range p.doc.Find("a.choice").EachIter() {
			out = append(out, words(a.Find("*").First())+" "+a.AttrOr("href", ""))
		}
		return out
	}
	got := links(urls.Comparison{Left: "group:eng", Direct: true}.ToChoose("right", "group") + "&find=pr")
	if len(got) != 2 || got[0] != "Groups" || !strings.HasSuffix(got[1], "/compare?direct=1&left=group%3Aeng&right=group%3Aproduct") {
		t.Errorf("right of a group: %q", got)
	}
	got = links(urls.Comparison{Left: "user:u2"}.ToChoose("right", "usual") + "&find=sre")
	if len(got) != 2 || got[0] != "Users Usual in a group" || !strings.HasSuffix(got[1], "/compare?left=user%3Au2&right=usual%3Asre") {
		t.Errorf("right of a user: %q", got)
	}
	got = links(urls.Comparison{Left: "user:u2", Right: "usual:eng"}.ToChoose("left", "role") + "&find=audit")
	if len(got) != 2 || got[0] != "Users Groups Roles" || !strings.HasSuffix(got[1], "/compare?left=role%3Aaudit") {
		t.Errorf("left: %q", got)
	}
}

// A copy of all that is missing is the few changes that give it, and nothing is done
// before they are reviewed.
func TestReviewOfACopy(t *testing.T) {
	d := withBo()
	d.users = append(d.users, mgmt.User{UserID: "u1", Name: "Ada Byron"})
	things := []string{"groups sre", "groups platform", "roles audit", "roles deploy", "permissions p3", "permissions p2", "groups nonsense"}
	address := urls.Comparison{Left: "user:u1", Right: "user:u2"}.ToCopy("left", things...)
	x := &comparing{org: newStaff()}
	p := enterCompare(x, d, allScopes...).get(t, address, "")
	lineUp(t, "changes", p.copyLines(), []string{
		"Add Ada Byron to SRE For Platform", "Give Auditor to Ada Byron For read:log", "Add Ada Byron to Engineering For Deploy Viewer, start:builds",
	})
	if got := p.text(".df .go"); got != "Make 3 changes" || len(x.wrote) > 0 {
		t.Errorf("the button says %q, and %q was done", got, x.wrote)
	}
	if len(x.foreseen) != 3 || x.foreseen[0] != (authz.ProposedChange{Action: "add", Kind: "member", User: "u1", Group: "sre"}) {
		t.Errorf("asked what %+v would do", x.foreseen)
	}
	p = enterCompare(x, d, "update:groups").get(t, address, "dialog")
	lineUp(t, "without a scope", p.copyLines(), []string{
		"Add Ada Byron to SRE For Platform", "Add Ada Byron to Engineering For Deploy Viewer, start:builds",
		"Give Auditor to Ada Byron Needs update:roles. Your role does not include it.",
	})
	if p.whole() || p.doc.Find("#impact[hx-get]").Length() != 1 {
		t.Error("the dialog waits for its impact")
	}
	p = enterCompare(x, d, allScopes...).get(t, urls.Comparison{Left: "user:u1", Right: "user:u2"}.ToCopy("right"), "")
	if got := p.text("#sheet-problem"); got != "Choose at least one thing that only Ada Byron has." || p.doc.Find(".df .go").Length() != 0 {
		t.Errorf("of nothing it says %q", got)
	}
	for _, bad := range []string{
		urls.Comparison{Left: "user:u1"}.ToCopy("left"), urls.Comparison{Left: "user:u1", Right: "user:u2"}.ToCopy("both"),
		urls.Comparison{Left: "user:u1", Right: "usual:eng"}.ToCopy("right"),
	} {
		if p := enterCompare(x, d).get(t, bad, ""); p.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, p.Code)
		}
	}
}

// What cannot be copied says why, beside what can.
func TestWhatIsNotCopied(t *testing.T) {
	x := &comparing{org: newStaff()}
	review := func(at urls.Comparison, to string, things ...string) []string {
		return enterCompare(x, withBo(), allScopes...).get(t, at.ToCopy(to, things...), "").copyLines()
	}
	lineUp(t, "to a group above", review(urls.Comparison{Left: "group:eng", Right: "group:sre"}, "left", "groups platform", "groups eng"), []string{
		"Nest Engineering in Platform Engineering can't be nested in Platform: Platform is already inside Engineering, so they would contain each other.",
	})
	lineUp(t, "to a group below", review(urls.Comparison{Left: "group:eng", Right: "group:sre"}, "right", "nested platform", "mappings m2", "users u3", "users gone-user"), []string{
		"Add the mapping SG (old) of okta to SRE", "Add gone-user to SRE", "Add u3 to SRE",
		"Nest Platform in SRE Platform can't be nested in SRE: SRE is already inside Platform, so they would contain each other.",
	})
	lineUp(t, "to a role", review(urls.Comparison{Left: "role:audit", Right: "role:deploy"}, "left", "permissions p1", "groups sre", "users u3"), []string{
		"Add read:builds to Auditor", "Give Auditor to Product For SRE", "Give Auditor to u3",
	})
	lineUp(t, "of another application", review(urls.Comparison{Left: "role:audit", Right: "role:deploy"}, "right", "permissions p3"), []string{
		"read:log It belongs to another application than Deploy Viewer.",
	})
}

// The changes that were reviewed are made, each by itself, and no others.
func TestCopy(t *testing.T) {
	d := withBo()
	form := url.Values{
		"left": {"user:u1"}, "right": {"user:u2"}, "to": {"left"},
		"change": {"add member u1 sre", "add user_role u1 audit", "add user_role u1 self", "add member u2 empty"},
	}
	x := &comparing{org: newStaff()}
	p := enterCompare(x, d, allScopes...).post(t, urls.CompareCopy, form, "")
	lineUp(t, "written", x.wrote, []string{"add [u1] to sre", "give role audit to [u1]"})
	if p.Code != http.StatusSeeOther || p.Header().Get("Location") != urls.ToCompare("user:u1", "user:u2") {
		t.Errorf("%d to %s", p.Code, p.Header().Get("Location"))
	}
	x = &comparing{org: newStaff()}
	x.fails = map[string]error{"add [u1] to sre": &upstream.Error{Status: http.StatusForbidden, Message: "You may not add members to SRE."}}
	p = enterCompare(x, d, allScopes...).post(t, urls.CompareCopy, form, "dialog")
	lineUp(t, "written beside a failure", x.wrote, []string{"give role audit to [u1]"})
	lineUp(t, "told of a failure", p.copyLines(), []string{
		"Add u1 to SRE Failed You may not add members to SRE.", "Give Auditor to u1 Done", "Left out, since it is not missing any more: 2 changes. Left out",
	})
	left := p.doc.Find("[name=change]")
	if p.Code != http.StatusUnprocessableEntity || left.Length() != 1 || left.AttrOr("value", "") != "add member u1 sre" || p.text(".df .go") != "Try 1 again" {
		t.Errorf("%d, and %q is tried again with %q", p.Code, left.AttrOr("value", ""), p.text(".df .go"))
	}
	x = &comparing{org: newStaff()}
	p = enterCompare(x, d).post(t, urls.CompareCopy, form, "")
	if len(x.wrote) != 0 || p.Code != http.StatusUnprocessableEntity || !strings.Contains(p.text("#sheet-problem"), "None of it") {
		t.Errorf("without a scope: %d, %q", p.Code, x.wrote)
	}
}

// A permission goes into a role as it is by now.
func TestCopyIntoARole(t *testing.T) {
	x := &comparing{org: newStaff()}
	x.roles[3].ETag, x.roles[3].ApplicationType = `"v7"`, "client"
	form := url.Values{
		"left": {"role:deploy"}, "right": {"role:audit"}, "to": {"right"},
		"change": {"add role_permission audit p1", "add group_role product audit", "add user_role u3 audit"},
	}
	enterCompare(x, withBo(), allScopes...).post(t, urls.CompareCopy, form, "")
	lineUp(t, "written", x.wrote, []string{
		"give [audit] to product", `update role audit if "v7" to Auditor: Reads it all of client app1 with [p3 p1]`, "give role audit to [u3]",
	})
}

func TestCopyToAGroup(t *testing.T) {
	x := &comparing{org: newStaff()}
	form := url.Values{
		"left": {"group:eng"}, "right": {"group:empty"}, "to": {"right"},
		"change": {"add nesting empty product", "add nesting platform empty", "add group_role empty deploy", "add mapping empty okta SG%20%28old%29", "add member u3 empty"},
	}
	enterCompare(x, withBo(), allScopes...).post(t, urls.CompareCopy, form, "")
	lineUp(t, "written", x.wrote, []string{
		"give [deploy] to empty", "map [{SG (old) okta}] to empty", "add [u3] to empty", "nest [empty] in product", "nest [platform] in empty",
	})
}

// Permissions of APIs are compared where both users are known, and copied directly.
func TestCopyAPermissionOfAnAPI(t *testing.T) {
	d := meridian()
	d.users = append(d.users, mgmt.User{UserID: "u2", Name: "Bo Dale"})
	x := &comparing{org: newStaff()}
	at := urls.Comparison{Left: "user:" + tomasz, Right: "user:nobody"}
	p := enterCompare(x, d, allScopes...).get(t, at.To(), "")
	if got := p.compared(); len(got) != 1 || got[0] != "Permissions of APIs: Only Tomasz Wierzbicki 2: read:statements Ledger API Direct; query:metrics Warehouse API Direct" {
		t.Errorf("%q", got)
	}
	p = enterCompare(x, d, allScopes...).get(t, at.ToCopy("right", "apis "+ledger+" read:statements"), "")
	lineUp(t, "to who is not known", p.copyLines(), []string{"read:statements The tenant does not know nobody."})
	at.Left, at.Right = at.Right, at.Left
	p = enterCompare(x, d, allScopes...).get(t, at.ToCopy("left", "apis "+ledger+" read:statements"), "")
	lineUp(t, "the other way round", p.copyLines(), []string{"read:statements The tenant does not know nobody."})
}

// apart is a directory in which only Tomasz may do something at APIs. It writes down
// who is to get what.
type apart struct {
	*directory
	gave []string
}

func (d *apart) AllUserPermissions(ctx context.Context, id string) ([]mgmt.UserPermission, error) {
	if id != tomasz {
		return nil, nil
	}
	return d.directory.AllUserPermissions(ctx, id)
}

func (d *apart) AddUserPermissions(_ context.Context, id string, refs []mgmt.PermissionRef) error {
	for _, r := range refs {
		d.gave = append(d.gave, id+": "+r.PermissionName+" of "+r.ResourceServerIdentifier)
	}
	return nil
}

func TestAPermissionOfAnAPIIsGivenDirectly(t *testing.T) {
	d := &apart{directory: meridian()}
	d.users = append(d.users, mgmt.User{UserID: "u2", Name: "Bo Dale"})
	x := &comparing{org: newStaff()}
	h := handlers.Compare{
		API: x, Ends: handlers.Paths{API: x, Directory: peopled{d.directory, x.org}, Catalogue: handlers.Catalogue{Applications: signIns{d.directory}, APIs: d}},
		Permissions: handlers.UserPermissions{API: d}, Impacts: handlers.Impacts{API: x},
	}
	e := echo.New()
	e.POST(urls.CompareCopy, h.CopyAll)
	in := door{echo: e, session: &session.Data{Subject: "auth0|ada", Name: "Ada", Tokens: map[session.API]session.Token{session.Management: {Scopes: allScopes}}}}
	p := in.post(t, urls.CompareCopy, url.Values{
		"left": {"user:" + tomasz}, "right": {"user:u2"}, "to": {"right"},
		"change": {"add api_permission " + ledger + ":read:statements", "add api_permission " + ledger + ":delete:everything"},
	}, "")
	lineUp(t, "given", d.gave, []string{"u2: read:statements of " + ledger})
	if p.Code != http.StatusSeeOther {
		t.Errorf("%d, want that it leads back", p.Code)
	}
}
