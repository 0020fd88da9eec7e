package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trellis/web/authz"
	"trellis/web/upstream"
)

func TestPermissionsList(t *testing.T) {
	many := newRoles()
	for i := range 30 {
		many.permissions = append(many.permissions, authz.Permission{ID: fmt.Sprint("x", i), Name: fmt.Sprintf("x:%02d", i), ApplicationID: "app2"})
	}
	tests := []struct {
		name, target, part string
		org                *org
		wantFirst, wantSum string
		wantTitle          string
		wantQuery          string
	}{
		{
			name: "all of them", org: newRoles(), target: "/permissions", wantSum: "1–4 of 4",
			wantFirst: "read:services | See services | Deploy Console | 1 | Actions for read:services", wantQuery: "  0 name:1",
		},
		{
			name: "those of an API", org: newRoles(), target: "/permissions?application=" + url.QueryEscape(ledger), part: "list", wantSum: "1–1 of 1",
			wantFirst: "read:invoices | See invoices | Ledger API | 0 | Actions for read:invoices", wantQuery: " " + ledger + " 0 name:1",
		},
		{
			name: "by description, the most used first", org: newRoles(), target: "/permissions?q=RELEASE&sort=-roles", wantSum: "1–1 of 1",
			wantFirst: "deploy:staging | Release to staging | Deploy Console | 1 | Actions for deploy:staging", wantQuery: "RELEASE  0 role_count:-1",
		},
		{name: "a page that lies behind the last", org: many, target: "/permissions?page=9", wantSum: "26–34 of 34", wantFirst: "x:21 | | People Desk | 0 | Actions for x:21", wantQuery: "  1 name:1"},
		{name: "nothing matches", org: newRoles(), target: "/permissions?q=zebra", wantTitle: "No permission matches “zebra”", wantQuery: "zebra  0 name:1"},
		{name: "an application without any", org: newRoles(), target: "/permissions?application=app2", wantTitle: "This application has no permissions", wantQuery: " app2 0 name:1"},
		{name: "there is none at all", org: &org{}, target: "/permissions", wantTitle: "No permissions yet", wantQuery: "  0 name:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := enterRoles(tt.org, allRoles...).get(t, tt.target, tt.part)
			first := ""
			if rows := p.rows(); len(rows) > 0 {
				first = rows[0]
			}
			if p.Code != http.StatusOK || p.whole() != (tt.part == "") || first != tt.wantFirst {
				t.Errorf("status = %d, whole page = %t, first row %q, want %q", p.Code, p.whole(), first, tt.wantFirst)
			}
			if p.text("#list .cf .num") != tt.wantSum || p.text("#list h2") != tt.wantTitle {
				t.Errorf("summary %q, title %q", p.text("#list .cf .num"), p.text("#list h2"))
			}
			q := tt.org.lists[len(tt.org.lists)-1]
			if got := fmt.Sprint(q.Search, " ", q.Of, " ", q.Page, " ", q.Sort); got != tt.wantQuery {
				t.Errorf("asked for %q, want %q", got, tt.wantQuery)
			}
		})
	}
}

