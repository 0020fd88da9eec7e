package handlers_test

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// oracle tells what changes would do as it was told, or not at all. It remembers
// what it was asked.
type oracle struct {
	*org
	says  authz.Impact
	fails error
	slow  bool // it answers when nobody waits any more
	asked [][]authz.ProposedChange
}

func (o *oracle) Impact(ctx context.Context, changes []authz.ProposedChange, page, perPage int) (authz.Impact, error) {
	o.asked = append(o.asked, changes)
	if o.slow {
		<-ctx.Done()
		return authz.Impact{}, ctx.Err()
	}
	out := o.says
	from := min(page*perPage, len(out.Users))
	out.Users = out.Users[from:min(from+perPage, len(out.Users))]
	return out, o.fails
}

// foretold mounts the pages that ask whether to change something.
func foretold(o *oracle, scopes ...string) door {
	impacts := handlers.Impacts{API: o, Wait: 50 * time.Millisecond}
	members := handlers.Members{API: o, Users: o, Impacts: impacts}
	nested := handlers.Nested{API: o, Impacts: impacts}
	groupRoles := handlers.GroupRoles{API: o, Applications: o, Impacts: impacts}
	mappings := handlers.Mappings{API: o, Connections: o, Impacts: impacts}
	groups := handlers.Groups{API: o, Impacts: impacts}
	roles := handlers.Roles{API: o, Impacts: impacts, Catalogue: handlers.Catalogue{Applications: signIns{meridian()}, APIs: meridian()}}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		if he, ok := err.(*echo.HTTPError); ok { //nolint:errorlint // as it came
			_ = c.String(he.Code, "")
			return
		}
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.GroupMembersAdd, members.Pick)
	e.POST(urls.GroupMembersAdd, members.Add)
	e.GET(urls.GroupMembersRemove, members.ConfirmRemove)
	e.GET(urls.GroupNestedAdd, nested.Pick)
	e.POST(urls.GroupNestedAdd, nested.Add)
	e.GET(urls.GroupNestedRemove, nested.ConfirmRemove)
	e.GET(urls.GroupRolesRemove, groupRoles.ConfirmRemove)
	e.GET(urls.GroupMappingsAdd, mappings.New)
	e.GET(urls.GroupMappingsRemove, mappings.ConfirmRemove)
	e.GET(urls.GroupDelete, groups.ConfirmDelete)
	e.GET(urls.RoleDelete, roles.ConfirmDelete)
	e.GET(urls.RoleEdit, roles.Edit)
	e.POST(urls.RoleEdit, roles.Update)
	e.GET(urls.Impact, impacts.Show)
	e.POST(urls.Impact, impacts.Show)
	e.GET(urls.ImpactExport, impacts.Export)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Authorization: {Scopes: scopes}},
	}}
}

var changing = []string{"update:groups", "delete:groups", "update:roles", "delete:roles"}

func vertex(kind, id, name string) authz.Vertex { return authz.Vertex{Kind: kind, ID: id, Name: name} }

// twoLose is that Bo and Cy lose SRE's role, and Cy a permission too.
func twoLose() authz.Impact {
	deploy, read := vertex("role", "deploy", "Deploy Viewer"), vertex("permission", "p1", "read:services")
	return authz.Impact{
		Reached: 3, Affected: 2, Losing: 2,
		Shifts: []authz.Shift{{Vertex: deploy, Lost: 2}, {Vertex: read, Lost: 1}},
		Users: []authz.Effect{
			{User: authz.User{UserID: "u2", Name: "Bo", Email: "bo@meridian.example"}, Lost: []authz.Vertex{deploy}},
			{User: authz.User{UserID: "u3", Name: "Cy"}, Lost: []authz.Vertex{deploy, read}},
		},
		Proposed: []authz.NamedChange{{Action: "remove", Hop: authz.Hop{Kind: "group_role", From: &authz.Vertex{Kind: "group", ID: "sre", Name: "SRE"}, To: deploy}}},
	}
}

