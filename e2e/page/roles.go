package page

import (
	"path"

	"github.com/playwright-community/playwright-go"
)

// Roles is the list of roles.
type Roles struct{ List }

// OpenRoles goes to the list of roles.
func OpenRoles(b Tab) Roles {
	b.t.Helper()
	b.Goto("/roles")
	b.Headed("Roles")
	return Roles{List{b}}
}

// New opens the form of a new role.
func (r Roles) New() RoleForm {
	r.t.Helper()
	r.Follow("New role")
	return RoleForm{Picker{r.Tab, "Create role"}}
}

// RoleForm is the form of a role: its application, name, description and
// permissions.
type RoleForm struct{ Picker }

// Of chooses the application that the role is for, and waits for its permissions.
func (f RoleForm) Of(application string) RoleForm {
	f.t.Helper()
	_, err := f.form().GetByLabel("Application or API").SelectOption(playwright.SelectOptionValues{Labels: &[]string{application}})
	must(f.t, err)
	if !f.script {
		f.press("Search")
	}
	return f
}

// Fill types a name and a description.
func (f RoleForm) Fill(name, description string) RoleForm {
	f.t.Helper()
	must(f.t, f.form().GetByLabel("Name", playwright.LocatorGetByLabelOptions{Exact: playwright.Bool(true)}).Fill(name))
	must(f.t, f.form().GetByLabel("Description").Fill(description))
	return f
}

// Offers waits until the permissions can be chosen.
func (f RoleForm) Offers(permissions ...string) RoleForm {
	f.t.Helper()
	for _, p := range permissions {
		must(f.t, expect.Locator(f.choice(p)).ToBeVisible())
	}
	return f
}

// Lacks waits until the permission cannot be chosen.
func (f RoleForm) Lacks(permission string) RoleForm {
	f.t.Helper()
	must(f.t, expect.Locator(f.choice(permission)).ToHaveCount(0))
	return f
}

// Has waits until the permissions are chosen.
func (f RoleForm) Has(permissions ...string) RoleForm {
	f.t.Helper()
	for _, p := range permissions {
		must(f.t, expect.Locator(f.choice(p)).ToBeChecked())
	}
	return f
}

// Drop takes permissions out of the choice.
func (f RoleForm) Drop(permissions ...string) RoleForm {
	f.t.Helper()
	for _, p := range permissions {
		must(f.t, f.choice(p).Uncheck())
	}
	return f
}

// Create makes the role.
func (f RoleForm) Create() {
	f.t.Helper()
	f.press("Create role")
}

// Save changes the role.
func (f RoleForm) Save() {
	f.t.Helper()
	f.press("Save changes")
}

// Refuses waits until the form says what is wrong about a field, and still holds
// the name that was typed.
func (f RoleForm) Refuses(problem, name string) {
	f.t.Helper()
	must(f.t, expect.Locator(f.form().GetByText(problem).First()).ToBeVisible())
	f.Holds(name)
}

// Holds waits until the form has that name.
func (f RoleForm) Holds(name string) {
	f.t.Helper()
	must(f.t, expect.Locator(f.form().GetByLabel("Name", playwright.LocatorGetByLabelOptions{Exact: playwright.Bool(true)})).ToHaveValue(name))
}

// Role is the page of one role: its tabs.
type Role struct{ List }

// OpenRole goes to the page of the role with id.
func OpenRole(b Tab, id string) Role {
	b.t.Helper()
	b.Goto("/roles/" + id)
	return Role{List{b}}
}

// ID is the id of the role, from the page's address.
func (r Role) ID() string { return path.Base(r.page.URL()) }

// Edit opens the form of the role.
func (r Role) Edit() RoleForm {
	r.t.Helper()
	r.Follow("Edit")
	return RoleForm{Picker{r.Tab, "Save changes"}}
}

// Clone opens the form of a copy.
func (r Role) Clone() RoleForm {
	r.t.Helper()
	r.Follow("Clone")
	return RoleForm{Picker{r.Tab, "Create role"}}
}

// AskToDelete starts to delete the role.
func (r Role) AskToDelete() {
	r.t.Helper()
	r.Follow("Delete role")
	r.FormOpens()
}

// Turn turns to the tab called name.
func (r Role) Turn(name string) Role {
	r.t.Helper()
	turn(r.Tab, name)
	return r
}

// Add opens the picker with the link called what, such as "Add users".
func (r Role) Add(what string) Picker {
	r.t.Helper()
	r.Follow(what)
	return Picker{r.Tab, what}
}
