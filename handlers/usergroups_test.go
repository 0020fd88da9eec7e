package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// withBo is a directory with the user u2, whom newStaff puts into Engineering and
// SRE and gives the role Auditor.
func withBo() *directory {
	d := meridian()
	d.users = append(d.users, mgmt.User{
		UserID: "u2", Name: "Bo Dale", GivenName: "Bo", Identities: []mgmt.Identity{{Connection: "google-workspace"}},
	})
	d.held = nil
	return d
}

func TestUserGroups(t *testing.T) {
	all := "All staff Everyone | through Engineering Product through SRE Platform Engineering Product | 1 | -"
	eng := "Engineering Builders | Direct through SRE Platform | 2 | Remove Bo Dale from Engineering"
	platform := "Platform Machines | through SRE | 0 | -"
	product := "Product Makers | through Engineering through SRE Platform Engineering | 2 | -"
	sre := "SRE On call | Direct | 0 | Remove Bo Dale from SRE"
	tests := []struct {
		name, target string
		want         []string
	}{
		{"all of them, with every way", "/users/u2/groups", []string{all, eng, platform, product, sre}},
		{"direct ones", "/users/u2/groups?show=direct", []string{eng, sre}},
		{"inherited ones", "/users/u2/groups?show=inherited", []string{all, eng, platform, product}},
		{"narrowed", "/users/u2/groups?q=machines", []string{platform}},
		{"on a page that is no more", "/users/u2/groups?page=9&show=direct", []string{eng, sre}},
		{"of somebody who is in none", "/users/" + tomasz + "/groups", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := openDoor(withBo(), everything...).get(t, tt.target, "")
			if got := strings.Join(p.rows(), "\n"); got != strings.Join(tt.want, "\n") {
				t.Errorf("rows:\n%s\nwant:\n%s", got, strings.Join(tt.want, "\n"))
			}
		})
	}
	p := openDoor(withBo(), everything...).get(t, "/users/u2/groups?show=direct", "")
	if got := p.text(".seg"); got != "All 5 Direct 2 Inherited 4" {
		t.Errorf("views = %q", got)
	}
	if got := p.text(".tabs"); got != "Profile Groups 2 Roles 1 Permissions 0 Effective access" {
		t.Errorf("tabs = %q", got)
	}
	if got := p.text("title"); got != "Bo Dale, Groups · Trellis" {
		t.Errorf("title = %q", got)
	}
}

// A mapping of the connection that has the name of a direct group leads on, for
// those who sign in over it. It is told apart from what is held.
func TestUserGroupsByAMapping(t *testing.T) {
	o := newStaff()
	o.groups[5].Mappings = []authz.Mapping{{GroupName: "SRE", ConnectionName: "google-workspace"}, {GroupName: "SRE", ConnectionName: "okta"}}
	p := openDoorTo(withBo(), o, everything...).get(t, "/users/u2/groups?q=nobody", "")
	if got := strings.Join(p.rows(), "\n"); got != "Empty Nobody | google-workspace: SRE | 0 | -" {
		t.Errorf("rows = %q", got)
	}
}

// A list that is long has pages, and their addresses have its state.
func TestUserGroupsHavePages(t *testing.T) {
	o := newStaff()
	for i := range 60 {
		o.groups = append(o.groups, authz.Group{ID: fmt.Sprint("g", i), Name: fmt.Sprintf("Team %02d", i), Members: []string{"u2"}})
	}
	p := openDoorTo(withBo(), o, everything...).get(t, "/users/u2/groups?q=team&show=direct&page=2", "list")
	if got := p.rows(); len(got) != 25 || !strings.HasPrefix(got[0], "Team 25") {
		t.Errorf("rows = %q", got)
	}
	if got := p.doc.Find("#page-next").AttrOr("href", ""); got != "/users/u2/groups?page=3&q=team&show=direct" {
		t.Errorf("the next page is at %s", got)
	}
	if got := p.doc.Find(".act a.ib").First().AttrOr("href", ""); got != "/users/u2/groups/remove?group=g25&page=2&q=team&show=direct" {
		t.Errorf("the trash can leads to %s", got)
	}
}

func TestPickUserGroups(t *testing.T) {
	const add = "/users/u2/groups/add"
	p := openDoor(withBo(), everything...).get(t, add+"?show=direct", "dialog")
	if held := p.doc.Find("#choices input[disabled]"); held.Length() != 2 || p.text(".why") != "Already a member Already a member" {
		t.Errorf("disabled: %d, %q", held.Length(), p.text(".why"))
	}
	if p.text("h2") != "Add Bo to groups" || p.doc.Find("form").AttrOr("action", "") != add+"?show=direct" {
		t.Errorf("title = %q", p.text("h2"))
	}
	p = openDoor(withBo(), everything...).post(t, add, url.Values{"search": {"1"}, "find": {"machines"}, "id": {"empty"}}, "choices")
	if got := p.text("#choices b"); got != "Empty Platform" {
		t.Errorf("choices = %q", got)
	}
	p = openDoor(withBo(), everything...).post(t, add, nil, "dialog")
	if p.Code != 422 || p.text("[role=alert]") != "Choose at least one group." {
		t.Errorf("status = %d, %q", p.Code, p.text("[role=alert]"))
	}
}

