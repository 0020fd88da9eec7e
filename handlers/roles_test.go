package handlers_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestRolesList(t *testing.T) {
	many := newRoles()
	for i := range 30 {
		many.roles = append(many.roles, authz.Role{ID: fmt.Sprint("x", i), Name: fmt.Sprintf("Extra %02d", i), ApplicationID: "app2"})
	}
	tests := []struct {
		name, target, part    string
		org                   *org
		wantRows              string // the first
		wantStatus, wantTitle string
		wantQuery             string // the last one of the API: search, application, page and order
	}{
		{
			name: "all of them, with their counts", org: newRoles(), target: "/roles",
			wantRows: "Deploy Viewer Sees what runs | Deploy Console | 2 | 2 | 2 | Actions for Deploy Viewer", wantStatus: "4 roles", wantQuery: "  0 name:1",
		},
		{
			name: "those of an application", org: newRoles(), target: "/roles?application=app2", part: "list",
			wantRows: "Roadmap Reader | People Desk | 0 | 1 | 0 | Actions for Roadmap Reader", wantStatus: "2 roles", wantQuery: " app2 0 name:1",
		},
		{
			name: "searched in an application, the most given first", org: newRoles(), target: "/roles?application=app1&q=view&sort=-users",
			wantRows: "Deploy Viewer Sees what runs | Deploy Console | 2 | 2 | 2 | Actions for Deploy Viewer", wantStatus: "1 role matches “view”", wantQuery: "view app1 0 user_count:-1",
		},
		{
			name: "a page that lies behind the last", org: many, target: "/roles?page=9",
			wantRows: "Extra 21 | People Desk | 0 | 0 | 0 | Actions for Extra 21", wantStatus: "34 roles", wantQuery: "  1 name:1",
		},
		{name: "nothing matches", org: newRoles(), target: "/roles?q=zebra", wantStatus: "0 roles match “zebra”", wantTitle: "No role matches “zebra”", wantQuery: "zebra  0 name:1"},
		{name: "an application without roles", org: newRoles(), target: "/roles?application=robot", wantStatus: "0 roles", wantTitle: "This application has no roles", wantQuery: " robot 0 name:1"},
		{name: "there is none at all", org: &org{}, target: "/roles", wantStatus: "0 roles", wantTitle: "No roles yet", wantQuery: "  0 name:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := enterRoles(tt.org, allRoles...).get(t, tt.target, tt.part)
			if p.Code != http.StatusOK || p.whole() != (tt.part == "") {
				t.Errorf("status = %d, whole page = %t", p.Code, p.whole())
			}
			first := ""
			if rows := p.rows(); len(rows) > 0 {
				first = rows[0]
			}
			if first != tt.wantRows || p.text("#list h2") != tt.wantTitle {
				t.Errorf("first row %q, title %q\nwant %q, %q", first, p.text("#list h2"), tt.wantRows, tt.wantTitle)
			}
			if got := p.doc.Find("#list").AttrOr("data-status", ""); got != tt.wantStatus {
				t.Errorf("status = %q, want %q", got, tt.wantStatus)
			}
			q := tt.org.lists[len(tt.org.lists)-1]
			if got := fmt.Sprint(q.Search, " ", q.Of, " ", q.Page, " ", q.Sort); got != tt.wantQuery {
				t.Errorf("asked for %q, want %q", got, tt.wantQuery)
			}
		})
	}
}

// The filter offers applications and APIs, and what is chosen though it is gone.
func TestRolesFilter(t *testing.T) {
	p := enterRoles(newRoles(), allRoles...).get(t, "/roles?application=gone&sort=-users&q=a", "")
	if got := p.text("form[role=search] option"); got != "All applications Deploy Console People Desk Ledger API gone" {
		t.Errorf("options = %q", got)
	}
	if got := p.doc.Find("option[selected]").AttrOr("value", ""); got != "gone" {
		t.Errorf("chosen = %q", got)
	}
	if got := p.doc.Find("#list input[form=list-search][name=sort]").AttrOr("value", ""); got != "-users" {
		t.Errorf("keeps the order %q", got)
	}
	p = enterRoles(newRoles(), allRoles...).get(t, "/roles?application=app2&q=a", "")
	if got := p.doc.Find("thead a:contains('Groups')").AttrOr("href", ""); got != "/roles?application=app2&q=a&sort=-groups" {
		t.Errorf("sorting leads to %q", got)
	}
	if got := enterRoles(newRoles(), allRoles...).get(t, "/roles?application=&q=&sort=&page=1", "list").Header().Get("HX-Push-Url"); got != "/roles" {
		t.Errorf("pushes %q", got)
	}
}

