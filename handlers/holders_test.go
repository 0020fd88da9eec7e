package handlers_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trellis/web/authz"
	"trellis/web/upstream"
)

// newHeld is newRoles, where Engineering gives Deploy Viewer, and a mapping takes
// who is in All staff, and comes over a connection that Ada has, into Engineering.
func newHeld() *org {
	o := newRoles()
	o.users[0].Identities = []authz.Identity{{Connection: "db"}, {Connection: "okta"}}
	o.groups[2].Mappings = append(o.groups[2].Mappings, authz.Mapping{ID: "m3", GroupName: "All staff", ConnectionName: "okta"})
	return o
}

const (
	bySource = `.seg[aria-label="By which source"]`
	byOthers = `.seg[aria-label="By other sources too"]`
)

// Who is in a group, who has a role and who has a permission: all of them, and
// those of each kind of source.
func TestWhoHasItBySource(t *testing.T) {
	const (
		ada  = "A Ada ada@meridian.example | "
		bo   = "B Bo bo@meridian.example | "
		cy   = "C Cy cy@meridian.example | "
		dee  = "DE dee@meridian.example | "
		gone = "GU gone-user | Missing : The tenant does not know this user "
	)
	inEng := map[string]string{
		ada: ada + "By a mapping All staff mapping All staff of okta | -",
		bo:  bo + "Direct Through a group SRE Platform | Remove Bo from Engineering",
		cy:  cy + "Through a group Platform | -", dee: dee + "Through a group SRE Platform | -",
		gone: gone + "Direct | Remove gone-user from Engineering",
	}
	hasRead := map[string]string{
		ada: ada + "Through a role Deploy Viewer By a mapping All staff mapping All staff of okta Engineering Deploy Viewer and 1 more way | -",
		bo:  bo + "Through a group Engineering Deploy Viewer and 3 more ways | -",
	}
	for _, tt := range []struct {
		name, target string
		want         []string
		kinds, only  string
		title        string
	}{
		{"in a group", "/groups/eng?show=all", []string{inEng[ada], inEng[bo], inEng[cy], inEng[dee], inEng[gone]}, "Any source 5 Direct 2 Through a group 3 By a mapping 1", "", ""},
		{"the other way round", "/groups/eng?show=all&sort=-name", []string{inEng[gone], inEng[dee], inEng[cy], inEng[bo], inEng[ada]}, "Any source 5 Direct 2 Through a group 3 By a mapping 1", "", ""},
		{"in it directly", "/groups/eng?show=all&source=direct", []string{inEng[bo], inEng[gone]}, "Any source 5 Direct 2 Through a group 3 By a mapping 1", "All of them 2 By nothing else 1", ""},
		{"in it directly alone", "/groups/eng?show=all&source=direct&only=1", []string{inEng[gone]}, "Any source 5 Direct 2 Through a group 3 By a mapping 1", "All of them 2 By nothing else 1", ""},
		{"in it by a mapping", "/groups/eng?show=all&source=mapping", []string{inEng[ada]}, "Any source 5 Direct 2 Through a group 3 By a mapping 1", "All of them 1 By nothing else 1", ""},
		{"searched", "/groups/eng?show=all&source=group&q=Cy", []string{inEng[cy]}, "Any source 1 Direct 0 Through a group 1 By a mapping 0", "All of them 1 By nothing else 1", ""},
		{"not in it so", "/groups/sre?show=all&source=mapping", nil, "Any source 2 Direct 2 Through a group 0 By a mapping 0", "", "Nobody is in it by a mapping"},
		{"no such kind", "/groups/sre?show=all&source=magic&only=1&q=Bo", []string{bo + "Direct | Remove Bo from SRE"}, "Any source 1 Direct 1 Through a group 0 By a mapping 0", "", ""},
		{"a role by a group alone", "/roles/deploy/users?show=all&source=group&only=1&q=dee", []string{dee + "Through a group SRE Platform Engineering and 1 more way | -"}, "Any source 1 Direct 0 Through a group 1 By a mapping 0", "All of them 1 By nothing else 1", ""},
		{"a role by nothing", "/roles/audit/users?show=all&source=direct&only=1", nil, "Any source 0 Direct 0 Through a group 0 By a mapping 0", "All of them 0 By nothing else 0", "Nobody has it directly alone"},
		{"a permission", "/permissions/p1/users?q=o@meridian", []string{hasRead[bo]}, "Any source 1 Through a group 1 Through a role 0 By a mapping 0", "", ""},
		{"a permission through a role", "/permissions/p1/users?source=role&q=a", []string{hasRead[ada]}, "Any source 4 Through a group 3 Through a role 1 By a mapping 1", "All of them 1 By nothing else 0", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := enterRoles(newHeld(), allRoles...).get(t, tt.target, "")
			if d := cmp.Diff(tt.want, p.rows()); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
			if p.text(bySource) != tt.kinds || p.text(byOthers) != tt.only || p.text("#list h2") != tt.title {
				t.Errorf("kinds %q, others %q, title %q", p.text(bySource), p.text(byOthers), p.text("#list h2"))
			}
		})
	}
}