// stillIn is that Bo stays in Engineering, by SRE.
func stillIn() authz.Impact {
	bo, sre, eng := vertex("user", "u2", "Bo"), vertex("group", "sre", "SRE"), vertex("group", "eng", "Engineering")
	return authz.Impact{Reached: 1, Kept: []authz.Kept{{Path: []authz.Hop{{From: &bo, To: sre}, {From: &sre, To: eng}}}}}
}

// Over a page the dialog comes at once, and its note asks for itself.
func TestDialogsComeBeforeTheirImpact(t *testing.T) {
	for target, want := range map[string]string{
		"/groups/eng/members/remove?user=u2":         "remove member u2 eng",
		"/groups/eng/nested/remove?group=platform":   "remove nesting platform eng",
		"/groups/eng/roles/remove?role=deploy":       "remove group_role eng deploy",
		"/groups/eng/mappings/remove?mapping=m1":     "remove mapping eng google-workspace eng-all",
		"/groups/eng/mappings/add":                   "add mapping eng - -",
		"/groups/empty/delete":                       "delete group empty",
		"/roles/audit/delete":                        "delete role audit",
		"/groups/eng/nested/remove?group=gone-group": "", // nobody has anything by what is gone
	} {
		o := &oracle{org: newOrg(), slow: true}
		p := foretold(o, changing...).get(t, target, "dialog")
		address := p.doc.Find("#impact").AttrOr("hx-get", "")
		u, err := url.Parse(address)
		if err != nil || u.Query().Get("change") != want || want != "" && u.Path != urls.Impact {
			t.Errorf("%s: the note asks at %q, want for %q", target, address, want)
		}
		if p.Code != http.StatusOK || len(o.asked) != 0 {
			t.Errorf("%s: status = %d after asking %v", target, p.Code, o.asked)
		}
		if busy := p.doc.Find("#impact").AttrOr("aria-busy", ""); want != "" && busy != "true" {
			t.Errorf("%s: aria-busy = %q", target, busy)
		}
	}
}

// On a page of its own the form has the note in it; whatever comes of that, the
// form is there.
func TestFormsSayWhatTheyDo(t *testing.T) {
	const target = "/groups/eng/members/remove?user=u2"
	tests := []struct {
		name   string
		oracle oracle
		want   string // how the note begins
	}{
		{"nothing, and why", oracle{says: stillIn()}, "Nothing changes: still granted It goes on by another way: Bo then SRE then Engineering"},
		{"a loss", oracle{says: twoLose()}, "2 people lose 1 role and 1 permission"},
		{"nobody below", oracle{}, "Nothing changes for anybody Nobody is concerned now."},
		{"an API without the call", oracle{fails: &upstream.Error{Status: 404}}, "Nothing changes: still granted It goes on by another way: u2 then SRE then Platform then Engineering"},
		{"an API that fails", oracle{fails: &upstream.Error{Status: 500}}, "What this changes could not be worked out The API could not tell. You can go on without it."},
		{"an API that is slow", oracle{slow: true}, "What this changes could not be worked out It takes too long at the moment. You can go on without it."},
		{"no right to know", oracle{fails: &upstream.Error{Status: 403, Missing: "read:users"}}, "What this changes is not shown to you Needs read:users."},
		{"a circle", oracle{fails: &upstream.Error{Status: 409, Message: "That would close a circle."}}, "This cannot be done That would close a circle."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.oracle.org = newOrg()
			p := foretold(&tt.oracle, changing...).get(t, target, "")
			if got := p.text("#impact"); !strings.HasPrefix(got, tt.want) {
				t.Errorf("note = %q, want it to begin %q", got, tt.want)
			}
			if p.Code != http.StatusOK || p.doc.Find("form.sheet button.go").Length() != 1 {
				t.Errorf("status = %d: the form cannot be sent", p.Code)
			}
		})
	}
}

