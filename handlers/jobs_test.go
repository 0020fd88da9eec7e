package handlers_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/bulk"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// drawer keeps work in memory, by person.
type drawer struct {
	mu   sync.Mutex
	work map[string][]byte
}

func (d *drawer) KeepWork(ctx context.Context, id string, v any) error {
	b, err := json.Marshal(v)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.work[session.From(ctx).Subject+" "+id] = b
	return err
}

func (d *drawer) FindWork(ctx context.Context, id string, v any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, ok := d.work[session.From(ctx).Subject+" "+id]
	if !ok {
		return session.ErrNoWork
	}
	return json.Unmarshal(b, v)
}

func (d *drawer) ListWork(ctx context.Context) (ids []string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key := range d.work {
		if person, id, _ := strings.Cut(key, " "); person == session.From(ctx).Subject {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (d *drawer) DropWork(ctx context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.work, session.From(ctx).Subject+" "+id)
	return nil
}

func (d *drawer) Reload(ctx context.Context) (session.Data, error) { return *session.From(ctx), nil }

// enterJobs mounts the pages of jobs for somebody who has scopes.
func enterJobs(o *org, scopes ...string) door {
	return enterForetoldJobs(o, handlers.Impacts{}, scopes...)
}

// enterForetoldJobs is enterJobs, where impacts tell what the jobs would do.
func enterForetoldJobs(o *org, impacts handlers.Impacts, scopes ...string) door {
	jobs := bulk.NewRunner(bulk.Config{Steps: bulk.APIs{Authz: o, Mgmt: o}, Store: &drawer{work: map[string][]byte{}}})
	selection := handlers.Selection{API: o, Users: handlers.Users{Search: o}, Catalogue: handlers.Catalogue{Applications: o, APIs: o}, Jobs: jobs}
	many := handlers.Many{API: o, Jobs: jobs}
	work := handlers.Jobs{API: o, Jobs: jobs, Impacts: impacts}

	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.POST(urls.SelectUsers, selection.SelectUsers)
	e.GET(urls.SelectUsers, selection.SelectUsers)
	e.POST(urls.SelectGroups, selection.SelectGroups)
	e.POST(urls.SelectRoles, selection.SelectRoles)
	e.POST(urls.SelectPermissions, selection.SelectPermissions)
	e.POST(urls.SelectMembers, selection.SelectMembers)
	e.POST(urls.SelectRoleUsers, selection.SelectRoleUsers)
	e.GET(urls.ExportUsers, selection.ExportUsers)
	e.GET(urls.ExportGroups, selection.ExportGroups)
	e.GET(urls.ExportRoles, selection.ExportRoles)
	e.GET(urls.ExportPermissions, selection.ExportPermissions)
	e.GET(urls.ExportMembers, selection.ExportMembers)
	e.GET(urls.ExportRoleUsers, selection.ExportRoleUsers)
	e.GET(urls.ExportPermissionUsers, selection.ExportPermissionUsers)
	e.GET(urls.GroupMembersMany, many.ForGroup)
	e.POST(urls.GroupMembersMany, many.AddToGroup)
	e.GET(urls.RoleUsersMany, many.ForRole)
	e.POST(urls.RoleUsersMany, many.AddToRole)
	e.GET(urls.Jobs, work.List)
	e.GET(urls.Job, work.Show)
	e.GET(urls.JobTarget, work.PickTarget)
	e.POST(urls.JobTarget, work.SetTarget)
	e.GET(urls.JobStart, work.Back)
	e.POST(urls.JobStart, work.Start)
	e.POST(urls.JobAgain, work.Again)
	e.POST(urls.JobCancel, work.Cancel)
	e.POST(urls.JobDrop, work.Drop)
	e.GET(urls.JobResult, work.Result)
	e.GET(urls.JobImpact, work.Impact)
	e.GET(urls.JobImpactExport, work.ImpactFile)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Authorization: {Scopes: scopes}},
	}}
}

// manager is the scopes of somebody who may do whatever a job does.
var manager = []string{"update:groups", "update:roles", "delete:groups", "delete:roles", "delete:permissions"}

// page of the job is where an answer leads, when nothing goes on any more.
func (d door) followed(t *testing.T, p page) page {
	t.Helper()
	to := p.Header().Get("Location")
	if p.Code != http.StatusSeeOther || to == "" {
		t.Fatalf("answer %d to %q: %s", p.Code, to, p.Body)
	}
	synctest.Wait()
	return d.get(t, to, "")
}