// The lists stand though the other API is down, or refuses to name applications.
func TestRolesWithoutTheNamesOfApplications(t *testing.T) {
	down := &upstream.Error{Status: http.StatusForbidden}
	o := newRoles()
	o.fails["Clients"], o.fails["ResourceServers"] = down, down
	p := enterRoles(o, allRoles...).get(t, "/roles/new", "dialog")
	if got := p.text("optgroup option"); got != "Deploy Console People Desk" {
		t.Errorf("options = %q", got)
	}
	if got := p.text("select + .hint"); got != "The APIs of the tenant could not be read." {
		t.Errorf("hint = %q", got)
	}
	o.fails["Applications"] = down
	if got := enterRoles(o, allRoles...).get(t, "/roles", "").rows()[0]; !strings.Contains(got, "| app1 |") {
		t.Errorf("row = %q", got)
	}
	p = enterRoles(o, allRoles...).get(t, "/roles/new?application=app1", "dialog")
	if p.doc.Find("input#application").AttrOr("value", "") != "app1" || !strings.Contains(p.text("#application-hint"), "could not be read") {
		t.Errorf("without any list: %s", p.text(".field"))
	}
	o.fails["Clients"], o.fails["ResourceServers"] = nil, nil
	if got := enterRoles(o, allRoles...).get(t, "/roles/new", "dialog").text("optgroup option"); got != "Deploy Console People Desk Ledger API" {
		t.Errorf("options of the other API = %q", got)
	}
}

func TestCreateRole(t *testing.T) {
	taken := &upstream.Error{Status: 400, Code: "ValidationError", Message: "Role with name “Operator” already exists"}
	form := func(pairs ...string) url.Values {
		v := url.Values{"application": {"app1"}, "name": {" Operator "}, "description": {"Runs it"}, "id": {"p1", "p3"}}
		for i := 0; i < len(pairs); i += 2 {
			v[pairs[i]] = strings.Fields(pairs[i+1])
		}
		return v
	}
	const wrote = "create role Operator: Runs it of client app1 with [p1 p3]"
	tests := []struct {
		name         string
		form         url.Values
		part         string
		refuse       error
		wantStatus   int
		wantLocation string
		wantProblems string
		wantWrote    string
	}{
		{name: "a browser goes to the role", form: form(), wantStatus: 303, wantLocation: "/roles/made", wantWrote: wrote},
		{name: "without permissions", form: form("id", ""), wantStatus: 303, wantLocation: "/roles/made", wantWrote: "create role Operator: Runs it of client app1 with []"},
		{name: "of an API", form: form("application", ledger, "id", "p4"), wantStatus: 303, wantLocation: "/roles/made", wantWrote: "create role Operator: Runs it of resource_server " + ledger + " with [p4]"},
		{name: "the name is taken", form: form(), part: "dialog", refuse: taken, wantStatus: 422, wantProblems: taken.Message},
		{name: "nothing is filled in", form: url.Values{}, wantStatus: 422, wantProblems: "Choose what the role is for. A role needs a name. Say in a few words what the role is for."},
		{
			name: "permissions of the application before", form: form("application", "app2"), wantStatus: 422,
			wantProblems: "2 chosen permissions of another application cannot be in this role. Choose among those below.",
		},
		{name: "an API that is down is not the form's problem", form: form(), refuse: &upstream.Error{Status: 502}, wantStatus: 502},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newRoles()
			o.refuse = tt.refuse
			p := enterRoles(o, allRoles...).post(t, "/roles/new", tt.form, tt.part)
			if p.Code != tt.wantStatus || p.Header().Get("Location") != tt.wantLocation {
				t.Errorf("status = %d, location = %q", p.Code, p.Header().Get("Location"))
			}
			if got := p.text(".problem"); got != tt.wantProblems {
				t.Errorf("problems = %q, want %q", got, tt.wantProblems)
			}
			if got := strings.Join(o.wrote, "\n"); got != tt.wantWrote {
				t.Errorf("wrote %q, want %q", got, tt.wantWrote)
			}
			if tt.wantStatus == 422 && p.doc.Find("#name").AttrOr("value", "") != strings.TrimSpace(tt.form.Get("name")) {
				t.Errorf("the form lost the name: %q", p.doc.Find("#name").AttrOr("value", ""))
			}
		})
	}
}