func TestCreatePermission(t *testing.T) {
	taken := &upstream.Error{Status: 400, Code: "ValidationError", Message: `Permission with name "read:x" already exists`}
	long := &upstream.Error{Status: 400, Code: "Bad Request", Fields: map[string]string{"applicationId": "At most 500 characters."}}
	full := url.Values{"application": {ledger}, "name": {" read:x "}, "description": {"See x"}}
	tests := []struct {
		name                       string
		form                       url.Values
		refuse                     error
		wantStatus                 int
		wantLocation, wantProblems string
	}{
		{name: "goes to the permission", form: full, wantStatus: 303, wantLocation: "/permissions/made"},
		{name: "the name is taken", form: full, refuse: taken, wantStatus: 422, wantProblems: taken.Message},
		{name: "the API names the field", form: full, refuse: long, wantStatus: 422, wantProblems: "At most 500 characters."},
		{name: "nothing is filled in", form: url.Values{}, wantStatus: 422, wantProblems: "Choose what the permission is for. A permission needs a name. Say in a few words what it lets people do."},
		{name: "the API is down", form: full, refuse: &upstream.Error{Status: 503}, wantStatus: 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newRoles()
			o.refuse = tt.refuse
			p := enterRoles(o, allRoles...).post(t, "/permissions/new", tt.form, "")
			if p.Code != tt.wantStatus || p.Header().Get("Location") != tt.wantLocation || p.text(".problem") != tt.wantProblems {
				t.Errorf("status = %d, location = %q, problems = %q", p.Code, p.Header().Get("Location"), p.text(".problem"))
			}
			if tt.wantStatus == 303 && strings.Join(o.wrote, "") != "create permission read:x: See x of resource_server "+ledger {
				t.Errorf("wrote %q", o.wrote)
			}
			if tt.wantProblems == taken.Message && (p.doc.Find("#name").AttrOr("value", "") != "read:x" || p.doc.Find("option[selected]").AttrOr("value", "") != ledger) {
				t.Errorf("the form lost what was typed: %s", p.text("form"))
			}
		})
	}
}

func TestEditPermission(t *testing.T) {
	o := newRoles()
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/permissions/p3/edit", "dialog")
	if p.doc.Find("#name").AttrOr("value", "") != "rollback:production" || p.doc.Find("[name=version]").AttrOr("value", "") != `"pv3"` {
		t.Errorf("form = %s", p.text("form"))
	}
	form := url.Values{"application": {"app2"}, "name": {"undo:production"}, "description": {"Go back"}, "version": {`"pv3"`}}
	if p := d.post(t, "/permissions/p3/edit", form, ""); p.Header().Get("Location") != "/permissions/p3" {
		t.Errorf("status = %d, location = %q", p.Code, p.Header().Get("Location"))
	}
	if got := strings.Join(o.wrote, ""); got != `update permission p3 if "pv3" to undo:production: Go back of client app2` {
		t.Errorf("wrote %q", got)
	}
	o.refuse = &upstream.Error{Status: http.StatusPreconditionFailed}
	p = d.post(t, "/permissions/p3/edit", form, "dialog")
	if p.Code != http.StatusConflict || p.text(".versions mark") != "rollback:production Deploy Console undo:production People Desk" {
		t.Errorf("conflict: %d, marked %q", p.Code, p.text(".versions mark"))
	}
	o.refuse = &upstream.Error{Status: 400, Code: "ValidationError", Message: "Unable to touch permissions while used in roles: Late"}
	if p = d.post(t, "/permissions/p3/edit", form, "dialog"); p.Code != 422 || p.text("#name-problem") != "Unable to touch permissions while used in roles: Late" {
		t.Errorf("used meanwhile: %d %q", p.Code, p.text("#name-problem"))
	}

	// The API does not change what roles contain: the person sees which.
	p = d.get(t, "/permissions/p1/edit", "dialog")
	if p.text("#sheet-title") != "read:services can't be changed now" || p.text(".bullets") != "Deploy Viewer" || p.doc.Find(".go").Length() != 0 {
		t.Errorf("%q: %q", p.text("#sheet-title"), p.text(".db"))
	}
}

