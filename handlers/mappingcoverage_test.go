package handlers_test

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// coverer is an org that tells what mappings cover, and writes down what it was asked.
type coverer struct {
	*org
	told   authz.Coverage
	err    error
	wanted []authz.CoverageQuery
}

func (x *coverer) AllMappings(_ context.Context, q authz.CoverageQuery) (authz.Coverage, error) {
	x.wanted = append(x.wanted, q)
	out := x.told
	out.Groups, out.Total = nil, len(out.Mappings)
	return out, x.err
}

func (x *coverer) SentGroups(_ context.Context, q authz.CoverageQuery) (authz.Coverage, error) {
	x.wanted = append(x.wanted, q)
	out := x.told
	out.Mappings, out.Total = nil, len(out.Groups)
	return out, x.err
}

func enterCoverage(x *coverer, d *directory) door {
	h := handlers.MappingCoverage{API: x, Connections: d}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.MappingCoverage, h.Show)
	e.GET(urls.CoverageExport, h.Export)
	return door{echo: e, session: &session.Data{Subject: "auth0|ada", Name: "Ada"}}
}

// seenStaff is an org with one mapping that was matched, one that was not, and a
// group that no mapping covers.
func seenStaff() *coverer {
	x := &coverer{org: newStaff()}
	x.told = authz.Coverage{Since: "2026-11-02"}
	x.told.Counts.Mappings, x.told.Counts.Never, x.told.Counts.Seen, x.told.Counts.Uncovered = 3, 1, 1, 1
	staff := authz.Vertex{Kind: "group", ID: "all", Name: "All staff"}
	x.told.Mappings = []authz.LaidMapping{
		{ID: "m1", Group: staff, ConnectionName: "okta", GroupName: "everyone", ConnectionKnown: true, LastSeen: "2026-11-23", Days: 1200},
		{ID: "m2", Group: staff, ConnectionName: "gone", GroupName: "old", Duplicate: true},
		{ID: "m3", Group: staff, ConnectionName: "okta", GroupName: "Product", ConnectionKnown: true, ByName: true},
	}
	x.told.Groups = []authz.SeenGroup{
		{ConnectionName: "okta", GroupName: "Contractors", FirstSeen: "2026-11-02", LastSeen: "2026-11-20", Days: 4},
		{ConnectionName: "okta", GroupName: "everyone", FirstSeen: "2026-11-02", LastSeen: "2026-11-23", Days: 12, Mappings: 2},
	}
	return x
}

// covers is each row: its cells.
func (p page) covers() []string {
	var out []string
	for _, tr := range p.doc.Find("#list tbody tr").EachIter() {
		var cells []string
		for _, cell := range tr.Find("th, td").EachIter() {
			cells = append(cells, cmp.Or(words(cell), "-"))
		}
		out = append(out, strings.Join(cells, " | "))
	}
	return out
}

func TestWhatIsCovered(t *testing.T) {
	x := seenStaff()
	d := enterCoverage(x, withBo())
	for _, c := range []struct {
		at   urls.CoverageList
		asks authz.CoverageQuery
		rows []string
	}{
		{urls.CoverageList{}, authz.CoverageQuery{Show: authz.Uncovered, PerPage: 25}, []string{
			"Contractors | okta | No mapping covers it | 20 November 2026 | 4", "everyone | okta | 2 mappings | 23 November 2026 | 12",
		}},
		{urls.CoverageList{Show: "never", Search: "x", Connection: "okta"}, authz.CoverageQuery{Show: authz.NeverMatched, Search: "x", Connection: "okta", PerPage: 25}, []string{
			"everyone | okta | All staff | - | 23 November 2026 | 1,200", "old | gone | All staff | Never matched Connection is gone Twice in this group | - | 0",
			"Product | okta | All staff | A group here has this name: its direct members match too | - | 0",
		}},
		{urls.CoverageList{Show: "sent"}, authz.CoverageQuery{PerPage: 25}, nil},
		{urls.CoverageList{Show: "troubled"}, authz.CoverageQuery{Show: authz.Troubled, PerPage: 25}, nil},
		{urls.CoverageList{Show: "all"}, authz.CoverageQuery{PerPage: 25}, nil},
	} {
		x.wanted = nil
		p := d.get(t, c.at.To(), "")
		if p.Code != http.StatusOK || !reflect.DeepEqual(x.wanted, []authz.CoverageQuery{c.asks}) {
			t.Errorf("%s: %d, asks %+v, want %+v", c.at.To(), p.Code, x.wanted, c.asks)
		}
		if c.rows != nil {
			lineUp(t, c.at.To(), p.covers(), c.rows)
		}
		if got := p.text("nav.seg"); got != "Not covered 1 Never matched 1 In doubt 0 All mappings 3 All sent 1" {
			t.Errorf("offers %q", got)
		}
		if got := p.text("#detail > .note"); !strings.HasPrefix(got, "Known from policy calls since 2 November 2026") {
			t.Errorf("knows %q", got)
		}
	}
}

