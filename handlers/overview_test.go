package handlers_test

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// watched is a tenant as the overview sees it. What it is told to fail, fails.
type watched struct {
	*org
	counts   authz.Counts
	findings authz.TenantFindings
	changes  authz.Changes
	doubled  int
	fail     map[string]error
	part     authz.ChangeQuery // of the changes that was asked for last
}

func newWatched() *watched {
	w := &watched{
		org:    newOrg(),
		counts: authz.Counts{Users: 1200, Groups: 6, Roles: 4, Permissions: 9, Memberships: 5},
		findings: authz.TenantFindings{
			Groups: map[string]authz.FindingCount{"empty": {Records: 1}, "gone-members": {Records: 2, Cases: 3}},
			Roles:  map[string]authz.FindingCount{"unheld": {Records: 4}},
		},
		doubled: 2, fail: map[string]error{},
	}
	for _, c := range []struct{ action, kind, id, name string }{
		{"group.members.add", "group", "eng", "Engineering"},
		{"role.delete", "role", "r9", "Old"},
		{"configuration.update", "configuration", "v1", ""},
		{"something.new", "group", "eng", ""},
	} {
		ch := authz.Change{Seq: 1, At: "2026-11-23T08:00:00.000Z", Action: c.action}
		ch.Actor.Name, ch.Object.Kind, ch.Object.ID, ch.Object.Name = "Ada", c.kind, c.id, c.name
		if c.action == "group.members.add" {
			ch.Items = 3
		}
		w.changes.Changes = append(w.changes.Changes, ch)
	}
	w.changes.Next = 77
	return w
}

func (w *watched) Counts(context.Context) (authz.Counts, error) { return w.counts, w.fail["Counts"] }

func (w *watched) Findings(context.Context) (authz.TenantFindings, error) {
	return w.findings, w.fail["Findings"]
}

func (w *watched) Changes(_ context.Context, q authz.ChangeQuery) (authz.Changes, error) {
	w.part = q
	return w.changes, w.fail["Changes"]
}

func (w *watched) ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error) {
	return authz.Page[authz.Permission]{Total: 9}, nil
}

func (w *watched) ListUsers(ctx context.Context, q mgmt.ListQuery) (mgmt.Page[mgmt.User], error) {
	if q.Finding != "" {
		return mgmt.Page[mgmt.User]{Total: w.doubled}, w.fail["doubled"]
	}
	if err := w.fail["slow"]; err != nil {
		<-ctx.Done() // an API that never answers
		return mgmt.Page[mgmt.User]{}, ctx.Err()
	}
	return mgmt.Page[mgmt.User]{Total: 1200}, w.fail["ListUsers"]
}

func watch(w *watched) door {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	h := handlers.Overview{API: w, Users: w, Idle: 2 * time.Hour, Absolute: 12 * time.Hour, Now: func() time.Time { return now }}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Home, h.Show)
	e.GET(urls.Changes, h.Changes)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada", SignedIn: now.Add(-time.Hour),
		Tokens: map[session.API]session.Token{session.Authorization: {Scopes: []string{"read:groups", "delete:groups"}, Expiry: now.Add(30 * time.Minute)}},
	}}
}

func TestOverview(t *testing.T) {
	p := watch(newWatched()).get(t, urls.Home, "")
	for selector, want := range map[string]string{
		".stats": "Users 1,200 Users Groups 6 Groups Roles 4 Roles Permissions 9 Permissions Memberships 5 Memberships",
		"[aria-labelledby=findings] li:nth-child(1)": "3 members who no longer exist In 2 groups.",
		"[aria-labelledby=findings] li:nth-child(2)": "1 empty group Without members, nested groups and mappings.",
		"[aria-labelledby=changes] li:nth-child(1)":  "A Ada added 3 members to Engineering 1 hour ago",
		"[aria-labelledby=changes] li:nth-child(2)":  "A Ada deleted the role Old 1 hour ago",
		"[aria-labelledby=session] .stackv > dl":     "Role Can change everything here Signed in 1 hour ago Ends In 11 hours Earlier, after 2 hours without a click.",
	} {
		if got := p.text(selector); got != want {
			t.Errorf("%s: %q\nwant %q", selector, got, want)
		}
	}
	for _, want := range []string{
		"/groups?show=gone-members", "/groups?show=empty", "/groups?show=redundant-nesting", "/groups?show=missing-references",
		"/roles?show=unheld", "/roles?show=missing-permissions", "/permissions?show=unused", "/users?show=redundant-permissions",
	} {
		if p.doc.Find("[aria-labelledby=findings] a[href='"+want+"']").Length() != 1 {
			t.Errorf("nothing leads to %s", want)
		}
	}
	if got := p.text("[aria-labelledby=session] details:first-of-type"); !strings.Contains(got, "In 30 minutes") || !strings.Contains(got, "delete:groups") {
		t.Errorf("token = %q", got)
	}
	if got := p.doc.Find("[aria-labelledby=changes] li:nth-child(2) a").Length(); got != 0 {
		t.Error("a deleted role is linked")
	}
}

