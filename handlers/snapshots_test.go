package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// kept is a tenant with a snapshot.
func kept() *archive {
	s := authz.Snapshot{ID: "s1", At: "2026-11-23T11:00:00.000Z", Counts: map[string]int{"roles": 4, "groups": 1200}}
	s.Actor.Name = "Ada"
	return &archive{
		snapshots: []authz.Snapshot{s},
		plan:      authz.ImportPlan{Valid: true, Created: tally(1, "Sales"), Deleted: tally(2, "Ops", "SRE")},
	}
}

func TestSnapshotsAreListed(t *testing.T) {
	p := transfer(kept(), "update:configuration").get(t, urls.Transfer, "")
	if got := p.text("[aria-labelledby=snapshots] li"); got != "Before an import by Ada , 1 hour ago Groups 1,200, Roles 4 Restore" {
		t.Errorf("row = %q", got)
	}
	if got := p.doc.Find("[aria-labelledby=snapshots] a.btn").AttrOr("href", ""); got != "/configuration/snapshots/s1" {
		t.Errorf("leads to %q", got)
	}
	p = transfer(kept(), "read:configuration").get(t, urls.Transfer, "")
	if got := p.doc.Find("[aria-labelledby=snapshots] button").AttrOr("title", ""); !strings.Contains(got, "Needs update:configuration") {
		t.Errorf("a reader may restore: %q", got)
	}
	for name, tt := range map[string]struct {
		lost error
		want string
	}{
		"none yet":            {nil, "Nothing was imported yet."},
		"a tenant elsewhere":  {&upstream.Error{Status: 404}, "This tenant's API keeps no snapshots that could be read here."},
		"an API that is down": {&upstream.Error{Status: 503}, "Reload the page to try again."},
	} {
		p := transfer(&archive{lost: tt.lost}, "update:configuration").get(t, urls.Transfer, "")
		if got := p.text("[aria-labelledby=snapshots] .card"); p.Code != 200 || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %d %q", name, p.Code, got)
		}
	}
	if p := transfer(&archive{lost: &upstream.Error{Status: 401}}, "update:configuration").get(t, urls.Transfer, ""); p.Code != http.StatusUnauthorized {
		t.Errorf("a session that is over: %d", p.Code)
	}
}

// Restoring shows what it would change, and does that and nothing else.
func TestRestore(t *testing.T) {
	a := kept()
	d := transfer(a, "update:configuration")
	p := d.get(t, urls.ToRestore("s1"), "")
	if p.text("h1") != "What restoring would change" || p.text("form button.bad") != "Restore and delete 2 records" || len(a.wrote) != 0 {
		t.Fatalf("asks %q with %q, wrote %q", p.text("h1"), p.text("form button"), a.wrote)
	}
	if got := p.text(".meta"); !strings.Contains(got, "Snapshot of 23 November 2026, 11:00 UTC, before an import by Ada") || !strings.Contains(got, "Machine clients and the people who may sign in stay") {
		t.Errorf("about %q", got)
	}
	plan := p.doc.Find("[name=plan]").AttrOr("value", "")
	action := p.doc.Find("main form").AttrOr("action", "")

	a.plan.Deleted = tally(3, "Ops", "SRE", "New")
	p = d.post(t, action, url.Values{"plan": {plan}}, "")
	if p.Code != http.StatusConflict || len(a.wrote) != 0 || !strings.Contains(p.text(".note"), "changed since you looked") {
		t.Errorf("another plan: %d, wrote %q", p.Code, a.wrote)
	}
	plan = p.doc.Find("[name=plan]").AttrOr("value", "")
	p = d.post(t, action, url.Values{"plan": {plan}}, "")
	if p.Header().Get("Location") != urls.Transfer || strings.Join(a.wrote, "; ") != "restore s1" {
		t.Errorf("leads to %q, wrote %q", p.Header().Get("Location"), a.wrote)
	}
	for name, p := range map[string]page{
		"a look": d.get(t, urls.ToRestore("gone"), ""), "a restoring": d.post(t, urls.ToRestore("gone"), url.Values{}, ""),
	} {
		if p.Code != http.StatusNotFound {
			t.Errorf("%s at a snapshot that is gone: %d", name, p.Code)
		}
	}
}

// What restoring does to people is told with the plan, and all of it beside it.
func TestRestoringTellsItsImpact(t *testing.T) {
	says := twoLose()
	a := kept()
	a.plan.Impact = &says
	d := transfer(a, configuring...)
	p := d.get(t, urls.ToRestore("s1"), "")
	all := urls.ToRestoreImpact("s1")
	if got := p.text("#impact .note b"); got != "2 people lose 1 role and 1 permission" || words(p.doc.Find("button[formaction='"+all+"']")) != "See all 2 people (opens a new tab)" {
		t.Errorf("note = %q, buttons %q", got, p.text("main form button"))
	}
	p = d.post(t, all, url.Values{}, "")
	if p.Code != http.StatusOK || p.text("h1") != "What this would change" || p.doc.Find("#list tbody tr").Length() != 2 {
		t.Errorf("status = %d, %q with %d rows", p.Code, p.text("h1"), p.doc.Find("#list tbody tr").Length())
	}
	if p = d.post(t, urls.ToRestoreImpactExport("s1"), url.Values{}, ""); strings.Count(p.Body.String(), "\r\n") != 4 {
		t.Errorf("file = %q", p.Body)
	}
}
