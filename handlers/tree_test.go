package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// grid is the rows of a tree in words: level, place of how many, whether it is
// open, and the name with what stands beside it.
func (p page) grid() string {
	var rows []string
	for _, tr := range p.doc.Find("[role=row][aria-level]").EachIter() {
		at := func(name string) string { return tr.AttrOr(name, "-") }
		state := map[string]string{"true": "v", "false": ">", "-": " "}[at("aria-expanded")]
		rows = append(rows, strings.TrimSpace(fmt.Sprintf("%s %s/%s %s %s", at("aria-level"), at("aria-posinset"), at("aria-setsize"), state, words(tr.Find(".twig")))))
	}
	return strings.Join(rows, "\n")
}

// inTable is p, whose rows came without their table, as htmx puts them into one.
func (p page) inTable(t *testing.T) page {
	t.Helper()
	if p.whole() {
		return p
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader("<table>" + p.Body.String() + "</table>"))
	if err != nil {
		t.Fatal(err)
	}
	return page{p.ResponseRecorder, doc}
}

// rooted is newOrg with SRE in Product too, and in a circle of its own.
func rooted() *org {
	o := newOrg()
	o.groups[1].Nested = append(o.groups[1].Nested, "sre")
	o.groups = append(o.groups, authz.Group{ID: "ring", Name: "Ring", Nested: []string{"round"}, Members: []string{"u9"}}, authz.Group{ID: "round", Name: "Round", Nested: []string{"ring"}})
	return o
}

func TestTree(t *testing.T) {
	for target, want := range map[string]string{
		"/groups/tree": "1 1/3 > All staff\n1 2/3   Empty\n1 3/3 > Ring also in 1 other place +1",
		"/groups/tree?open=all~product~eng": "1 1/3 v All staff\n2 1/1 v Product\n3 1/2 v Engineering\n4 1/1 > Platform\n4 -/-   gone-group Missing : This group does not exist any more\n" +
			"3 2/2   SRE also in 1 other place +1\n1 2/3   Empty\n1 3/3 > Ring also in 1 other place +1",
		"/groups/tree?open=ring~round~ring":                  "1 1/3 > All staff\n1 2/3   Empty\n1 3/3 v Ring also in 1 other place +1\n2 1/1 v Round\n3 1/1   Ring Contains itself",
		"/groups/tree?open=gone~all.product*99999~~..":       "1 1/3 > All staff\n1 2/3   Empty\n1 3/3 > Ring also in 1 other place +1",
		"/groups/tree?q=sr":                                  "1 1/1 v All staff\n2 1/1 v Product\n3 1/2 v Engineering\n4 1/1 v Platform\n5 1/1   SR E also in 1 other place +1\n3 2/2   SR E also in 1 other place +1",
		"/groups/product/nested?view=tree&open=eng~platform": "1 1/2 v Engineering\n2 1/1 v Platform\n3 1/1   SRE also in 1 other place +1\n2 -/-   gone-group Missing : This group does not exist any more\n1 2/2   SRE also in 1 other place +1",
		"/groups/tree/rows?way=all":                          "2 1/1 > Product",
		"/groups/tree/rows?way=ring~round":                   "3 1/1   Ring Contains itself",
		"/groups/tree/rows?root=product":                     "1 1/2 > Engineering\n1 2/2   SRE also in 1 other place +1",
	} {
		p := enter(rooted(), everything...).get(t, target, "").inTable(t)
		if got := p.grid(); p.Code != http.StatusOK || got != want {
			t.Errorf("%s: %d\n%s\nwant\n%s", target, p.Code, got, want)
		}
	}
}

// The counts are those of everybody below, each once.
func TestTreeCounts(t *testing.T) {
	p := enter(rooted(), everything...).get(t, "/groups/tree?open=all~product", "")
	want := "All staff | 1 | 5 | 1 | 1 | 0 | Actions for All staff\nProduct | 0 | 4 | 2 | 2 | 0 | Actions for Product\nEngineering | 2 | 4 | 2 | 2 | 2 | Actions for Engineering"
	if got := strings.Join(p.rows()[:3], "\n"); got != want {
		t.Errorf("rows:\n%s\nwant\n%s", got, want)
	}
	if legend := p.text(".legend"); !strings.Contains(legend, "Members flow up") || !strings.Contains(legend, "Roles flow down") {
		t.Errorf("legend = %q", legend)
	}
	if p.doc.Find("[role=treegrid] [role=columnheader]").Length() != 7 || p.doc.Find("[role=treegrid]").AttrOr("aria-label", "") == "" {
		t.Error("the table is no tree grid with heads and a name")
	}
	if got := p.text(".cf"); !strings.Contains(got, "3 groups at the top") || !strings.Contains(got, "does not unfold the tree") {
		t.Errorf("foot = %q", got)
	}
}

