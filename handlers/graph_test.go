package handlers_test

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// around is an Authorization API that tells what is around things, or has only lists.
type around struct {
	*org
	graph   authz.Graph
	why     authz.Explanation
	lacking int // the status without the call; 0 when the API has it

	kind, id string
	asked    authz.GraphQuery
}

func (a *around) Graph(_ context.Context, kind, id string, q authz.GraphQuery) (authz.Graph, error) {
	a.kind, a.id, a.asked = kind, id, q
	if a.lacking != 0 {
		return authz.Graph{}, &upstream.Error{Status: a.lacking}
	}
	return a.graph, nil
}

func (a *around) ExplainUser(context.Context, string, authz.ExplainQuery) (authz.Explanation, error) {
	return a.why, nil
}

func (a *around) ExplainGroup(context.Context, string, authz.ExplainQuery) (authz.Explanation, error) {
	return a.why, nil
}

func (a *around) ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error) {
	return authz.Page[authz.Permission]{}, &upstream.Error{Status: http.StatusForbidden}
}

func enterGraph(a *around) door {
	h := handlers.Graph{API: a}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		status := cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError)
		if errors.Is(err, echo.ErrNotFound) {
			status = http.StatusNotFound
		}
		_ = c.String(status, err.Error())
	}
	e.GET(urls.Graph, h.Show)
	e.GET(urls.GraphFile, h.File)
	return door{echo: e, session: &session.Data{Subject: "auth0|ada", Name: "Ada", Tokens: map[session.API]session.Token{session.Authorization: {}}}}
}

func engineering() authz.Graph {
	node := func(kind, id, name string, level, above, below, members int) authz.GraphNode {
		return authz.GraphNode{Vertex: authz.Vertex{Kind: kind, ID: id, Name: name}, Level: level, Above: above, Below: below, Members: members}
	}
	return authz.Graph{
		Nodes: []authz.GraphNode{
			node("group", "eng", "Engineering", 0, 0, 0, 1200), node("group", "all", "All staff", -1, 2, 0, 0),
			node("group", "sre", "SRE", 1, 0, 3, 9), node("role", "deploy", "Deployer", 0, 0, 0, 0), node("user", "auth0|1", "", 1, 0, 0, 0),
		},
		Edges: []authz.GraphEdge{
			{Kind: authz.NestingHop, From: 0, To: 1},
			{Kind: authz.NestingHop, From: 2, To: 0},
			{Kind: authz.GroupRoleHop, From: 0, To: 3},
			{Kind: authz.MemberHop, From: 4, To: 2},
			{Kind: authz.NestingHop, From: 1, To: 2},
		},
		Folds:     []authz.GraphFold{{Of: 0, Kind: "group", Count: 1190}},
		Totals:    authz.GraphTotals{Groups: 1400, Roles: 1, Users: 1},
		Truncated: true,
	}
}

func TestAGraphIsDrawnAndTold(t *testing.T) {
	a := &around{org: newOrg(), graph: engineering()}
	p := enterGraph(a).get(t, "/graph?focus=group:eng&up=2&layers=roles,users&layers=nonsense&unfold=group:sre&unfold=x", "")
	two, three := 2, 3
	want := authz.GraphQuery{Up: &two, Down: &three, Layers: []string{"roles", "users"}, Limit: 300, Fold: 12, Unfold: []string{"group:sre"}}
	if d := gocmp.Diff(want, a.asked); d != "" || a.kind != "group" || a.id != "eng" {
		t.Errorf("asked for %s %s (-want +got):\n%s", a.kind, a.id, d)
	}
	if got := p.text("h1"); got != "Around Engineering" {
		t.Errorf("headed %q", got)
	}
	var names []string
	for _, box := range p.doc.Find("svg.dag a").EachIter() {
		names = append(names, box.AttrOr("aria-label", "")+" > "+box.AttrOr("href", ""))
	}
	for i, want := range []string{
		"Engineering, group, in focus. 1,200 direct members. Above: All staff, Deployer. Below: SRE, 1,190 groups > /groups/eng",
		"All staff, group, 1 level above. Above: SRE, 2 not shown. Below: Engineering > /groups/all",
		"SRE, group, 1 level below. 9 direct members. Above: Engineering. Below: auth0|1, All staff, 3 not shown > /groups/sre",
		"Deployer, role, at the focus. Below: Engineering > /roles/deploy",
		"auth0|1, user, 1 level below. Above: SRE > /users/auth0%7C1",
		"1,190 groups more beside Engineering, folded. Show them > /graph?focus=group%3Aeng&layers=roles&layers=users&unfold=group%3Asre&unfold=group%3Aeng&up=2",
	} {
		if i >= len(names) || names[i] != want {
			t.Errorf("box %d:\n%q, want\n%q", i, names[min(i, len(names)-1)], want)
		}
	}
	if n := p.doc.Find("svg.dag a[tabindex='-1']").Length(); n != 5 {
		t.Errorf("%d boxes are beyond Tab, want all but the focus", n)
	}
	if back := p.doc.Find("svg.dag .back"); back.Length() != 1 {
		t.Errorf("%d links lead back", back.Length())
	}
	notes := p.text(".note")
	for _, want := range []string{"Showing 1,193 of 1,400 groups: the nearest ones. Narrow it by depth or by layers.", "One link closes a circle"} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes %q lack %q", notes, want)
		}
	}
	for _, want := range []string{"All staff", "SRE", "3 below not shown", "contains itself", "Deployer role", "+ 1,190 groups"} {
		if got := p.text("ol"); !strings.Contains(got, want) {
			t.Errorf("in words %q lacks %q", got, want)
		}
	}
	if got := p.doc.Find("form .files a").First().AttrOr("href", ""); !strings.HasPrefix(got, "/graph/file?") || !strings.Contains(got, "layers=users") {
		t.Errorf("the SVG is at %s", got)
	}
}

