package page

import "github.com/playwright-community/playwright-go"

// Compare is the comparison of two.
type Compare struct{ Tab }

// OpenCompare goes to the comparison.
func OpenCompare(b Tab) Compare {
	b.t.Helper()
	b.Goto("/compare")
	b.Headed("Compare")
	return Compare{b}
}

// Left chooses name, of a kind such as "Users", to be compared.
func (c Compare) Left(kind, name string) {
	c.t.Helper()
	Paths(c).choose("Choose what is compared", kind, name)
}

// Right chooses name, of a kind such as "Users", to be compared with.
func (c Compare) Right(kind, name string) {
	c.t.Helper()
	Paths(c).choose("Choose what it is compared with", kind, name)
}

// Has waits until a part such as "Only Ada" of a section such as "Groups" names
// something.
func (c Compare) Has(section, part, name string) {
	c.t.Helper()
	all := c.page.GetByRole("region", playwright.PageGetByRoleOptions{Name: section, Exact: playwright.Bool(true)})
	list := all.GetByRole("list", playwright.LocatorGetByRoleOptions{Name: part})
	link := list.GetByRole("link", playwright.LocatorGetByRoleOptions{Name: name, Exact: playwright.Bool(true)})
	must(c.t, expect.Locator(link.First()).ToBeVisible())
}

// Copy checks things and asks to copy them to somebody.
func (c Compare) Copy(to string, names ...string) {
	c.t.Helper()
	for _, name := range names {
		must(c.t, c.page.GetByRole("checkbox", playwright.PageGetByRoleOptions{Name: "Copy " + name, Exact: playwright.Bool(true)}).First().Check())
	}
	must(c.t, c.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: "Copy to " + to}).Click())
}
