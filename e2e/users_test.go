package e2e

import (
	"slices"
	"testing"

	"trellis/e2e/page"
)

// An administrator finds somebody, looks at the profile, and takes a permission
// away with the trash can.
func TestRemovePermission(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Tomasz Probe")
		id := prepared.user(t, name)
		prepared.permit(t, id, ledger, "read:statements", "read:accounts", "export:statements")

		users := page.OpenUsers(visitAs(t, administrator, l))
		users.Search(name)
		users.Shows(name)
		users.Open(name)
		user := page.User{List: users.List}
		user.Headed(name)
		user.Says(id)
		user.Turn("Permissions")
		user.Shows("export:statements", "read:accounts", "read:statements")
		user.RowSays("read:statements", "Ledger API")
		user.RowSays("read:statements", "Direct")

		user.AskToRemove("read:accounts", name)
		user.Asks("Remove read:accounts from Tomasz?", "Ledger API", name)
		user.Cancel()
		user.Shows("read:accounts")

		user.AskToRemove("read:accounts", name)
		user.Confirm("Remove permission")
		user.Lacks("read:accounts")
		user.Tells("Removed read:accounts")
		user.Shows("export:statements", "read:statements")
		if !l.noScript {
			user.Focused("Remove read:statements from " + name) // of the next row
		}
		if held := prepared.holds(t, id); slices.Contains(held, "read:accounts") || len(held) != 2 {
			t.Errorf("the tenant says that the user holds %v", held)
		}
	})
}

// What a role gives too is kept when the direct assignment goes, and the page
// says so before and after. What only a role gives has no trash can.
func TestRemovePermissionThatARoleGivesToo(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Roland Probe")
		id := prepared.user(t, name)
		prepared.permit(t, id, ledger, "read:statements")
		prepared.role(t, prepared.name("Keeper"), ledger, []string{"read:statements", "read:accounts"}, id)

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Permissions")
		user.Shows("read:accounts", "read:statements")
		user.RowSays("read:statements", "Direct")
		user.RowSays("read:statements", "Keeper")
		user.RowSays("read:accounts", "Keeper")
		user.CannotRemove("read:accounts", name)

		user.AskToRemove("read:statements", name)
		user.Asks("Remove read:statements from Roland?", "Only the direct assignment goes.", "Still granted after this change", "Keeper")
		user.Confirm("Remove direct assignment")
		user.Tells("Removed read:statements")
		user.Shows("read:accounts", "read:statements")
		user.CannotRemove("read:statements", name)
	})
}

// Two administrators remove the same permission: the second is told kindly.
func TestRemovePermissionThatIsGone(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Ghost Probe")
		id := prepared.user(t, name)
		prepared.permit(t, id, ledger, "read:statements", "read:accounts")

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Permissions")
		user.AskToRemove("read:statements", name)
		prepared.forbid(t, id, ledger, "read:statements")
		user.Confirm("Remove permission")
		user.Tells("read:statements was removed already")
		user.Lacks("read:statements")
		user.Shows("read:accounts")
	})
}

func TestFilterPermissions(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		id := prepared.user(t, prepared.name("Filter Probe"))
		prepared.permit(t, id, ledger, "read:statements", "read:accounts")
		prepared.permit(t, id, warehouse, "read:stock")

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Permissions")
		user.Search("warehouse")
		user.Shows("read:stock")
		user.Lacks("read:statements", "read:accounts")
		user.Search("no such thing")
		user.Says("No permission matches")
	})
}

func TestAddPermissions(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		id := prepared.user(t, prepared.name("Adding Probe"))
		prepared.permit(t, id, ledger, "read:statements")

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Permissions")
		picker := user.AddPermissions()
		picker.Of("Ledger API").HasAlready("read:statements")
		picker.Find("money").Choose("refund:payments")
		picker.Of("Deploy API").Find("staging").Choose("deploy:staging")
		picker.Confirm()
		user.Tells("2 permissions added")
		user.Shows("deploy:staging", "read:statements", "refund:payments")
		user.RowSays("deploy:staging", "Deploy API")
	})
}

func TestAddNothing(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		id := prepared.user(t, prepared.name("Nothing Probe"))
		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Permissions")
		user.Says("No permissions yet")
		picker := user.AddPermissions()
		picker.Confirm()
		user.Says("Choose at least one permission.")
	})
}

// While RBAC is off for an API, its permissions mean nothing. The page says so,
// and has the switch.
func TestTurnOnRBAC(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Switch Probe")
		id := prepared.user(t, name)
		prepared.permit(t, id, warehouse, "read:stock")
		prepared.rbac(t, warehouse, false)

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Permissions")
		user.WarnsAbout("Warehouse API")
		user.AskToRemove("read:stock", name)
		user.Asks("Remove read:stock from Switch?", "the permission has no effect now")
		user.Cancel()

		user.Follow("Turn on RBAC")
		user.Asks("Turn on RBAC for Warehouse API?", warehouse)
		user.Confirm("Turn on RBAC")
		user.Tells("RBAC is on for Warehouse API")
		user.WarnsNoMore("Warehouse API")
		user.Shows("read:stock")
	})
}

func TestUsersUsersList(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		users := page.OpenUsers(visitAs(t, administrator, l))
		users.Sorted("User", "ascending")
		users.First("Adaeze Okafor")
		users.SortBy("User")
		users.Sorted("User", "descending")
		users.SortBy("User")
		users.First("Adaeze Okafor")
		users.Next()
		users.Lacks("Adaeze Okafor")

		users.Search("tomasz wierz")
		users.Shows("Tomasz Wierzbicki")
		users.Lacks("Adaeze Okafor")
		users.Search("nobody at all")
		users.Says("No user matches")

		users.Goto("/users?sort=signin")
		users.Sorted("Last sign-in", "ascending")
	})
}

func TestUnknownUser(t *testing.T) {
	tab := visitAs(t, administrator, look{})
	if status := tab.Goto("/users/auth0%7Cnobody"); status != 404 {
		t.Errorf("status = %d, want 404", status)
	}
}
