//go:build gallery

package e2e

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// gallery is the pictures of every page, by chapter, in the order of the index.
type gallery struct {
	dir      string
	chapters []*chapter
}

// chapter is the pictures of one kind of state.
type chapter struct {
	Title, Text string
	Rows        []*row
}

// row is one page in every look that was taken.
type row struct {
	Name     string
	Pictures []picture
}

type picture struct{ Look, File string }

// every is the looks of the gallery.
func every() []look { return []look{{}, {dark: true}, {phone: true}, {phone: true, dark: true}} }

// TestGallery walks every page and state, for eyes to judge: make gallery. With
// -run TestGallery/sizes it takes one chapter anew, and the index has no other.
func TestGallery(t *testing.T) {
	g := &gallery{dir: filepath.Join(artifacts, "gallery")}
	if err := os.RemoveAll(g.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(g.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Run("pages", g.walked)
	t.Run("auditor", func(t *testing.T) {
		g.seenBy(t, auditor, "No permission: an auditor", "Who may only read. Controls that change something are disabled and say why.")
	})
	t.Run("help desk", func(t *testing.T) {
		g.seenBy(t, helpDesk, "Some permissions: the help desk", "Who may assign, and not create or delete.")
	})
	t.Run("loading", g.loading)
	t.Run("errors", g.failing)
	t.Run("signed out", g.signingIn)
	t.Run("sizes", g.sizes)
	g.index(t)
}

func (g *gallery) chapter(title, text string) *chapter {
	c := &chapter{Title: title, Text: text}
	g.chapters = append(g.chapters, c)
	return c
}

// take keeps a picture of what tab shows, as name in c.
func (g *gallery) take(t *testing.T, c *chapter, tab page.Tab, l look, name string) {
	t.Helper()
	file := fmt.Sprintf("%02d-%s-%s.png", len(g.chapters), strings.ReplaceAll(name, " ", "-"), l)
	path := filepath.Join(g.dir, file)
	if _, err := tab.Page().Screenshot(playwright.PageScreenshotOptions{Path: &path}); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, r := range c.Rows {
		if r.Name == name {
			r.Pictures = append(r.Pictures, picture{l.String(), file})
			return
		}
	}
	c.Rows = append(c.Rows, &row{name, []picture{{l.String(), file}}})
}

// show goes to p and takes its picture. One page that fails leaves the others.
func (g *gallery) show(t *testing.T, c *chapter, tab page.Tab, l look, p place) {
	t.Helper()
	t.Run(p.name+"-"+l.String(), func(t *testing.T) {
		tab := tab.For(t)
		tab.Goto(p.path)
		if p.open != "" {
			tab.Follow(p.open)
			tab.FormOpens()
		}
		g.take(t, c, tab, l, p.name)
	})
}

func (g *gallery) walked(t *testing.T) {
	c := g.chapter("Every page", "The sample organisation, as an administrator sees it. Names of any length and script are among them: -odd. Forms are there twice, over their page and on a page of their own.")
	all := walk(t)
	for _, l := range every() {
		tab := visitAs(t, administrator, l)
		for _, p := range all {
			g.show(t, c, tab, l, p)
		}
		g.searches(t, c, tab, l)
	}
}

func (g *gallery) searches(t *testing.T, c *chapter, tab page.Tab, l look) {
	tab.Goto("/")
	search := tab.SearchEverything("Control+k")
	g.take(t, c, tab, l, "search box")
	search.Find("an")
	g.take(t, c, tab, l, "search box found")
	search.Find("zzzz")
	g.take(t, c, tab, l, "search box nothing")
}

func (g *gallery) seenBy(t *testing.T, account, title, text string) {
	c := g.chapter(title, text)
	for _, l := range []look{{}, {phone: true, dark: true}} {
		tab := visitAs(t, account, l)
		for _, p := range walk(t) {
			if p.open == "" && !strings.HasPrefix(p.path, "/jobs/") {
				g.show(t, c, tab, l, p)
			}
		}
	}
}

// loading holds answers back while their pictures are taken.
func (g *gallery) loading(t *testing.T) {
	c := g.chapter("Loading", "The answer is held back: a bar runs below the top, and what was there stays.")
	for _, l := range every() {
		tab := visitAs(t, administrator, l)
		for _, list := range []string{"users", "groups", "roles", "permissions"} {
			tab.Goto("/" + list)
			if err := tab.Page().Route("**/"+list+"?q=*", func(playwright.Route) {}); err != nil {
				t.Fatal(err)
			}
			box := tab.Page().GetByRole("main").GetByRole("searchbox")
			if err := box.Fill("an"); err != nil {
				t.Fatal(err)
			}
			if err := tab.Page().Locator("body.busy").WaitFor(); err != nil {
				t.Fatal(err)
			}
			g.take(t, c, tab, l, list)
		}
		tab.Goto("/") // what is held back is given up here, not with an error a minute later
	}
}

func (g *gallery) failing(t *testing.T) {
	c := g.chapter("Errors", "What is not there, what is refused, and what the program behind the page could not do.")
	const notice = `<div id="notice" class="notes" role="status"><div class="note bad"><div><b>The API has a problem</b> <span>Nothing was changed. Try again in a moment. Reference: ABCDEFGHIJKLMNOP</span></div></div></div>`
	for _, l := range every() {
		tab := visitAs(t, administrator, l)
		for _, p := range []place{
			{name: "unknown page", path: "/no-such-page"},
			{name: "unknown group", path: "/groups/11111111-1111-4111-8111-111111111111"},
			{name: "unknown user", path: "/users/nobody"},
			{name: "unknown job", path: "/jobs/nothing"},
		} {
			g.show(t, c, tab, l, p)
		}
		err := tab.Page().Route("**/groups/new", func(r playwright.Route) {
			if r.Request().Method() != http.MethodPost {
				_ = r.Continue()
				return
			}
			_ = r.Fulfill(playwright.RouteFulfillOptions{
				Status: playwright.Int(http.StatusBadGateway), ContentType: playwright.String("text/html"), Body: notice,
				Headers: map[string]string{"HX-Retarget": "#notice", "HX-Reswap": "outerHTML"},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		form := page.OpenGroups(tab).New().Fill("Kept", "What was typed stays")
		form.Create()
		form.FocusIn("[data-notice]")
		g.take(t, c, tab, l, "dialog that fails")
	}
	tab := visitAs(t, administrator, look{})
	form := page.OpenGroups(tab).New().Fill(strings.Repeat("x", 60), "")
	tab.ForgetSession()
	form.Create()
	tab.SignInAgain(administrator, "This was not saved yet")
	g.take(t, c, tab, look{}, "session that ended")
}

func (g *gallery) signingIn(t *testing.T) {
	c := g.chapter("Signed out", "What somebody sees who is not signed in.")
	for _, l := range every() {
		tab := visit(t, l)
		for _, p := range visitors() {
			g.show(t, c, tab, l, p)
		}
		page.SignIn(tab).With("nobody@test.example", "wrong")
		page.SignInPage{Tab: tab}.Refuses()
		g.take(t, c, tab, l, "sign-in refused")
	}
}

// sizes shows a tenant of its own: with nothing in it, with one of each, and with
// five thousand.
func (g *gallery) sizes(t *testing.T) {
	own, err := start(trellis.binary)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = own.stop(); own.remove() }()
	const email, password = "gallery@test.example", "a gallery needs light 42"
	if _, err := own.command(password, "account", "add", email, "--role", "administrator", "--password-stdin"); err != nil {
		t.Fatal(err)
	}
	m, err := own.machine("Gallery")
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	send(t, "", http.MethodPost, own.base+"/oauth/token", map[string]string{
		"grant_type": "client_credentials", "client_id": m.ID, "client_secret": m.Secret, "audience": "urn:auth0-authz-api",
	}, &answer)
	tabs := map[look]page.Tab{}
	for _, l := range every() {
		o := l.options()
		o.BaseURL = &own.base
		tabs[l] = open(t, l, o)
		page.SignIn(tabs[l]).With(email, password)
		tabs[l].Headed("Overview")
	}
	for _, size := range []struct {
		title string
		n     int
	}{{"Empty", 0}, {"One row", 1}, {"5,000 rows", 5000}} {
		if size.n > 0 {
			send(t, "Bearer "+answer.Token, http.MethodPost, own.base+"/api/configuration/import", tenantOf(size.n), nil)
		}
		c := g.chapter(size.title, fmt.Sprintf("A tenant with %d users, groups, roles and permissions.", size.n))
		for _, l := range every() {
			for _, p := range sized(size.n) {
				g.show(t, c, tabs[l], l, p)
			}
		}
	}
}

// sized is the pages whose look depends on how much there is.
func sized(n int) []place {
	all := []place{
		{name: "overview", path: "/"},
		{name: "changes", path: "/changes"},
		{name: "users", path: "/users"},
		{name: "groups", path: "/groups"},
		{name: "roles", path: "/roles"},
		{name: "permissions", path: "/permissions"},
		{name: "jobs", path: "/jobs"},
		{name: "clients", path: "/configuration/clients"},
		{name: "people", path: "/configuration/people"},
		{name: "search", path: "/search?q=a"},
	}
	if n == 0 {
		return all
	}
	group, parent, giver := "/groups/"+uuid("a", 0), "/groups/"+uuid("a", min(1, n-1)), "/groups/"+uuid("a", min(2, n-1))
	role, large := "/roles/"+uuid("b", 0), "/roles/"+uuid("b", min(1, n-1))
	return append(all,
		place{name: "group members", path: group}, place{name: "group add members", path: group + "/members/add"},
		place{name: "group nested", path: parent + "/nested"}, place{name: "group roles", path: giver + "/roles"},
		place{name: "role permissions", path: large}, place{name: "role users", path: role + "/users"},
		place{name: "role edit", path: large + "/edit"}, place{name: "permission", path: "/permissions/" + uuid("c", 0)},
		place{name: "user groups", path: "/users/gallery%7C0/groups"}, place{name: "user roles", path: "/users/gallery%7C0/roles"},
		place{name: "last page of users", path: fmt.Sprintf("/users?page=%d", (n+24)/25)})
}

// tenantOf is an import with n of each. A group has all users, another all groups
// in it and the next all roles; a role has all users, and the next all permissions.
// Were it one group and one role, everybody would have everything in every way.
func tenantOf(n int) map[string]any {
	var users, groups, roles, permissions []map[string]any
	members, nested, given, contained := []string{}, []string{}, []string{}, []string{}
	for i := range n {
		id := fmt.Sprintf("gallery|%d", i)
		users = append(users, map[string]any{"user_id": id, "name": fmt.Sprintf("Person %04d", i), "email": fmt.Sprintf("person%04d@test.example", i)})
		members, given, contained = append(members, id), append(given, uuid("b", i)), append(contained, uuid("c", i))
		if i > 2 {
			nested = append(nested, uuid("a", i))
		}
		permissions = append(permissions, map[string]any{
			"_id": uuid("c", i), "name": fmt.Sprintf("do:thing%04d", i), "description": "One of many", "applicationType": "client", "applicationId": "gallery",
		})
	}
	for i := range n {
		g := map[string]any{"_id": uuid("a", i), "name": fmt.Sprintf("Group %04d", i), "description": "One of many"}
		r := map[string]any{"_id": uuid("b", i), "name": fmt.Sprintf("Role %04d", i), "description": "One of many", "applicationType": "client", "applicationId": "gallery"}
		switch i {
		case 0:
			g["members"], r["users"] = members, members
		case 1:
			g["nested"], r["permissions"] = nested, contained
		case 2:
			g["roles"] = given
		}
		groups, roles = append(groups, g), append(roles, r)
	}
	return map[string]any{"users": users, "groups": groups, "roles": roles, "permissions": permissions}
}

// index writes the page that shows all pictures.
func (g *gallery) index(t *testing.T) {
	var b bytes.Buffer
	if err := indexPage.Execute(&b, g.chapters); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(g.dir, "index.html"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

var indexPage = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Trellis: every page</title>
<style>
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { margin: 1.5rem; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; position: sticky; top: 0; padding: .5rem 0; background: Canvas; }
section { content-visibility: auto; contain-intrinsic-size: auto 20rem; }
.row { display: flex; gap: .75rem; overflow-x: auto; padding-bottom: .75rem; }
figure { flex: none; margin: 0; }
img { height: 18rem; border: 1px solid #8888; }
</style>
<h1>Every page</h1>
<nav>{{range $i, $c := .}}<a href="#chapter-{{$i}}">{{$c.Title}} ({{len $c.Rows}})</a>{{end}}</nav>
{{range $i, $c := .}}<h2 id="chapter-{{$i}}">{{$c.Title}}</h2>
<p>{{$c.Text}}</p>
{{range $c.Rows}}<section><h3>{{.Name}}</h3>
<div class="row" tabindex="0">{{$name := .Name}}{{range .Pictures}}<figure><a href="{{.File}}"><img loading="lazy" src="{{.File}}" alt="{{$name}}, {{.Look}}"></a><figcaption>{{.Look}}</figcaption></figure>{{end}}</div>
</section>
{{end}}{{end}}</html>
`))