// The API of Auth0 tells of no sign-ins: what its lists of groups say of mappings is
// shown, and that the rest is not known.
func TestWhatIsCoveredAtAuth0(t *testing.T) {
	x := &coverer{org: asked(), err: refusing(http.StatusNotFound)}
	x.groups[5].Mappings = append(x.groups[5].Mappings, x.groups[5].Mappings[0])
	x.groups[0].Mappings = []authz.Mapping{{ID: "m", GroupName: "Product", ConnectionName: "gone"}}
	d := enterCoverage(x, withBo())
	p := d.get(t, urls.MappingCoverage, "")
	lineUp(t, "all mappings", p.covers(), []string{
		"Product | gone | All staff | Connection is gone A group here has this name: its direct members match too | Not known | -",
		"eng-all | google-workspace (google-apps) | Engineering | Connection is gone | Not known | -",
		"SG (old) | okta | Engineering | - | Not known | -",
		"machines | google-workspace | Platform | - | Not known | -",
		"eng-all | google-workspace | Empty | - | Not known | -",
		"eng-all | google-workspace | Empty | Twice in this group | Not known | -",
	})
	if got := p.text("nav.seg"); got != "In doubt 3 All mappings 6" {
		t.Errorf("offers %q", got)
	}
	if got := p.text("#detail > .note.warn"); !strings.Contains(got, "does not tell what providers send") {
		t.Errorf("knows %q", got)
	}
	lineUp(t, "found", d.get(t, urls.CoverageList{Show: "troubled", Search: "ENG-", Connection: "google-workspace"}.To(), "").covers(), []string{
		"eng-all | google-workspace | Empty | Twice in this group | Not known | -",
	})
}

func TestNothingToCover(t *testing.T) {
	for show, want := range map[string]string{
		"": "No provider has sent groups yet", "sent": "No provider has sent groups yet", "never": "Every mapping was matched", "troubled": "Nothing is in doubt", "all": "No mappings yet",
	} {
		x := &coverer{org: newStaff(), told: authz.Coverage{Mappings: []authz.LaidMapping{}}}
		if got := enterCoverage(x, withBo()).get(t, urls.CoverageList{Show: show}.To(), "").text("#list h2"); got != want {
			t.Errorf("%q: %q, want %q", show, got, want)
		}
	}
	x := &coverer{org: newStaff(), told: authz.Coverage{Since: "2026-11-02"}}
	if got := enterCoverage(x, withBo()).get(t, urls.MappingCoverage, "list").text("#list h2"); got != "Every group is covered" {
		t.Errorf("says %q", got)
	}
	x.err = refusing(http.StatusForbidden)
	if got := enterCoverage(x, withBo()).get(t, urls.MappingCoverage, ""); got.Code != http.StatusForbidden {
		t.Errorf("without read:groups: %d", got.Code)
	}
}

func TestCoverageAsAFile(t *testing.T) {
	d := enterCoverage(seenStaff(), withBo())
	const head = "\ufeff\"provider_group\",\"connection\",\"group\",\"group_id\",\"first_seen\",\"last_seen\",\"days\",\"mappings\",\"connection_known\",\"duplicate\",\"by_name\"\r\n"
	for show, want := range map[string]string{
		"":    `"Contractors","okta","","","2026-11-02","2026-11-20","4","0","","",""` + "\r\n" + `"everyone","okta","","","2026-11-02","2026-11-23","12","2","","",""` + "\r\n",
		"all": `"everyone","okta","All staff","all","","2026-11-23","1200","","true","false","false"` + "\r\n" + `"old","gone","All staff","all","","","0","","false","true","false"` + "\r\n" + `"Product","okta","All staff","all","","","0","","true","false","true"` + "\r\n",
	} {
		p := d.get(t, urls.CoverageList{Show: show, Page: 3}.ToExport(), "")
		if got := p.Body.String(); got != head+want {
			t.Errorf("%q:\n%s\nwant\n%s", show, got, head+want)
		}
	}
}