// Changing the application, or searching, keeps what was typed and chosen.
func TestChangingTheApplicationKeepsTheForm(t *testing.T) {
	sent := url.Values{"application": {"app1"}, "name": {"Operator"}, "description": {"Runs it"}, "id": {"p3"}, "search": {"1"}, "find": {"stag"}}
	d := enterRoles(newRoles(), allRoles...)
	p := d.post(t, "/roles/new", sent, "")
	if !p.whole() || p.Code != http.StatusOK {
		t.Errorf("status = %d, whole = %t", p.Code, p.whole())
	}
	if p.doc.Find("#name").AttrOr("value", "") != "Operator" || p.text("#description") != "Runs it" || p.doc.Find("option[selected]").AttrOr("value", "") != "app1" {
		t.Errorf("the form lost what was typed: %s", p.text("form"))
	}
	if got := p.text("#choices b"); got != "rollback:production deploy:staging" {
		t.Errorf("choices = %q", got)
	}
	if got := p.doc.Find("#choices input[checked]").AttrOr("value", ""); got != "p3" {
		t.Errorf("chosen = %q", got)
	}
	sent.Set("application", ledger)
	sent.Del("find")
	p = d.post(t, "/roles/new", sent, "choices")
	if p.whole() || p.text("#choices b") != "read:invoices" || p.doc.Find("#choices input[checked]").Length() != 0 {
		t.Errorf("of another application: %q", p.text("#choices"))
	}
	sent.Set("application", "")
	if got := d.post(t, "/roles/new", sent, "choices").text("#choices"); got != "Choose an application first." {
		t.Errorf("of none: %q", got)
	}
}

func TestCloneRole(t *testing.T) {
	o := newRoles()
	o.roles[0].Name = strings.Repeat("x", 49) + "é"
	p := enterRoles(o, allRoles...).get(t, "/roles/new?from=deploy", "dialog")
	if got := p.doc.Find("#name").AttrOr("value", ""); got != "Copy of "+strings.Repeat("x", 42) {
		t.Errorf("name = %q", got)
	}
	if got := p.doc.Find("#choices input[checked]").Length(); got != 2 || p.text("#description") != "Sees what runs" {
		t.Errorf("%d permissions, description %q", got, p.text("#description"))
	}
	if got := p.doc.Find("form").AttrOr("action", ""); got != "/roles/new" {
		t.Errorf("it is sent to %q", got)
	}
	if p := enterRoles(o, allRoles...).get(t, "/roles/new?from=nope", ""); p.Code != http.StatusNotFound {
		t.Errorf("a copy of nothing: %d", p.Code)
	}
}

func TestEditRole(t *testing.T) {
	o := newRoles()
	o.roles[0].Permissions = append(o.roles[0].Permissions, "gone-permission")
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/roles/deploy/edit", "dialog")
	if got := p.text("#choices label:has([checked]) b"); got != "deploy:staging gone-permission read:services" {
		t.Errorf("chosen = %q", got)
	}
	if p.doc.Find("select").Length() != 0 || p.text(".dl dd") != "Deploy Console" || p.doc.Find("[name=version]").AttrOr("value", "") != `"rv1"` {
		t.Errorf("form = %s", p.text("form"))
	}
	form := url.Values{"name": {"Viewer"}, "description": {"Looks"}, "id": {"p1", "gone-permission"}, "version": {`"rv1"`}, "application": {"app2"}}
	if p := d.post(t, "/roles/deploy/edit", form, ""); p.Header().Get("Location") != "/roles/deploy" {
		t.Errorf("status = %d, location = %q", p.Code, p.Header().Get("Location"))
	}
	if got := strings.Join(o.wrote, ""); got != `update role deploy if "rv1" to Viewer: Looks of client app1 with [p1 gone-permission]` {
		t.Errorf("wrote %q", got)
	}
	form.Set("name", "")
	if p := d.post(t, "/roles/deploy/edit", form, "dialog"); p.Code != 422 || p.text("#name-problem") != "A role needs a name." {
		t.Errorf("without a name: %d %q", p.Code, p.text("#name-problem"))
	}
}

// An edit leaves the person where they were, and nowhere else.
// newLargeRole is newRoles, the role of which has 300 permissions, m000 to m299.
func newLargeRole() *org {
	o := newRoles()
	o.roles[0].Permissions = nil
	for i := range 320 {
		id := fmt.Sprintf("m%03d", i)
		o.permissions = append(o.permissions, authz.Permission{ID: id, Name: "use:" + id, ApplicationType: "client", ApplicationID: "app1"})
		if i < 300 {
			o.roles[0].Permissions = append(o.roles[0].Permissions, id)
		}
	}
	return o
}