func TestDeletePermission(t *testing.T) {
	const take = `update role deploy if "rv1" to Deploy Viewer: Sees what runs of client app1 with [p2]`
	p := enterRoles(newRoles(), allRoles...).get(t, "/permissions/p1/delete", "dialog")
	if p.text("#sheet-title") != "read:services is still in use" || p.text(".go") != "Take out of 1 role and delete" || p.text(".bullets") != "Deploy Viewer" {
		t.Errorf("asks %q: %q", p.text("#sheet-title"), p.text(".bullets"))
	}
	p = enterRoles(newRoles(), allRoles...).get(t, "/permissions/p3/delete", "dialog")
	if p.text("#sheet-title") != "Delete rollback:production?" || p.text(".go") != "Delete permission" {
		t.Errorf("asks %q", p.text("#sheet-title"))
	}
	tests := []struct {
		name, target           string
		form                   url.Values
		fails                  map[string]error
		wantStatus             int
		wantProblem, wantWrote string
	}{
		{name: "out of its roles first", target: "p1", form: url.Values{"release": {"1"}, "version": {`"pv1"`}}, wantStatus: 303, wantWrote: take + "\n" + `delete permission p1 if "pv1"`},
		{
			name: "a role refuses, and the permission stays", target: "p1", form: url.Values{"release": {"1"}}, wantStatus: 409,
			fails:       map[string]error{take: &upstream.Error{Status: 412, Message: "This has changed since it was read."}},
			wantProblem: "Taken out of 0 of 1 role. Not: Deploy Viewer (This has changed since it was read). The permission is not deleted.",
		},
		{name: "in no role", target: "p3", form: url.Values{"version": {`"pv3"`}}, wantStatus: 303, wantWrote: `delete permission p3 if "pv3"`},
		{
			name: "a role contains it meanwhile", target: "p3", form: url.Values{}, wantStatus: 409, wantProblem: "Unable to touch permissions while used in roles: Late",
			fails: map[string]error{"delete permission p3 if ": &upstream.Error{Status: 400, Code: "ValidationError", Message: "Unable to touch permissions while used in roles: Late"}},
		},
		{
			name: "somebody changed it", target: "p3", form: url.Values{}, wantStatus: 409, wantProblem: "Somebody changed this permission meanwhile. Look again whether it is the one to delete.",
			fails: map[string]error{"delete permission p3 if ": &upstream.Error{Status: 412}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newRoles()
			o.fails = tt.fails
			p := enterRoles(o, allRoles...).post(t, "/permissions/"+tt.target+"/delete", tt.form, "")
			if p.Code != tt.wantStatus || p.text("[role=alert]") != tt.wantProblem {
				t.Errorf("status = %d, problem = %q", p.Code, p.text("[role=alert]"))
			}
			if got := strings.Join(o.wrote, "\n"); got != tt.wantWrote {
				t.Errorf("wrote %q, want %q", got, tt.wantWrote)
			}
		})
	}
}

func TestPermissionRolesTab(t *testing.T) {
	o := newRoles()
	o.roles[3].Permissions = []string{"p1"}
	o.roles[1].Permissions = []string{"p1"} // of another application, by an import
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/permissions/p1", "")
	want := "Deploy Viewer Sees what runs | 2 | 2 | Remove read:services from Deploy Viewer\n" +
		"Roadmap Reader | 1 | 0 | Remove read:services from Roadmap Reader\n" +
		"Auditor Reads it all | 0 | 0 | Remove read:services from Auditor"
	if got := strings.Join(p.rows(), "\n"); got != want || p.text(".tools a") != "Take out of all roles" {
		t.Errorf("rows:\n%s\ntools: %q", got, p.text(".tools a"))
	}
	if p := d.get(t, "/permissions/p1/roles/remove?role=audit", "dialog"); p.text("#sheet-title") != "Remove read:services from Auditor?" {
		t.Errorf("asks %q", p.text("#sheet-title"))
	}
	if p := d.get(t, "/permissions/p1/roles/remove", "dialog"); p.text("#sheet-title") != "Take read:services out of 3 roles?" || p.text(".bullets") != "Deploy Viewer Roadmap Reader Auditor" {
		t.Errorf("asks %q: %q", p.text("#sheet-title"), p.text(".bullets"))
	}
	if p := d.post(t, "/permissions/p1/roles/remove?role=audit", nil, ""); p.Header().Get("Location") != "/permissions/p1" {
		t.Errorf("status = %d, location = %q", p.Code, p.Header().Get("Location"))
	}
	if got := strings.Join(o.wrote, "\n"); got != "update role audit if  to Auditor: Reads it all of  app1 with []" {
		t.Errorf("wrote %q", got)
	}
	o.refuse = &upstream.Error{Status: 403, Message: "Insufficient scope"}
	p = d.post(t, "/permissions/p1/roles/remove", nil, "dialog")
	if p.Code != http.StatusConflict || !strings.HasPrefix(p.text("[role=alert]"), "Taken out of 0 of 3 roles. Not: Deploy Viewer (Insufficient scope), ") {
		t.Errorf("refused: %d %q", p.Code, p.text("[role=alert]"))
	}
	p = d.get(t, "/permissions/p3", "")
	if p.text("#list h2") != "In no role" || p.doc.Find("#list .acts a").AttrOr("href", "") != "/roles?application=app1" {
		t.Errorf("in no role: %q", p.text("#list"))
	}
	if p := d.get(t, "/permissions/nope", ""); p.Code != http.StatusNotFound {
		t.Errorf("an unknown permission: %d", p.Code)
	}
}