// Every link of the list keeps the rest of its state, and the search does.
func TestWhoHasItKeepsItsState(t *testing.T) {
	o := newHeld()
	p := enterRoles(o, allRoles...).get(t, "/roles/deploy/users?show=all&source=group&only=1&sort=-name&page=9&q=e", "")
	for _, want := range []struct{ what, at string }{
		{bySource + " a:first-child", "/roles/deploy/users?q=e&show=all&sort=-name"},
		{"#show-by-direct", "/roles/deploy/users?q=e&show=all&sort=-name&source=direct"},
		{"#show-by-others", "/roles/deploy/users?q=e&show=all&sort=-name&source=group"},
		{"#show-by-nothing-else", "/roles/deploy/users?only=1&q=e&show=all&sort=-name&source=group"},
		{"#sort-User", "/roles/deploy/users?only=1&q=e&show=all&source=group"},
		{"#export", "/roles/deploy/users.csv?only=1&q=e&show=all&sort=-name&source=group"},
		{".ways a.link", "/paths?from=user%3Au4&to=role%3Adeploy"},
	} {
		if got := p.doc.Find(want.what).First().AttrOr("href", ""); got != want.at {
			t.Errorf("%s leads to %q, want %q", want.what, got, want.at)
		}
	}
	for name, value := range map[string]string{"show": "all", "source": "group", "only": "1", "sort": "-name"} {
		if got := p.doc.Find("#list-search input[name="+name+"]").AttrOr("value", ""); got != value {
			t.Errorf("the search keeps %s = %q, want %q", name, got, value)
		}
	}
	if asked := o.holdersAsked[len(o.holdersAsked)-2]; asked.Source != authz.GroupSource || !asked.Only || asked.Sort != "name:-1" || asked.Search != "e" || asked.Page != 0 {
		t.Errorf("asked for %+v", asked)
	}
}

// Why? asks at the connection whose mapping gives it.
func TestWhyByAMappingNamesItsConnection(t *testing.T) {
	p := enterRoles(newHeld(), allRoles...).get(t, "/groups/eng?show=all&source=mapping", "")
	const want = "/paths?connection=okta&from=user%3Au1&to=group%3Aeng"
	if got := p.doc.Find("#list .act a").AttrOr("href", ""); got != want {
		t.Errorf("it leads to %q, want %q", got, want)
	}
	if got := p.doc.Find(`#list .trail a:contains("mapping")`).AttrOr("href", ""); got != "/groups/eng/mappings" {
		t.Errorf("the mapping leads to %q", got)
	}
}