// formOf is what p's form sends when nothing is touched.
func formOf(p page) url.Values {
	form := url.Values{}
	for _, s := range p.doc.Find("form.sheet input[name]:not([type=checkbox]), form.sheet input[checked], form.sheet textarea").EachIter() {
		form.Add(s.AttrOr("name", ""), s.AttrOr("value", s.Text()))
	}
	return form
}

// The form of a role with very many permissions has boxes for a part of them. What
// has none stays in the role, whatever was searched meanwhile.
func TestARoleOfManyPermissionsIsEditedByItsChanges(t *testing.T) {
	o := newLargeRole()
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/roles/deploy/edit", "")
	if n := p.doc.Find("#choices [type=checkbox]").Length(); n != 50 || p.doc.Find("#choices").AttrOr("data-others", "") != "250" || p.text(".df .left") != "300 chosen" {
		t.Fatalf("%d boxes, others = %q, %q", n, p.doc.Find("#choices").AttrOr("data-others", ""), p.text(".df .left"))
	}
	form := formOf(p)
	form["id"] = form["id"][1:] // m000 is taken out
	for search, add := range map[string]string{"m299": "", "m310": "m310"} {
		form.Set("find", search)
		form.Set("search", "1")
		p = d.post(t, "/roles/deploy/edit", form, "")
		if p.doc.Find("#choices [value="+search+"][type=checkbox]").Length() != 1 || p.doc.Find("#choices [value=m000][type=checkbox]:not([checked])").Length() != 1 {
			t.Fatalf("searched %s: choices = %s", search, p.text("#choices"))
		}
		form = formOf(p)
		if add != "" {
			form.Add("id", add)
		}
	}
	form.Del("enter")
	form.Set("find", "")
	if p := d.post(t, "/roles/deploy/edit", form, ""); p.Code != http.StatusSeeOther {
		t.Fatalf("status = %d, %s", p.Code, p.text("main"))
	}
	wrote := strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(o.wrote[0]))
	got := map[string]bool{}
	for _, word := range wrote {
		got[word] = true
	}
	if got["m000"] || !got["m001"] || !got["m299"] || !got["m310"] || got["m311"] || !strings.Contains(o.wrote[0], `if "rv1"`) {
		t.Errorf("wrote %s", o.wrote[0])
	}
	if n := strings.Count(o.wrote[0], "m"+"2"); n != 100 {
		t.Errorf("%d of the 100 permissions m2xx are kept", n)
	}
}

// Two versions of such a role are told apart by what differs, and the own one is
// kept whole.
func TestConflictOverARoleOfManyPermissions(t *testing.T) {
	o := newLargeRole()
	d := enterRoles(o, allRoles...)
	form := formOf(d.get(t, "/roles/deploy/edit", ""))
	form["id"] = append(form["id"][1:], "m310")
	form.Del("enter")
	o.roles[0].ETag = `"rv2"`
	o.refuse = &upstream.Error{Status: http.StatusPreconditionFailed}
	p := d.post(t, "/roles/deploy/edit", form, "")
	if got := p.text(".versions ul"); p.Code != http.StatusConflict || got != "use:m000 (differs) 299 more that both have use:m310 (differs) 299 more that both have" {
		t.Fatalf("status = %d, versions = %q", p.Code, got)
	}
	o.refuse, o.wrote = nil, nil
	if p := d.post(t, "/roles/deploy/edit", formOf(p), ""); p.Code != http.StatusSeeOther || len(o.wrote) != 1 {
		t.Fatalf("status = %d, wrote %q", p.Code, o.wrote)
	}
	if n := strings.Count(o.wrote[0], " m") + strings.Count(o.wrote[0], "[m"); n != 300 || strings.Contains(o.wrote[0], "m000") || !strings.Contains(o.wrote[0], "m310") || !strings.Contains(o.wrote[0], `if "rv2"`) {
		t.Errorf("%d permissions: %s", n, o.wrote[0])
	}
}

