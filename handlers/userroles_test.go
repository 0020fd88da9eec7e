package handlers_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"trellis/web/authz"
)

func TestUserRoles(t *testing.T) {
	self := "account self-service | app2 | through Engineering Product All staff through SRE Platform Engineering Product All staff | -"
	audit := "Auditor Reads it all | Deploy Console | Direct | Remove Auditor from Bo Dale"
	deploy := "Deploy Viewer | Deploy Console | through Engineering through Engineering Product 2 more ways through SRE Platform Engineering through SRE Platform Engineering Product | -"
	roadmap := "Roadmap Reader | app2 | through Engineering Product through SRE Platform Engineering Product | -"
	tests := []struct {
		name, target string
		want         []string
	}{
		{"all of them, with every way", "/users/u2/roles", []string{self, audit, deploy, roadmap}},
		{"direct ones", "/users/u2/roles?show=direct", []string{audit}},
		{"inherited ones", "/users/u2/roles?show=inherited", []string{self, deploy, roadmap}},
		{"of an application", "/users/u2/roles?q=console", []string{audit, deploy}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := openDoor(withBo(), "update:roles").get(t, tt.target, "")
			if got := strings.Join(p.rows(), "\n"); got != strings.Join(tt.want, "\n") {
				t.Errorf("rows:\n%s\nwant:\n%s", got, strings.Join(tt.want, "\n"))
			}
		})
	}
	p := openDoor(withBo(), "update:roles").get(t, "/users/u2/roles", "")
	if got := p.text(".seg"); got != "All 4 Direct 1 Inherited 3" {
		t.Errorf("views = %q", got)
	}
	if got := p.doc.Find("tbody th a").First().AttrOr("href", ""); got != "/roles/self" {
		t.Errorf("a role leads to %s", got)
	}
}

// Without the names of applications their ids stand there.
func TestUserRolesWithoutNames(t *testing.T) {
	d := withBo()
	d.fail["ResourceServers"], d.fail["Clients"] = errors.New("no answer"), errors.New("no answer")
	o := newStaff()
	p := openDoorTo(d, o, "update:roles").get(t, "/users/u2/roles?show=direct", "")
	if got := strings.Join(p.rows(), "\n"); got != "Auditor Reads it all | app1 | Direct | Remove Auditor from Bo Dale" {
		t.Errorf("rows = %q", got)
	}
}

func TestPickUserRoles(t *testing.T) {
	const add = "/users/u2/roles/add"
	p := openDoor(withBo(), "update:roles").get(t, add, "dialog")
	if held := p.doc.Find("#choices input[disabled]"); held.Length() != 1 || held.AttrOr("value", "") != "audit" || p.text(".why") != "Already given" {
		t.Errorf("disabled: %d, %q", held.Length(), p.text(".why"))
	}
	p = openDoor(withBo(), "update:roles").post(t, add, url.Values{"search": {"1"}, "find": {"viewer"}, "id": {"self"}}, "choices")
	if got := p.text("#choices b"); got != "account self-service Deploy Viewer" && got != "Deploy Viewer account self-service" {
		t.Errorf("choices = %q", got)
	}
	p = openDoor(withBo(), "update:roles").post(t, add, nil, "dialog")
	if p.Code != 422 || p.text("[role=alert]") != "Choose at least one role." {
		t.Errorf("status = %d, %q", p.Code, p.text("[role=alert]"))
	}
	p = openDoor(withBo(), "read:roles").get(t, add, "dialog")
	if p.doc.Find("button.go").Length() != 0 || !strings.Contains(p.text(".note"), "Needs update:roles.") {
		t.Errorf("it can be sent: %q", p.text(".note"))
	}
}

func TestAddAndRemoveUserRoles(t *testing.T) {
	o := newStaff()
	d := openDoorTo(withBo(), o, "update:roles")
	p := d.post(t, "/users/u2/roles/add?q=a", url.Values{"id": {"deploy", "self"}}, "")
	if p.Code != 303 || p.Header().Get("Location") != "/users/u2/roles?q=a" {
		t.Errorf("after adding: %d to %q", p.Code, p.Header().Get("Location"))
	}
	p = d.post(t, "/users/u2/roles/remove?role=audit", nil, "dialog")
	if p.Header().Get("HX-Retarget") != "#detail" {
		t.Errorf("after removing: %q", p.Header().Get("HX-Retarget"))
	}
	if got := strings.Join(o.wrote, "\n"); got != "give [deploy self] to u2\ntake [audit] from u2" {
		t.Errorf("wrote %q", got)
	}
}