// A tenant whose API cannot tell is worked out here, as its lists are.
func TestImpactOfATenantThatCannotTell(t *testing.T) {
	o := &oracle{org: newRoles(), fails: &upstream.Error{Status: http.StatusMethodNotAllowed}}
	p := foretold(o, changing...).get(t, urls.ImpactView{Changes: []string{"remove group_role eng deploy", "delete role self"}}.To(), "")
	// Engineering stays in Product, which gives the role too: only the other goes.
	if got := p.text(".note.warn b"); got != "5 people lose 1 role" {
		t.Errorf("headline = %q", got)
	}
	if got := p.text(".hint"); !strings.Contains(got, "This tenant's API does not work this out.") || !strings.Contains(got, "Not counted: what mappings give") {
		t.Errorf("notes = %q", got)
	}
	if got := p.text("#list tbody tr:first-child"); !strings.Contains(got, "u1") || !strings.Contains(got, "account self-service") {
		t.Errorf("first row = %q", got)
	}
	o.fails = &upstream.Error{Status: http.StatusNotFound}
	p = foretold(o, changing...).get(t, urls.ImpactView{Changes: []string{"add nesting all eng"}}.To(), "")
	if got := p.text(".note.bad"); got != "This cannot be done All staff can't be nested in Engineering: Engineering is already inside All staff, so they would contain each other." {
		t.Errorf("a circle: %q", got)
	}
	p = foretold(o, changing...).get(t, urls.ImpactView{Changes: []string{"add member u1 nowhere"}}.To(), "")
	if got := p.text(".note.warn"); !strings.Contains(got, "does not exist any more") {
		t.Errorf("a group that is gone: %q", got)
	}
}

// In a picker the note is about what is chosen now, and choosing changes nothing.
func TestPickersPreview(t *testing.T) {
	const add = "/groups/eng/members/add"
	t.Run("it waits for a choice", func(t *testing.T) {
		o := &oracle{org: newOrg()}
		p := foretold(o, changing...).get(t, add, "dialog")
		note := p.doc.Find("#impact")
		if note.AttrOr("hx-post", "") != add || note.AttrOr("hx-trigger", "") != "chosen delay:250ms" || len(o.asked) != 0 {
			t.Errorf("note = %q, asked %v", p.text("#impact"), o.asked)
		}
		if got := p.text("#impact p"); got != "Choose people, and you see here what they gain." {
			t.Errorf("hint = %q", got)
		}
	})
	for _, part := range []string{"impact", ""} {
		t.Run("and then says it, part "+part, func(t *testing.T) {
			o := &oracle{org: newOrg(), says: twoLose()}
			p := foretold(o, changing...).post(t, add, url.Values{"preview": {"1"}, "id": {"u1", "u3"}}, part)
			want := []authz.ProposedChange{
				{Action: "add", Kind: "member", User: "u1", Group: "eng"}, {Action: "add", Kind: "member", User: "u3", Group: "eng"},
			}
			if len(o.asked) != 1 || !slices.Equal(o.asked[0], want) || len(o.wrote) != 0 {
				t.Errorf("asked %v, wrote %v", o.asked, o.wrote)
			}
			if !strings.HasPrefix(p.text("#impact"), "2 people lose") || p.whole() != (part == "") {
				t.Errorf("note = %q, whole page = %t", p.text("#impact"), p.whole())
			}
			if got := p.doc.Find("#choices input[checked]").Length(); part == "" && got != 2 {
				t.Errorf("%d are still chosen, want 2", got)
			}
			if p.doc.Find("#impact button[name=preview]").Length() != 1 {
				t.Error("without script it cannot be asked again")
			}
		})
	}
	t.Run("not while somebody searches", func(t *testing.T) {
		o := &oracle{org: newOrg()}
		foretold(o, changing...).post(t, add, url.Values{"search": {"1"}, "id": {"u1"}}, "choices")
		if len(o.asked) != 0 {
			t.Errorf("asked %v", o.asked)
		}
	})
	t.Run("not who may not add", func(t *testing.T) {
		p := foretold(&oracle{org: newOrg()}).get(t, add, "dialog")
		if p.doc.Find("#impact").Length() != 0 {
			t.Error("the form offers what it would refuse")
		}
	})
}