// A copy of such a role has all of them too. When the role was changed meanwhile,
// the person looks again before the copy is made.
func TestACopyOfARoleOfManyPermissionsHasAllOfThem(t *testing.T) {
	o := newLargeRole()
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/roles/new?from=deploy", "")
	form := formOf(p)
	form.Set("application", "app1")
	form.Del("enter")
	o.roles[0].ETag = `"rv2"`
	p = d.post(t, "/roles/new", form, "")
	if p.Code != http.StatusUnprocessableEntity || !strings.Contains(p.text("#permissions-problem"), "changed meanwhile") {
		t.Fatalf("changed meanwhile: %d %q", p.Code, p.text("form"))
	}
	form = formOf(p)
	form.Set("application", "app1")
	form.Del("enter")
	if p := d.post(t, "/roles/new", form, ""); p.Code != http.StatusSeeOther || len(o.wrote) != 1 {
		t.Fatalf("status = %d, wrote %q", p.Code, o.wrote)
	}
	if n := strings.Count(o.wrote[0], " m") + strings.Count(o.wrote[0], "[m"); n != 300 {
		t.Errorf("the copy has %d permissions: %s", n, o.wrote[0])
	}
}

func TestAnEditComesBackToItsTab(t *testing.T) {
	for current, want := range map[string]string{
		"https://trellis.example/roles/deploy/users?show=all&page=2": "/roles/deploy/users?show=all&page=2",
		"https://trellis.example/roles/deploy?q=read":                "/roles/deploy?q=read",
		"https://trellis.example/roles/deploy/edit":                  "/roles/deploy",
		"https://trellis.example/roles/deployment":                   "/roles/deploy",
		"https://trellis.example/roles?q=deploy&page=2":              "/roles?q=deploy&page=2",
		"javascript:alert(1)":                                        "/roles/deploy",
		"":                                                           "/roles/deploy",
	} {
		form := url.Values{"name": {"Viewer"}, "description": {"Looks"}}
		r := httptest.NewRequest(http.MethodPost, "/roles/deploy/edit", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("HX-Current-URL", current)
		if got := enterRoles(newRoles(), allRoles...).send(t, r, "dialog").Header().Get("HX-Redirect"); got != want {
			t.Errorf("from %q it goes to %q, want %q", current, got, want)
		}
	}
}

// Two people edit one role: the second sees both versions, permissions too.
func TestRoleConflict(t *testing.T) {
	o := newRoles()
	o.refuse = &upstream.Error{Status: http.StatusPreconditionFailed}
	form := url.Values{"name": {"Viewer"}, "description": {"Sees what runs"}, "id": {"p1", "p3"}, "version": {`"old"`}}
	p := enterRoles(o, allRoles...).post(t, "/roles/deploy/edit", form, "dialog")
	if p.Code != http.StatusConflict || p.text("#sheet-title") != "Somebody else changed this role" {
		t.Errorf("%d %q", p.Code, p.text("#sheet-title"))
	}
	if got := p.text(".versions mark"); got != "Deploy Viewer deploy:staging Viewer rollback:production" {
		t.Errorf("marked = %q", got)
	}
	var kept []string
	for _, input := range p.doc.Find("form input[type=hidden]").EachIter() {
		kept = append(kept, input.AttrOr("name", "")+"="+input.AttrOr("value", ""))
	}
	if got := strings.Join(kept, " "); got != `csrf= name=Viewer description=Sees what runs version="rv1" id=p1 id=p3` {
		t.Errorf("kept %q", got)
	}
}

func TestDeleteRole(t *testing.T) {
	inUse := &upstream.Error{Status: 400, Code: "ValidationError", Message: "Unable to touch roles while used in groups: Product"}
	ask := func(id string) page {
		return enterRoles(newRoles(), allRoles...).get(t, "/roles/"+id+"/delete", "dialog")
	}
	p := ask("deploy")
	if p.text("#sheet-title") != "Deploy Viewer is still in use" || p.text("form .go") != "Take from 2 groups and delete" {
		t.Errorf("asks %q, offers %q", p.text("#sheet-title"), p.text("form .go"))
	}
	if got := p.text(".bullets"); got != "Product Engineering 2 direct assignments to users. The users stay. The set of 2 permissions. The permissions stay." {
		t.Errorf("says %q", got)
	}
	p = ask("audit")
	if p.text("#sheet-title") != "Delete Auditor?" || p.text("form .go") != "Delete role" || !strings.Contains(p.text(".db"), "Nothing uses the role") {
		t.Errorf("asks %q: %q", p.text("#sheet-title"), p.text(".db"))
	}
	tests := []struct {
		name         string
		form         url.Values
		fails        map[string]error
		wantStatus   int
		wantLocation string
		wantProblem  string
		wantWrote    string
	}{
		{
			name: "what uses it first", form: url.Values{"version": {`"rv1"`}, "release": {"1"}}, wantStatus: 303, wantLocation: "/roles",
			wantWrote: "take [deploy] from product\ntake [deploy] from eng\n" + `delete role deploy if "rv1"`,
		},
		{
			name: "one group refuses, and the role stays", form: url.Values{"release": {"1"}}, wantStatus: 409,
			fails:       map[string]error{"take [deploy] from product": &upstream.Error{Status: 403, Message: "Insufficient scope"}},
			wantProblem: "Taken from 1 of 2 groups. Not: Product (Insufficient scope). The role is not deleted.", wantWrote: "take [deploy] from eng",
		},
		{
			name: "somebody gave it to a group meanwhile", form: url.Values{"version": {`"rv1"`}}, wantStatus: 409,
			fails: map[string]error{`delete role deploy if "rv1"`: inUse}, wantProblem: inUse.Message,
		},
		{
			name: "somebody changed it meanwhile", form: url.Values{"version": {`"old"`}}, wantStatus: 409,
			fails:       map[string]error{`delete role deploy if "old"`: &upstream.Error{Status: 412}},
			wantProblem: "Somebody changed this role meanwhile. Look again whether it is the one to delete.",
		},
		{name: "the API fails", form: url.Values{}, wantStatus: 502, fails: map[string]error{"delete role deploy if ": &upstream.Error{Status: 502}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newRoles()
			o.fails = tt.fails
			p := enterRoles(o, allRoles...).post(t, "/roles/deploy/delete", tt.form, "")
			if p.Code != tt.wantStatus || p.Header().Get("Location") != tt.wantLocation || p.text("[role=alert]") != tt.wantProblem {
				t.Errorf("status = %d, location = %q, problem = %q", p.Code, p.Header().Get("Location"), p.text("[role=alert]"))
			}
			if got := strings.Join(o.wrote, "\n"); got != tt.wantWrote {
				t.Errorf("wrote %q, want %q", got, tt.wantWrote)
			}
		})
	}
}

func TestRolePermissionsTab(t *testing.T) {
	o := newRoles()
	o.roles[0].Permissions = append(o.roles[0].Permissions, "gone-permission")
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/roles/deploy", "")
	want := "deploy:staging | Release to staging | -\ngone-permission | Missing : This permission does not exist any more | -\nread:services | See services | -"
	if got := strings.Join(p.rows(), "\n"); got != want {
		t.Errorf("rows:\n%s\nwant:\n%s", got, want)
	}
	if got := p.text(".tabs"); got != "Permissions 3 Users 2 Groups 2" {
		t.Errorf("tabs = %q", got)
	}
	if got := p.text(".meta"); !strings.Contains(got, "Deploy Console") || p.text("title") != "Deploy Viewer, Permissions · Trellis" {
		t.Errorf("meta = %q, title = %q", got, p.text("title"))
	}
	if got := strings.Join(d.get(t, "/roles/deploy?q=STAG", "list").rows(), "\n"); got != "deploy:staging | Release to staging | -" {
		t.Errorf("searched: %q", got)
	}
	if p := d.get(t, "/roles/nope", ""); p.Code != http.StatusNotFound {
		t.Errorf("an unknown role: %d", p.Code)
	}
}

// whichUsers is the choice between those who hold a role and all who have it.
const whichUsers = `.seg[aria-label="Which users"]`

func TestRoleUsersTab(t *testing.T) {
	const ghost = "GU gone-user | Missing : The tenant does not know this user Direct | Remove gone-user from Deploy Viewer"
	tests := []struct {
		name, target string
		untold       bool
		want         []string
		wantViews    string
		wantTitle    string
	}{
		{
			name: "who holds it", target: "/roles/deploy/users",
			want:      []string{"A Ada ada@meridian.example | Direct | Remove Ada from Deploy Viewer", ghost},
			wantViews: "Direct 2 All, by any way 5",
		},
		{
			name: "who has it in any way, and why", target: "/roles/deploy/users?show=all",
			want: []string{
				"A Ada ada@meridian.example | Direct | Remove Ada from Deploy Viewer",
				"B Bo bo@meridian.example | Through a group Engineering and 3 more ways | -",
				"C Cy cy@meridian.example | Through a group Platform Engineering and 1 more way | -",
				"DE dee@meridian.example | Through a group SRE Platform Engineering and 1 more way | -",
				"GU gone-user | Missing : The tenant does not know this user Direct Through a group Engineering and 1 more way | Remove gone-user from Deploy Viewer",
			},
			wantViews: "Direct 2 All, by any way 5",
		},
		{name: "searched", target: "/roles/deploy/users?show=all&q=Cy", want: []string{"C Cy cy@meridian.example | Through a group Platform Engineering and 1 more way | -"}, wantViews: "Direct 2 All, by any way 5"},
		{name: "the API cannot tell", target: "/roles/deploy/users?show=all", untold: true, wantViews: "Direct 2 All, by any way", wantTitle: "Not known here"},
		{name: "direct ones of such an API", target: "/roles/deploy/users", untold: true, want: []string{"A Ada ada@meridian.example | Direct | Remove Ada from Deploy Viewer", ghost}, wantViews: "Direct 2 All, by any way"},
		{name: "nobody directly", target: "/roles/roadmap/users", wantViews: "Direct 0 All, by any way 4", wantTitle: "Nobody holds this role directly"},
		{name: "nobody at all", target: "/roles/audit/users?show=all", wantViews: "Direct 0 All, by any way 0", wantTitle: "Nobody has this role"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newRoles()
			o.untold = tt.untold
			p := enterRoles(o, allRoles...).get(t, tt.target, "")
			if got := strings.Join(p.rows(), "\n"); got != strings.Join(tt.want, "\n") {
				t.Errorf("rows:\n%s\nwant:\n%s", got, strings.Join(tt.want, "\n"))
			}
			if p.text(whichUsers) != tt.wantViews || p.text("#list h2") != tt.wantTitle {
				t.Errorf("views = %q, title = %q", p.text(whichUsers), p.text("#list h2"))
			}
		})
	}
	o := newRoles()
	o.fails["holders"] = &upstream.Error{Status: 502}
	if p := enterRoles(o, allRoles...).get(t, "/roles/deploy/users?show=all", ""); p.Code != 502 {
		t.Errorf("an API that fails: %d", p.Code)
	}
}