func TestAddAndRemoveUserGroups(t *testing.T) {
	o := newStaff()
	d := openDoorTo(withBo(), o, everything...)
	p := d.post(t, "/users/u2/groups/add?show=direct", url.Values{"id": {"all", "empty"}}, "")
	if p.Code != 303 || p.Header().Get("Location") != "/users/u2/groups?show=direct" {
		t.Errorf("after adding: %d to %q", p.Code, p.Header().Get("Location"))
	}
	p = d.post(t, "/users/u2/groups/remove?group=eng", nil, "dialog")
	if p.Header().Get("HX-Retarget") != "#detail" || p.doc.Find("#detail #list").Length() != 1 {
		t.Errorf("after removing: %q", p.Header().Get("HX-Retarget"))
	}
	if got := strings.Join(o.wrote, "\n"); got != "put u2 into [all empty]\nremove [u2] from eng" {
		t.Errorf("wrote %q", got)
	}
}

// The question names both, and says what really changes.
func TestConfirmRemoveUserGroup(t *testing.T) {
	tests := []struct {
		name     string
		change   func(*org)
		target   string
		wantText string
	}{
		{
			"a way is left", func(*org) {}, "eng",
			"Only the direct membership goes. Bo stays in the group through another one, and keeps its roles.",
		},
		{
			"groups and roles go", func(o *org) { o.groups[2].Members = nil }, "sre",
			"It takes Bo out of 4 groups above it too, and 3 roles with them.",
		},
		{
			"groups go", func(o *org) {
				o.groups[2].Members = nil
				for i := range o.groups {
					o.groups[i].Roles = nil
				}
			}, "sre", "It takes Bo out of 4 groups above it too. No role goes with it.",
		},
		{"a role goes", func(o *org) {
			o.groups[5].Members, o.groups[5].Roles = []string{"u2"}, []string{"audit2", "self2"}
			o.roles = append(o.roles, authz.Role{ID: "self2"})
		}, "empty", "Bo loses 1 role with it."},
		{"nothing goes", func(o *org) { o.groups[5].Members = []string{"u2"} }, "empty", "Bo loses no role with it."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newStaff()
			tt.change(o)
			p := openDoorTo(withBo(), o, everything...).get(t, "/users/u2/groups/remove?group="+tt.target, "dialog")
			name, _ := o.group(tt.target)
			if p.text("#sheet-title") != "Remove Bo Dale from "+name.Name+"?" || p.text("#sheet-text") != tt.wantText {
				t.Errorf("asks %q, says %q", p.text("#sheet-title"), p.text("#sheet-text"))
			}
		})
	}
	t.Run("it is gone already", func(t *testing.T) {
		p := openDoor(withBo(), everything...).get(t, "/users/u2/groups/remove?group=platform", "")
		if p.Code != 303 || p.Header().Get("Location") != "/users/u2/groups" {
			t.Errorf("status = %d to %q", p.Code, p.Header().Get("Location"))
		}
	})
}

// Who may not change it sees every control, and why it does nothing.
func TestUserGroupsWithoutTheScope(t *testing.T) {
	p := openDoor(withBo(), "read:groups").get(t, "/users/u2/groups", "")
	if p.doc.Find(".act a.ib, .tools a.btn").Length() != 0 {
		t.Error("a control can be used")
	}
	for _, s := range p.doc.Find(".act button, .tools button[title]").EachIter() {
		if s.AttrOr("aria-disabled", "") != "true" || !strings.Contains(s.AttrOr("title", ""), "Needs update:groups.") {
			t.Errorf("%q: %q", s.Text(), s.AttrOr("title", ""))
		}
	}
}

func TestUserGroupsHandErrorsOn(t *testing.T) {
	o := newStaff()
	o.fails = map[string]error{"UserGroups": &upstream.Error{Status: http.StatusForbidden}}
	if p := openDoorTo(withBo(), o).get(t, "/users/u2/groups", ""); p.Code != http.StatusForbidden {
		t.Errorf("status = %d", p.Code)
	}
	o = newStaff()
	o.refuse = &upstream.Error{Status: http.StatusConflict}
	if p := openDoorTo(withBo(), o).post(t, "/users/u2/groups/remove?group=eng", nil, ""); p.Code != http.StatusConflict {
		t.Errorf("status = %d", p.Code)
	}
	if p := openDoor(meridian()).get(t, "/users/nobody/groups", ""); p.Code != http.StatusNotFound {
		t.Errorf("status = %d", p.Code)
	}
}