// In a circle of groups ways are not counted, and the row says so.
func TestWaysInACircle(t *testing.T) {
	o := newHeld()
	o.groups[4].Nested = []string{"platform"}
	p := enterRoles(o, allRoles...).get(t, "/groups/eng?show=all&q=Cy", "")
	if got := p.rows(); len(got) != 1 || !strings.Contains(got[0], "Through a group Platform and more ways, in a circle of groups") {
		t.Errorf("rows = %q", got)
	}
}

// An API that does not tell how lists members as it always did, and the page says
// what is not known.
func TestMembersOfARemoteTenant(t *testing.T) {
	o := newHeld()
	o.untold = true
	// The API names the first group that holds Bo: now that is SRE.
	o.groups[2], o.groups[4] = o.groups[4], o.groups[2]
	p := enterRoles(o, allRoles...).get(t, "/groups/eng?show=all&source=group&sort=-name", "")
	want := []string{
		"DE dee@meridian.example | Through a group SRE Platform | -",
		"B Bo bo@meridian.example | Direct Through a group SRE Platform | Remove Bo from Engineering",
		"C Cy cy@meridian.example | Through a group Platform | -",
		"GU gone-user | Missing : The tenant does not know this user Direct | Remove gone-user from Engineering",
	}
	if d := cmp.Diff(want, p.rows()); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	if p.text(bySource) != "" || !strings.Contains(p.text(".hint"), "names one group for each member") {
		t.Errorf("kinds %q, hint %q", p.text(bySource), p.text(".hint"))
	}
}

// A file has everybody that the list has, and no cell of it is a formula.
func TestWhoHasItAsAFile(t *testing.T) {
	o := newHeld()
	o.users[1].Name = "=Bo"
	d := enterJobs(o)
	const head = "\ufeff\"user_id\",\"name\",\"email\",\"sources\",\"shortest_path\",\"ways\"\r\n"
	for at, want := range map[string]string{
		"/groups/eng/members.csv?show=all&source=mapping":      `"u1","Ada","ada@meridian.example","mapping","All staff > mapping All staff of okta","1"`,
		"/roles/deploy/users.csv?show=all&source=group&q=Bo":   `"u2","'=Bo","bo@meridian.example","group","Engineering","4"`,
		"/roles/deploy/users.csv?show=all&source=direct&q=Ada": `"u1","Ada","ada@meridian.example","direct; mapping","direct","3"`,
		"/permissions/p1/users.csv?source=role":                `"u1","Ada","ada@meridian.example","role; mapping","Deploy Viewer","3"`,
		"/permissions/p3/users.csv":                            ``,
	} {
		p := d.get(t, at, "")
		if want != "" {
			want += "\r\n"
		}
		if got := p.Body.String(); p.Code != 200 || !strings.HasPrefix(got, head+want) {
			t.Errorf("%s: %d\n%s\nwant %s", at, p.Code, got, want)
		}
	}
	for range 60 {
		o.groups[2].Members = append(o.groups[2].Members, "another")
	}
	o.untold = true
	if got := d.get(t, "/groups/eng/members.csv?show=all", "").Body.String(); strings.Count(got, "\r\n") != 6 || !strings.Contains(got, `"u3","Cy","cy@meridian.example","group","Platform",""`) {
		t.Errorf("of a remote tenant:\n%s", got)
	}
	if p := d.get(t, "/roles/deploy/users.csv?show=all", ""); p.Code != 404 {
		t.Errorf("a role of a remote tenant: %d", p.Code)
	}
}

// A failure is a failure, on the page and in the file.
func TestWhoHasItFails(t *testing.T) {
	o := newHeld()
	o.fails["holders"] = &upstream.Error{Status: 502}
	for _, at := range []string{"/groups/eng?show=all", "/groups/eng", "/roles/deploy/users?show=all", "/permissions/p1/users"} {
		if p := enterRoles(o, allRoles...).get(t, at, ""); p.Code != 502 {
			t.Errorf("%s: %d, want 502", at, p.Code)
		}
	}
}