func TestGiveRoleToUsersAndTakeIt(t *testing.T) {
	o := newRoles()
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/roles/deploy/users/add", "dialog")
	if held := p.doc.Find("#choices input[disabled]"); held.Length() != 1 || held.AttrOr("value", "") != "u1" {
		t.Errorf("disabled = %d", held.Length())
	}
	if p := d.post(t, "/roles/deploy/users/add", nil, "dialog"); p.Code != 422 || p.text("[role=alert]") != "Choose at least one user." {
		t.Errorf("nobody chosen: %d %q", p.Code, p.text("[role=alert]"))
	}
	if p := d.post(t, "/roles/deploy/users/add?show=all&q=a", url.Values{"id": {"u3", "u4"}}, ""); p.Header().Get("Location") != "/roles/deploy/users?q=a&show=all" {
		t.Errorf("after adding: %q", p.Header().Get("Location"))
	}
	p = d.get(t, "/roles/deploy/users/remove?user=u1", "dialog")
	if p.text("#sheet-title") != "Remove Ada from Deploy Viewer?" || !strings.Contains(p.text("#sheet-text"), "keeps it") {
		t.Errorf("asks %q: %q", p.text("#sheet-title"), p.text("#sheet-text"))
	}
	if p := d.post(t, "/roles/deploy/users/remove?user=u1", nil, "dialog"); p.Header().Get("HX-Retarget") != "#detail" {
		t.Errorf("after removing: %q", p.Header().Get("HX-Retarget"))
	}
	if got := strings.Join(o.wrote, "\n"); got != "give role deploy to [u3 u4]\ntake role deploy from [u1]" {
		t.Errorf("wrote %q", got)
	}
}

