package page

import (
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// List is a page whose main thing is a table: groups, users, and the tabs of one
// of them.
type List struct{ Tab }

// Search narrows the list to what matches text.
func (l List) Search(text string) {
	l.t.Helper()
	l.search(l.page.GetByRole("main").GetByRole("searchbox"), text)
}

// SearchByKey goes to the search with the key for it, and types text. Rows that
// somebody wants to use afterwards are there when the search is done.
func (l List) SearchByKey(text string) {
	l.t.Helper()
	must(l.t, l.page.WaitForLoadState()) // the script that hears keys runs at its end
	l.Press("/")
	must(l.t, expect.Locator(l.page.GetByRole("main").GetByRole("searchbox")).ToBeFocused())
	l.Type(text)
	l.found(text)
}

// Shows waits until the list has a row of that name.
func (l List) Shows(names ...string) {
	l.t.Helper()
	for _, name := range names {
		must(l.t, expect.Locator(l.row(name)).ToBeVisible())
	}
}

// Lacks waits until the list has no row of that name.
func (l List) Lacks(names ...string) {
	l.t.Helper()
	for _, name := range names {
		must(l.t, expect.Locator(l.row(name)).ToHaveCount(0))
	}
}

// RowSays waits until the row of that name holds text.
func (l List) RowSays(name, text string) {
	l.t.Helper()
	must(l.t, expect.Locator(l.row(name)).ToContainText(text))
}

// First waits until the first row is that of name.
func (l List) First(name string) {
	l.t.Helper()
	first := l.page.GetByRole("main").GetByRole("row").Nth(1) // the first holds the heads
	must(l.t, expect.Locator(first.GetByRole("rowheader")).ToContainText(name))
}

// SortBy sorts by a column, with the link in its head.
func (l List) SortBy(column string) {
	l.t.Helper()
	head := l.page.GetByRole("columnheader").Filter(playwright.LocatorFilterOptions{HasText: regexp.MustCompile("^" + regexp.QuoteMeta(column))})
	must(l.t, head.GetByRole("link").Click())
}

// Sorted waits until the column says that it is sorted, "ascending" or "descending".
func (l List) Sorted(column, direction string) {
	l.t.Helper()
	head := l.page.GetByRole("columnheader").Filter(playwright.LocatorFilterOptions{HasText: regexp.MustCompile("^" + regexp.QuoteMeta(column))})
	must(l.t, expect.Locator(head).ToHaveAttribute("aria-sort", direction))
}

// Open follows the link of the row of that name.
func (l List) Open(name string) {
	l.t.Helper()
	must(l.t, l.row(name).GetByRole("link", playwright.LocatorGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}).Click())
}

// Next turns to the next page.
func (l List) Next() {
	l.t.Helper()
	must(l.t, l.link("Next page").Click())
}

// Remove starts to remove what from whom, with the trash can of its row, and
// confirms with the button called confirm.
func (l List) Remove(what, whom, confirm string) {
	l.t.Helper()
	l.Follow("Remove " + what + " from " + whom)
	l.press(confirm)
}

// Focused waits until the link called name has the focus.
func (l List) Focused(name string) {
	l.t.Helper()
	must(l.t, expect.Locator(l.link(name)).ToBeFocused())
}

// Of narrows the list to one application. Where there is no JavaScript it is sent
// with the button.
func (l List) Of(application string) {
	l.t.Helper()
	filter := l.page.GetByRole("main").GetByLabel("Application or API")
	_, err := filter.SelectOption(playwright.SelectOptionValues{Labels: &[]string{application}})
	must(l.t, err)
	if !l.script {
		must(l.t, l.page.GetByRole("main").GetByRole("button", playwright.LocatorGetByRoleOptions{Name: "Search", Exact: playwright.Bool(true)}).Click())
	}
}

// Narrow chooses which of a list to see, such as "Direct" or "Inherited".
func (l List) Narrow(name string) {
	l.t.Helper()
	must(l.t, l.page.GetByRole("main").GetByRole("link", playwright.LocatorGetByRoleOptions{Name: name}).First().Click())
}
