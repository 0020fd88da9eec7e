package page

import (
	"path"
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// Groups is the list of groups.
type Groups struct{ List }

// OpenGroups goes to the list of groups.
func OpenGroups(b Tab) Groups {
	b.t.Helper()
	b.Goto("/groups")
	b.Headed("Groups")
	return Groups{List{b}}
}

// OpenFinding follows the line of the overview about groups that holds text.
func OpenFinding(b Tab, text string) Groups {
	b.t.Helper()
	must(b.t, b.page.GetByRole("link").Filter(playwright.LocatorFilterOptions{HasText: text}).First().Click())
	b.Headed("Groups")
	return Groups{List{b}}
}

// New opens the form of a new group.
func (g Groups) New() GroupForm {
	g.t.Helper()
	g.Follow("New group")
	return GroupForm{g.Tab}
}

// Start begins an action of the menu of a row. Where there is no JavaScript the menu
// may be a page.
func (g Groups) Start(action, row string) Picker {
	g.t.Helper()
	must(g.t, g.row(row).GetByLabel("Actions for "+row).Click())
	items := g.page.Locator(".menu:popover-open, main .choices")
	must(g.t, items.GetByRole("link", playwright.LocatorGetByRoleOptions{Name: action, Exact: playwright.Bool(true)}).Click())
	return Picker{g.Tab, action}
}

// TabThroughMenu opens the menu of the first row and leaves it by the Tab key. The
// focus goes on to the next row, and the menu is closed.
func (g Groups) TabThroughMenu() {
	g.t.Helper()
	opener := g.page.Locator("#list [data-menu]").First()
	must(g.t, opener.Focus())
	g.Press("Enter")
	menu := g.page.Locator("#row-menu:popover-open")
	must(g.t, expect.Locator(menu).ToBeVisible())
	items, err := menu.Locator("a, button").Count()
	must(g.t, err)
	for range items {
		g.Press("Tab")
	}
	must(g.t, expect.Locator(menu).ToBeVisible())
	g.Press("Tab")
	must(g.t, expect.Locator(menu).ToHaveCount(0))
	must(g.t, expect.Locator(g.page.Locator("#list tbody tr:nth-child(2) .ck input")).ToBeFocused())
}

// GroupForm is the form of a group's name and description.
type GroupForm struct{ Tab }

// Fill types a name and a description.
func (f GroupForm) Fill(name, description string) GroupForm {
	f.t.Helper()
	must(f.t, f.form().GetByLabel("Name").Fill(name))
	must(f.t, f.form().GetByLabel("Description").Fill(description))
	return f
}

// Create makes the group.
func (f GroupForm) Create() {
	f.t.Helper()
	f.press("Create group")
}

// Save changes the group.
func (f GroupForm) Save() {
	f.t.Helper()
	f.press("Save changes")
}

// Complains waits until the form says what is wrong about the name, and still
// holds what was typed.
func (f GroupForm) Complains(problem, typed string) {
	f.t.Helper()
	name := f.form().GetByLabel("Name")
	must(f.t, expect.Locator(name).ToHaveAttribute("aria-invalid", "true"))
	must(f.t, expect.Locator(name).ToHaveValue(typed))
	must(f.t, expect.Locator(f.form().GetByText(problem).First()).ToBeVisible())
}

// Holds waits until the form has these values.
func (f GroupForm) Holds(name, description string) {
	f.t.Helper()
	must(f.t, expect.Locator(f.form().GetByLabel("Name")).ToHaveValue(name))
	must(f.t, expect.Locator(f.form().GetByLabel("Description")).ToHaveValue(description))
}

// Group is the page of one group: its tabs.
type Group struct{ List }

// OpenGroup goes to the page of the group with id.
func OpenGroup(b Tab, id string) Group {
	b.t.Helper()
	b.Goto("/groups/" + id)
	return Group{List{b}}
}

// ID is the id of the group, from the page's address.
func (g Group) ID() string { return path.Base(g.page.URL()) }

// Edit opens the form of the group's name and description.
func (g Group) Edit() GroupForm {
	g.t.Helper()
	g.Follow("Edit")
	return GroupForm{g.Tab}
}

// Delete deletes the group.
func (g Group) Delete() {
	g.t.Helper()
	g.Follow("Delete group")
	g.press("Delete group")
}

// Turn turns to the tab called name.
func (g Group) Turn(name string) {
	g.t.Helper()
	turn(g.Tab, name)
}

// Add opens the picker with the link called what, such as "Add members".
func (g Group) Add(what string) Picker {
	g.t.Helper()
	g.Follow(what)
	return Picker{g.Tab, what}
}

// AddMapping opens the form of a mapping.
func (g Group) AddMapping() MappingForm {
	g.t.Helper()
	g.Follow("Add mapping")
	return MappingForm{g.Tab}
}

// AddByEmail puts people into the group who have not signed in yet.
func (g Group) AddByEmail(emails string) {
	g.t.Helper()
	g.Follow("Add by email")
	must(g.t, g.form().GetByLabel("Emails").Fill(emails))
	g.press("Add by email")
}

// Show turns to a view of the list, such as "Pending".
func (g Group) Show(name string) {
	g.t.Helper()
	must(g.t, g.page.Locator(".seg a").Filter(playwright.LocatorFilterOptions{HasText: name}).Click())
}

// TypeSearch types into the search of the list, and waits for nothing.
func (g Group) TypeSearch(text string) {
	g.t.Helper()
	must(g.t, g.page.Locator("#search").Fill(text))
}

// SearchHolds waits until text stands in the search of the list.
func (g Group) SearchHolds(text string) {
	g.t.Helper()
	must(g.t, expect.Locator(g.page.Locator("#search")).ToHaveValue(text))
}

// Metadata fills the empty row of the form's metadata, and asks for another one.
func (f GroupForm) Metadata(name, value string) GroupForm {
	f.t.Helper()
	must(f.t, f.form().GetByLabel("Key", playwright.LocatorGetByLabelOptions{Exact: playwright.Bool(true)}).Last().Fill(name))
	must(f.t, f.form().GetByLabel("Value", playwright.LocatorGetByLabelOptions{Exact: playwright.Bool(true)}).Last().Fill(value))
	before, err := f.form().Locator(".pair").Count()
	must(f.t, err)
	f.press("Add a row")
	must(f.t, expect.Locator(f.form().Locator(".pair")).ToHaveCount(before+1))
	return f
}

// MappingForm is the form of a new mapping.
type MappingForm struct{ Tab }

// Fill chooses a connection and types the name of its group.
func (f MappingForm) Fill(connection, theirs string) MappingForm {
	f.t.Helper()
	_, err := f.form().GetByLabel("Connection").SelectOption(playwright.SelectOptionValues{Values: &[]string{connection}})
	must(f.t, err)
	must(f.t, f.form().GetByLabel("Provider group").Fill(theirs))
	return f
}

func turn(b Tab, name string) {
	b.t.Helper()
	tabs := b.page.GetByRole("main").GetByRole("navigation")
	tab := tabs.GetByRole("link", playwright.LocatorGetByRoleOptions{Name: regexp.MustCompile("^" + regexp.QuoteMeta(name))}).First()
	must(b.t, tab.Click())
	must(b.t, expect.Locator(tab).ToHaveAttribute("aria-current", "page"))
}
