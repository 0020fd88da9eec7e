package page

import (
	"github.com/playwright-community/playwright-go"
)

// Permissions is the list of permissions.
type Permissions struct{ List }

// OpenPermissions goes to the list of permissions.
func OpenPermissions(b Tab) Permissions {
	b.t.Helper()
	b.Goto("/permissions")
	b.Headed("Permissions")
	return Permissions{List{b}}
}

// New opens the form of a new permission.
func (p Permissions) New() PermissionForm {
	p.t.Helper()
	p.Follow("New permission")
	return PermissionForm{p.Tab}
}

// PermissionForm is the form of a permission.
type PermissionForm struct{ Tab }

// Of chooses the application that the permission is for.
func (f PermissionForm) Of(application string) PermissionForm {
	f.t.Helper()
	_, err := f.form().GetByLabel("Application or API").SelectOption(playwright.SelectOptionValues{Labels: &[]string{application}})
	must(f.t, err)
	return f
}

// Fill types a name and a description.
func (f PermissionForm) Fill(name, description string) PermissionForm {
	f.t.Helper()
	must(f.t, f.form().GetByLabel("Name", playwright.LocatorGetByLabelOptions{Exact: playwright.Bool(true)}).Fill(name))
	must(f.t, f.form().GetByLabel("Description").Fill(description))
	return f
}

// Create makes the permission.
func (f PermissionForm) Create() {
	f.t.Helper()
	f.press("Create permission")
}

// Save changes the permission.
func (f PermissionForm) Save() {
	f.t.Helper()
	f.press("Save changes")
}

// Refuses waits until the form says what is wrong about a field, and still holds
// the name that was typed.
func (f PermissionForm) Refuses(problem, name string) {
	f.t.Helper()
	must(f.t, expect.Locator(f.form().GetByText(problem).First()).ToBeVisible())
	must(f.t, expect.Locator(f.form().GetByLabel("Name", playwright.LocatorGetByLabelOptions{Exact: playwright.Bool(true)})).ToHaveValue(name))
}

// Permission is the page of one permission: its tabs.
type Permission struct{ List }

// OpenPermission goes to the page of the permission with id.
func OpenPermission(b Tab, id string) Permission {
	b.t.Helper()
	b.Goto("/permissions/" + id)
	return Permission{List{b}}
}

// Edit opens the form of the permission.
func (p Permission) Edit() PermissionForm {
	p.t.Helper()
	p.Follow("Edit")
	p.FormOpens()
	return PermissionForm{p.Tab}
}

// AskToDelete starts to delete the permission.
func (p Permission) AskToDelete() {
	p.t.Helper()
	p.Follow("Delete permission")
	p.FormOpens()
}

// Turn turns to the tab called name.
func (p Permission) Turn(name string) Permission {
	p.t.Helper()
	turn(p.Tab, name)
	return p
}

// Paste is the page where many permissions are pasted.
type Paste struct{ List }

// Paste goes to where many permissions are pasted.
func (p Permissions) Paste() Paste {
	p.t.Helper()
	p.Follow("Paste many")
	p.Headed("Paste permissions")
	return Paste{p.List}
}

// Fill chooses an application and types lines.
func (p Paste) Fill(application, lines string) Paste {
	p.t.Helper()
	main := p.page.GetByRole("main")
	_, err := main.GetByLabel("Application or API").SelectOption(playwright.SelectOptionValues{Labels: &[]string{application}})
	must(p.t, err)
	must(p.t, main.GetByLabel("Permissions, one on each line").Fill(lines))
	return p
}

// Press does what the button called name says.
func (p Paste) Press(name string) Paste {
	p.t.Helper()
	must(p.t, p.page.GetByRole("main").GetByRole("button", playwright.LocatorGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}).Click())
	return p
}