func TestRoleGroupsTab(t *testing.T) {
	product := "Product Makers | 0 | Direct | Remove Deploy Viewer from Product"
	eng := "Engineering Builders | 2 | Direct through Product | Remove Deploy Viewer from Engineering"
	platform := "Platform Machines | 1 | through Engineering Product through Engineering | -"
	sre := "SRE On call | 2 | through Platform Engineering Product through Platform Engineering | -"
	for target, want := range map[string]string{
		"/roles/deploy/groups":                strings.Join([]string{eng, platform, product, sre}, "\n"),
		"/roles/deploy/groups?show=direct":    strings.Join([]string{eng, product}, "\n"),
		"/roles/deploy/groups?show=inherited": strings.Join([]string{eng, platform, sre}, "\n"),
		"/roles/audit/groups":                 "",
	} {
		p := enterRoles(newRoles(), allRoles...).get(t, target, "")
		if got := strings.Join(p.rows(), "\n"); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", target, got, want)
		}
	}
	p := enterRoles(newRoles(), allRoles...).get(t, "/roles/deploy/groups", "")
	if got := p.text(".seg"); got != "All 4 Direct 2 Inherited 3" {
		t.Errorf("views = %q", got)
	}
}

func TestGiveRoleToGroupsAndTakeIt(t *testing.T) {
	o := newRoles()
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/roles/deploy/groups/add", "dialog")
	if held := p.text("#choices label:has([disabled]) b"); held != "Engineering Product" {
		t.Errorf("disabled = %q", held)
	}
	if p := d.post(t, "/roles/deploy/groups/add?show=direct", url.Values{"id": {"sre", "empty"}}, ""); p.Header().Get("Location") != "/roles/deploy/groups?show=direct" {
		t.Errorf("after adding: %q", p.Header().Get("Location"))
	}
	o.fails["give [deploy] to sre"] = errors.New("broken")
	p = d.post(t, "/roles/deploy/groups/add", url.Values{"id": {"sre", "empty"}}, "dialog")
	if p.Code != http.StatusConflict || p.text("[role=alert]") != "Given to 1 of 2 groups. Not: SRE (The API refused this)." {
		t.Errorf("one fails: %d %q", p.Code, p.text("[role=alert]"))
	}
	p = d.get(t, "/roles/deploy/groups/remove?group=eng", "dialog")
	if p.text("#sheet-title") != "Remove Deploy Viewer from Engineering?" || !strings.Contains(p.text("#sheet-text"), "still inherits the role from Product") {
		t.Errorf("asks %q: %q", p.text("#sheet-title"), p.text("#sheet-text"))
	}
	if p := d.post(t, "/roles/deploy/groups/remove?group=eng&show=direct", nil, ""); p.Header().Get("Location") != "/roles/deploy/groups?show=direct" {
		t.Errorf("after removing: %q", p.Header().Get("Location"))
	}
	if got := strings.Join(o.wrote, "\n"); got != "give [deploy] to sre\ngive [deploy] to empty\ngive [deploy] to empty\ntake [deploy] from eng" {
		t.Errorf("wrote %q", got)
	}
}

