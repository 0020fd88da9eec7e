package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"trellis/web/authz"
	"trellis/web/upstream"
)

// crowded is an organisation of n more groups.
func crowded(n int) *org {
	o := newOrg()
	for i := range n {
		o.groups = append(o.groups, authz.Group{ID: fmt.Sprint("g", i), Name: fmt.Sprintf("Project %02d", i)})
	}
	return o
}

func TestGroupsList(t *testing.T) {
	tests := []struct {
		name        string
		org         *org
		target      string
		part        string
		wantWhole   bool
		wantRows    int
		wantSummary string
		wantStatus  string
		wantTitle   string // of an empty list
		wantSort    string // of the API
	}{
		{name: "a page of them", org: crowded(34), target: "/groups", wantWhole: true, wantRows: 25, wantSummary: "1–25 of 40", wantStatus: "40 groups", wantSort: "name:1"},
		{name: "the second page", org: crowded(34), target: "/groups?page=2", wantWhole: true, wantRows: 15, wantSummary: "26–40 of 40", wantStatus: "40 groups", wantSort: "name:1"},
		{name: "a page that lies behind the last", org: crowded(34), target: "/groups?page=9", wantWhole: true, wantRows: 15, wantSummary: "26–40 of 40", wantStatus: "40 groups", wantSort: "name:1"},
		{name: "htmx gets the list alone", org: newOrg(), target: "/groups?q=e", part: "list", wantRows: 3, wantSummary: "1–3 of 3", wantStatus: "3 groups match “e”", wantSort: "name:1"},
		{name: "most members first", org: newOrg(), target: "/groups?sort=-members", wantWhole: true, wantRows: 6, wantSummary: "1–6 of 6", wantStatus: "6 groups", wantSort: "member_count:-1"},
		{name: "an order that there is not", org: newOrg(), target: "/groups?sort=password", wantWhole: true, wantRows: 6, wantSummary: "1–6 of 6", wantStatus: "6 groups", wantSort: "name:1"},
		{name: "nothing matches", org: newOrg(), target: "/groups?q=enginering", wantWhole: true, wantStatus: "0 groups match “enginering”", wantTitle: "No group matches “enginering”", wantSort: "name:1"},
		{name: "there is none at all", org: &org{}, target: "/groups", wantWhole: true, wantStatus: "0 groups", wantTitle: "No groups yet", wantSort: "name:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := enter(tt.org, everything...).get(t, tt.target, tt.part)

			if p.Code != http.StatusOK || p.whole() != tt.wantWhole {
				t.Errorf("status = %d, whole page = %t", p.Code, p.whole())
			}
			if got := p.doc.Find("#list tbody tr").Length(); got != tt.wantRows {
				t.Errorf("rows = %d, want %d", got, tt.wantRows)
			}
			if got := p.text("#list .cf .num"); got != tt.wantSummary {
				t.Errorf("summary = %q, want %q", got, tt.wantSummary)
			}
			if got := p.doc.Find("#list").AttrOr("data-status", ""); got != tt.wantStatus {
				t.Errorf("status = %q, want %q", got, tt.wantStatus)
			}
			if got := p.text("#list h2"); got != tt.wantTitle {
				t.Errorf("title of the empty list = %q, want %q", got, tt.wantTitle)
			}
			if tt.org.lists[0].Sort != tt.wantSort {
				t.Errorf("sort = %q, want %q", tt.org.lists[0].Sort, tt.wantSort)
			}
			if p.text("title") != "Groups · Trellis" {
				t.Errorf("title = %q", p.text("title"))
			}
		})
	}
}

// A list has one address, whatever the form that narrows it sends.
func TestGroupsListPushesItsAddress(t *testing.T) {
	p := enter(newOrg(), everything...).get(t, "/groups?q=&sort=&page=1", "list")
	if got := p.Header().Get("HX-Push-Url"); got != "/groups" {
		t.Errorf("pushes %q", got)
	}
	p = enter(newOrg(), everything...).get(t, "/groups?q=", "")
	if got := p.Header().Get("HX-Push-Url"); got != "" {
		t.Errorf("a whole page pushes %q", got)
	}
}