func TestPermissionUsersTab(t *testing.T) {
	o := newRoles()
	d := enterRoles(o, allRoles...)
	p := d.get(t, "/permissions/p1/users?q=Ada", "")
	if got := strings.Join(p.rows(), "\n"); got != "A Ada ada@meridian.example | Through a role Deploy Viewer | -" {
		t.Errorf("rows:\n%s", got)
	}
	if got := d.get(t, "/permissions/p1/users?q=Bo&page=7", "list"); len(got.rows()) != 1 || got.Header().Get("HX-Push-Url") != "/permissions/p1/users?q=Bo" {
		t.Errorf("a page behind the last: %q, %q", got.rows(), got.Header().Get("HX-Push-Url"))
	}
	if got := d.get(t, "/permissions/p3/users", "").text("#list h2"); got != "Nobody has this permission" {
		t.Errorf("nobody: %q", got)
	}
	o.untold = true
	p = d.get(t, "/permissions/p1/users", "")
	if p.Code != http.StatusOK || p.text("#list h2") != "Not known here" || p.doc.Find("#search").Length() != 0 {
		t.Errorf("an API that cannot tell: %d %q", p.Code, p.text("#list"))
	}
}

// Each line is judged before anything is made, and nothing is made unseen.
func TestPastePermissions(t *testing.T) {
	o := newRoles()
	d := enterRoles(o, allRoles...)
	lines := "read:services  See services\r\n\n  approve:release\tLet it go live \nAPPROVE:release again\nno-description\n" +
		strings.Repeat("x", 101) + " too long\nturned:\u202eright it looks otherwise\nwrite:docs  Write  documents"
	form := url.Values{"application": {"app1"}, "lines": {lines}, "preview": {"1"}}
	p := d.post(t, "/permissions/paste", form, "")
	want := strings.Join([]string{
		"1 | read:services | See services | Exists already",
		"3 | approve:release | Let it go live | Create",
		"4 | APPROVE:release | again | Twice in the paste The same name as in line 3.",
		"5 | no-description | | Not valid The description is missing: what does it let people do?",
		"6 | " + strings.Repeat("x", 101) + " | too long | Not valid The name is longer than 100 characters.",
		"7 | turned:\u202eright | it looks otherwise | Not valid It holds characters that cannot be seen.",
		"8 | write:docs | Write documents | Create",
	}, "\n")
	if got := pasted(p); got != want {
		t.Errorf("preview:\n%s\nwant:\n%s", got, want)
	}
	if p.text(".go") != "Create 2 permissions" || p.text(".ch .muted") != "2 to create, 1 exist already, 1 twice in the paste, 3 not valid" || len(o.wrote) != 0 {
		t.Errorf("offers %q: %q; wrote %q", p.text(".go"), p.text(".ch .muted"), o.wrote)
	}
	seen := p.doc.Find("[name=previewed]").AttrOr("value", "")

	// Lines that changed since are shown again first.
	form = url.Values{"application": {"app1"}, "lines": {lines + "\nmore:lines Than seen"}, "previewed": {seen}}
	if p := d.post(t, "/permissions/paste", form, ""); p.text(".go") != "Create 3 permissions" || len(o.wrote) != 0 {
		t.Errorf("changed lines: offers %q, wrote %q", p.text(".go"), o.wrote)
	}
	form.Set("lines", lines)
	form.Set("application", "app2")
	if d.post(t, "/permissions/paste", form, ""); len(o.wrote) != 0 {
		t.Errorf("another application: wrote %q", o.wrote)
	}

	form.Set("application", "app1")
	p = d.post(t, "/permissions/paste", form, "")
	if got := strings.Join(o.wrote, "\n"); got != "create permission approve:release: Let it go live of client app1\ncreate permission write:docs: Write  documents of client app1" {
		t.Errorf("wrote %q", got)
	}
	if p.text("#sheet-title") != "Permissions created" || !strings.Contains(pasted(p), "3 | approve:release | Let it go live | Created\n") {
		t.Errorf("result %q:\n%s", p.text("#sheet-title"), pasted(p))
	}
}

