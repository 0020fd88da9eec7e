package views_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"trellis/static"
	"trellis/views"
	"trellis/views/urls"
)

// render is the document that c makes for a session with a CSRF token.
func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	var b strings.Builder
	if err := c.Render(views.WithCSRF(t.Context(), "token"), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

var ana = views.Layout{Title: "Groups", Nav: urls.Groups, User: views.User{Name: "Ana Petrović", Email: "ana@meridian.example"}}

// odd are names that people and systems really have.
var odd = []string{
	"X", strings.Repeat("Long", 200), "مجموعة المطورين", "李小龍", "🦊🇩🇰👩‍👩‍👧", "‮txet desrever", "a\u0301", "  ", "",
	`<script>alert(1)</script>`, `" onmouseover="alert(1)`, "javascript:alert(1)", "{{7*7}}", "a\x00b",
}

// pages is every page, with name wherever somebody else chose the words.
func pages(name string) map[string]templ.Component {
	link := views.Link{Label: name, URL: urls.ToGroup(name)}
	act := views.Action{Label: "Remove " + name, URL: urls.ToGroupDelete(name), Icon: "trash", Dialog: true}
	add := views.Action{ID: "add", Label: "Add", URL: urls.ToGroupNestedAdd(name), Icon: "plus", Kind: views.Primary}
	metadata := []views.MetadataRow{{Key: name, Value: name, Problem: name}}
	frame := views.GroupFrame{ID: name, Head: views.PageHead{Title: name, Text: name, Crumbs: []views.Link{link, link}, Actions: []views.Action{act}}, Metadata: metadata, Changes: views.Action{Label: "Changes", URL: urls.ToChangesOf("group", name), Icon: "clock"}}
	row := views.GroupRow{Name: name, Description: name, URL: urls.ToGroup(name), Members: "1"}
	picker := views.Picker{
		Action: urls.ToGroupNestedAdd(name), Noun: "group", Search: name, Status: name, Icon: "groups",
		Rows: []views.Choice{{Value: name, Label: name, Detail: name, Refusal: name}, {Value: name, Label: name, Chosen: true}},
	}
	sheet := views.Sheet{Title: name, Text: name, Action: urls.ToGroupEdit(name), Back: urls.ToGroup(name), Submit: "Save changes", Problem: name, Keep: []views.Hidden{{Name: "name", Value: name}}}
	form := views.GroupForm{Name: name, Description: name, Metadata: metadata, HadMetadata: true, Problems: map[string]string{"name": name}}
	bar := views.SelectionBar{Action: urls.UserList{Search: name}.ToSelect(), Noun: "user", All: name, Buttons: []views.SelectionButton{
		{Do: "role", Label: name, Icon: "roles"}, {Do: "delete", Label: name, Icon: "trash", Danger: true, Refusal: name},
	}}
	members := views.MemberList{Bar: bar, Many: views.Action{Label: "Add many", URL: urls.ToGroupMembersMany(name)}, Group: name, Search: name, URL: urls.ToGroup(name), Status: name, Add: add, Rows: []views.MemberRow{
		{Name: name, Email: name, URL: urls.ToUser(name), Connection: name, Remove: act},
		{Name: name, Missing: true, Remove: act},
	}}
	roles := views.RoleList{URL: urls.ToGroupRoles(name, ""), Group: name, Add: add, Inherited: true, Rows: []views.RoleRow{{Name: name, Description: name, Application: name, Direct: true, Remove: act, Trail: []views.Link{link}}}}
	mappings := views.MappingList{Group: name, Add: add, Test: views.Action{Label: name, URL: urls.MappingTest}, Rows: []views.MappingRow{{Connection: name, Strategy: name, Incoming: name, Gone: true, Remove: act}}}
	nested := views.NestedList{Group: name, Add: add, Parents: []views.Link{link}, Rows: []views.NestedRow{{GroupRow: row, Remove: act}, {GroupRow: row, Missing: true, Remove: act}}}

	columns := []views.Column{{Label: "Name", URL: urls.Groups, Sorted: "ascending"}, {Label: "Direct members", URL: urls.Groups, Numeric: true}}

	l := ana
	l.Title, l.User.Name, l.User.Email, l.Here = name, name+"n", name, "/groups?q="+name
	l.Flash = []views.Message{{Kind: views.Good, Title: name, Text: name}}
	all := rolePages(l, name, sheet, picker)
	maps.Copy(all, mappingPages(l, name))
	maps.Copy(all, configurationPages(l, name, sheet, act))
	maps.Copy(all, userPages(l, name))
	maps.Copy(all, pathPages(l, name))
	maps.Copy(all, jobPages(l, name, sheet, picker))
	maps.Copy(all, impactPages(l, name, sheet))
	maps.Copy(all, map[string]templ.Component{
		"groups":   views.GroupsPage(l, views.GroupList{Search: name, Status: name, Columns: columns, Rows: []views.GroupRow{row}, New: add, Bar: bar, Export: views.Action{Label: "Export", URL: urls.GroupList{Search: name}.ToExport()}}),
		"none":     views.GroupsPage(l, views.GroupList{Search: name, Status: name, New: add}),
		"form":     views.SheetPage(l, sheet, views.GroupFields(form)),
		"conflict": views.SheetPage(l, sheet, views.GroupConflict(form, views.GroupForm{})),
		"in use":   views.SheetPage(l, sheet, views.UsesOf(views.Uses{Kind: "Nested in:", Links: []views.Link{link}})),
		"picker":   views.SheetPage(l, sheet, views.NestedPicker(picker, []string{name, name})),
		"pending": views.GroupPage(l, frame, views.GroupPending(views.PendingList{
			Group: name, Search: name, Status: name, URL: urls.PendingList{Group: name}.To(), Columns: columns, Add: add, Rows: []views.PendingRow{{Email: name, Remove: act}},
		})),
		"emails":   views.SheetPage(l, sheet, views.PendingFields(views.PendingForm{Emails: name, Problem: name})),
		"members":  views.GroupPage(l, frame, views.GroupMembers(members)),
		"nested":   views.GroupPage(l, frame, views.GroupNested(nested)),
		"roles":    views.GroupPage(l, frame, views.GroupRoles(roles)),
		"mappings": views.GroupPage(l, frame, views.GroupMappings(mappings)),
		"mapping":  views.SheetPage(l, sheet, views.MappingFacts(mappings.Rows[0], name)),
		"error": views.ErrorPage(l, views.Failure{
			Title: name, Text: name, RequestID: name, Replay: &views.Replay{Action: urls.NewGroup, Fields: []views.Hidden{{Name: name, Value: name}}},
			Sent: []views.Sent{{Label: name, Values: []string{name, name}}},
		}),
		"draft": views.DraftPage(l, views.Draft{
			Sent:   []views.Sent{{Label: name, Values: []string{name, name}}, {Label: name}},
			Replay: views.Replay{Action: urls.NewGroup, Fields: []views.Hidden{{Name: name, Value: name}}},
		}),
		"graph":      views.GraphPage(l, graphOf(name)),
		"no graph":   views.GraphPage(l, views.GraphOf{}),
		"signed out": views.MessagePage(views.Layout{Title: name}, name, name, add),
	})
	return all
}

// graphOf is a graph of two things called name.
func graphOf(name string) views.GraphOf {
	box := views.GraphBox{ID: "v0", Class: "group focus", At: "translate(0 0)", Width: "9", Height: "9", Label: name, Meta: name, Title: name, Name: name, URL: urls.ToGroup(name), Below: "v1", First: true}
	other := box
	other.ID, other.Mark, other.First = "v1", "M0 0", false
	view := urls.GraphView{Focus: "group:" + name, Unfold: []string{name}, Layers: []string{"roles"}}
	return views.GraphOf{
		Head: views.PageHead{Title: name, Crumbs: []views.Link{{Label: name, URL: urls.ToGroup(name)}, {Label: "Graph"}}},
		Form: views.GraphForm{
			Action: urls.Graph, Hidden: []views.Hidden{{Name: "focus", Value: name}}, Up: []views.Option{{Value: name, Label: name}},
			Layers: []views.Option{{Value: "roles", Label: "Roles", Chosen: true}}, Mask: true,
		},
		Notes: []string{name}, Files: []views.Link{{Label: "SVG", URL: view.ToFile("svg")}},
		Picture: views.GraphPicture{Width: "99", Height: "99", Name: name, Boxes: []views.GraphBox{box, other}, Lines: []views.GraphLine{{Class: "e t0", Path: "M0 0L9 9", From: "v0", To: "v1"}}},
		Outline: []views.GraphEntry{{Name: name, URL: urls.ToGroup(name), Focus: true}, {Depth: 30, Name: name, Kind: "role", URL: urls.ToRole(name), Note: name, Around: view.On("role:" + name)}},
	}
}

// eventHandler is the name of an attribute that holds script.
var eventHandler = regexp.MustCompile(`^(on|hx-on|data-hx-on)`)

// Whatever people call things, a page holds it as text: no script, no style, no
// address that leads out of the dashboard.
func TestNamesStayText(t *testing.T) {
	plain := map[string]int{}
	for what, c := range pages("plain") {
		plain[what] = render(t, c).Find("*").Length()
	}
	for _, name := range odd {
		for what, c := range pages(name) {
			doc := render(t, c)
			for _, s := range doc.Find("*").EachIter() {
				for _, attr := range s.Nodes[0].Attr {
					switch {
					case attr.Key == "style" || eventHandler.MatchString(attr.Key):
						t.Errorf("%q, %s: attribute %s", name, what, attr.Key)
					case (attr.Key == "href" || attr.Key == "action" || attr.Key == "src" || attr.Key == "hx-get" || attr.Key == "hx-post") &&
						!strings.HasPrefix(attr.Val, "#") && (!strings.HasPrefix(attr.Val, "/") || strings.HasPrefix(attr.Val, "//")):
						t.Errorf("%q, %s: %s leads to %q", name, what, attr.Key, attr.Val)
					}
				}
			}
			own := doc.Find("script[src='" + static.URL("graph.js") + "'], #selection + script[src='" + static.URL("selection.js") + "']") // of what needs one
			if n := doc.Find("script").Not("main script").Length(); n != 2 || doc.Find("main script").Length() != own.Length() {
				t.Errorf("%q, %s: %d scripts", name, what, n)
			}
			if doc.Find("script:not([src]), style").Length() != 0 {
				t.Errorf("%q, %s: something inline", name, what)
			}
			if strings.ContainsAny(name, `<"`) && doc.Find("*").Length() != plain[what] {
				t.Errorf("%q, %s: %d elements, want %d", name, what, doc.Find("*").Length(), plain[what])
			}
		}
	}
}

// Each page can be used without seeing it.
func TestPagesAreLabelled(t *testing.T) {
	for what, c := range pages("Engineering") {
		doc := render(t, c)
		if doc.Find("main h1").Length() != 1 || doc.Find("html[lang]").Length() != 1 {
			t.Errorf("%s: %d headings", what, doc.Find("main h1").Length())
		}
		for _, s := range doc.Find("input:not([type=hidden]), select, textarea").EachIter() {
			id := s.AttrOr("id", "")
			if s.AttrOr("aria-label", "") == "" && s.Closest("label").Length() == 0 && doc.Find("label[for='"+id+"']").Length() == 0 {
				t.Errorf("%s: %s %s has no label", what, goquery.NodeName(s), id)
			}
		}
		for _, s := range doc.Find("table").EachIter() {
			if s.Find("caption").Length() != 1 || s.Find("thead th:not([scope=col])").Length() != 0 || s.Find("tbody tr").Length() != s.Find("tbody th[scope=row]").Length() {
				t.Errorf("%s: a table does not say what it is", what)
			}
		}
		for _, s := range doc.Find("a, button").EachIter() {
			if strings.TrimSpace(s.Text()) == "" && s.AttrOr("aria-label", "") == "" {
				t.Errorf("%s: a control without a name", what)
			}
		}
		seen := map[string]bool{}
		for _, s := range doc.Find("[id]").EachIter() {
			id := s.AttrOr("id", "")
			if seen[id] || strings.ContainsAny(id, " \t") {
				t.Errorf("%s: the id %q is taken or has a space", what, id)
			}
			seen[id] = true
		}
		for _, s := range doc.Find("[form]").EachIter() {
			if id := s.AttrOr("form", ""); doc.Find("form[id='"+id+"']").Length() != 1 {
				t.Errorf("%s: %s belongs to a form %s that is not there", what, goquery.NodeName(s), id)
			}
		}
		for _, s := range doc.Find("form[method=post]").EachIter() {
			if s.Find("input[name=csrf][value=token]").Length() != 1 {
				t.Errorf("%s: the form to %s has no token", what, s.AttrOr("action", ""))
			}
		}
	}
}

// Every icon that a page names is in the sprite.
func TestIconsExist(t *testing.T) {
	sprite, err := os.ReadFile("icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?:icon|smallIcon|flippedIcon|thing|note)\((?:\w*,\s*)?"([a-z]+)"|Icon:\s+"([a-z]+)"`)
	for _, dir := range []string{".", "../handlers"} {
		for _, text := range sources(t, dir) {
			for _, m := range named.FindAllStringSubmatch(text, -1) {
				if name := m[1] + m[2]; !strings.Contains(string(sprite), `id="`+name+`"`) {
					t.Errorf("no icon %q", name)
				}
			}
		}
	}
}

// Templates hold nothing that would let somebody's text become markup.
func TestTemplatesTrustNothing(t *testing.T) {
	for _, text := range sources(t, ".") {
		for _, unsafe := range []string{"templ.Raw", "SafeURL", "SafeCSS", "JSUnsafe", "SafeScript", "hx-on", "style=", "js:"} {
			if strings.Contains(text, unsafe) {
				t.Errorf("a template uses %s", unsafe)
			}
		}
	}
}

// sources are the templates and the handwritten Go files of dir.
func sources(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") || strings.HasSuffix(e.Name(), "_templ.go") || e.IsDir() {
			continue
		}
		b, err := os.ReadFile(dir + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(b))
	}
	return texts
}