// The order of the list is told, and its link turns it round.
func TestGroupsSort(t *testing.T) {
	p := enter(newOrg(), everything...).get(t, "/groups?q=e&sort=-members&page=3", "")
	sorted := p.doc.Find("th[aria-sort]")
	if sorted.Length() != 1 || sorted.AttrOr("aria-sort", "") != "descending" {
		t.Errorf("sorted columns: %d, %q", sorted.Length(), sorted.AttrOr("aria-sort", ""))
	}
	for label, want := range map[string]string{
		"Direct members": "/groups?q=e&sort=members",
		"Name":           "/groups?q=e",
		"Roles":          "/groups?q=e&sort=-roles",
	} {
		if got := p.doc.Find("thead a:contains('"+label+"')").AttrOr("href", ""); got != want {
			t.Errorf("%s sorts by %q, want %q", label, got, want)
		}
	}
}

func TestCreateGroup(t *testing.T) {
	taken := &upstream.Error{Status: 400, Code: "ValidationError", Message: `Group with name "Admins" already exists`}
	long := &upstream.Error{Status: 400, Code: "Bad Request", Fields: map[string]string{"description": "At most 500 characters."}}
	admins := url.Values{"name": {" Admins "}, "description": {"Rule"}}

	tests := []struct {
		name         string
		form         url.Values
		part         string
		refuse       error
		wantStatus   int
		wantLocation string // where a browser goes next
		wantHX       string // where htmx goes next
		wantProblem  string
		wantWhole    bool
		wantWrote    string
	}{
		{name: "browser goes to the group", form: admins, wantStatus: 303, wantLocation: "/groups/new", wantWrote: "create Admins: Rule"},
		{name: "htmx goes to the group", form: admins, part: "dialog", wantStatus: 200, wantHX: "/groups/new", wantWrote: "create Admins: Rule"},
		{name: "browser sees the problem in the page", form: admins, refuse: taken, wantStatus: 422, wantProblem: `Group with name "Admins" already exists`, wantWhole: true},
		{name: "htmx sees the problem in the dialog", form: admins, part: "dialog", refuse: taken, wantStatus: 422, wantProblem: `Group with name "Admins" already exists`},
		{name: "the API names the field", form: admins, part: "dialog", refuse: long, wantStatus: 422, wantProblem: "At most 500 characters."},
		{name: "a name is missing", form: url.Values{"name": {" "}, "description": {"Rule"}}, part: "dialog", wantStatus: 422, wantProblem: "A group needs a name."},
		{name: "an API that is down is not the form's problem", form: admins, refuse: &upstream.Error{Status: 502}, wantStatus: 502},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOrg()
			o.refuse = tt.refuse
			p := enter(o, everything...).post(t, "/groups/new", tt.form, tt.part)

			if p.Code != tt.wantStatus {
				t.Errorf("status = %d, want %d", p.Code, tt.wantStatus)
			}
			if got := p.Header().Get("Location"); got != tt.wantLocation {
				t.Errorf("Location = %q, want %q", got, tt.wantLocation)
			}
			if got := p.Header().Get("HX-Redirect"); got != tt.wantHX {
				t.Errorf("HX-Redirect = %q, want %q", got, tt.wantHX)
			}
			if got := p.text(".problem"); got != tt.wantProblem {
				t.Errorf("problem = %q, want %q", got, tt.wantProblem)
			}
			if tt.wantStatus == 422 {
				bad := p.doc.Find("[aria-invalid]")
				if id := bad.AttrOr("aria-describedby", ""); bad.Length() != 1 || !strings.Contains(id, bad.AttrOr("id", "")+"-problem") {
					t.Errorf("invalid fields: %d, described by %q", bad.Length(), id)
				}
				if got := p.doc.Find("#description").Text(); got != "Rule" {
					t.Errorf("the form lost what was typed: %q", got)
				}
			}
			if p.whole() != tt.wantWhole {
				t.Errorf("whole page = %t, want %t", p.whole(), tt.wantWhole)
			}
			if got := strings.Join(o.wrote, "\n"); got != tt.wantWrote {
				t.Errorf("wrote %q, want %q", got, tt.wantWrote)
			}
		})
	}
}