// The form of a role tells of what comes and goes, not of what stays.
func TestEditOfARolePreviews(t *testing.T) {
	o := &oracle{org: newRoles(), says: twoLose()}
	d := foretold(o, changing...)
	if got := d.get(t, "/roles/deploy/edit", "dialog").text("#impact p"); got != "No permission of the role comes or goes yet." {
		t.Errorf("hint = %q", got)
	}
	d.post(t, "/roles/deploy/edit", url.Values{"preview": {"1"}, "name": {""}, "id": {"p2", "p3"}}, "impact")
	want := []authz.ProposedChange{
		{Action: "remove", Kind: "role_permission", Role: "deploy", Permission: "p1"}, {Action: "add", Kind: "role_permission", Role: "deploy", Permission: "p3"},
	}
	if len(o.asked) != 1 || !slices.Equal(o.asked[0], want) {
		t.Errorf("asked %v, want %v", o.asked, want)
	}
}

// What a mapping gives is known at sign-in only; what it would give is known now.
func TestMappingsSayWhatTheyWouldGive(t *testing.T) {
	o := &oracle{org: newOrg(), fails: &upstream.Error{Status: 404}}
	p := foretold(o, changing...).get(t, "/groups/eng/mappings/add", "")
	want := "Nobody's access changes at once Whoever it matches gets 3 groups and 3 roles at the next sign-in, unless they have it already."
	if got := p.text("#impact .note"); got != want {
		t.Errorf("note = %q, want %q", got, want)
	}
	p = foretold(o, changing...).get(t, "/groups/eng/mappings/remove?mapping=m1", "")
	if got := p.text("#impact .note p"); got != "Whoever it matched loses 3 groups and 3 roles at the next sign-in, unless something else gives it." {
		t.Errorf("note = %q", got)
	}
}

func TestImpactPage(t *testing.T) {
	says := twoLose()
	for range 30 {
		says.Users = append(says.Users, authz.Effect{User: authz.User{UserID: "x"}, Lost: says.Users[0].Lost})
	}
	says.Affected = len(says.Users)
	o := &oracle{org: newOrg(), says: says}
	at := urls.ImpactView{Changes: []string{"remove group_role sre deploy"}}
	p := foretold(o).get(t, at.To(), "")
	if got := p.text("ul.bullets"); got != "Take Deploy Viewer from SRE" {
		t.Errorf("proposed = %q", got)
	}
	if got := p.text("#list tbody tr:nth-child(2)"); got != "C Cy Nothing Deploy Viewer read:services" {
		t.Errorf("second row = %q", got)
	}
	if got := p.text("#list .cf .num"); got != "1–25 of 32" {
		t.Errorf("pager = %q", got)
	}
	if got := p.doc.Find(".head a[href='" + at.ToExport() + "']").Length(); got != 1 {
		t.Error("there is no file of it")
	}
	at.Page = 2
	if p = foretold(o).get(t, at.To(), "list"); p.doc.Find("#list tbody tr").Length() != 7 || p.whole() {
		t.Errorf("the second page has %d rows", p.doc.Find("#list tbody tr").Length())
	}
	at.Page = 9
	if p = foretold(o).get(t, at.To(), ""); p.text("#list .cf .num") != "26–32 of 32" {
		t.Errorf("a page behind the last one shows %q", p.text("#list .cf .num"))
	}
}

