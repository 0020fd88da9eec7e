package handlers_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"trellis/web/authz"
)

func TestGroupRoles(t *testing.T) {
	missing := "gone-role | | | Missing : This role does not exist any more Direct | Remove gone-role from Engineering"
	deploy := "Deploy Viewer | Deploy Console | 2 | Direct through Product | Remove Deploy Viewer from Engineering"
	self := "account self-service | app2 | 1 | through Product All staff | -"
	roadmap := "Roadmap Reader | app2 | 0 | through Product | -"
	tests := []struct {
		name, target string
		want         []string
	}{
		{"all of them", "/groups/eng/roles", []string{missing, self, deploy, roadmap}},
		{"its own", "/groups/eng/roles?show=direct", []string{missing, deploy}},
		{"inherited", "/groups/eng/roles?show=inherited", []string{self, deploy, roadmap}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := enter(newOrg(), everything...).get(t, tt.target, "")
			if got := strings.Join(p.rows(), "\n"); got != strings.Join(tt.want, "\n") {
				t.Errorf("rows:\n%s\nwant:\n%s", got, strings.Join(tt.want, "\n"))
			}
			if got := p.text(".seg"); got != "All 4 Direct 2 Inherited 3" {
				t.Errorf("views = %q", got)
			}
		})
	}
}

// A group can have more roles than a page shows: they are found and turned.
func TestManyRolesOfAGroup(t *testing.T) {
	o := newOrg()
	sre := slices.IndexFunc(o.groups, func(g authz.Group) bool { return g.ID == "sre" })
	for i := range 60 {
		id := fmt.Sprintf("many%02d", i)
		o.roles = append(o.roles, authz.Role{ID: id, Name: "Many " + id, ApplicationID: "app1"})
		o.groups[sre].Roles = append(o.groups[sre].Roles, id)
	}
	d := enter(o, everything...)
	p := d.get(t, "/groups/sre/roles?show=direct&q=many&page=9", "")
	if got := p.rows(); len(got) != 10 || !strings.HasPrefix(got[0], "Many many50 |") {
		t.Errorf("%d rows on the last page:\n%s", len(got), strings.Join(got, "\n"))
	}
	if got, _ := p.doc.Find("#list a[aria-label^='Remove Many many50']").Attr("href"); got != "/groups/sre/roles/remove?page=3&q=many&role=many50&show=direct" {
		t.Errorf("removing leads to %q", got)
	}
	if p = d.get(t, "/groups/sre/roles?q=many07", "list"); len(p.rows()) != 1 || p.Header().Get("HX-Push-Url") != "/groups/sre/roles?q=many07" {
		t.Errorf("found %q at %q", p.rows(), p.Header().Get("HX-Push-Url"))
	}
	if p = d.get(t, "/groups/sre/roles?q=zebra", "list"); p.text("h2") != "No role matches “zebra”" {
		t.Errorf("found %q", p.text("#list"))
	}
}

func TestPickRoles(t *testing.T) {
	const add = "/groups/eng/roles/add"
	p := enter(newOrg(), everything...).get(t, add, "dialog")
	if held := p.doc.Find("#choices input[disabled]"); held.Length() != 1 || held.AttrOr("value", "") != "deploy" {
		t.Errorf("disabled = %d", held.Length())
	}
	p = enter(newOrg(), everything...).post(t, add, url.Values{"search": {"1"}, "find": {"reads"}, "id": {"self"}}, "choices")
	if got := p.text("#choices b"); got != "account self-service Auditor" {
		t.Errorf("choices = %q", got)
	}
	p = enter(newOrg(), everything...).post(t, add, url.Values{"search": {"1"}, "find": {"zebra"}}, "choices")
	if got := p.text("#choices .none"); got != "No role matches “zebra”." {
		t.Errorf("choices = %q", got)
	}
	p = enter(newOrg(), everything...).post(t, add, nil, "dialog")
	if p.Code != 422 || p.text("[role=alert]") != "Choose at least one role." {
		t.Errorf("status = %d, %q", p.Code, p.text("[role=alert]"))
	}
}

func TestAddAndRemoveRoles(t *testing.T) {
	o := newOrg()
	d := enter(o, everything...)
	if p := d.post(t, "/groups/eng/roles/add?show=direct", url.Values{"id": {"audit"}}, ""); p.Header().Get("Location") != "/groups/eng/roles?show=direct" {
		t.Errorf("after adding: %q", p.Header().Get("Location"))
	}
	if p := d.post(t, "/groups/eng/roles/remove?role=deploy", nil, "dialog"); p.Header().Get("HX-Retarget") != "#detail" {
		t.Errorf("after removing: %q", p.Header().Get("HX-Retarget"))
	}
	if got := strings.Join(o.wrote, "\n"); got != "give [audit] to eng\ntake [deploy] from eng" {
		t.Errorf("wrote %q", got)
	}
}

// The question says what really changes.
func TestConfirmRemoveRole(t *testing.T) {
	tests := []struct{ target, wantTitle, wantText string }{
		{"/groups/eng/roles/remove?role=deploy", "Remove Deploy Viewer from Engineering?", "Only the direct assignment goes: Engineering still inherits the role from Product."},
		{"/groups/all/roles/remove?role=self", "Remove account self-service from All staff?", "Members of All staff and of the groups nested in it lose 1 permission, unless something else gives them too. The role itself stays."},
		{"/groups/eng/roles/remove?role=gone-role", "Remove the missing role gone-role from Engineering?", "Nobody gets anything from it any more."},
	}
	for _, tt := range tests {
		p := enter(newOrg(), everything...).get(t, tt.target, "dialog")
		if p.text("#sheet-title") != tt.wantTitle || p.text("#sheet-text") != tt.wantText {
			t.Errorf("%s asks %q, says %q", tt.target, p.text("#sheet-title"), p.text("#sheet-text"))
		}
	}
}