// counts is what the lines of a job come to.
func (p page) counts() string {
	var out []string
	for _, c := range p.doc.Find(".counts a").EachIter() {
		out = append(out, words(c))
	}
	return strings.Join(out, ", ")
}

func TestBulkChanges(t *testing.T) {
	tests := []struct {
		name, at string
		form     url.Values
		target   string // to choose, when asked
		title    string
		preview  string
		submit   string
		wrote    string
	}{
		{
			"users into a group", urls.SelectUsers,
			url.Values{"do": {"group"}, "id": {"u1", "u2", "u1", ""}},
			"eng",
			"Add users to Engineering", "1 Will be added, 1 Nothing to do", "Add 1 user", "[add [u1] to eng]",
		},
		{
			"all users that match get a role", urls.SelectUsers + "?q=dee",
			url.Values{"do": {"role"}, "all": {"1"}, "id": {"u1"}},
			"audit",
			"Give Auditor to users", "1 Will get it", "Give to 1 user", "[give role audit to [u4]]",
		},
		{
			"members out of a group", "/groups/eng/members/select",
			url.Values{"do": {"remove"}, "id": {"u2", "gone-user", "u9"}},
			"",
			"Remove members from Engineering", "2 Will be removed, 1 Nothing to do", "Remove 2 members", "[remove [gone-user u2] from eng]",
		},
		{
			"a role from users", "/roles/deploy/users/select",
			url.Values{"do": {"remove"}, "id": {"u1"}},
			"",
			"Take Deploy Viewer from users", "1 Nothing to do", "", "[]",
		},
		{
			"a role to groups", urls.SelectGroups,
			url.Values{"do": {"role"}, "id": {"eng", "sre"}},
			"deploy",
			"Give Deploy Viewer to groups", "1 Will give it, 1 Nothing to do", "Give to 1 group", "[give [deploy] to sre]",
		},
		{
			"groups go, but for those in use", urls.SelectGroups,
			url.Values{"do": {"delete"}, "id": {"empty", "sre", "all"}},
			"",
			"Delete groups", "2 Will be deleted, 1 In use", "Delete 2 groups", "[delete all if  delete empty if ]",
		},
		{
			"roles go, but for those in use", urls.SelectRoles,
			url.Values{"do": {"delete"}, "id": {"audit", "deploy"}},
			"",
			"Delete roles", "1 Will be deleted, 1 In use", "Delete 1 role", "[delete role audit if ]",
		},
		{
			"permissions go, but for those in use", urls.SelectPermissions,
			url.Values{"do": {"delete"}, "id": {"p1", "p9"}},
			"",
			"Delete permissions", "1 Will be deleted, 1 In use", "Delete 1 permission", "[delete permission p9 if ]",
		},
		{
			"groups into a group, but for those around it", urls.SelectGroups,
			url.Values{"do": {"nest"}, "id": {"platform", "empty", "eng", "product", "sre"}},
			"eng",
			"Nest groups in Engineering", "2 Will be nested, 1 Nothing to do, 2 Not possible", "Nest 2 groups", "[nest [empty sre] in eng]",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOrg()
				d := enterJobs(o, manager...)
				p := d.followed(t, d.post(t, tt.at, tt.form, ""))
				if tt.target != "" {
					at := p.doc.Find("form.sheet").AttrOr("action", "")
					if none := d.post(t, at, url.Values{}, ""); none.Code != http.StatusUnprocessableEntity {
						t.Errorf("without a choice: %d", none.Code)
					}
					p = d.followed(t, d.post(t, at, url.Values{"id": {tt.target}}, ""))
				}
				if p.text("h1") != tt.title || p.counts() != tt.preview || len(o.wrote) != 0 {
					t.Errorf("%q: %s, wrote %v; want %q: %s", p.text("h1"), p.counts(), o.wrote, tt.title, tt.preview)
				}
				if got := p.text("#job-start button"); got != tt.submit {
					t.Fatalf("button %q, want %q", got, tt.submit)
				}
				if tt.submit != "" {
					p = d.followed(t, d.post(t, p.doc.Find("#job-start").AttrOr("action", ""), nil, ""))
				}
				if fmt.Sprint(o.wrote) != tt.wrote {
					t.Errorf("wrote %v, want %s", o.wrote, tt.wrote)
				}
			})
		})
	}
}