func TestConfirmRemoveUserRole(t *testing.T) {
	tests := []struct {
		name     string
		change   func(*org)
		wantText string
	}{
		{"a permission goes", func(*org) {}, "Bo loses 1 permission with it. The role itself stays."},
		{"a group gives the role too", func(o *org) { o.groups[2].Roles = []string{"audit"} }, "Only the direct assignment goes. Bo keeps the role through a group."},
		{"another role gives the same", func(o *org) { o.roles[0].Permissions = []string{"p3"} }, "Bo loses no permission with it. The role itself stays."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newStaff()
			tt.change(o)
			p := openDoorTo(withBo(), o, "update:roles").get(t, "/users/u2/roles/remove?role=audit", "dialog")
			if p.text("#sheet-title") != "Remove Auditor from Bo Dale?" || p.text("#sheet-text") != tt.wantText {
				t.Errorf("asks %q, says %q", p.text("#sheet-title"), p.text("#sheet-text"))
			}
		})
	}
	for _, gone := range []string{"deploy", "nothing"} {
		p := openDoor(withBo(), "update:roles").get(t, "/users/u2/roles/remove?role="+gone, "")
		if p.Code != 303 || p.Header().Get("Location") != "/users/u2/roles" {
			t.Errorf("%s: status = %d to %q", gone, p.Code, p.Header().Get("Location"))
		}
	}
}

// Permissions of applications stand beside those of APIs, with their ways.
func TestPermissionsOfApplications(t *testing.T) {
	p := openDoor(withBo()).get(t, "/users/u2/permissions", "")
	var got []string
	for _, card := range p.doc.Find("[aria-labelledby=apps-head] .card").EachIter() {
		got = append(got, words(card.Find("h3"))+": "+words(card.Find("tbody th, tbody td:not(.act)")))
	}
	want := []string{
		"app2: read:log See the log Auditor Direct",
		"Deploy Console: read:builds See builds" +
			" Deploy Viewer through Engineering Deploy Viewer through Engineering Product" +
			" 4 more ways account self-service through Engineering Product All staff" +
			" Deploy Viewer through SRE Platform Engineering Deploy Viewer through SRE Platform Engineering Product" +
			" account self-service through SRE Platform Engineering Product All staff" +
			" start:builds Deploy Viewer through Engineering Deploy Viewer through Engineering Product" +
			" 2 more ways Deploy Viewer through SRE Platform Engineering Deploy Viewer through SRE Platform Engineering Product",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	p = openDoor(withBo()).get(t, "/users/u2/permissions?q=log", "list")
	if got := p.text("tbody th"); got != "read:log" {
		t.Errorf("narrowed to %q", got)
	}
	p = openDoor(withBo()).get(t, "/users/u2/permissions?q=zebra", "list")
	if got := p.text(".none"); got != "No permission of an application matches “zebra”." {
		t.Errorf("says %q", got)
	}
}

// Many of them have pages of their own.
func TestPermissionsOfApplicationsHavePages(t *testing.T) {
	o := newStaff()
	for i := range 30 {
		id := "x" + string(rune('a'+i))
		o.permissions = append(o.permissions, authz.Permission{ID: id, Name: id, ApplicationID: "app2"})
		o.roles[3].Permissions = append(o.roles[3].Permissions, id)
	}
	p := openDoorTo(withBo(), o).get(t, "/users/u2/permissions?apps=2&q=x", "list")
	if got := p.doc.Find("[aria-labelledby=apps-head] tbody tr").Length(); got != 5 {
		t.Errorf("%d rows, want 5", got)
	}
	if got := p.doc.Find("#apps-prev").AttrOr("href", ""); got != "/users/u2/permissions?q=x" {
		t.Errorf("the page before is at %s", got)
	}
}

// When the other API fails, the permissions of APIs stand, and the page says why
// the others do not.
func TestPermissionsOfApplicationsThatCannotBeRead(t *testing.T) {
	for status, want := range map[int]string{
		403: "Permissions of applications are not shown: your role does not include reading them.",
		502: "Permissions of applications are not shown: the API did not give them. Try again in a moment.",
	} {
		o := newStaff()
		o.fails = map[string]error{"ListPermissions": refusing(status)}
		p := openDoorTo(meridian(), o).get(t, "/users/"+url.PathEscape(tomasz)+"/permissions", "")
		if p.Code != 200 || p.text("[aria-labelledby=apps-head] .note") != want || p.doc.Find("#list tbody tr").Length() != 2 {
			t.Errorf("%d: status = %d, says %q", status, p.Code, p.text("[aria-labelledby=apps-head] .note"))
		}
	}
	o := newStaff()
	o.fails = map[string]error{"ListPermissions": refusing(401)}
	if p := openDoorTo(meridian(), o).get(t, "/users/"+url.PathEscape(tomasz)+"/permissions", ""); p.Code != 401 {
		t.Errorf("a session that is over: status = %d", p.Code)
	}
}