// Without script a row's button opens and closes it, and the address says so.
func TestTreeTurnsWithoutScript(t *testing.T) {
	d := enter(rooted(), everything...)
	at := "/groups/tree"
	for _, step := range []struct{ row, want string }{
		{"All staff", "/groups/tree?focus=all&open=all"},
		{"Product", "/groups/tree?focus=all~product&open=all~product"},
		{"All staff", "/groups/tree?focus=all"},
	} {
		p := d.get(t, at, "")
		button := p.doc.Find(".tgl[aria-label$='" + step.row + "']")
		form := p.doc.Find("#" + button.AttrOr("form", "none"))
		q := url.Values{"turn": {button.AttrOr("value", "")}}
		for _, hidden := range form.Find("input").EachIter() {
			q.Set(hidden.AttrOr("name", ""), hidden.AttrOr("value", ""))
		}
		to := d.get(t, form.AttrOr("action", "")+"?"+q.Encode(), "").Header().Get("Location")
		address, row, _ := strings.Cut(to, "#")
		if got, _ := url.QueryUnescape(address); got != step.want || row == "" {
			t.Fatalf("%s leads to %q, want %q", step.row, to, step.want)
		}
		at = address
		if d.get(t, at, "").doc.Find("#"+row+"[data-focus]").Length() != 1 {
			t.Errorf("%s has no row %q", at, row)
		}
	}
}

// A place is revealed with the rows around it, and the address names it.
func TestTreeReveals(t *testing.T) {
	d := enter(rooted(), everything...)
	for target, want := range map[string]string{
		"/groups/tree?reveal=sre":                      "/groups/tree?focus=all~product~sre&open=all~product",
		"/groups/tree?reveal=sre&in=platform":          "/groups/tree?focus=all~product~eng~platform~sre&open=all~product~eng~platform",
		"/groups/tree?reveal=sre&in=product&open=ring": "/groups/tree?focus=all~product~sre&open=ring.all~product",
		"/groups/tree?reveal=nobody":                   "/groups/tree",
	} {
		to, _, _ := strings.Cut(d.get(t, target, "").Header().Get("Location"), "#")
		if got, _ := url.QueryUnescape(to); got != want {
			t.Errorf("%s leads to %s, want %s", target, got, want)
		}
	}
}

// Of five thousand siblings the first are shown, and any that has the focus.
func TestTreePagesItsBranches(t *testing.T) {
	o := newOrg()
	for i := range 5000 {
		id := fmt.Sprintf("child%04d", i)
		o.groups[5].Nested = append(o.groups[5].Nested, id)
		o.groups = append(o.groups, authz.Group{ID: id, Name: id})
	}
	d := enter(o, everything...)
	p := d.get(t, "/groups/tree?open=empty&focus=empty~child4321", "")
	if rows := p.doc.Find("[aria-level='2']"); rows.Length() != 52 || rows.Eq(50).AttrOr("aria-posinset", "") != "4322" {
		t.Errorf("%d rows:\n%s", rows.Length(), p.grid())
	}
	more := p.doc.Find("tr.more")
	if got := words(more); got != "Show 50 more of 5,000" || more.AttrOr("data-page", "") != "2" {
		t.Errorf("more = %q, page %q", got, more.AttrOr("data-page", ""))
	}
	to := d.get(t, "/groups/tree?open=empty&turn="+more.AttrOr("id", ""), "").Header().Get("Location")
	if !strings.HasPrefix(to, "/groups/tree?focus=empty&open=empty%2A2#") {
		t.Errorf("without script it leads to %q", to)
	}
	if rows := d.get(t, "/groups/tree?open=empty*3", "").doc.Find("[aria-level='2'][aria-posinset]"); rows.Length() != 150 {
		t.Errorf("three pages have %d rows", rows.Length())
	}
	next := d.get(t, "/groups/tree/rows?way=empty&page=100", "").inTable(t).doc.Find("tr")
	if next.Length() != 50 || next.Last().AttrOr("aria-posinset", "") != "5000" {
		t.Errorf("the last page has %d rows and ends with %q", next.Length(), next.Last().AttrOr("aria-posinset", ""))
	}
}

