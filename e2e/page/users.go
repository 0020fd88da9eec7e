package page

import (
	"net/url"

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