func TestThemeOfThePage(t *testing.T) {
	for theme, want := range map[string]string{"dark": "dark", "light": "light", "": "", "system": "", `x" onload="`: ""} {
		l := ana
		l.Theme = theme
		doc := render(t, views.GroupsPage(l, views.GroupList{}))
		if got := doc.Find("html").AttrOr("data-theme", ""); got != want {
			t.Errorf("theme %q: data-theme = %q", theme, got)
		}
		if doc.Find("[name=theme][aria-pressed=true]").Length() != 1 {
			t.Errorf("theme %q: not exactly one choice is on", theme)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Ana Petrović": "AP", "Mara de la Cruz": "MC", "ada": "A", "": "?", "  ": "?", "🦊": "?", "🦊 Fox": "F", "李小龍": "李",
		"مريم الحسن": "ما", "a\u0301lvaro": "A\u0301", "o'Neil, Bo": "OB", "42": "?",
	} {
		l := ana
		l.User = views.User{Name: name, Email: "x@y.example"}
		doc := render(t, views.GroupsPage(l, views.GroupList{}))
		if name == "" {
			want = "XE" // of the address
		}
		if got := doc.Find("header .av").Text(); got != want {
			t.Errorf("%q has the initials %q, want %q", name, got, want)
		}
	}
}

// The script reads its settings from the page: they must be JSON, and strict.
func TestHTMXConfig(t *testing.T) {
	doc := render(t, views.GroupsPage(ana, views.GroupList{}))
	var config map[string]any
	if err := json.Unmarshal([]byte(doc.Find("meta[name=htmx-config]").AttrOr("content", "")), &config); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"allowEval": false, "allowScriptTags": false, "includeIndicatorStyles": false, "historyCacheSize": 0.0,
		"refreshOnHistoryMiss": true, "historyRestoreAsHxRequest": false, "selfRequestsOnly": true, "defaultSettleDelay": 0.0,
	} {
		if config[key] != want {
			t.Errorf("%s = %v, want %v", key, config[key], want)
		}
	}
}

// A page that is drawn half parsed moves while it grows, so each is drawn when its
// last element is there.
func TestPagesAreDrawnWhole(t *testing.T) {
	for name, doc := range map[string]*goquery.Document{
		"a message": render(t, views.MessagePage(views.Layout{}, "Signed out", "", views.Action{})),
		"a list":    render(t, views.GroupsPage(ana, views.GroupList{})),
	} {
		last, _ := doc.Find("link[rel=expect][blocking=render]").Attr("href")
		if last == "" || doc.Find("body > "+last+":last-child").Length() != 1 {
			t.Errorf("%s is drawn when %q is there", name, last)
		}
	}
}

// A page that fails half way has not been answered: it can become an error page.
func TestServeWritesNothingOfAFailedPage(t *testing.T) {
	broken := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return errors.New("no more")
	})
	w := httptest.NewRecorder()
	if err := views.Serve(w, httptest.NewRequest("GET", "/groups", nil), 200, broken); err == nil {
		t.Error("Serve did not tell")
	}
	if w.Body.Len() != 0 || len(w.Header()) != 0 {
		t.Errorf("wrote %q, %v", w.Body, w.Header())
	}
}