func TestAMaskedGraphHasNoNames(t *testing.T) {
	a := &around{org: newOrg(), graph: engineering()}
	d := enterGraph(a)
	for _, path := range []string{
		"/graph?focus=group:eng&mask=1", "/graph/file?focus=group:eng&mask=1&format=svg", "/graph/file?focus=group:eng&mask=1&format=dot",
		"/graph/file?focus=group:eng&mask=1&format=mermaid", "/graph/file?focus=group:eng&mask=1&format=text",
	} {
		body := d.get(t, path, "").Body.String()
		for _, name := range []string{"Engineering", "All staff", "SRE", "Deployer"} {
			if strings.Contains(body, name) {
				t.Errorf("%s tells of %s", path, name)
			}
		}
		if !strings.Contains(body, "G2") || !strings.Contains(body, "R1") {
			t.Errorf("%s: %s", path, body)
		}
		if file := strings.Contains(path, "file"); file && strings.Contains(body, "auth0") {
			t.Errorf("%s has an id", path)
		}
	}
}

func TestGraphFiles(t *testing.T) {
	d := enterGraph(&around{org: newOrg(), graph: engineering()})
	for format, want := range map[string][3]string{
		"svg": {"image/svg+xml", "graph.svg", "<svg "}, "mermaid": {"text/plain; charset=utf-8", "graph.mmd", "flowchart TD"},
		"dot": {"text/plain; charset=utf-8", "graph.dot", "digraph access"}, "text": {"text/plain; charset=utf-8", "graph.txt", "All staff\n"},
	} {
		p := d.get(t, "/graph/file?focus=group:eng&format="+format, "")
		if kind := p.Header().Get("Content-Type"); kind != want[0] || p.Header().Get("Content-Disposition") != `attachment; filename="`+want[1]+`"` || !strings.Contains(p.Body.String(), want[2]) {
			t.Errorf("%s: %s, %v, %s", format, kind, p.Header(), p.Body)
		}
	}
}

// An API without the call is asked for its lists, and the page says so.
func TestAGraphOfListsAlone(t *testing.T) {
	a := &around{org: newOrg(), lacking: http.StatusNotFound}
	d := enterGraph(a)
	p := d.get(t, "/graph?focus=group:eng&down=1&layers=roles&layers=users", "")
	var names []string
	for _, box := range p.doc.Find("svg.dag a > title").EachIter() {
		names = append(names, box.Text())
	}
	want := []string{"Engineering", "Platform", "Product", "All staff", "Deploy Viewer", "Roadmap Reader", "account self-service", "u2", "gone-user", "u3"}
	if diff := gocmp.Diff(want, names); diff != "" {
		t.Errorf("boxes (-want +got):\n%s", diff)
	}
	if got := p.text(".note"); !strings.Contains(got, "Made from the lists") {
		t.Errorf("notes %q", got)
	}
	for path, want := range map[string]int{
		"/graph?focus=role:deploy": 200, "/graph?focus=user:u2": 200, "/graph?focus=group:nothing": 404, "/graph?focus=user:nobody": 404,
	} {
		if got := d.get(t, path, ""); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
}

func TestWaysAsAGraph(t *testing.T) {
	user, sre, eng, role := authz.Vertex{Kind: "user", ID: "u", Name: ""}, authz.Vertex{Kind: "group", ID: "sre", Name: "SRE"}, authz.Vertex{Kind: "group", ID: "eng", Name: "Engineering"}, authz.Vertex{Kind: "role", ID: "deploy", Name: "Deployer"}
	a := &around{org: newOrg(), why: authz.Explanation{Target: role, Granted: true, Total: 2, Exact: true, Paths: [][]authz.Hop{
		{{Kind: authz.UserRoleHop, From: &user, To: role}},
		{{Kind: authz.MemberHop, From: &user, To: sre}, {Kind: authz.NestingHop, From: &sre, To: eng}, {Kind: authz.GroupRoleHop, From: &eng, To: role}},
	}}}
	d := enterGraph(a)
	a.graph = authz.Graph{Nodes: []authz.GraphNode{{Vertex: authz.Vertex{Kind: "user", ID: "u", Name: "Ulla"}}}}
	p := d.get(t, "/graph?from=user:u&to=role:deploy", "")
	if got := p.text("h1") + ", " + p.text(".note"); got != "Ways from Ulla to Deployer, 2 ways in all." {
		t.Errorf("%q", got)
	}
	if boxes, lines := p.doc.Find("svg.dag a").Length(), p.doc.Find("svg.dag .e").Length(); boxes != 4 || lines != 4 {
		t.Errorf("%d boxes and %d links, want 4 and 4", boxes, lines)
	}
	a.why = authz.Explanation{Target: role}
	if got := d.get(t, "/graph?from=group:eng&to=role:deploy", "").text(".note"); got != "No way leads there." {
		t.Errorf("no way: %q", got)
	}
}

func TestGraphsOfNothing(t *testing.T) {
	d := enterGraph(&around{org: newOrg(), graph: engineering()})
	for path, want := range map[string]int{
		"/graph": 200, "/graph?focus=nonsense": 404, "/graph?focus=group:": 404, "/graph?focus=mapping:x": 404,
		"/graph?from=role:x&to=role:y": 404, "/graph?from=user:x&to=user:y": 404, "/graph?from=user:x": 404,
		"/graph/file?focus=group:eng": 404, "/graph/file?focus=group:eng&format=png": 404, "/graph/file?format=svg": 404,
		"/graph?focus=group:eng&up=-1&down=x": 200,
	} {
		if got := d.get(t, path, ""); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
}