// A list, pasted or in a file, is shown before anything is done; what fails says
// why, in the page and in the file, and can be tried again.
func TestPastedMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOrg()
		o.users = append(o.users, authz.User{UserID: "u5", Name: "Dee too", Email: "dee@meridian.example"})
		o.fails = map[string]error{
			"add [u1 u5 u3] to eng": &upstream.Error{Status: 400, Message: "One of them is no good."},
			"add [u5 u3] to eng":    &upstream.Error{Status: 400, Message: "One of them is no good."},
			"add [u3] to eng":       &upstream.Error{Status: 400, Message: "=Cy is no good."},
		}
		d := enterJobs(o, manager...)
		if p := d.post(t, "/groups/eng/members/many", url.Values{"list": {" "}}, ""); p.Code != 422 || !strings.Contains(p.text("#list-problem"), "Paste at least one") {
			t.Errorf("an empty list: %d %q", p.Code, p.text("#list-problem"))
		}
		p := d.followed(t, d.post(t, "/groups/eng/members/many", url.Values{
			"list": {"ada@meridian.example\nu2\nnobody@x.example\ndee@meridian.example\nu3\nu1\n"},
		}, ""))
		if got := p.counts(); got != "2 Will be added, 1 Nothing to do, 1 Several users, 1 Not known, 1 Twice in the list" {
			t.Errorf("preview: %s", got)
		}
		start := p.doc.Find("#job-start").AttrOr("action", "")
		if p.doc.Find("select[name=choice-4][form=job-start] option").Length() != 3 {
			t.Errorf("nobody asks who is meant: %s", p.text("main"))
		}
		p = d.followed(t, d.post(t, start, url.Values{"choice-4": {"u5"}}, ""))
		if p.text("#job-start button") != "Add 3 users" || len(o.wrote) != 0 {
			t.Errorf("with a choice: %q, wrote %v", p.text("#job-start button"), o.wrote)
		}
		p = d.followed(t, d.post(t, start, nil, ""))
		if got := p.counts(); got != "2 Added, 1 Failed, 1 Nothing to do, 1 Not known, 1 Twice in the list" || fmt.Sprint(o.wrote) != "[add [u1] to eng add [u5] to eng]" {
			t.Errorf("result: %s, wrote %v", got, o.wrote)
		}
		if narrowed := d.get(t, p.doc.Find(".counts a").Eq(1).AttrOr("href", ""), ""); narrowed.doc.Find("#list tbody tr").Length() != 1 || !strings.Contains(narrowed.text("#list"), "=Cy is no good.") {
			t.Errorf("those that failed: %s", narrowed.text("#list"))
		}
		file := d.get(t, strings.TrimSuffix(start, "start")+"result.csv", "")
		if got := file.Header().Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="result-`) {
			t.Errorf("the file is %q", got)
		}
		for _, want := range []string{"\ufeff\"line\",\"entry\"", `"1","ada@meridian.example","u1","Ada","Added",""`, `"Failed","'=Cy is no good."`, `"No user has this email."`} {
			if !strings.Contains(file.Body.String(), want) {
				t.Errorf("the file lacks %s:\n%s", want, file.Body)
			}
		}
		delete(o.fails, "add [u3] to eng")
		if p = d.followed(t, d.post(t, strings.TrimSuffix(start, "start")+"again", nil, "")); !strings.HasPrefix(p.counts(), "3 Added") || p.text(".ch .tag") != "Finished" {
			t.Errorf("tried again: %s, %s", p.text(".ch .tag"), p.counts())
		}
	})
}

func TestAnUploadedList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := enterJobs(newOrg(), manager...)
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, err := w.CreateFormFile("file", "users.csv")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(part, "\ufeffname;email\r\nAda;ada@meridian.example\r\n")
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/roles/audit/users/many", &body)
		r.Header.Set("Content-Type", w.FormDataContentType())
		if p := d.followed(t, d.send(t, r, "")); p.text("h1") != "Give Auditor to users" || p.counts() != "1 Will get it" {
			t.Errorf("%q: %s", p.text("h1"), p.counts())
		}
	})
}

