package handlers_test

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
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

// explainer is an org that answers why as it is told to, and writes down what it
// was asked.
type explainer struct {
	*org
	answer authz.Explanation
	err    error
	asked  []authz.ExplainQuery
}

func (x *explainer) ExplainUser(_ context.Context, _ string, q authz.ExplainQuery) (authz.Explanation, error) {
	x.asked = append(x.asked, q)
	return x.answer, x.err
}

func (x *explainer) ExplainGroup(ctx context.Context, id string, q authz.ExplainQuery) (authz.Explanation, error) {
	return x.ExplainUser(ctx, id, q)
}

// peopled is a directory whose users are those of an org, too.
type peopled struct {
	*directory
	o *org
}

func (p peopled) ListUsers(ctx context.Context, q mgmt.ListQuery) (mgmt.Page[mgmt.User], error) {
	return p.o.ListUsers(ctx, q)
}

// enterPaths mounts the path finder for somebody who has scopes.
func enterPaths(x *explainer, d *directory, scopes ...string) door {
	h := handlers.Paths{API: x, Directory: peopled{d, x.org}, Catalogue: handlers.Catalogue{Applications: signIns{d}, APIs: d}}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Paths, h.Show)
	e.GET(urls.PathEnd, h.Choose)
	return door{echo: e, session: &session.Data{Subject: "auth0|ada", Name: "Ada", Tokens: map[session.API]session.Token{
		session.Authorization: {Scopes: scopes}, session.Management: {Scopes: scopes},
	}}}
}

// paths is each path, as its tag and its hops.
func (p page) paths() []string {
	var out []string
	for _, li := range p.doc.Find("ol.paths > li").EachIter() {
		out = append(out, words(li.Find(".tag").First())+": "+words(li.Find(".hops")))
	}
	return out
}

// lines is each change below a heading: its words, and the address of each.
func (p page) lines(part string) []string {
	var out []string
	for _, li := range p.doc.Find("[aria-labelledby=" + part + "-head] .lines > li").EachIter() {
		line := words(li)
		for _, a := range li.Find("a.btn").EachIter() {
			line += " [" + a.AttrOr("href", "") + "]"
		}
		out = append(out, line)
	}
	return out
}

