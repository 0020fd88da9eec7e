package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/upstream"
)

func TestUsersAreSearchedInOneField(t *testing.T) {
	for target, want := range map[string]mgmt.ListQuery{
		"/users?q=to&field=name":          {Search: "to", Field: mgmt.InName},
		"/users?q=to&field=email":         {Search: "to", Field: mgmt.InEmail},
		"/users?q=goo&field=connection":   {Search: "goo", Field: mgmt.InConnection},
		"/users?q=to&field=user_metadata": {Search: "to"},
		"/users?q=to":                     {Search: "to"},
	} {
		d := crowd(1)
		p := openDoor(d).get(t, target, "")
		want.PerPage, want.Sort = 25, "name:1"
		if d.asked != want {
			t.Errorf("%s asked the API for %+v, want %+v", target, d.asked, want)
		}
		chosen := p.doc.Find("select[name=field] option[selected]").AttrOr("value", "")
		if chosen != "" && !strings.HasSuffix(target, "field="+chosen) || chosen == "" && want.Field != mgmt.Anywhere {
			t.Errorf("%s: %q is chosen", target, chosen)
		}
	}
	p := openDoor(meridian()).get(t, "/users", "")
	if hint := p.doc.Find("#" + p.doc.Find("#search").AttrOr("aria-describedby", "none")); !strings.Contains(hint.Text(), "quotation marks") {
		t.Errorf("the search does not say how it is used: %q", hint.Text())
	}
}

func TestUsersOfAGroupOrWithARole(t *testing.T) {
	tests := []struct {
		target    string
		wantQuery authz.ListQuery
		wantRows  string
		wantChips string
	}{
		{
			"/users?group=eng",
			authz.ListQuery{Group: "eng", PerPage: 25, Sort: "name:1"},
			"Bo", "In group: Engineering With role",
		},
		{
			"/users?role=audit&sort=-signin",
			authz.ListQuery{Role: "audit", PerPage: 25, Sort: "last_login:-1"},
			"Bo", "In group With role: Auditor",
		},
		{
			"/users?group=sre&role=audit&q=b&field=name",
			authz.ListQuery{Group: "sre", Role: "audit", Search: "name:b*", PerPage: 25, Sort: "name:1"},
			"Bo", "In group: SRE With role: Auditor",
		},
		{
			"/users?group=gone",
			authz.ListQuery{Group: "gone", PerPage: 25, Sort: "name:1"},
			"", "In group: gone With role",
		},
	}
	for _, tt := range tests {
		t.Run(tt.target, func(t *testing.T) {
			d := openDoor(meridian())
			p := d.get(t, tt.target, "")
			if got := *d.tenant.asked; got.Search != tt.wantQuery.Search || got.Group != tt.wantQuery.Group ||
				got.Role != tt.wantQuery.Role || got.Sort != tt.wantQuery.Sort || got.PerPage != tt.wantQuery.PerPage {
				t.Errorf("asked for %+v, want %+v", got, tt.wantQuery)
			}
			if got := p.text("tbody th b"); got != tt.wantRows {
				t.Errorf("rows = %q, want %q", got, tt.wantRows)
			}
			if got := p.text("[aria-label=Filters]"); got != tt.wantChips {
				t.Errorf("chips = %q, want %q", got, tt.wantChips)
			}
		})
	}
}

// The state of the list is in each of its links, and in its search.
func TestAFilteredListKeepsItsState(t *testing.T) {
	p := openDoor(meridian()).get(t, "/users?group=eng&q=b&field=name&sort=-signin", "list")
	for selector, want := range map[string]string{
		".fchip:not(.on)":               "/filter/users?by=role&field=name&group=eng&q=b&sort=-signin",
		".fchip.on a[aria-label]":       "/users?field=name&q=b&sort=-signin",
		"#sort-Sign-ins":                "/users?field=name&group=eng&q=b&sort=-count",
		".fchip.on a:not([aria-label])": "/filter/users?by=group&field=name&group=eng&q=b&sort=-signin",
	} {
		if got := p.doc.Find(selector).AttrOr("href", ""); got != want {
			t.Errorf("%s leads to %s, want %s", selector, got, want)
		}
	}
	for name, want := range map[string]string{"group": "eng", "sort": "-signin"} {
		if got := p.doc.Find("input[form=list-search][name="+name+"]").AttrOr("value", ""); got != want {
			t.Errorf("the search carries %s=%q, want %q", name, got, want)
		}
	}
	if got := p.Header().Get("HX-Push-Url"); got != "/users?field=name&group=eng&q=b&sort=-signin" {
		t.Errorf("the address becomes %s", got)
	}
}