// Each block stands for itself: what fails says so, and the others are there.
func TestOverviewWithAFailingSource(t *testing.T) {
	down := &upstream.Error{Status: 502, Code: upstream.CodeNoAnswer}
	none := &upstream.Error{Status: 404}
	tests := []struct {
		name, source, selector string
		err                    error
		want                   string
	}{
		{"counts", "Counts", ".stats", down, "The API cannot be reached."},
		{"counts of a tenant that has none", "Counts", ".stats", none, "Users 1,200 Users Groups 6 Groups Roles 4 Roles Permissions 9 Permissions Memberships Not known: This tenant's API does not count them."},
		{"findings", "Findings", "[aria-labelledby=findings]", &upstream.Error{Status: 500}, "The API could not tell this."},
		{"findings of a tenant that has none", "Findings", "[aria-labelledby=findings]", none, "This tenant's API does not look for it."},
		{"direct permissions of a tenant that does not tell", "doubled", "[aria-labelledby=findings]", &upstream.Error{Status: 400}, "This tenant does not tell whose direct permissions a role already gives."},
		{"changes", "Changes", "[aria-labelledby=changes]", &upstream.Error{Status: 403, Missing: "read:configuration"}, "Needs read:configuration. Your role does not include it."},
		{"changes of a tenant that has none", "Changes", "[aria-labelledby=changes]", none, "keeps no journal that could be read here."},
		{"an API that is down", "ListUsers", "[aria-labelledby=health]", down, "Management API The API cannot be reached. Does not answer as it should"},
		{"an API that does not answer", "slow", "[aria-labelledby=health]", down, "Management API This takes too long at the moment."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWatched()
			w.fail[tt.source] = tt.err
			p := watch(w).get(t, urls.Home, "")
			if got := p.text(tt.selector); p.Code != http.StatusOK || !strings.Contains(got, tt.want) {
				t.Errorf("status = %d: %q\nwant %q", p.Code, got, tt.want)
			}
			if got := p.doc.Find("section.card").Length(); got != 4 {
				t.Errorf("%d blocks, want 4", got)
			}
		})
	}
}

func TestOverviewOfASessionThatIsOver(t *testing.T) {
	w := newWatched()
	w.fail["Findings"] = &upstream.Error{Status: 401}
	if p := watch(w).get(t, urls.Home, ""); p.Code != http.StatusUnauthorized {
		t.Errorf("status = %d, want 401", p.Code)
	}
}

func TestChangesGoOn(t *testing.T) {
	w := newWatched()
	p := watch(w).get(t, urls.ChangeList{Before: 99}.To(), "")
	if w.part.Before != 99 || p.doc.Find("a[href='/changes?before=77']").Text() != "Older" || p.doc.Find("a[href='/changes']").Text() != "Newest" {
		t.Errorf("asked before %d: %s", w.part.Before, p.text(".pager"))
	}
	if got := p.text(".lines li:nth-child(4)"); !strings.Contains(got, "something.new") {
		t.Errorf("an action that is not known: %q", got)
	}
}

// The lists that findings lead to ask the API for what they are about.
func TestListsOfFindings(t *testing.T) {
	o := newOrg()
	p := enter(o, everything...).get(t, urls.GroupList{Show: authz.EmptyGroups}.To(), "")
	if o.asked.Finding != "empty" || !strings.Contains(p.text(".note"), "Groups without members, nested groups and mappings.") {
		t.Errorf("asked for %q: %s", o.asked.Finding, p.text(".note"))
	}
	if got := p.doc.Find("form[role=search] input[name=show]").AttrOr("value", ""); got != "empty" {
		t.Errorf("a search forgets the finding: %q", got)
	}
	enter(o, everything...).get(t, "/groups?show=nonsense", "")
	if o.asked.Finding != "" {
		t.Errorf("asked for %q", o.asked.Finding)
	}
	d := meridian()
	openDoor(d).get(t, urls.UserList{Show: "redundant-permissions"}.To(), "")
	if d.asked.Finding != "redundant-permissions" {
		t.Errorf("asked for users with %q", d.asked.Finding)
	}
}