// More rows than can be drawn at once are cut off, and that of the focus is not.
func TestTreeDrawsSoManyRowsAndTheFocus(t *testing.T) {
	o := newOrg()
	for i := range 600 {
		id := fmt.Sprintf("child%04d", i)
		o.groups[5].Nested = append(o.groups[5].Nested, id)
		o.groups = append(o.groups, authz.Group{ID: id, Name: id})
	}
	p := enter(o, everything...).get(t, "/groups/tree?open=empty*20&focus=empty~child0599", "")
	if rows := p.doc.Find("[aria-level]"); rows.Length() != 401 || p.text("[data-focus] a.row") != "child0599" {
		t.Errorf("%d rows, the focus is at %q", rows.Length(), p.text("[data-focus] a.row"))
	}
	if got := p.text(".note.warn"); got != "Only the first 400 rows are shown. Close some groups to see others." {
		t.Errorf("note = %q", got)
	}
}

func TestTreePlace(t *testing.T) {
	p := enter(rooted(), everything...).get(t, "/groups/tree/place?group=sre&in=platform", "dialog")
	want := "Show the group Show only what is below it Move it to another group… Nest it in another group too… Take it out of Platform…"
	if got := p.text(".db > .choices"); p.text("h2") != "SRE" || got != want {
		t.Errorf("%q offers %q", p.text("h2"), got)
	}
	other := p.doc.Find("section .choice")
	if words(other) != "Product" || other.AttrOr("href", "") != "/groups/tree?in=product&reveal=sre" {
		t.Errorf("other places: %q at %q", words(other), other.AttrOr("href", ""))
	}
	auditor := enter(rooted()).get(t, "/groups/tree/place?group=sre&in=platform", "")
	if refused := auditor.doc.Find(".choice[aria-disabled=true]"); refused.Length() != 3 || !strings.Contains(refused.First().AttrOr("title", ""), "update:groups") {
		t.Errorf("an auditor is refused %d: %q", refused.Length(), words(refused))
	}
	for _, target := range []string{"/groups/tree/place?group=nobody", "/groups/tree/place?group=sre&in=nobody", "/groups/tree/place", "/groups/nobody/nested?view=tree", "/groups/tree/move?group=nobody"} {
		if p := enter(rooted(), everything...).get(t, target, ""); p.Code != http.StatusNotFound {
			t.Errorf("%s: %d", target, p.Code)
		}
	}
}

func TestTreeMoveOffersWhereItCanGo(t *testing.T) {
	p := enter(rooted(), everything...).get(t, "/groups/tree/move?group=eng&from=product", "dialog")
	refused := map[string]string{}
	for _, row := range p.doc.Find(".choice[aria-disabled]").EachIter() {
		refused[words(row.Find("b"))] = words(row.Find(".why"))
	}
	if len(refused) != 4 || refused["SRE"] != "Is inside this group, through Platform" || refused["Product"] != "Contains it already" || refused["Engineering"] != "This group itself" {
		t.Errorf("refused: %q", refused)
	}
	link := p.doc.Find("a.choice:contains('Empty')")
	if link.AttrOr("hx-get", "") != "/groups/tree/move?from=product&group=eng&to=empty" || link.AttrOr("href", "") != link.AttrOr("hx-get", "") {
		t.Errorf("Empty is at %q", link.AttrOr("href", ""))
	}
}

// foresight tells the impact of changes, which it writes down.
type foresight struct {
	*org
	asked []string
}

func (f *foresight) Impact(_ context.Context, changes []authz.ProposedChange, _, _ int) (authz.Impact, error) {
	for _, c := range changes {
		f.asked = append(f.asked, c.Action+" "+c.Nested+" in "+c.Group)
	}
	return authz.Impact{Reached: 2, Affected: 2, Gaining: 2, Users: []authz.Effect{}}, nil
}

// What a move does is told before it is done, for both halves of it.
func TestTreeMoveTellsItsImpact(t *testing.T) {
	f := &foresight{org: rooted()}
	e := echo.New()
	e.GET(urls.TreeMove, handlers.Tree{API: f, Impacts: handlers.Impacts{API: f}}.Move)
	d := enter(f.org, everything...)
	d.echo = e
	p := d.get(t, "/groups/tree/move?group=eng&from=product&to=empty", "")
	if p.text("h1") != "Move Engineering from Product to Empty?" || strings.Join(f.asked, ", ") != "add eng in empty, remove eng in product" {
		t.Errorf("%q asked about %q", p.text("h1"), f.asked)
	}
	if got := p.text("#impact b"); !strings.Contains(got, "2 people") {
		t.Errorf("impact = %q", got)
	}
}

