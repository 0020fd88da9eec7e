package e2e

import (
	"strings"
	"testing"

	"trellis/e2e/page"
)

// Permissions list: Name, Application, Description; search by name or description.
func TestPermissionsListAndSearchBar(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		permissions := page.OpenPermissions(visitAs(t, administrator, l))
		permissions.Sorted("Permission", "ascending")
		permissions.Search("expense claims")
		permissions.RowSays("approve:expenses", books)
		permissions.Lacks("read:services")
		permissions.Search("no such permission")
		permissions.Says("No permission matches")

		permissions = page.OpenPermissions(permissions.Tab)
		permissions.Of(console)
		permissions.Shows("read:services")
		permissions.Lacks("approve:expenses")
		permissions.SortBy("In roles")
		permissions.Sorted("In roles", "descending")
		permissions.First("read:services")
		permissions.Reload()
		permissions.First("read:services")
		permissions.Lacks("approve:expenses")
	})
}

// Create and edit dialog, delete dialog.
func TestPermissionsCreateEditAndDeleteDialogs(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("sweep:floors")
		form := page.OpenPermissions(visitAs(t, administrator, l)).New()
		form.Fill("read:services", "Sweep the floors")
		form.Create()
		form.Refuses("Choose what the permission is for.", "read:services")
		form.Of(console).Create()
		form.Refuses("This name is taken. Choose another.", "read:services")
		form.Fill(name, "Sweep the floors").Create()
		permission := page.Permission{List: page.List{Tab: form.Tab}}
		permission.Headed(name)
		permission.Tells("Permission created")
		permission.Says("In no role")

		permission.Edit().Fill(name, "Sweep every floor").Of(books).Save()
		permission.Tells("Changes saved")
		permission.Says("Sweep every floor")
		permission.Says(books)

		permission.AskToDelete()
		permission.Asks("Delete " + name + "?")
		permission.Confirm("Delete permission")
		permission.Headed("Permissions")
		permission.Tells("Permission deleted")
	})
}

// Delete dialog, when roles use it: which ones, and one step that takes it out.
func TestPermissionsDeleteDialogOfOneInUse(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("use:it")
		first, second := prepared.name("First User"), prepared.name("Second User")
		id := prepared.permission(t, console, name)
		prepared.appRole(t, console, first, id)
		prepared.appRole(t, console, second, id)

		permission := page.OpenPermission(visitAs(t, administrator, l), id)
		permission.Shows(first, second)
		permission.Edit()
		permission.Asks(name+" can't be changed now", first, second)
		permission = page.OpenPermission(permission.Tab, id)
		permission.Remove(name, first, "Remove permission")
		permission.Tells("Taken out of 1 role")
		permission.Lacks(first)

		permission.AskToDelete()
		permission.Asks(name+" is still in use", second)
		permission.Confirm("Take out of 1 role and delete")
		permission.Headed("Permissions")
		permission.Tells("It was taken out of 1 role first.")
	})
}

// Who has a permission, by which role and through which groups.
func TestPermissionUsers(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, role, group := prepared.name("know:it"), prepared.name("Knower"), prepared.name("Knowers")
		anna, bert := prepared.name("Anna Knows"), prepared.name("Bert Knows")
		id := prepared.permission(t, console, name)
		roleID, groupID := prepared.appRole(t, console, role, id), prepared.group(t, group)
		prepared.hold(t, roleID, prepared.user(t, anna))
		prepared.members(t, groupID, prepared.user(t, bert))
		prepared.grant(t, groupID, roleID)

		permission := page.OpenPermission(visitAs(t, administrator, l), id).Turn("Who has it")
		permission.RowSays(anna, "Through a role")
		permission.RowSays(bert, "Through a group")
		permission.RowSays(bert, role)
		permission.RowSays(bert, group)
		permission.Search(bert)
		permission.Lacks(anna)
		permission.Follow(role)
		permission.Headed(role)
	})
}

// Many permissions at once: pasted, looked at, made.
func TestPastePermissions(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		fresh, more := prepared.name("paste:one"), prepared.name("paste:two")
		fresh, more = strings.ReplaceAll(fresh, " ", "-"), strings.ReplaceAll(more, " ", "-")
		paste := page.OpenPermissions(visitAs(t, administrator, l)).Paste()
		paste.Press("Preview")
		paste.Says("Paste at least one line.")
		paste.Fill(console, fresh+"  One\nread:services  See\n"+fresh+" again\nlonely").Press("Preview")
		paste.RowSays("read:services", "Exists already")
		paste.RowSays("lonely", "The description is missing")
		paste.Says("The same name as in line 1.")
		paste.Fill(console, fresh+"  One\n"+more+"  Two").Press("Preview again")
		paste.RowSays(more, "Create")
		paste.Press("Create 2 permissions")
		paste.Headed("Permissions created")
		paste.RowSays(fresh, "Created")
		paste.Follow("To the permissions")
		paste.Headed("Permissions")
		paste.Search("paste:")
		paste.Shows(fresh, more)
	})
}
