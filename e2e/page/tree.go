package page

import (
	"regexp"
	"strconv"

	"github.com/playwright-community/playwright-go"
)

// Tree is the tree of groups: a tree grid.
type Tree struct{ Tab }

// OpenTree goes to the tree at path.
func OpenTree(b Tab, path string) Tree {
	b.t.Helper()
	b.Goto(path)
	must(b.t, expect.Locator(b.page.GetByRole("treegrid")).ToBeVisible())
	if b.script {
		must(b.t, expect.Locator(b.page.Locator("[role=row][tabindex='0']")).ToHaveCount(1))
	}
	return Tree{b}
}

// twig is the rows of the group called name, one for each of its places.
func (r Tree) twig(name string) playwright.Locator {
	return r.page.GetByRole("treegrid").GetByRole("row").Filter(playwright.LocatorFilterOptions{
		Has: r.page.GetByRole("link", playwright.PageGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}),
	})
}

// Row is what a screen reader is told of a row.
type Row struct {
	Level, Position, Siblings int
	Expanded                  string // "true", "false" or, where nothing is below, empty
}

// Stands waits until the group called name stands at one place, as want says.
func (r Tree) Stands(name string, want Row) {
	r.t.Helper()
	row := r.twig(name)
	for attribute, value := range map[string]int{"aria-level": want.Level, "aria-posinset": want.Position, "aria-setsize": want.Siblings} {
		must(r.t, expect.Locator(row).ToHaveAttribute(attribute, strconv.Itoa(value)))
	}
	if want.Expanded != "" {
		must(r.t, expect.Locator(row).ToHaveAttribute("aria-expanded", want.Expanded))
		return
	}
	must(r.t, expect.Locator(row).Not().ToHaveAttribute("aria-expanded", regexp.MustCompile(".")))
}

// Places waits until the group called name is seen at n places.
func (r Tree) Places(name string, n int) {
	r.t.Helper()
	must(r.t, expect.Locator(r.twig(name).Filter(playwright.LocatorFilterOptions{Visible: playwright.Bool(true)})).ToHaveCount(n))
}

// Begin puts the focus on the row of the group called name.
func (r Tree) Begin(name string) {
	r.t.Helper()
	must(r.t, r.twig(name).First().Focus())
}

// Keys presses keys, one after the other, and waits until the row of the group
// called name has the focus.
func (r Tree) Keys(name string, keys ...string) {
	r.t.Helper()
	for _, key := range keys {
		r.Press(key)
	}
	focused := r.page.GetByRole("treegrid").Locator("[role=row]:focus")
	must(r.t, expect.Locator(focused.GetByRole("rowheader")).ToContainText(name))
	must(r.t, expect.Locator(focused).ToHaveAttribute("tabindex", "0"))
	must(r.t, expect.Locator(r.page.Locator("[role=row][tabindex='0']")).ToHaveCount(1))
}

// Turn opens or closes the group called name with its button.
func (r Tree) Turn(words string) {
	r.t.Helper()
	must(r.t, r.page.GetByRole("treegrid").GetByRole("button", playwright.LocatorGetByRoleOptions{Name: words, Exact: playwright.Bool(true)}).First().Click())
}

// Act opens what can be done with the group called name.
func (r Tree) Act(name string) {
	r.t.Helper()
	must(r.t, r.page.GetByRole("treegrid").GetByRole("link", playwright.LocatorGetByRoleOptions{Name: "Actions for " + name, Exact: playwright.Bool(true)}).First().Click())
}

// Choose follows a line of the form whose words begin with words.
func (r Tree) Choose(words string) {
	r.t.Helper()
	must(r.t, r.form().GetByRole("link", playwright.LocatorGetByRoleOptions{Name: regexp.MustCompile("^" + regexp.QuoteMeta(words))}).First().Click())
}

// Find looks for a group to choose.
func (r Tree) Find(text string) {
	r.t.Helper()
	r.search(r.form().GetByRole("searchbox"), text)
}

// Foretells waits until the form says what it would change.
func (r Tree) Foretells(text string) {
	r.t.Helper()
	must(r.t, expect.Locator(r.form().GetByRole("region", playwright.LocatorGetByRoleOptions{Name: "What this changes"})).ToContainText(text))
}

// Drag drops the row of one group on that of another.
func (r Tree) Drag(name, to string) {
	r.t.Helper()
	must(r.t, r.twig(name).First().DragTo(r.twig(to).First()))
}

// Address waits until the address says so much.
func (r Tree) Address(part string) {
	r.t.Helper()
	must(r.t, expect.Page(r.page).ToHaveURL(regexp.MustCompile(regexp.QuoteMeta(part))))
}