// While a job runs its page says how far it is, to htmx in a part, and it can be
// stopped. A second one has to wait.
func TestARunningJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOrg()
		o.refuse = &upstream.Error{Status: http.StatusTooManyRequests, RetryAfter: time.Hour}
		d := enterJobs(o, manager...)
		p := d.followed(t, d.post(t, "/groups/eng/members/many", url.Values{"list": {"u1,u3"}}, ""))
		start := p.doc.Find("#job-start").AttrOr("action", "")
		p = d.followed(t, d.post(t, start, nil, ""))
		if p.text(".progress") != "0 of 2" || !strings.Contains(p.text(".note.warn"), "asks for a pause") || p.doc.Find("#list").Length() != 0 {
			t.Errorf("running: %s", p.text("main"))
		}
		at := strings.TrimSuffix(start, "/start")
		if part := d.get(t, at, "job"); part.doc.Find("html > head > title, h1").Length() != 0 || part.doc.Find("#job[hx-get]").AttrOr("data-status", "") != "Adding: 0 %" {
			t.Errorf("htmx gets %s", part.Body)
		}
		if twice := d.post(t, start, nil, ""); twice.Code != http.StatusConflict {
			t.Errorf("begun twice: %d", twice.Code)
		}
		if other := d.post(t, "/groups/sre/members/many", url.Values{"list": {"u1"}}, ""); other.Header().Get("Location") != urls.Jobs {
			t.Errorf("another at once leads to %q", other.Header().Get("Location"))
		}
		p = d.followed(t, d.post(t, at+"/cancel", nil, ""))
		if p.text(".ch .tag") != "Cancelled" || p.counts() != "2 Will be added" || p.text("#job-start button") != "Go on with 2 users" {
			t.Errorf("stopped: %s, %s, %q", p.text(".ch .tag"), p.counts(), p.text("#job-start button"))
		}
		o.refuse = nil
		if p = d.followed(t, d.post(t, start, nil, "")); p.counts() != "2 Added" {
			t.Errorf("taken up again: %s", p.counts())
		}
		if list := d.get(t, urls.Jobs, ""); !strings.Contains(list.text("#list"), "Add users to Engineering Finished 2 added") {
			t.Errorf("the list of work: %s", list.text("#list"))
		}
	})
}

func TestAJobAsksForTheScopeOfItsTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOrg()
		d := enterJobs(o, "update:roles")
		for at, do := range map[string]string{urls.SelectUsers: "group", urls.SelectGroups: "delete", "/groups/eng/members/select": "remove"} {
			if p := d.post(t, at, url.Values{"do": {do}, "id": {"u1"}}, ""); p.Code != http.StatusForbidden {
				t.Errorf("%s %s: %d", at, do, p.Code)
			}
		}
		p := d.followed(t, d.post(t, "/roles/audit/users/many", url.Values{"list": {"u1"}}, ""))
		start := p.doc.Find("#job-start").AttrOr("action", "")
		d.session.Tokens = nil // the right was taken away meanwhile
		if p := d.post(t, start, nil, ""); p.Code != http.StatusForbidden || len(o.wrote) != 0 {
			t.Errorf("begun without the right: %d, wrote %v", p.Code, o.wrote)
		}
		if p := d.get(t, strings.TrimSuffix(start, "/start"), ""); p.doc.Find("[aria-disabled][title*='update:roles']").Length() != 1 {
			t.Errorf("the button does not say what it needs: %s", p.text(".df"))
		}
		d.session.Subject = "auth0|hugo"
		for _, at := range []string{"", "/result.csv", "/target"} {
			if p := d.get(t, strings.TrimSuffix(start, "/start")+at, ""); p.Code != http.StatusNotFound {
				t.Errorf("somebody else sees %s: %d", at, p.Code)
			}
		}
	})
}

func TestSelectionsThatCannotBeUsed(t *testing.T) {
	d := enterJobs(newOrg(), manager...)
	if p := d.post(t, urls.SelectUsers+"?q=a&page=1", url.Values{"do": {"group"}}, ""); p.Header().Get("Location") != "/users?q=a" {
		t.Errorf("without a row: %d to %q", p.Code, p.Header().Get("Location"))
	}
	if p := d.post(t, urls.SelectUsers, url.Values{"do": {"burn"}, "id": {"u1"}}, ""); p.Code == http.StatusSeeOther {
		t.Errorf("an unknown deed: %d", p.Code)
	}
	if p := d.get(t, urls.SelectUsers+"?q=a", ""); p.Header().Get("Location") != "/users?q=a" {
		t.Errorf("after signing in again: %q", p.Header().Get("Location"))
	}
}