// More changes than an address holds are posted from page to page.
func TestManyChangesArePosted(t *testing.T) {
	var ids []string
	for range 99 {
		ids = append(ids, strings.Repeat("x", 90)+string(rune('a'+len(ids)%26))+strings.Repeat("y", len(ids)))
	}
	says := twoLose()
	says.Affected = 40
	o := &oracle{org: newOrg(), says: says}
	d := foretold(o, changing...)
	p := d.post(t, "/groups/eng/members/add", url.Values{"preview": {"1"}, "id": ids}, "impact")
	kept := p.doc.Find("#impact input[name=change][form=impact-all]")
	if kept.Length() != 99 || p.doc.Find("#impact a.link").Length() != 0 || p.doc.Find("#impact button[form=impact-all]").Length() != 1 {
		t.Fatalf("%d changes wait to be posted", kept.Length())
	}
	form := url.Values{}
	for _, input := range kept.EachIter() {
		form.Add("change", input.AttrOr("value", ""))
	}
	p = d.post(t, urls.Impact, form, "")
	if p.Code != http.StatusOK || p.doc.Find("#list form input[name=change]").Length() != 2*99 || p.doc.Find("#list form button[name=page][value='2']").Length() != 1 {
		t.Errorf("status = %d, %d changes go on", p.Code, p.doc.Find("#list form input[name=change]").Length())
	}
}

func TestImpactOfNoChange(t *testing.T) {
	for _, target := range []string{urls.Impact, urls.Impact + "?change=", urls.Impact + "?change=add+member+u", urls.ImpactExport + "?change=steal+group+g"} {
		if p := foretold(&oracle{org: newOrg()}).get(t, target, ""); p.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", target, p.Code)
		}
	}
}

func TestImpactAsAFile(t *testing.T) {
	o := &oracle{org: newOrg(), says: twoLose()}
	p := foretold(o).get(t, urls.ImpactView{Changes: []string{"delete role deploy"}}.ToExport(), "")
	want := `"user_id","name","email","change","kind","id","what"
"u2","Bo","bo@meridian.example","lost","role","deploy","Deploy Viewer"
"u3","Cy","","lost","role","deploy","Deploy Viewer"
"u3","Cy","","lost","permission","p1","read:services"
`
	if got := strings.ReplaceAll(strings.TrimPrefix(p.Body.String(), "\ufeff"), "\r\n", "\n"); got != want {
		t.Errorf("file:\n%s\nwant:\n%s", got, want)
	}
	o.fails = &upstream.Error{Status: 500}
	if p := foretold(o).get(t, urls.ImpactExport+"?change=delete+role+deploy", ""); p.Code != 500 {
		t.Errorf("an API that fails: %d", p.Code)
	}
}

func TestWhoeverGainsAndLosesIsNamed(t *testing.T) {
	role, group := vertex("role", "r", "Reader"), vertex("group", "g", "Crew")
	bo := authz.Effect{User: authz.User{UserID: "u2", Name: "Bo"}, Gained: []authz.Vertex{role}, Lost: []authz.Vertex{group}}
	for want, says := range map[string]authz.Impact{
		"Bo gains 1 role": {Affected: 1, Gaining: 1, Shifts: []authz.Shift{{Vertex: role, Gained: 1}}, Users: []authz.Effect{bo}},
		"Bo gains 1 role, and loses 1 group": {
			Affected: 1, Gaining: 1, Losing: 1, Users: []authz.Effect{bo},
			Shifts: []authz.Shift{{Vertex: role, Gained: 1}, {Vertex: group, Lost: 1}},
		},
		"12 people gain 1 role; 3 people lose 1 group": {
			Affected: 14, Gaining: 12, Losing: 3, Users: []authz.Effect{bo},
			Shifts: []authz.Shift{{Vertex: role, Gained: 12}, {Vertex: group, Lost: 3}},
		},
	} {
		p := foretold(&oracle{org: newOrg(), says: says}).get(t, urls.Impact+"?change=delete+role+r", "")
		if got := p.text(".impact .note b"); got != want {
			t.Errorf("headline = %q, want %q", got, want)
		}
	}
}
