package page

import (
	"net/url"
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// Users is the list of users.
type Users struct{ List }

// OpenUsers goes to the list of users.
func OpenUsers(b Tab) Users {
	b.t.Helper()
	b.Goto("/users")
	b.Headed("Users")
	return Users{List{b}}
}

// In chooses the field that a search looks in.
func (u Users) In(field string) {
	u.t.Helper()
	_, err := u.page.GetByLabel("Search in").SelectOption(playwright.SelectOptionValues{Labels: &[]string{field}})
	must(u.t, err)
}

// Narrow opens the choice of the filter called chip, such as "In group".
func (u Users) Narrow(chip string) Lookup {
	u.t.Helper()
	u.Follow(chip)
	return Lookup{u.Tab}
}

// Widen takes the filter called chip away.
func (u Users) Widen(chip string) {
	u.t.Helper()
	u.Follow("Remove the filter " + chip)
}

// Narrowed waits until the filter called chip says that it is set to value.
func (u Users) Narrowed(chip, value string) {
	u.t.Helper()
	must(u.t, expect.Locator(u.page.GetByRole("group", playwright.PageGetByRoleOptions{Name: "Filters"})).ToContainText(chip+": "+value))
}

// Lookup is a list of links to choose one from, with a search.
type Lookup struct{ Tab }

// Find narrows the choice to what matches text.
func (l Lookup) Find(text string) Lookup {
	l.t.Helper()
	l.search(l.form().GetByRole("searchbox"), text)
	return l
}

// Choose follows the link of name.
func (l Lookup) Choose(name string) {
	l.t.Helper()
	must(l.t, l.form().GetByRole("link", playwright.LocatorGetByRoleOptions{Name: name}).First().Click())
}

// User is the page of one user: its tabs.
type User struct{ List }

// OpenUser goes to the page of the user with id.
func OpenUser(b Tab, id string) User {
	b.t.Helper()
	b.Goto("/users/" + url.PathEscape(id))
	return User{List{b}}
}

// Turn turns to the tab called name.
func (u User) Turn(name string) User {
	u.t.Helper()
	turn(u.Tab, name)
	return u
}

// Only chooses which of a list to see, such as "Direct" or "All".
func (u User) Only(name string) {
	u.t.Helper()
	must(u.t, u.page.GetByRole("main").GetByRole("link", playwright.LocatorGetByRoleOptions{Name: name}).First().Click())
}

// Add opens the picker with the link called what, such as "Add roles".
func (u User) Add(what string) Picker {
	u.t.Helper()
	u.Follow(what)
	return Picker{u.Tab, what}
}

// Run shows the access in an application, for a sign-in over connection where the
// provider sends groups, one a line.
func (u User) Run(application, connection, groups string) {
	u.t.Helper()
	main := u.page.GetByRole("main")
	_, err := main.GetByLabel("Application or API").SelectOption(playwright.SelectOptionValues{Labels: &[]string{application}})
	must(u.t, err)
	_, err = main.GetByLabel("Connection").SelectOption(playwright.SelectOptionValues{Values: &[]string{connection}})
	must(u.t, err)
	must(u.t, main.GetByLabel("Groups from the provider").Fill(groups))
	must(u.t, main.GetByRole("button", playwright.LocatorGetByRoleOptions{Name: "Show access"}).Click())
}

// Gave waits until the card called title tells of name and why it is there.
func (u User) Gave(title, name, why string) {
	u.t.Helper()
	must(u.t, expect.Locator(u.card(title).GetByRole("row").Filter(playwright.LocatorFilterOptions{HasText: name}).First()).ToContainText(why))
}

// GaveNot waits until the card called title is there and does not tell of name.
func (u User) GaveNot(title, name string) {
	u.t.Helper()
	must(u.t, expect.Locator(u.card(title)).ToBeVisible())
	must(u.t, expect.Locator(u.card(title).GetByRole("row").Filter(playwright.LocatorFilterOptions{HasText: name})).ToHaveCount(0))
}

func (u User) card(title string) playwright.Locator {
	return u.page.GetByRole("region", playwright.PageGetByRoleOptions{Name: regexp.MustCompile("^" + title)})
}

// AddPermissions opens the picker of permissions.
func (u User) AddPermissions() PermissionPicker {
	u.t.Helper()
	u.Follow("Add permissions")
	return PermissionPicker{Picker{u.Tab, "Add permissions"}}
}

// PermissionPicker chooses permissions of one API after the other.
type PermissionPicker struct{ Picker }

// Of turns to the permissions of api.
func (p PermissionPicker) Of(api string) PermissionPicker {
	p.t.Helper()
	_, err := p.form().GetByLabel("API", playwright.LocatorGetByLabelOptions{Exact: playwright.Bool(true)}).
		SelectOption(playwright.SelectOptionValues{Labels: &[]string{api}})
	must(p.t, err)
	if !p.script {
		p.press("Search")
	}
	return p
}

// AskToRemove starts to remove a permission with the trash can of its row.
func (u User) AskToRemove(permission, name string) {
	u.t.Helper()
	u.Follow("Remove " + permission + " from " + name)
	u.FormOpens()
}

// CannotRemove waits until there is no trash can for permission.
func (u User) CannotRemove(permission, name string) {
	u.t.Helper()
	must(u.t, expect.Locator(u.page.GetByLabel("Remove "+permission+" from "+name)).ToHaveCount(0))
}

// CannotRemoveFrom waits until there is no trash can that would take what from
// whom.
func (u User) CannotRemoveFrom(what, whom string) {
	u.t.Helper()
	must(u.t, expect.Locator(u.page.GetByLabel("Remove "+what+" from "+whom)).ToHaveCount(0))
}

// Unfold opens what is folded under summary.
func (u User) Unfold(summary string) {
	u.t.Helper()
	must(u.t, u.page.GetByText(summary).Click())
}

// Hides waits until text is there, folded away.
func (u User) Hides(text string) {
	u.t.Helper()
	must(u.t, expect.Locator(u.page.GetByText(text).First()).ToBeHidden())
}

// SeesWhole waits until no part of the tab called name is out of sight.
func (u User) SeesWhole(name string) {
	u.t.Helper()
	tabs := u.page.GetByRole("main").GetByRole("navigation")
	must(u.t, expect.Locator(tabs.GetByRole("link", playwright.LocatorGetByRoleOptions{Name: name})).ToBeInViewport(playwright.LocatorAssertionsToBeInViewportOptions{Ratio: playwright.Float(1)}))
}

// WarnsAbout waits until a notice says that api does not check permissions.
func (u User) WarnsAbout(api string) {
	u.t.Helper()
	must(u.t, expect.Locator(u.page.GetByText(api+" does not check permissions.")).ToBeVisible())
}

// WarnsNoMore waits until no notice says that api does not check permissions.
func (u User) WarnsNoMore(api string) {
	u.t.Helper()
	must(u.t, expect.Locator(u.page.GetByText(api+" does not check permissions.")).ToHaveCount(0))
}