// Rows of other pages than the one on the screen come with all that is known of
// them; of one that is gone only the id is known.
func TestSelectionsReachOverPages(t *testing.T) {
	o := newOrg()
	for i := range 200 {
		o.groups = append(o.groups, authz.Group{ID: fmt.Sprintf("g%03d", i), Name: fmt.Sprintf("Gang %03d", i)})
	}
	form := url.Values{"do": {"export"}, "id": {"g001", "g030", "g199", "gone"}}
	p := enterJobs(o).post(t, urls.SelectGroups+"?page=2&q=gang", form, "")
	if n := strings.Count(p.Body.String(), "\r\n") - 1; p.Code != 200 || n != 4 {
		t.Errorf("%d with %d rows", p.Code, n)
	}
	for _, name := range []string{"Gang 001", "Gang 030", "Gang 199", `"gone"`} {
		if !strings.Contains(p.Body.String(), name) {
			t.Errorf("%s is not in\n%s", name, p.Body)
		}
	}
}

// Files hold every page of a list, and a failure never looks like a whole file.
func TestExports(t *testing.T) {
	o := newOrg()
	for i := range 60 {
		o.groups[2].Members = append(o.groups[2].Members, fmt.Sprint("m", i))
	}
	o.groups[5].Name = "=cmd|' /C calc'!A0"
	d := enterJobs(o)
	for at, want := range map[string]struct {
		rows int
		text string
	}{
		urls.ExportUsers:                       {4, `"u1","Ada","ada@meridian.example"`},
		urls.ExportUsers + "?q=dee":            {1, `"u4"`},
		urls.ExportGroups:                      {6, `"'=cmd|' /C calc'!A0"`},
		urls.ExportRoles + "?application=app1": {2, `"audit","Auditor","Reads it all","app1","Deploy Console"`},
		"/groups/eng/members.csv":              {62, `"m59"`},
		"/groups/eng/members.csv?show=all":     {4, `"u4","","dee@meridian.example","group","SRE > Platform","1"`},
		"/roles/deploy/users.csv":              {0, `"user_id","name","email","connection","source"`},
	} {
		p := d.get(t, at, "")
		if n := strings.Count(p.Body.String(), "\r\n") - 1; p.Code != 200 || n != want.rows || !strings.Contains(p.Body.String(), want.text) {
			t.Errorf("%s: %d with %d rows, want %d:\n%s", at, p.Code, n, want.rows, p.Body)
		}
	}
}

// flaky fails from its second page on.
type flaky struct{ handlers.UserSearch }

func (flaky) ListUsers(_ context.Context, q mgmt.ListQuery) (mgmt.Page[mgmt.User], error) {
	if q.Page > 0 {
		return mgmt.Page[mgmt.User]{}, &upstream.Error{Status: http.StatusBadGateway}
	}
	return mgmt.Page[mgmt.User]{Items: make([]mgmt.User, 100), Total: 300}, nil
}

func TestAnExportThatFailsHalfWayIsBrokenOff(t *testing.T) {
	e := echo.New()
	e.GET(urls.ExportUsers, handlers.Selection{Users: handlers.Users{Search: flaky{}}}.ExportUsers)
	server := httptest.NewServer(e)
	defer server.Close()
	res, err := http.Get(server.URL + urls.ExportUsers)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err == nil {
		t.Errorf("%d rows look like a whole file", strings.Count(b.String(), "\r\n"))
	}
}

// All that match a finding are those that it finds, and no others.
func TestSelectionsKeepToAFinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOrg()
		d := enterJobs(o, manager...)
		if d.get(t, urls.ExportGroups+"?show=empty", ""); o.asked.Finding != "empty" {
			t.Errorf("the file asks for the finding %q", o.asked.Finding)
		}
		o.lists = nil
		d.post(t, urls.SelectGroups+"?show=empty", url.Values{"do": {"delete"}, "all": {"1"}}, "")
		if o.lists[0].Finding != "empty" {
			t.Errorf("all that match asks for the finding %q", o.lists[0].Finding)
		}
		synctest.Wait()
	})
}

