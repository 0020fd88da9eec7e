package handlers_test

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/upstream"
)

func refusing(status int) error { return &upstream.Error{Status: status} }

// results is each row of a run: its section, and its cells.
func (p page) results() []string {
	var out []string
	for _, card := range p.doc.Find("#list section.card").EachIter() {
		for _, tr := range card.Find("tbody tr").EachIter() {
			out = append(out, words(card.Find("h2"))+" | "+words(tr.Find("th"))+" | "+words(tr.Find("td:not(.act)")))
		}
	}
	return out
}

// asked is the org whose policy answers what Bo gets over google-workspace with
// the provider's group eng-all.
func asked() *org {
	o := newStaff()
	o.groups[3].Mappings = []authz.Mapping{{GroupName: "machines", ConnectionName: "google-workspace"}}
	o.groups[5].Mappings = []authz.Mapping{{GroupName: "eng-all", ConnectionName: "google-workspace"}}
	o.groups[5].Roles = []string{"audit"}
	o.policy = authz.Policy{
		Groups: []string{"Engineering", "Empty"}, Roles: []string{"Auditor", "Deploy Viewer"}, Permissions: []string{"read:log", "start:builds"},
	}
	return o
}

func TestARunOfThePolicy(t *testing.T) {
	o := asked()
	p := openDoorTo(withBo(), o).get(t, "/users/u2/access?application=app1&connection=google-workspace&groups=eng-all%0D%0A%0D%0A+staff+%0D%0Aeng-all", "")
	if p.Code != 200 {
		t.Fatalf("status = %d: %s", p.Code, p.Body)
	}
	if want := []authz.SignIn{{ConnectionName: "google-workspace", Groups: []string{"eng-all", "staff"}}}; !reflect.DeepEqual(o.ran, want) {
		t.Errorf("ran %+v, want %+v", o.ran, want)
	}
	want := []string{
		"Groups 2 | Empty Nobody | google-workspace: eng-all",
		"Groups 2 | Engineering Builders | Direct through SRE Platform",
		"Roles 2 | Auditor Reads it all | Direct google-workspace: eng-all through Empty",
		"Roles 2 | Deploy Viewer | through Engineering through Engineering Product 2 more ways through SRE Platform Engineering through SRE Platform Engineering Product",
		"Permissions 2 | read:log See the log | Auditor Direct Auditor google-workspace: eng-all through Empty",
		"Permissions 2 | start:builds | Deploy Viewer through Engineering Deploy Viewer through Engineering Product 2 more ways " +
			"Deploy Viewer through SRE Platform Engineering Deploy Viewer through SRE Platform Engineering Product",
	}
	if got := p.results(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("results:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := p.doc.Find("#list a.link").AttrOr("href", ""); got != "/users/u2/access?application=app1&connection=google-workspace&groups=eng-all%0Astaff" {
		t.Errorf("the link to the run is %s", got)
	}
	if p.doc.Find("#list .note").Length() != 0 {
		t.Errorf("says %q", p.text("#list .note"))
	}
	for field, want := range map[string]string{"#application": "app1", "#connection": "google-workspace"} {
		if got := p.doc.Find(field+" option[selected]").AttrOr("value", ""); got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	if got := p.doc.Find("#groups").Text(); got != "eng-all\nstaff" {
		t.Errorf("groups = %q", got)
	}
}

// htmx gets the results alone, and their address.
func TestARunInThePage(t *testing.T) {
	p := openDoorTo(withBo(), asked()).get(t, "/users/u2/access?application=app1&connection=&groups=", "list")
	if p.whole() || p.doc.Find("#list").AttrOr("data-status", "") != "Access in Deploy Console" {
		t.Errorf("status = %q", p.doc.Find("#list").AttrOr("data-status", ""))
	}
	if got := p.Header().Get("HX-Push-Url"); got != "/users/u2/access?application=app1&connection=google-workspace" {
		t.Errorf("the address becomes %s", got)
	}
}

func TestNothingIsRunUnasked(t *testing.T) {
	o := asked()
	p := openDoorTo(withBo(), o).get(t, "/users/u2/access", "")
	if len(o.ran) != 0 || p.text("#list h2") != "Nothing was run yet" {
		t.Errorf("ran %+v, shows %q", o.ran, p.text("#list h2"))
	}
	var offered []string
	for _, group := range p.doc.Find("#application optgroup").EachIter() {
		offered = append(offered, group.AttrOr("label", "")+": "+words(group.Find("option")))
	}
	if got := strings.Join(offered, "\n"); got != "Applications: Deploy Console\nAPIs: Ledger API Warehouse API" {
		t.Errorf("offers %q", got)
	}
	if got := p.text("#connection"); got != "google-workspace (google-apps) okta (okta)" {
		t.Errorf("offers %q", got)
	}
	if got := p.doc.Find("#connection option[selected]").Text(); !strings.HasPrefix(got, "google-workspace") {
		t.Errorf("%q is chosen", got)
	}
	if p.doc.Find("form[action='/users/u2/access']").AttrOr("method", "") != "get" {
		t.Error("the run cannot be linked to")
	}
}

// What cannot be read leaves the lists short: what the address names is there.
func TestARunWithoutAnythingToChooseFrom(t *testing.T) {
	d := withBo()
	for _, what := range []string{"Clients", "Connections", "ResourceServers"} {
		d.fail[what] = refusing(403)
	}
	o := asked()
	p := openDoorTo(d, o).get(t, "/users/u2/access?application=app9&connection=ldap", "")
	if p.Code != 200 || p.doc.Find("input#application").AttrOr("value", "") != "app9" || p.text("#connection") != "ldap" || len(o.ran) != 1 {
		t.Errorf("status = %d, offers %q", p.Code, p.text("#connection"))
	}
}

func TestARunThatIsNotUnderstood(t *testing.T) {
	many := ""
	for i := range 101 {
		many += "\nteam " + strings.Repeat("x", i)
	}
	for name, tt := range map[string]struct{ query, want string }{
		"no connection": {"application=app1", "Choose how the user signs in."},
		"many groups":   {"application=app1&connection=okta&groups=" + url.QueryEscape(many), "Name at most 100 groups."},
		"a long name":   {"application=app1&connection=okta&groups=" + strings.Repeat("x", 513), "A name may have at most 512 letters."},
	} {
		t.Run(name, func(t *testing.T) {
			d := withBo()
			d.users[1].Identities = nil
			o := asked()
			for _, part := range []string{"", "list"} {
				p := openDoorTo(d, o).get(t, "/users/u2/access?"+tt.query, part)
				if p.Code != 422 || p.text("[role=alert]") != tt.want || len(o.ran) != 0 {
					t.Errorf("part %q: status = %d, says %q, ran %+v", part, p.Code, p.text("[role=alert]"), o.ran)
				}
			}
		})
	}
}

// The policy is the truth. What no record explains is said to be so.
func TestARunWithoutReasons(t *testing.T) {
	t.Run("of some", func(t *testing.T) {
		o := asked()
		o.policy.Roles = append(o.policy.Roles, "Made Up Elsewhere")
		p := openDoorTo(withBo(), o).get(t, "/users/u2/access?application=app1", "")
		if got := strings.Join(p.results(), "\n"); !strings.Contains(got, "Roles 3 | Made Up Elsewhere | Not known") {
			t.Errorf("results:\n%s", got)
		}
		if got := p.text("#list .note"); !strings.HasPrefix(got, "For what has no reason here, the API gave none") {
			t.Errorf("says %q", got)
		}
	})
	t.Run("of all", func(t *testing.T) {
		o := asked()
		o.fails = map[string]error{"ListPermissions": refusing(403)}
		p := openDoorTo(withBo(), o).get(t, "/users/u2/access?application=app1", "")
		if got := p.text("#list .note"); got != "The reasons are not shown: your role does not include reading them." {
			t.Errorf("says %q", got)
		}
		if got := p.results(); len(got) != 6 || !strings.HasSuffix(got[0], "| Not known") {
			t.Errorf("results:\n%s", strings.Join(got, "\n"))
		}
	})
	t.Run("the run itself fails", func(t *testing.T) {
		o := asked()
		o.fails = map[string]error{"Policy": refusing(502)}
		if p := openDoorTo(withBo(), o).get(t, "/users/u2/access?application=app1", ""); p.Code != 502 {
			t.Errorf("status = %d", p.Code)
		}
		if p := openDoorTo(withBo(), asked()).get(t, "/users/nobody/access", ""); p.Code != 404 {
			t.Errorf("status = %d", p.Code)
		}
	})
}

// For an API both kinds of permissions count.
func TestARunForAnAPI(t *testing.T) {
	d := withBo()
	d.held = []mgmt.UserPermission{{ResourceServerIdentifier: warehouse, PermissionName: "read:stock", Description: "Count boxes"}}
	d.roles = []mgmt.EffectiveRole{{Role: mgmt.Role{ID: "r1", Name: "Keeper"}}}
	d.gives = map[string][]mgmt.UserPermission{"r1": {{ResourceServerIdentifier: warehouse, PermissionName: "query:metrics"}}}
	o := asked()
	o.policy = authz.Policy{}
	p := openDoorTo(d, o).get(t, "/users/u2/access?application="+url.QueryEscape(warehouse), "")
	want := "Permissions at the API 2 | read:stock Count boxes | Direct\nPermissions at the API 2 | query:metrics | By a role of the Management API"
	if got := strings.Join(p.results(), "\n"); got != want {
		t.Errorf("results:\n%s\nwant:\n%s", got, want)
	}
	if got := p.text("#list .note"); !strings.HasPrefix(got, "RBAC is off for Warehouse API") {
		t.Errorf("says %q", got)
	}
	d.fail["EffectivePermissions"] = errors.New("no answer")
	if p := openDoorTo(d, o).get(t, "/users/u2/access?application="+url.QueryEscape(warehouse), ""); p.Code != 500 {
		t.Errorf("status = %d", p.Code)
	}
}