func TestEditGroup(t *testing.T) {
	mine := url.Values{"name": {"Engineers"}, "description": {"Builders"}, "version": {`"v0"`}}
	t.Run("the form carries the version that it was drawn from", func(t *testing.T) {
		p := enter(newOrg(), everything...).get(t, "/groups/eng/edit", "dialog")
		if p.doc.Find("[name=version]").AttrOr("value", "") != `"v1"` || p.doc.Find("#name").AttrOr("value", "") != "Engineering" {
			t.Errorf("form = %s", p.Body)
		}
	})
	t.Run("the change is sent with it", func(t *testing.T) {
		o := newOrg()
		p := enter(o, everything...).post(t, "/groups/eng/edit", mine, "")
		if p.Header().Get("Location") != "/groups/eng" || o.wrote[0] != `update eng if "v0" to Engineers: Builders` {
			t.Errorf("Location = %q, wrote %q", p.Header().Get("Location"), o.wrote)
		}
	})
	for _, part := range []string{"", "dialog"} {
		t.Run("a stale one shows both versions, "+part, func(t *testing.T) {
			o := newOrg()
			o.refuse = &upstream.Error{Status: 412}
			p := enter(o, everything...).post(t, "/groups/eng/edit", mine, part)
			if p.Code != http.StatusConflict || p.whole() != (part == "") {
				t.Errorf("status = %d, whole page = %t", p.Code, p.whole())
			}
			if got := p.text(".versions mark"); got != "Engineering Engineers" {
				t.Errorf("differences = %q", got)
			}
			if p.doc.Find("[name=name]").AttrOr("value", "") != "Engineers" || p.doc.Find("[name=version]").AttrOr("value", "") != `"v1"` {
				t.Error("keeping mine does not send mine over theirs")
			}
			if got := p.text(".df"); got != "Use theirs Keep mine" {
				t.Errorf("buttons = %q", got)
			}
			if heads := p.doc.Find(".versions h2").Length(); heads != 2 {
				t.Errorf("%d headings below that of the sheet, want 2", heads)
			}
			if back := p.doc.Find(".crumbs a").Last().AttrOr("href", ""); p.whole() && back != "/groups/eng" {
				t.Errorf("the breadcrumb leads to %q", back)
			}
		})
	}
}

func TestDeleteGroup(t *testing.T) {
	inUse := &upstream.Error{Status: 400, Code: "ValidationError", Message: "Unable to touch nested while used in groups: Product"}
	t.Run("asks, and says what goes with it", func(t *testing.T) {
		p := enter(newOrg(), everything...).get(t, "/groups/all/delete", "dialog")
		if p.text("h2") != "Delete All staff?" || p.doc.Find("dialog[role=alertdialog] a[autofocus]").Length() != 1 {
			t.Errorf("title = %q", p.text("h2"))
		}
		if got := p.doc.Find(".bullets li").Length(); got != 3 {
			t.Errorf("consequences = %q", p.text(".bullets"))
		}
	})
	t.Run("deletes", func(t *testing.T) {
		o := newOrg()
		p := enter(o, everything...).post(t, "/groups/empty/delete", url.Values{"version": {`"v1"`}}, "")
		if p.Code != 303 || p.Header().Get("Location") != "/groups" || o.wrote[0] != `delete empty if "v1"` {
			t.Errorf("status = %d, wrote %q", p.Code, o.wrote)
		}
	})
	for name, send := range map[string]func(door) page{
		"a nested group can't go":       func(d door) page { return d.get(t, "/groups/eng/delete", "") },
		"a group nested meanwhile, too": func(d door) page { return d.post(t, "/groups/eng/delete", nil, "") },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrg()
			o.refuse = inUse
			p := send(enter(o, everything...))
			if got := p.doc.Find(".bullets a").AttrOr("href", ""); got != "/groups/product/nested" {
				t.Errorf("leads to %q", got)
			}
			if p.text("form .go") != "Take out of 1 group and delete" || p.text("h1") != "Engineering is still in use" {
				t.Errorf("title = %q, offers %q", p.text("h1"), p.text("form .go"))
			}
		})
	}
}

func TestDeleteGroupThatIsNested(t *testing.T) {
	refusal := &upstream.Error{Status: 403, Message: "Not yours."}
	tests := []struct {
		name, version          string
		refuse                 error
		wantStatus             int
		wantProblem, wantWrote string
	}{
		{name: "out of its parents first", version: `"v1"`, wantStatus: 303, wantWrote: `take [eng] out of product; delete eng if "v1"`},
		{name: "a parent refuses, and the group stays", version: `"v1"`, refuse: refusal, wantStatus: 409, wantProblem: "Taken out of 0 of 1 group. Not: Product (Not yours). The group is not deleted."},
		{name: "another version than the person saw", version: `"v0"`, wantStatus: 409, wantProblem: "Somebody changed this group meanwhile. Look again whether it is the one to delete."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOrg()
			o.refuse = tt.refuse
			p := enter(o, everything...).post(t, "/groups/eng/delete", url.Values{"release": {"1"}, "version": {tt.version}}, "")
			if p.Code != tt.wantStatus || p.text(".note.bad div") != tt.wantProblem || strings.Join(o.wrote, "; ") != tt.wantWrote {
				t.Errorf("status = %d, problem %q, wrote %q", p.Code, p.text(".note.bad div"), o.wrote)
			}
		})
	}
}

