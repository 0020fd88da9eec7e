package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// Roles list: Name, Application, Description; search by name; more than the row
// asks for: a filter, an order, pages and counts.
func TestRolesListAndSearchBar(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		roles := page.OpenRoles(visitAs(t, administrator, l))
		roles.Sorted("Role", "ascending")
		roles.RowSays("Ledger Reader", books)
		roles.Search("deploy op")
		roles.Shows("Deploy Operator")
		roles.Lacks("Ledger Reader")
		roles.Search("no such role")
		roles.Says("No role matches")

		roles = page.OpenRoles(roles.Tab)
		roles.Of(books)
		roles.Shows("Ledger Reader", "Treasurer")
		roles.Lacks("Deploy Operator")
		roles.SortBy("Permissions")
		roles.Sorted("Permissions", "descending")
		roles.First("Accountant")
		roles.Reload()
		roles.First("Accountant")
		roles.Lacks("Deploy Operator")
		roles.Open("Accountant")
		roles.Headed("Accountant")
		if l.noScript {
			return
		}
		if _, err := roles.Page().GoBack(); err != nil {
			t.Fatal(err)
		}
		roles.First("Accountant")
		roles.Lacks("Deploy Operator")
	})
}

// Create Role dialog, step 1 and step 2, in one; Edit; Delete.
func TestRolesCreateRoleDialogEditAndDelete(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Release Keeper")
		read, write := prepared.name("read:release"), prepared.name("write:release")
		prepared.permission(t, console, read)
		prepared.permission(t, console, write)

		form := page.OpenRoles(visitAs(t, administrator, l)).New()
		form.Create()
		form.Refuses("Choose what the role is for.", "")
		form.Fill("Deploy Operator", "Keeps releases").Of(console).Offers(read)
		form.Holds("Deploy Operator")
		form.Find(read).Choose(read)
		form.Create()
		form.Refuses("This name is taken", "Deploy Operator")
		form.Has(read)
		form.Fill(name, "Keeps releases")
		form.Create()
		role := page.Role{List: page.List{Tab: form.Tab}}
		role.Headed(name)
		role.Tells("Role created")
		role.Shows(read)
		role.Says(console)
		id := role.ID()

		edit := role.Edit()
		edit.Has(read)
		edit.Find(write).Choose(write)
		edit.Drop(read)
		edit.Fill(name, "Writes releases")
		edit.Save()
		role.Tells("Changes saved")
		role.Shows(write)
		role.Lacks(read)
		role.Says("Writes releases")

		copied := role.Clone()
		copied.Holds("Copy of " + name)
		copied.Has(write)
		copied.Create()
		role.Headed("Copy of " + name)
		role.Shows(write)

		role = page.OpenRole(role.Tab, id)
		role.AskToDelete()
		role.Asks("Delete "+name+"?", "1 permission")
		role.Confirm("Delete role")
		role.Headed("Roles")
		role.Tells("Role deleted")
		role.Search(name)
		role.Lacks(name)
	})
}

// Without JavaScript the boxes belong to the application of before: the form says
// so, and keeps what was typed.
func TestRoleOfAnotherApplication(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Mover")
		form := page.OpenRoles(visitAs(t, administrator, l)).New()
		form.Fill(name, "Moves").Of(console).Offers("read:services")
		form.Choose("read:services")
		form.Of("Ledger API").Lacks("read:services")
		form.Says("This application has no permissions yet")
		form.Of(books).Offers("read:invoices")
		form.Holds(name)
		form.Choose("read:invoices")
		form.Create()
		form.Headed(name)
		page.List{Tab: form.Tab}.Shows("read:invoices")
	})
}

// Two people edit one role: a change of its permissions alone is seen too.
func TestRoleConflict(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Contested Role")
		mine, theirs := prepared.name("mine:it"), prepared.name("theirs:it")
		prepared.permission(t, console, mine)
		id := prepared.appRole(t, console, name)
		role := page.OpenRole(visitAs(t, administrator, l), id)
		form := role.Edit()
		form.Find(mine).Choose(mine)
		prepared.rebundle(t, id, name, console, prepared.permission(t, console, theirs))
		form.Save()
		role.Asks("Somebody else changed this role", theirs, mine)
		role.Confirm("Keep mine")
		role.Tells("Changes saved")
		role.Shows(mine)
		role.Lacks(theirs)
	})
}