func pasted(p page) string {
	var rows []string
	for _, tr := range p.doc.Find(".tall tbody tr").EachIter() {
		var cells []string
		for _, cell := range tr.Find("th, td").EachIter() {
			cells = append(cells, words(cell))
		}
		rows = append(rows, strings.Join(strings.Fields(strings.Join(cells, " | ")), " "))
	}
	return strings.Join(rows, "\n")
}

func TestPastesThatFail(t *testing.T) {
	for name, tt := range map[string]struct {
		form  url.Values
		wants string
	}{
		"nothing":          {url.Values{"application": {"app1"}, "lines": {" \n\t"}}, "Paste at least one line."},
		"no application":   {url.Values{"lines": {"a b"}}, "Choose what the permissions are for."},
		"more than enough": {url.Values{"application": {"app1"}, "lines": {strings.Repeat("a b\n", 501)}}, "Paste at most 500 lines at once; there are 501."},
	} {
		p := enterRoles(newRoles(), allRoles...).post(t, "/permissions/paste", tt.form, "")
		if p.Code != 422 || p.text(".problem") != tt.wants || strings.TrimSpace(p.text("textarea")) != strings.Join(strings.Fields(tt.form.Get("lines")), " ") {
			t.Errorf("%s: %d %q", name, p.Code, p.text(".problem"))
		}
	}

	// One line fails by itself, the next one because the API does: the rest waits.
	o := newRoles()
	o.fails = map[string]error{
		"create permission a:1: One of client app1": &upstream.Error{Status: 400, Code: "ValidationError", Message: "Permission with name a:1 already exists"},
		"create permission a:3: Two of client app1": &upstream.Error{Status: 503, Message: "Too many changes are under way."},
	}
	d := enterRoles(o, allRoles...)
	form := url.Values{"application": {"app1"}, "lines": {"a:1 One\na:2 Two\na:3 Two\na:4 Four"}}
	form.Set("previewed", d.post(t, "/permissions/paste", form, "").doc.Find("[name=previewed]").AttrOr("value", ""))
	p := d.post(t, "/permissions/paste", form, "")
	want := "1 | a:1 | One | Failed Permission with name a:1 already exists\n2 | a:2 | Two | Created\n" +
		"3 | a:3 | Two | Failed Too many changes are under way.\n4 | a:4 | Four | Not tried Not tried after the line before failed."
	if pasted(p) != want || p.text("#sheet-title") != "Not all permissions were created" || p.text(".go") != "Look at them again" {
		t.Errorf("result %q:\n%s", p.text("#sheet-title"), pasted(p))
	}
	if p.doc.Find("[name=lines]").AttrOr("value", "") != form.Get("lines") {
		t.Errorf("the lines are lost")
	}
}