// What a person may not do is there, with the reason, and leads nowhere.
func TestGroupsWithoutScopes(t *testing.T) {
	d := enter(newOrg(), "read:groups")
	for target, want := range map[string][]string{
		"/groups":              {"New group: Needs create:groups. Your role does not include it."},
		"/groups/eng":          {"Delete group: Needs delete:groups. Your role does not include it.", "Edit: Needs update:groups. Your role does not include it.", "Add many: Needs update:groups. Your role does not include it.", "Add members: Needs update:groups. Your role does not include it."},
		"/groups/eng/nested":   {"Add nested groups: Needs update:groups. Your role does not include it."},
		"/groups/eng/roles":    {"Add roles: Needs update:groups. Your role does not include it."},
		"/groups/eng/mappings": {"Add mapping: Needs update:groups. Your role does not include it."},
	} {
		p := d.get(t, target, "")
		var got []string
		for _, b := range p.doc.Find("button.btn[aria-disabled=true]").Not("#selection *").EachIter() {
			got = append(got, words(b)+": "+b.AttrOr("title", ""))
		}
		if !strings.HasSuffix(strings.Join(got, "\n"), strings.Join(want, "\n")) {
			t.Errorf("%s: refused %q, want %q", target, got, want)
		}
		if p.doc.Find("#main a[hx-target='#dialog']").Length() != 0 {
			t.Errorf("%s still offers a change", target)
		}
	}
	p := d.get(t, "/groups/new", "")
	if p.doc.Find("button.go").Length() != 0 || !strings.Contains(p.text(".note"), "Needs create:groups") {
		t.Errorf("the form can be sent: %s", p.text("form"))
	}
}

func TestUnknownGroup(t *testing.T) {
	d := enter(newOrg(), everything...)
	for _, target := range []string{"/groups/nope", "/groups/nope/nested", "/groups/nope/roles", "/groups/nope/mappings", "/groups/nope/edit", "/groups/nope/members/add"} {
		if p := d.get(t, target, ""); p.Code != http.StatusNotFound {
			t.Errorf("%s: status = %d, want 404", target, p.Code)
		}
	}
}

// A name of blanks can be seen and followed wherever it stands.
func TestABlankNameIsShown(t *testing.T) {
	o := newOrg()
	for i := range o.groups {
		o.groups[i].Name = " "
	}
	for i := range o.roles {
		o.roles[i].Name = "\u00a0"
	}
	for i := range o.users {
		o.users[i].Name = " "
	}
	for _, address := range []string{
		"/groups", "/groups/eng", "/groups/eng?show=all", "/groups/eng/nested", "/groups/eng/roles?show=all", "/groups/eng/mappings",
		"/groups/eng/nested/add", "/groups/eng/roles/add", "/groups/empty/delete", "/groups/eng/delete",
	} {
		p := enter(o, everything...).get(t, address, "")
		if p.Code != http.StatusOK {
			t.Errorf("%s: %d", address, p.Code)
			continue
		}
		for _, named := range p.doc.Find("main :is(h1, .crumbs a, .crumbs span, .row, .who b, .choice b, .strong, .trail a, .tag.via, .bullets a)").EachIter() {
			if strings.TrimSpace(named.Text()) == "" {
				t.Errorf("%s: nothing to see in %s", address, goquery.NodeName(named))
			}
		}
		if !strings.Contains(p.text("main"), "(blank name)") {
			t.Errorf("%s names nothing", address)
		}
	}
}

// A search after a click on a column's head keeps the order: it stands in the
// list, which the click has drawn anew.
func TestASearchKeepsTheOrder(t *testing.T) {
	for _, part := range []string{"", "list"} {
		p := enter(newOrg(), everything...).get(t, "/groups?sort=-members", part)
		if got := p.doc.Find("#list input[form=list-search][name=sort]").AttrOr("value", ""); got != "-members" {
			t.Errorf("part %q: the search carries %q", part, got)
		}
	}
}