// Delete dialog: what uses the role, and one step that takes it away first.
func TestRolesDeleteDialogOfOneInUse(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, group := prepared.name("Used Role"), prepared.name("User of Roles")
		id := prepared.appRole(t, console, name)
		prepared.grant(t, prepared.group(t, group), id)
		prepared.hold(t, id, prepared.user(t, prepared.name("Uma Used")))
		role := page.OpenRole(visitAs(t, administrator, l), id)
		role.AskToDelete()
		role.Asks(name+" is still in use", group, "1 direct assignment")
		role.Confirm("Take from 1 group and delete")
		role.Headed("Roles")
		role.Tells("It was taken from 1 group first.")
		role.Search(name)
		role.Lacks(name)
	})
}

// Who has a role: those who hold it, and those who have it through groups.
func TestRoleUsers(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Held Role")
		outer, inner := prepared.name("Giving"), prepared.name("Within")
		anna, bert, cleo := prepared.name("Anna Holder"), prepared.name("Bert Holder"), prepared.name("Cleo Holder")
		outerID, innerID := prepared.group(t, outer), prepared.group(t, inner)
		id := prepared.appRole(t, console, name)
		prepared.nested(t, outerID, innerID)
		prepared.grant(t, outerID, id)
		prepared.hold(t, id, prepared.user(t, anna))
		prepared.members(t, innerID, prepared.user(t, bert))
		prepared.user(t, cleo)

		role := page.OpenRole(visitAs(t, administrator, l), id).Turn("Users")
		role.Shows(anna)
		role.Lacks(bert)
		role.Narrow("All, by any way")
		role.Shows(anna, bert)
		role.RowSays(anna, "Direct")
		role.RowSays(bert, inner)
		role.RowSays(bert, outer)

		role.Narrow("Through a group")
		role.Lacks(anna)
		role.Narrow("By nothing else")
		role.At("/roles/" + id + "/users?only=1&show=all&source=group")
		role.Shows(bert)
		if _, err := role.Page().GoBack(); err != nil {
			t.Fatal(err)
		}
		role.At("/roles/" + id + "/users?show=all&source=group")
		role.Narrow("Any source")
		role.Shows(anna, bert)
		role.Search(bert)
		role.Lacks(anna)

		role.Narrow("Direct")
		role.Turn("Users")
		picker := role.Add("Add users")
		picker.Find(anna).HasAlready(anna)
		picker.Find(cleo).Choose(cleo).Confirm()
		role.Tells("Role given to 1 user")
		role.Shows(cleo)
		role.Remove(cleo, name, "Remove user")
		role.Tells("User removed from the role")
		role.Lacks(cleo)
	})
}

// Groups that grant a role, themselves or through a group above.
func TestRoleGroups(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Granted Role")
		outer, inner := prepared.name("Outermost"), prepared.name("Innermost")
		outerID, innerID := prepared.group(t, outer), prepared.group(t, inner)
		prepared.nested(t, outerID, innerID)
		role := page.OpenRole(visitAs(t, administrator, l), prepared.appRole(t, console, name)).Turn("Groups")
		role.Says("No groups here")
		role.Add("Add groups").Find(outer).Choose(outer).Confirm()
		role.Tells("Role given to 1 group")
		role.RowSays(outer, "Direct")
		role.RowSays(inner, outer)
		role.Narrow("Direct")
		role.Lacks(inner)
		role.Remove(name, outer, "Remove role")
		role.Tells("Role removed from the group")
		role.Lacks(outer)
	})
}

func TestUnknownRole(t *testing.T) {
	tab := visitAs(t, administrator, look{})
	for path, words := range map[string]string{
		"/roles/11111111-1111-4111-8111-111111111111":       "This role does not exist",
		"/permissions/11111111-1111-4111-8111-111111111111": "This permission does not exist",
	} {
		if status := tab.Goto(path); status != 404 {
			t.Errorf("%s: status = %d, want 404", path, status)
		}
		tab.Says(words)
	}
}