func TestChoosingAFilter(t *testing.T) {
	tests := []struct {
		target, part string
		wantChoices  string
		wantFirst    string
	}{
		{"/filter/users?by=group&q=b&page=3", "dialog", "All staff Product Engineering Platform SRE Empty", "/users?group=all&q=b"},
		{"/filter/users?by=group&find=plat", "choices", "Platform", "/users?group=platform"},
		{"/filter/users?by=role&group=eng", "", "Deploy Viewer Roadmap Reader account self-service Auditor", "/users?group=eng&role=deploy"},
		{"/filter/users", "", "All staff Product Engineering Platform SRE Empty", "/users?group=all"},
	}
	for _, tt := range tests {
		t.Run(tt.target, func(t *testing.T) {
			p := openDoor(meridian()).get(t, tt.target, tt.part)
			if got := p.text("#choices b"); got != tt.wantChoices {
				t.Errorf("choices = %q, want %q", got, tt.wantChoices)
			}
			if got := p.doc.Find("#choices a").First().AttrOr("href", ""); got != tt.wantFirst {
				t.Errorf("the first leads to %s, want %s", got, tt.wantFirst)
			}
			if p.whole() != (tt.part == "") {
				t.Errorf("whole page = %t", p.whole())
			}
			if form := p.doc.Find("form.sheet"); form.Length() == 1 && (form.AttrOr("method", "") != "get" || form.Find("[name=csrf]").Length() != 0) {
				t.Error("the form changes something")
			}
		})
	}
	p := openDoor(meridian()).get(t, "/filter/users?by=group&group=eng&find=zebra", "choices")
	if got := p.text("#choices .none"); got != "No group matches “zebra”." {
		t.Errorf("choices = %q", got)
	}
}

func TestNobodyInAGroup(t *testing.T) {
	p := openDoor(meridian()).get(t, "/users?group=empty", "")
	if got := p.text("#list .empty h2"); got != "No user here" {
		t.Errorf("empty state = %q", got)
	}
	p = openDoor(meridian()).get(t, "/users?group=empty&q=zebra", "")
	if got := p.doc.Find("#list .empty a").AttrOr("href", ""); got != "/users?group=empty" {
		t.Errorf("clearing the search leads to %s", got)
	}
}

func TestBlockedUser(t *testing.T) {
	d := meridian()
	d.users[0].Blocked, d.users[0].EmailVerified = true, false
	facts := openDoor(d).get(t, urls.ToUser(tomasz), "").text("#detail dl")
	for _, want := range []string{"Status Cannot sign in. Blocked", "tomasz@meridian.example Not verified"} {
		if !strings.Contains(facts, want) {
			t.Errorf("facts = %q, want %q in them", facts, want)
		}
	}
}

// The profile stands, whatever the other API does.
func TestProfileWithoutTheOtherAPI(t *testing.T) {
	o := newStaff()
	o.fails = map[string]error{
		"UserGroups": &upstream.Error{Status: http.StatusBadGateway}, "UserRoles": &upstream.Error{Status: http.StatusForbidden},
	}
	p := openDoorTo(meridian(), o).get(t, urls.ToUser(tomasz), "")
	if p.Code != http.StatusOK || p.text(".tabs") != "Profile Groups Roles Permissions 2 Effective access" {
		t.Errorf("status = %d, tabs = %q", p.Code, p.text(".tabs"))
	}
}
