package page

import "github.com/playwright-community/playwright-go"

// Paths is the path finder.
type Paths struct{ Tab }

// OpenPaths goes to the path finder.
func OpenPaths(b Tab) Paths {
	b.t.Helper()
	b.Goto("/paths")
	b.Headed("Path finder")
	return Paths{b}
}

// From chooses name, of a kind such as "Users", to be where the paths begin.
func (p Paths) From(kind, name string) {
	p.t.Helper()
	p.choose("Choose where paths begin", kind, name)
}

// To chooses name, of a kind such as "Roles", to be where the paths lead to.
func (p Paths) To(kind, name string) {
	p.t.Helper()
	p.choose("Choose where paths lead to", kind, name)
}

func (p Paths) choose(what, kind, name string) {
	p.t.Helper()
	p.Follow(what)
	p.FormOpens()
	tab := p.form().GetByRole("link", playwright.LocatorGetByRoleOptions{Name: kind, Exact: playwright.Bool(true)})
	current, err := tab.GetAttribute("aria-current")
	must(p.t, err)
	if current != "true" { // or else nothing would show when the new choices are there
		must(p.t, tab.Click())
		must(p.t, expect.Locator(tab).ToHaveAttribute("aria-current", "true"))
	}
	Lookup{p.Tab}.Find(name).Choose(name)
}

// Ways waits until a path goes over words, in that order.
func (p Paths) Ways(words ...string) {
	p.t.Helper()
	path := p.page.GetByRole("region", playwright.PageGetByRoleOptions{Name: "Paths, the shortest first"}).GetByRole("list").First().GetByRole("listitem")
	for _, w := range words {
		path = path.Filter(playwright.LocatorFilterOptions{HasText: w})
	}
	must(p.t, expect.Locator(path.First()).ToBeVisible())
}
