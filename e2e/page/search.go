package page

import (
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// Search is the box that searches everything.
type Search struct{ Tab }

// SearchEverything opens the box with keys, such as "Control+k".
func (b Tab) SearchEverything(keys string) Search {
	b.t.Helper()
	must(b.t, b.page.WaitForLoadState()) // the script that hears keys runs at its end
	b.Press(keys)
	s := Search{b}
	must(b.t, expect.Locator(s.input()).ToBeFocused())
	must(b.t, expect.Locator(s.page.GetByRole("listbox")).ToBeVisible())
	return s
}

func (s Search) input() playwright.Locator {
	return s.page.GetByRole("combobox", playwright.PageGetByRoleOptions{Name: "Search users"})
}

// Find types text and waits for what it finds.
func (s Search) Find(text string) Search {
	s.t.Helper()
	must(s.t, s.input().Fill(""))
	s.Type(text)
	s.SearchAnswers(text)
	return s
}

// SearchAnswers waits until what is in the box was found for text.
func (b Tab) SearchAnswers(text string) {
	b.t.Helper()
	must(b.t, expect.Locator(b.page.Locator("#found")).ToHaveAttribute("data-query", text))
}

// Offers waits until one kind has exactly these names, in that order.
func (s Search) Offers(kind string, names ...string) {
	s.t.Helper()
	options := s.page.GetByRole("group", playwright.PageGetByRoleOptions{Name: kind, Exact: playwright.Bool(true)}).GetByRole("option")
	must(s.t, expect.Locator(options).ToContainText(names))
}

// Lacks waits until there is nothing of a kind.
func (s Search) Lacks(kind string) {
	s.t.Helper()
	must(s.t, expect.Locator(s.page.GetByRole("group", playwright.PageGetByRoleOptions{Name: kind, Exact: playwright.Bool(true)})).ToHaveCount(0))
}

// On waits until the option that Enter takes is that of name, and the input says so.
func (s Search) On(name string) {
	s.t.Helper()
	option := s.page.GetByRole("listbox").Locator("[aria-selected=true]")
	must(s.t, expect.Locator(option).ToContainText(name))
	id, err := option.GetAttribute("id")
	must(s.t, err)
	must(s.t, expect.Locator(s.input()).ToHaveAttribute("aria-activedescendant", id))
	must(s.t, expect.Locator(s.input()).ToBeFocused())
}

// Counts waits until the box tells how much it found.
func (s Search) Counts(text string) {
	s.t.Helper()
	must(s.t, expect.Locator(s.page.GetByRole("dialog").GetByRole("status")).ToHaveText(text))
}

// HasNoNotice waits until the box tells of no failure.
func (s Search) HasNoNotice() {
	s.t.Helper()
	must(s.t, expect.Locator(s.page.GetByRole("dialog").Locator("[data-notice] > *")).ToHaveCount(0))
}

// Refuses waits until the option of name is disabled and says why.
func (s Search) Refuses(name, why string) {
	s.t.Helper()
	option := s.page.GetByRole("option").Filter(playwright.LocatorFilterOptions{HasText: name})
	must(s.t, expect.Locator(option).ToBeDisabled())
	must(s.t, expect.Locator(option).ToContainText(why))
}

// Closed waits until the box is gone, with all that it found.
func (s Search) Closed() {
	s.t.Helper()
	must(s.t, expect.Locator(s.page.GetByRole("combobox", playwright.PageGetByRoleOptions{Name: "Search users"})).ToHaveCount(0))
	must(s.t, expect.Locator(s.page.Locator("#found *")).ToHaveCount(0))
}

// SearchPage is the search on a page of its own.
type SearchPage struct{ Tab }

// OpenSearch goes there, with the link at the top of every page.
func OpenSearch(b Tab) SearchPage {
	b.t.Helper()
	b.Goto("/groups")
	must(b.t, b.page.GetByRole("link", playwright.PageGetByRoleOptions{Name: "Search or jump to"}).Click())
	b.Headed("Search")
	return SearchPage{b}
}

// Find types text and sends it.
func (s SearchPage) Find(text string) {
	s.t.Helper()
	box := s.page.GetByRole("main").GetByRole("searchbox")
	must(s.t, box.Fill(text))
	must(s.t, box.Press("Enter"))
	must(s.t, expect.Page(s.page).ToHaveURL(regexp.MustCompile(`/search\?q=.`)))
}

// Offers waits until one kind has exactly these names, in that order.
func (s SearchPage) Offers(kind string, names ...string) {
	s.t.Helper()
	links := s.page.GetByRole("region", playwright.PageGetByRoleOptions{Name: kind, Exact: playwright.Bool(true)}).GetByRole("listitem")
	must(s.t, expect.Locator(links).ToContainText(names))
}

// Take follows the hit called name.
func (s SearchPage) Take(name string) {
	s.t.Helper()
	must(s.t, s.page.GetByRole("main").GetByRole("listitem").Filter(playwright.LocatorFilterOptions{HasText: name}).First().Locator("a, button").Click())
}