// Before a job begins its page tells what it would do: of the lines that are left
// to do, and of all of them in one question.
func TestJobsTellTheirImpact(t *testing.T) {
	tests := []struct {
		at   string
		form url.Values
		want []authz.ProposedChange
	}{
		{"/groups/eng/members/select", url.Values{"do": {"remove"}, "id": {"u2", "gone-user", "u9"}}, []authz.ProposedChange{
			{Action: "remove", Kind: "member", User: "gone-user", Group: "eng"}, {Action: "remove", Kind: "member", User: "u2", Group: "eng"},
		}},
		{urls.SelectGroups, url.Values{"do": {"delete"}, "id": {"empty", "sre"}}, []authz.ProposedChange{{Action: "delete", Kind: "group", Group: "empty"}}},
		{urls.SelectRoles, url.Values{"do": {"delete"}, "id": {"audit", "deploy"}}, []authz.ProposedChange{{Action: "delete", Kind: "role", Role: "audit"}}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			const words = "2 people lose 1 role and 1 permission"
			o := &oracle{org: newOrg(), says: twoLose()}
			d := enterForetoldJobs(o.org, handlers.Impacts{API: o}, manager...)
			begun := d.post(t, tt.at, tt.form, "")
			if p := d.followed(t, begun); p.text("#impact .note b") != words {
				t.Errorf("%s: note = %q", tt.at, p.text("#impact"))
			}
			o.slow, o.asked = true, nil
			p := d.followed(t, begun)
			address := p.doc.Find("#impact").AttrOr("hx-get", "")
			if address == "" || p.doc.Find("#impact .noscript a").AttrOr("href", "") != address {
				t.Fatalf("%s: the page waits for its impact, or leads nowhere without script", tt.at)
			}
			o.slow, o.asked = false, nil
			if note := d.get(t, address, "impact"); note.whole() || note.text("#impact .note b") != words {
				t.Errorf("%s: note = %q", tt.at, note.text("#impact"))
			}
			if len(o.asked) != 1 || !slices.Equal(o.asked[0], tt.want) {
				t.Errorf("%s: asked %v, want %v", tt.at, o.asked, tt.want)
			}
			if whole := d.get(t, address, ""); whole.doc.Find("#list tbody tr").Length() != 2 || !whole.whole() {
				t.Errorf("%s: the page has %d rows", tt.at, whole.doc.Find("#list tbody tr").Length())
			}
		})
	}
}

// What is in use can be taken out and deleted in one step, by who may do both.
func TestBulkDeletionReleasesUses(t *testing.T) {
	for _, tt := range []struct {
		name, at, id string
		button       string
		wrote        string
		scope        string // to take it out
	}{
		{
			"roles", urls.SelectRoles, "deploy", "Take what is in use out of its groups, and delete 1 role",
			"take [deploy] from product; take [deploy] from eng; delete role deploy if ", "update:groups",
		},
		{
			"permissions", urls.SelectPermissions, "p2", "Take what is in use out of its roles, and delete 1 permission",
			"update role deploy", "update:roles",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOrg()
				d := enterJobs(o, manager...)
				p := d.followed(t, d.post(t, tt.at, url.Values{"do": {"delete"}, "id": {tt.id}}, ""))
				if got := p.text("button[name=release]"); p.counts() != "1 In use" || got != tt.button {
					t.Fatalf("%s: offers %q", p.counts(), got)
				}
				p = d.followed(t, d.post(t, p.doc.Find("#job-start").AttrOr("action", ""), url.Values{"release": {"1"}}, ""))
				if got := strings.Join(o.wrote, "; "); !strings.HasPrefix(got, tt.wrote) || p.counts() != "1 Deleted" {
					t.Errorf("%s: wrote %q", p.counts(), got)
				}

				o = newOrg()
				d = enterJobs(o, "delete:roles", "delete:permissions")
				p = d.followed(t, d.post(t, tt.at, url.Values{"do": {"delete"}, "id": {tt.id}}, ""))
				also := p.doc.Find("button:contains('Take what is in use')")
				if !strings.Contains(also.AttrOr("title", ""), "Needs "+tt.scope) {
					t.Errorf("who may not take it out is told %q", also.AttrOr("title", ""))
				}
				d.followed(t, d.post(t, p.doc.Find("#job-start").AttrOr("action", ""), url.Values{"release": {"1"}}, ""))
				if len(o.wrote) != 0 {
					t.Errorf("wrote %q all the same", o.wrote)
				}
			})
		})
	}
}