func lineUp(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func at(kind, id, name string) authz.Vertex { return authz.Vertex{Kind: kind, ID: id, Name: name} }

// granted is Bo's Deploy Viewer: held directly, through Engineering, and by a
// mapping of a group that the provider sends.
func granted() authz.Explanation {
	bo, eng, deploy := at("user", "u2", ""), at("group", "eng", "Engineering"), at("role", "deploy", "Deploy Viewer")
	product := at("group", "product", "Product")
	member := authz.Hop{Kind: authz.MemberHop, From: &bo, To: eng}
	nested := authz.Hop{Kind: authz.NestingHop, From: &eng, To: product}
	gives := authz.Hop{Kind: authz.GroupRoleHop, From: &product, To: deploy}
	holds := authz.Hop{Kind: authz.UserRoleHop, From: &bo, To: deploy}
	mapped := authz.Hop{Kind: authz.MappingHop, From: &bo, To: eng, ConnectionName: "okta", GroupName: "SG (old)"}
	ended := mapped
	ended.From = nil
	return authz.Explanation{
		Target: deploy, Granted: true, Total: 3, Exact: true,
		Paths: [][]authz.Hop{{holds}, {member, nested, gives}, {mapped, nested, gives}},
		Removals: []authz.Removal{
			{Hops: []authz.Hop{holds, nested}, Affected: 12, Losing: 1},
			{Hops: []authz.Hop{holds, gives}, Affected: 5},
			{Hops: []authz.Hop{ended, holds, member}},
		},
		RemovalsSure: true,
	}
}

func TestWhy(t *testing.T) {
	x := &explainer{org: newStaff(), answer: granted()}
	d := withBo()
	p := enterPaths(x, d, "update:groups", "update:roles").get(t, "/paths?from=user%3Au2&to=role%3Adeploy&connection=okta&groups=SG+(old)", "")
	if p.Code != 200 || p.text("h1") != "Why does Bo Dale have Deploy Viewer?" || p.text(".note.good b") != "Yes: Bo Dale has Deploy Viewer in 3 ways." {
		t.Fatalf("%d %q %q", p.Code, p.text("h1"), p.text(".note.good"))
	}
	if q := x.asked[0]; q.Role != "deploy" || q.Connection != "okta" || len(q.ProviderGroups) != 1 || q.PerPage != 10 || q.Page != 0 || q.Removals == 0 || q.WhyNot == 0 {
		t.Errorf("asked %+v", q)
	}
	lineUp(t, "paths", p.paths(), []string{
		"Direct: User Bo Dale holds Role Deploy Viewer",
		"Through nested groups: User Bo Dale direct member of Group Engineering nested in Group Product grants Role Deploy Viewer",
		"By a mapping: User Bo Dale by mapping SG (old) of okta Group Engineering nested in Group Product grants Role Deploy Viewer",
	})
	var links []string
	for _, a := range p.doc.Find("ol.paths > li:nth-child(2) .hops a, ol.paths > li:nth-child(3) .hops .by").EachIter() {
		links = append(links, a.AttrOr("href", ""))
	}
	lineUp(t, "links", links, []string{
		"/users/u2", "/users/u2/groups?show=direct", "/groups/eng", "/groups/product/nested", "/groups/product", "/groups/product/roles?show=direct", "/roles/deploy",
		"/groups/eng/mappings", "/groups/product/nested", "/groups/product/roles?show=direct",
	})
	lineUp(t, "removals", p.lines("removals"), []string{
		"Remove Deploy Viewer from Bo Dale and Take Engineering out of Product It touches 12 other people; 1 of them loses Deploy Viewer too." +
			" [/users/u2/roles/remove?role=deploy] [/groups/product/nested/remove?group=eng]",
		"Remove Deploy Viewer from Bo Dale and Remove Deploy Viewer from Product It touches 5 other people; nobody else loses Deploy Viewer." +
			" [/users/u2/roles/remove?role=deploy] [/groups/product/roles/remove?role=deploy]",
		"Remove mapping SG (old) of okta from Engineering and Remove Deploy Viewer from Bo Dale and Remove Bo Dale from Engineering" +
			" It touches nobody else. Who has it by the mapping alone is not counted: that is known at sign-in." +
			" [/groups/eng/mappings/remove?mapping=m2] [/users/u2/roles/remove?role=deploy] [/users/u2/groups/remove?group=eng]",
	})
	if dialogs := p.doc.Find("[aria-labelledby=removals-head] a[hx-target='#dialog']").Length(); dialogs != 7 {
		t.Errorf("%d changes open over the page, want 7", dialogs)
	}
	if got := p.text(".whole summary"); got != "Sign-in: over okta, with groups from the provider: 1" {
		t.Errorf("says %q of the sign-in", got)
	}
}

// Who may not change something reads why, and still sees the reasons.
func TestWhyForWhoMayOnlyRead(t *testing.T) {
	p := enterPaths(&explainer{org: newStaff(), answer: granted()}, withBo()).get(t, urls.ToPaths("user:u2", "role:deploy"), "")
	if p.doc.Find("[aria-labelledby=removals-head] a.btn").Length() != 0 || p.doc.Find("[aria-labelledby=removals-head] button[aria-disabled=true]").Length() != 7 {
		t.Errorf("it can be changed: %q", p.lines("removals"))
	}
}

// A page of many paths is turned by its address, and the last one stands for those
// behind it.
func TestPagesOfPaths(t *testing.T) {
	x := &explainer{org: newStaff(), answer: granted()}
	x.answer.Total, x.answer.Exact = 25, false
	p := enterPaths(x, withBo()).get(t, "/paths?from=user:u2&to=role:deploy&page=9", "list")
	if len(x.asked) != 2 || x.asked[0].Page != 8 || x.asked[1].Page != 2 || x.asked[1].Removals != 0 {
		t.Errorf("asked %+v", x.asked)
	}
	if p.whole() || p.text(".cf .num") != "21–25 of 25" || p.doc.Find("#list").AttrOr("data-status", "") != "25 ways or more" {
		t.Errorf("a part with %q, %q", p.text(".cf .num"), p.doc.Find("#list").AttrOr("data-status", ""))
	}
	if got, want := p.Header().Get("HX-Push-Url"), "/paths?from=user%3Au2&page=3&to=role%3Adeploy"; got != want {
		t.Errorf("address %s, want %s", got, want)
	}
	if got := p.doc.Find("#page-2").AttrOr("href", ""); got != "/paths?from=user%3Au2&page=2&to=role%3Adeploy" {
		t.Errorf("page 2 is %s", got)
	}
}

func TestWhyNot(t *testing.T) {
	x := &explainer{org: newStaff()}
	bo, deploy := at("user", "u2", ""), at("role", "deploy", "Deploy Viewer")
	x.answer = authz.Explanation{Target: deploy, Exact: true, WhyNot: &authz.WhyNot{Total: 8, Steps: []authz.Step{
		{Hop: authz.Hop{Kind: authz.UserRoleHop, From: &bo, To: deploy}},
		{Hop: authz.Hop{Kind: authz.MemberHop, From: &bo, To: at("group", "product", "Product")}, Roles: 1, Permissions: 1200, Groups: 2},
	}}}
	p := enterPaths(x, withBo(), "update:groups", "update:roles").get(t, urls.ToPaths("user:u2", "role:deploy"), "")
	if p.text("h1") != "Why does Bo Dale not have Deploy Viewer?" || p.text("#main > .note b") != "No: Bo Dale does not have Deploy Viewer." {
		t.Errorf("%q %q", p.text("h1"), p.text(".note"))
	}
	lineUp(t, "steps", p.lines("steps"), []string{
		"Deploy Viewer Adds this and nothing else. Give Deploy Viewer to Bo Dale [/users/u2/roles/add?id=deploy]",
		"Product Adds this and 1,203 other things: 2 groups, 1 role and 1,200 permissions. Add Bo Dale to Product [/users/u2/groups/add?id=product]",
	})
	if got := p.text("[aria-labelledby=steps-head] .cf"); got != "And 6 other changes that would do, each of which gives more." {
		t.Errorf("of the others it says %q", got)
	}
	x.answer.WhyNot = &authz.WhyNot{}
	p = enterPaths(x, withBo()).get(t, urls.ToPaths("user:u2", "role:deploy"), "")
	if got := p.text("[aria-labelledby=steps-head] .cb"); !strings.HasPrefix(got, "No single membership") {
		t.Errorf("of nothing it says %q", got)
	}
}

// The one question is worded for each kind of end.
func TestQuestionsAboutGroups(t *testing.T) {
	eng, audit := at("group", "eng", "Engineering"), at("role", "audit", "Auditor")
	product := at("group", "product", "Product")
	tests := []struct {
		from, to          string
		answer            authz.Explanation
		title, verdict    string
		wantSteps, wantRm []string
	}{
		{
			"group:eng", "role:audit",
			authz.Explanation{Target: audit, Exact: true, WhyNot: &authz.WhyNot{Total: 2, Steps: []authz.Step{
				{Hop: authz.Hop{Kind: authz.GroupRoleHop, From: &eng, To: audit}, Permissions: 1},
				{Hop: authz.Hop{Kind: authz.NestingHop, From: &eng, To: at("group", "empty", "Empty")}},
			}}},
			"Why do members of Engineering not have Auditor?", "No: members of Engineering do not have Auditor.",
			[]string{
				"Auditor Adds this and 1 other thing: 1 permission. Give Auditor to Engineering [/groups/eng/roles/add?id=audit]",
				"Empty Adds this and nothing else. Nest Engineering in Empty [/groups/empty/nested/add?id=eng]",
			},
			nil,
		},
		{
			"group:eng", "group:product",
			authz.Explanation{
				Target: product, Granted: true, Total: 1, Exact: true, Paths: [][]authz.Hop{{{Kind: authz.NestingHop, From: &eng, To: product}}},
				Removals: []authz.Removal{{Hops: []authz.Hop{{Kind: authz.NestingHop, From: &eng, To: product}}, Affected: 1, Losing: 1}},
			},
			"Why is Engineering in Product?", "Yes: Engineering is in Product in 1 way.", nil,
			[]string{"Take Engineering out of Product It touches 1 person, who loses Product. [/groups/product/nested/remove?group=eng]"},
		},
		{
			"user:u2", "permission:p3",
			authz.Explanation{
				Target: at("permission", "p3", "read:log"), Granted: true, Total: 1, Exact: true,
				Paths:    [][]authz.Hop{{{Kind: authz.UserRoleHop, To: audit}, {Kind: authz.RolePermissionHop, From: &audit, To: at("permission", "p3", "read:log")}}},
				Removals: []authz.Removal{{Hops: []authz.Hop{{Kind: authz.RolePermissionHop, From: &audit, To: at("permission", "p3", "read:log")}}, Affected: 3, Losing: 3}},
			},
			"Why does Bo Dale have read:log?", "Yes: Bo Dale has read:log in 1 way.", nil,
			[]string{"Take read:log out of Auditor It touches 3 other people, who all lose read:log too. [/permissions/p3/roles/remove?role=audit]"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.title, func(t *testing.T) {
			p := enterPaths(&explainer{org: newStaff(), answer: tt.answer}, withBo(), "update:groups", "update:roles").get(t, urls.ToPaths(tt.from, tt.to), "")
			if p.text("h1") != tt.title || p.text("#main > .note b") != tt.verdict {
				t.Errorf("%q %q", p.text("h1"), p.text("#main > .note"))
			}
			lineUp(t, "steps", p.lines("steps"), tt.wantSteps)
			lineUp(t, "removals", p.lines("removals"), tt.wantRm)
			if swap := p.doc.Find("[aria-label='Swap the ends']").AttrOr("href", ""); (swap == "/paths?from=group%3Aproduct&to=group%3Aeng") != (tt.to == "group:product") {
				t.Errorf("swapping leads to %q", swap)
			}
		})
	}
}

// An API that does not explain gives its lists, and the page says what they lack.
func TestWhyFromAnAPIThatDoesNotExplain(t *testing.T) {
	for _, status := range []int{404, 405} {
		x := &explainer{org: newStaff(), err: refusing(status)}
		d := enterPaths(x, withBo(), "update:groups", "update:roles")
		p := d.get(t, urls.ToPaths("user:u2", "role:deploy"), "")
		if p.Code != 200 || !strings.HasPrefix(p.text(".note.warn"), "This tenant's API does not explain access.") {
			t.Fatalf("%d: %d %q", status, p.Code, p.text(".note.warn"))
		}
		lineUp(t, "paths", p.paths(), []string{
			"Through a group: User Bo Dale direct member of Group Engineering grants Role Deploy Viewer",
			"Through nested groups: User Bo Dale direct member of Group Engineering nested in Group Product grants Role Deploy Viewer",
			"Through nested groups: User Bo Dale direct member of Group SRE nested in Group Platform nested in Group Engineering grants Role Deploy Viewer",
			"Through nested groups: User Bo Dale direct member of Group SRE nested in Group Platform nested in Group Engineering nested in Group Product grants Role Deploy Viewer",
		})
		if got := p.lines("removals"); len(got) != 3 || !strings.Contains(got[0], "How many others it touches is not known.") {
			t.Errorf("removals: %q", got)
		}
		p = d.get(t, urls.ToPaths("group:all", "role:audit"), "")
		lineUp(t, "steps", p.lines("steps"), []string{"Auditor Adds this and 1 other thing: 1 permission. Give Auditor to All staff [/groups/all/roles/add?id=audit]"})
		x.fails = map[string]error{"ListPermissions": refusing(403)}
		if p = d.get(t, urls.ToPaths("user:u2", "role:deploy"), ""); p.Code != 403 {
			t.Errorf("lists that may not be read: %d", p.Code)
		}
	}
	for _, status := range []int{400, 403, 502} {
		x := &explainer{org: newStaff(), err: refusing(status)}
		if p := enterPaths(x, withBo()).get(t, urls.ToPaths("user:u2", "role:deploy"), ""); p.Code != status {
			t.Errorf("an API that answers %d: %d", status, p.Code)
		}
	}
}

// A permission of an API may also be held at the API itself.
func TestAPermissionOfAnAPI(t *testing.T) {
	o := newStaff()
	o.permissions = append(o.permissions, authz.Permission{ID: "p4", Name: "read:statements", ApplicationType: "resource_server", ApplicationID: ledger})
	target := urls.ToPaths("user:u2", "permission:p4")
	d := withBo()
	d.held = []mgmt.UserPermission{{ResourceServerIdentifier: ledger, ResourceServerName: "Ledger API", PermissionName: "read:statements"}}
	p := enterPaths(&explainer{org: o}, d, "update:users").get(t, target, "")
	if got := p.text(".note.via b"); got != "Bo Dale also holds it directly, as a permission of Ledger API." {
		t.Errorf("says %q", got)
	}
	if got := p.doc.Find(".note.via a.ib").AttrOr("href", ""); got != (urls.PermissionList{User: "u2"}).ToRemove(ledger, "read:statements") {
		t.Errorf("the trash can is %s", got)
	}
	d.held[0].PermissionName = "read:other"
	if p = enterPaths(&explainer{org: o}, d).get(t, target, ""); p.doc.Find(".note.via").Length() != 0 {
		t.Errorf("says %q", p.text(".note.via"))
	}
	d.fail["EffectivePermissions"] = refusing(403)
	if p = enterPaths(&explainer{org: o}, d).get(t, target, ""); !strings.HasSuffix(p.text(".note.via div"), "Permissions of Bo Dale") || !strings.Contains(p.text(".note.via"), "is not known here. Your role does not include reading it.") {
		t.Errorf("says %q", p.text(".note.via"))
	}
	p = enterPaths(&explainer{org: o}, d).get(t, urls.ToPaths("user:u2", "permission:p1"), "")
	if p.doc.Find(".note.via").Length() != 0 {
		t.Errorf("of a permission of an application it says %q", p.text(".note.via"))
	}
}

// Of a user whom the tenant does not know the ids still lead to what can be ended.
func TestWhyOfAnUnknownUser(t *testing.T) {
	x := &explainer{org: newStaff(), answer: granted()}
	p := enterPaths(x, withBo(), "update:groups", "update:roles").get(t, urls.ToPaths("user:gone", "role:deploy"), "")
	if p.Code != 200 || p.doc.Find("a[href^='/users/']").Length() != len(p.doc.Find("nav.side a[href^='/users/']").Nodes) {
		t.Errorf("%d, it leads to pages that are not there", p.Code)
	}
	got := p.lines("removals")
	if !strings.Contains(got[0], "[/roles/deploy/users/remove?user=gone]") || !strings.Contains(got[2], "[/groups/eng/members/remove?user=gone]") {
		t.Errorf("removals: %q", got)
	}
	if text := p.doc.Find("[data-copy]").AttrOr("data-copy", ""); !strings.HasPrefix(text, "gone – holds → Deploy Viewer\ngone – direct member of → Engineering – nested in → Product – grants → Deploy Viewer\n") {
		t.Errorf("to copy: %q", text)
	}
	bo := at("user", "gone", "")
	x.answer = authz.Explanation{Target: at("role", "deploy", "Deploy Viewer"), Exact: true, WhyNot: &authz.WhyNot{Total: 1, Steps: []authz.Step{
		{Hop: authz.Hop{Kind: authz.UserRoleHop, From: &bo, To: at("role", "deploy", "Deploy Viewer")}},
	}}}
	p = enterPaths(x, withBo(), "update:roles").get(t, urls.ToPaths("user:gone", "role:deploy"), "")
	if got := p.doc.Find("[aria-labelledby=steps-head] button[aria-disabled]").AttrOr("title", ""); got != "The profile of this user could not be read." {
		t.Errorf("it can be given: %q", got)
	}
}

// While an end is missing, or is none, the page asks for it and nothing else.
func TestEndsThatAreMissing(t *testing.T) {
	for target, want := range map[string]string{
		"/paths":                                  "From A user or a group Choose where paths begin To A group, a role or a permission Choose where paths lead to",
		"/paths?from=role:deploy&to=user:u2":      "From A user or a group Choose where paths begin To A group, a role or a permission Choose where paths lead to",
		"/paths?from=group:eng&to=role:":          "From Group Engineering Change where paths begin To A group, a role or a permission Choose where paths lead to",
		"/paths?from=group:eng&to=group:eng":      "From Group Engineering Change where paths begin To A group, a role or a permission Choose where paths lead to",
		"/paths?to=permission:p1":                 "From A user or a group Choose where paths begin To Permission read:builds Change where paths lead to",
		"/paths?from=user:stranger":               "From User stranger Change where paths begin To A group, a role or a permission Choose where paths lead to Sign-in: none, so mappings do not count",
		"/paths?from=user:u2&connection=%20ad%20": "From User Bo Dale Change where paths begin To A group, a role or a permission Choose where paths lead to Sign-in: over ad, without groups from the provider",
	} {
		x := &explainer{org: newStaff()}
		p := enterPaths(x, withBo()).get(t, target, "")
		asks := p.doc.Find("section.ends").Clone()
		asks.Find("form").Remove()
		if got := words(asks); p.Code != 200 || got != want || len(x.asked) != 0 || p.text("h1") != "Path finder" {
			t.Errorf("%s: %d asks %q, want %q", target, p.Code, got, want)
		}
	}
	for _, target := range []string{"/paths?from=group:nothing", "/paths?from=user:u2&to=role:nothing"} {
		if p := enterPaths(&explainer{org: newStaff()}, withBo()).get(t, target, ""); p.Code != 404 {
			t.Errorf("%s: %d", target, p.Code)
		}
	}
	p := enterPaths(&explainer{org: newStaff()}, withBo()).get(t, "/paths?from=user:u2&to=role:deploy&groups="+url.QueryEscape(strings.Repeat("x", 600)), "")
	if p.Code != 422 || p.text("#groups-problem") != "A name may have at most 512 letters." {
		t.Errorf("a name that is too long: %d %q", p.Code, p.text("#groups-problem"))
	}
}

func TestChoosingAnEnd(t *testing.T) {
	tests := []struct {
		target, part string
		want         []string
	}{
		{"/paths/choose?end=from&kind=user&to=role:deploy", "", []string{
			"Ada ada@meridian.example /paths?from=user%3Au1&to=role%3Adeploy", "Bo bo@meridian.example /paths?from=user%3Au2&to=role%3Adeploy",
			"Cy cy@meridian.example /paths?from=user%3Au3&to=role%3Adeploy", "dee@meridian.example dee@meridian.example /paths?from=user%3Au4&to=role%3Adeploy",
		}},
		{"/paths/choose?end=from&kind=role&find=bo&from=user:u2&connection=ad", "choices", []string{"Bo bo@meridian.example Chosen now /paths?from=user%3Au2"}},
		{"/paths/choose?end=from&kind=group&find=sre", "dialog", []string{"SRE On call /paths?from=group%3Asre"}},
		{"/paths/choose?end=to&kind=role&find=audit&from=user:u2&connection=ad", "dialog", []string{"Auditor Deploy Console · Reads it all /paths?connection=ad&from=user%3Au2&to=role%3Aaudit"}},
		{"/paths/choose?end=to&kind=permission&find=log", "", []string{"read:log app2 · See the log /paths?to=permission%3Ap3"}},
		{"/paths/choose?end=to&kind=group&find=product", "", []string{"Product Makers /paths?to=group%3Aproduct"}},
	}
	for _, tt := range tests {
		t.Run(tt.target, func(t *testing.T) {
			p := enterPaths(&explainer{org: newStaff()}, withBo()).get(t, tt.target, tt.part)
			var got []string
			for _, a := range p.doc.Find("#choices a.choice").EachIter() {
				got = append(got, words(a)+" "+a.AttrOr("href", ""))
			}
			lineUp(t, "choices", got, tt.want)
			if p.Code != 200 || p.whole() != (tt.part == "") || (p.doc.Find("form[method=get][action='/paths/choose']").Length() == 1) != (tt.part != "choices") {
				t.Errorf("%d, whole page = %t", p.Code, p.whole())
			}
		})
	}
}

// A dialog that stands over another page than its own leads back to that page.
func TestADialogOverThePathFinder(t *testing.T) {
	const behind = "/paths?from=user%3Au2&to=role%3Aaudit"
	d := openDoorTo(withBo(), newStaff(), "update:roles")
	for current, wantRedirect := range map[string]string{
		"http://localhost" + behind:                   behind,
		"http://localhost/users/u2/roles?show=direct": "",
	} {
		r := httptest.NewRequest(http.MethodPost, "/users/u2/roles/remove?role=audit", nil)
		r.Header.Set("HX-Current-URL", current)
		p := d.send(t, r, "dialog")
		if got := p.Header().Get("HX-Redirect"); got != wantRedirect || (p.Header().Get("HX-Retarget") == "#detail") != (wantRedirect == "") {
			t.Errorf("over %s: to %q, replaces %q", current, got, p.Header().Get("HX-Retarget"))
		}
	}
}

// Every list of what somebody has in effect leads to the reasons.
func TestWhyBesideEveryRow(t *testing.T) {
	whys := func(p page) []string {
		var out []string
		for _, a := range p.doc.Find("td.act a:contains('Why?')").EachIter() {
			out = append(out, words(a)+" "+a.AttrOr("href", ""))
		}
		return out
	}
	staff := func(target string) page { return openDoorTo(withBo(), asked()).get(t, target, "") }
	tests := []struct {
		name string
		page page
		n    int
		want string
	}{
		{"groups of a user", staff("/users/u2/groups"), 5, "Why? Bo Dale is in Product /paths?from=user%3Au2&to=group%3Aproduct"},
		{"roles of a user", staff("/users/u2/roles"), 4, "Why? Bo Dale has Auditor /paths?from=user%3Au2&to=role%3Aaudit"},
		{"permissions of a user", staff("/users/u2/permissions"), 3, "Why? Bo Dale has read:log /paths?from=user%3Au2&to=permission%3Ap3"},
		{
			"effective access", staff("/users/u2/access?application=app1&connection=google-workspace&groups=eng-all"), 6,
			"Why? Auditor /paths?connection=google-workspace&from=user%3Au2&groups=eng-all&to=role%3Aaudit",
		},
		{"all members", enter(newOrg(), everything...).get(t, "/groups/product?show=all", ""), 4, "Why? Bo is in Product /paths?from=user%3Au2&to=group%3Aproduct"},
		{"roles of a group", enter(newOrg(), everything...).get(t, "/groups/sre/roles", ""), 3, "Why? members of SRE have Deploy Viewer /paths?from=group%3Asre&to=role%3Adeploy"},
		{"users of a role", enterRoles(newRoles(), allRoles...).get(t, "/roles/deploy/users?show=all", ""), 5, "Why? Ada has Deploy Viewer /paths?from=user%3Au1&to=role%3Adeploy"},
		{"groups of a role", enterRoles(newRoles(), allRoles...).get(t, "/roles/deploy/groups", ""), 4, "Why? members of SRE have Deploy Viewer /paths?from=group%3Asre&to=role%3Adeploy"},
		{"users of a permission", enterRoles(newRoles(), allRoles...).get(t, "/permissions/p1/users", ""), 5, "Why? Ada has read:services /paths?from=user%3Au1&to=permission%3Ap1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := whys(tt.page)
			if len(got) != tt.n || !strings.Contains(strings.Join(got, "\n"), tt.want) {
				t.Errorf("%d links, want %d:\n%s\nwithout %s", len(got), tt.n, strings.Join(got, "\n"), tt.want)
			}
		})
	}
}