// Who may only read sees every control of roles, disabled, with the reason.
func TestRolesForReaders(t *testing.T) {
	d := enterRoles(newRoles(), "read:roles", "read:permissions", "read:groups")
	for target, want := range map[string]string{
		"/roles":                     "create:roles delete:roles update:roles update:groups create:roles update:roles delete:roles",
		"/roles/deploy":              "read:configuration delete:roles create:roles update:roles update:roles",
		"/roles/deploy/users":        "read:configuration delete:roles create:roles update:roles update:roles update:roles update:roles update:roles update:roles update:groups update:roles",
		"/roles/deploy/groups":       "read:configuration delete:roles create:roles update:roles update:groups update:groups update:groups",
		"/roles/deploy/delete":       "delete:roles",
		"/roles/deploy/edit":         "update:roles",
		"/permissions":               "create:permissions create:permissions delete:permissions update:permissions delete:permissions",
		"/permissions/p1":            "read:configuration delete:permissions update:permissions update:roles",
		"/permissions/p3/edit":       "update:permissions",
		"/permissions/p1/delete":     "delete:permissions",
		"/permissions/paste":         "create:permissions",
		"/roles/new":                 "create:roles",
		"/roles/deploy/users/add":    "update:roles",
		"/roles/deploy/groups/add":   "update:groups",
		"/permissions/new":           "create:permissions",
		"/permissions/p1/users":      "read:configuration delete:permissions update:permissions",
		"/roles/deploy/users?q=none": "read:configuration delete:roles create:roles update:roles update:roles update:roles",
	} {
		var refused []string
		for _, control := range d.get(t, target, "").doc.Find("main [aria-disabled][title]").EachIter() {
			_, scope, _ := strings.Cut(control.AttrOr("title", ""), "Needs ")
			scope, _, _ = strings.Cut(scope, ".")
			refused = append(refused, scope)
		}
		if got := strings.Join(refused, " "); got != want {
			t.Errorf("%s refuses for %q, want %q", target, got, want)
		}
	}
}