func TestTreeMoves(t *testing.T) {
	move := url.Values{"group": {"sre"}, "from": {"platform"}, "to": {"empty"}}
	t.Run("into the new group first, then out of the old one", func(t *testing.T) {
		o := rooted()
		p := enter(o, everything...).post(t, "/groups/tree/move", move, "")
		if p.Header().Get("Location") != "/groups/tree?in=empty&reveal=sre" || strings.Join(o.wrote, ", ") != "nest [sre] in empty, take [sre] out of platform" {
			t.Errorf("%d to %q, wrote %q", p.Code, p.Header().Get("Location"), o.wrote)
		}
	})
	t.Run("in a dialog the tree behind keeps what is open", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodPost, "/groups/tree/move", strings.NewReader(url.Values{"group": {"sre"}, "to": {"product"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("HX-Current-URL", "http://x/groups/tree?open=ring")
		o := rooted()
		p := enter(o, everything...).send(t, r, "dialog")
		if p.Header().Get("HX-Retarget") != "#list" || strings.Join(o.wrote, ", ") != "nest [sre] in product" {
			t.Errorf("replaces %q, wrote %q", p.Header().Get("HX-Retarget"), o.wrote)
		}
		if p.doc.Find("[data-focus] a.row").Text() == "" || !strings.Contains(p.grid(), "1 3/3 v Ring") || !strings.Contains(p.grid(), "2 1/1 v Product") {
			t.Errorf("tree:\n%s", p.grid())
		}
	})
	t.Run("below a group its tab is drawn anew", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodPost, "/groups/tree/take-out", strings.NewReader(url.Values{"group": {"sre"}, "from": {"platform"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("HX-Current-URL", "http://x/groups/product/nested?open=eng&view=tree")
		p := enter(rooted(), everything...).send(t, r, "dialog")
		if p.Header().Get("HX-Retarget") != "#detail" || p.doc.Find("#detail .tabs").Length() != 1 || !strings.HasPrefix(p.grid(), "1 1/2 v Engineering") {
			t.Errorf("replaces %q:\n%s", p.Header().Get("HX-Retarget"), p.grid())
		}
	})
	t.Run("a circle is refused with the way round, and nothing is sent", func(t *testing.T) {
		o := rooted()
		for _, p := range []page{
			enter(o, everything...).get(t, "/groups/tree/move?group=product&from=all&to=platform", ""),
			enter(o, everything...).post(t, "/groups/tree/move", url.Values{"group": {"product"}, "from": {"all"}, "to": {"platform"}}, ""),
		} {
			if p.Code != http.StatusConflict || !strings.HasPrefix(p.text("[role=alert]"), "Product can't be nested in Platform") || p.text(".hops") != "Platform Product Engineering Platform" || len(o.wrote) > 0 {
				t.Errorf("%d %q, the way %q, wrote %q", p.Code, p.text("[role=alert]"), p.text(".hops"), o.wrote)
			}
		}
	})
	t.Run("when the second half fails it says what was done", func(t *testing.T) {
		o := rooted()
		o.fails = map[string]error{"take [sre] out of platform": &upstream.Error{Status: 503, Message: "The tenant is busy."}}
		p := enter(o, everything...).post(t, "/groups/tree/move", move, "dialog")
		if p.Code != http.StatusServiceUnavailable || p.text("h2") != "SRE is in both groups now" || p.text("[role=alert]") != "The tenant is busy." {
			t.Errorf("%d %q: %q", p.Code, p.text("h2"), p.text("[role=alert]"))
		}
		if form := p.doc.Find("form.sheet"); form.AttrOr("action", "") != "/groups/tree/take-out" || form.Find("[name=from]").AttrOr("value", "") != "platform" {
			t.Errorf("the rest is done at %q", form.AttrOr("action", ""))
		}
	})
	t.Run("it is there already", func(t *testing.T) {
		p := enter(rooted(), everything...).post(t, "/groups/tree/move", url.Values{"group": {"sre"}, "from": {"platform"}, "to": {"platform"}}, "")
		if p.Code != http.StatusConflict || p.text("[role=alert]") != "SRE is in Platform already." {
			t.Errorf("%d %q", p.Code, p.text("[role=alert]"))
		}
	})
}
