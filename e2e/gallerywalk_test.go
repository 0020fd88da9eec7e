package e2e

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"trellis/e2e/page"
)

// noPictures are the addresses of the route table that are no pages, or none to
// look at, with the reason.
var noPictures = map[string]string{
	"GraphFile":             "a file",
	"CompareFile":           "a download",
	"Static":                "style sheets, scripts, fonts",
	"Login":                 "leads on at once",
	"Callback":              "leads on at once",
	"Unsaved":               "the page of a form whose session ended: the browser tests of drafts walk it",
	"Export":                "a download",
	"TreeRows":              "rows of a tree, without a page around them",
	"ExportUsers":           "a download",
	"ExportGroups":          "a download",
	"ExportRoles":           "a download",
	"ExportPermissions":     "a download",
	"ExportMembers":         "a download",
	"ExportPermissionUsers": "a download",
	"ExportRoleUsers":       "a download",
	"JobResult":             "a download",
	"JobImpactExport":       "a download",
	"ImpactExport":          "a download",
	"ImportImpactExport":    "a download",
	"ImportImpact":          "posted with a document; without one it is Transfer",
	"RestoreImpactExport":   "a download",
	"RestoreImpact":         "posted from Restore; without that it is Restore",
	"JobStart":              "leads back to the job",
	"JobAgain":              "leads back to the job",
	"JobCancel":             "leads back to the job",
	"JobDrop":               "leads back to the job",
	"Import":                "the page of Transfer, after an import that was refused",
	"CoverageExport":        "a download",
}

// visitors are the pages for people who are not signed in.
func visitors() []place {
	return []place{{name: "sign-in", path: "/"}, {name: "signed-out", path: "/signed-out"}}
}

// pattern is an address of the route table.
type pattern struct {
	name, path string
	fits       *regexp.Regexp
}

// patterns are all that a browser can ask for, as the source has them.
func patterns(t *testing.T) []pattern {
	t.Helper()
	paths := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(?:const |\t)(\w+)\s+= "(/[^"]*)"`).FindAllStringSubmatch(sources(t, "../views/urls/*.go"), -1) {
		paths[m[1]] = m[2]
	}
	var out []pattern
	for _, m := range regexp.MustCompile(`(?m)^\t+\{get, urls\.(\w+)`).FindAllStringSubmatch(sources(t, "../web/*routes.go"), -1) {
		if paths[m[1]] == "" {
			t.Fatalf("the route table names urls.%s, which is not in views/urls", m[1])
		}
		expression := regexp.MustCompile(`:\w+`).ReplaceAllString(regexp.QuoteMeta(paths[m[1]]), `[^/]+`)
		out = append(out, pattern{m[1], paths[m[1]], regexp.MustCompile("^" + expression + "$")})
	}
	if len(out) < 50 {
		t.Fatalf("the route table has %d pages: this test does not understand it any more", len(out))
	}
	return out
}

// sources are the files of a pattern, one after another.
func sources(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

// patternOf is which of all answers path: the one with the fewest free parts.
func patternOf(all []pattern, path string) (best pattern, ok bool) {
	path, _, _ = strings.Cut(path, "?")
	for _, p := range all {
		if p.fits.MatchString(path) && (!ok || strings.Count(p.path, ":") < strings.Count(best.path, ":")) {
			best, ok = p, true
		}
	}
	return best, ok
}

// forms is one address of every page that shown does not have, by the links on
// the pages of shown: most are forms, which dialogs show too.
func forms(t *testing.T, shown []place) []place {
	t.Helper()
	all := patterns(t)
	seen := map[string]bool{}
	var ask []string
	for _, p := range slices.Concat(shown, visitors()) {
		if !slices.Contains(ask, p.path) {
			ask = append(ask, p.path)
		}
		if at, ok := patternOf(all, p.path); ok && p.open == "" {
			seen[at.name] = true
		}
	}
	var found []place
	for i := 0; i < len(ask); i++ {
		for _, link := range links(t, ask[i]) {
			at, ok := patternOf(all, link)
			if !ok || seen[at.name] || noPictures[at.name] != "" {
				continue
			}
			seen[at.name] = true
			ask = append(ask, link)
			found = append(found, place{name: "form-" + strings.Trim(regexp.MustCompile(`[/:]+`).ReplaceAllString(at.path, "-"), "-"), path: link})
		}
	}
	return found
}

// links are the addresses that a page leads to.
func links(t *testing.T, path string) []string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, trellis.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range sessions.of(t, administrator).Cookies {
		if c.Name == "trellis" {
			req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for z := html.NewTokenizer(strings.NewReader(string(body))); z.Next() != html.ErrorToken; {
		for _, a := range z.Token().Attr {
			if (a.Key == "href" || a.Key == "action" || a.Key == "formaction") && strings.HasPrefix(a.Val, "/") {
				out = append(out, a.Val)
			}
		}
	}
	return out
}

// walk is everything that the gallery shows of the sample organisation.
func walk(t *testing.T) []place {
	t.Helper()
	all := append(places(t), place{name: "search", path: "/search"}, place{name: "search-found", path: "/search?q=an"},
		place{name: "search-nothing", path: "/search?q=zzzz"})
	all = append(all, work(t)...)
	return append(all, forms(t, all)...)
}

// work is a change of many things at each of its steps.
func work(t *testing.T) []place {
	t.Helper()
	tab := visitAs(t, administrator, look{})
	at := func(name string) place {
		u, err := url.Parse(tab.Page().URL())
		if err != nil {
			t.Fatal(err)
		}
		return place{name: name, path: u.Path}
	}
	_, _, group, names, users := crew(t, 2)
	list := page.OpenUsers(tab)
	list.Search(names[0])
	list.Shows(names[0])
	list.Check(names[0])
	list.Do("Add to group")
	tab.Headed("Add 1 user to a group")
	target := at("job-target")
	page.OpenGroup(tab, group).Follow("Add many")
	job := page.Job{Tab: tab}
	job.Paste(users[0] + "\nnobody@test.example\nno line at all")
	job.Comes("1 Will be added")
	preview := at("job-preview")
	page.OpenGroup(tab, group).Follow("Add many")
	job.Paste(users[1])
	job.Begin("Add 1 user")
	job.Comes("Finished")
	return []place{target, preview, at("job-finished")}
}

// Every page of the route table is in the gallery: a new one is found by its
// links, or has to be named among the places.
func TestEveryPageIsInTheGallery(t *testing.T) {
	everyPageIsAmong(t, slices.Concat(walk(t), visitors()), nil)
}

// everyPageIsAmong fails t unless shown has every page of the route table, but for
// those that are no pages and those that elsewhere names.
func everyPageIsAmong(t *testing.T, shown []place, elsewhere map[string]string) {
	t.Helper()
	all := patterns(t)
	for _, p := range all {
		in := slices.ContainsFunc(shown, func(at place) bool {
			found, ok := patternOf(all, at.path)
			return at.open == "" && ok && found.name == p.name
		})
		if in == (noPictures[p.name] != "") && elsewhere[p.name] == "" {
			t.Errorf("%s (%s): looked at = %t, left out because: %q", p.name, p.path, in, noPictures[p.name])
		}
	}
}
