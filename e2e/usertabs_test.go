package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// The tests of this file are named after the rows of the old dashboard's table
// of users: what it could do there, this one does.

func TestUsersSearchBar(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Searched Probe")
		prepared.user(t, name)
		users := page.OpenUsers(visitAs(t, administrator, l))
		users.Says("In quotation marks it finds only exactly that")
		users.Search(name)
		users.Shows(name)

		users.In("Email")
		users.Search("@test.example")
		users.Lacks("Adaeze Okafor")
		users.Search("adaeze.okafor@")
		users.Shows("Adaeze Okafor")

		users.In("Connection")
		users.Search("entra")
		users.Shows("Agnieszka Duda")
		users.Lacks("Adaeze Okafor")

		users.In("Name")
		users.Search(`"` + name[:len(name)-4] + `"`)
		users.Says("No user matches")
		users.Search(`"` + name + `"`)
		users.Shows(name)
		users.Reload()
		users.Shows(name)
		users.Lacks("Adaeze Okafor")
	})
}

func TestUsersFilterByGroupAndRole(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		insider, keeper, stranger := prepared.name("Ida Inside"), prepared.name("Kay Keeper"), prepared.name("Sid Stranger")
		group, role := prepared.name("Narrow"), prepared.name("Narrow Role")
		insiderID, keeperID := prepared.user(t, insider), prepared.user(t, keeper)
		prepared.user(t, stranger)
		prepared.members(t, prepared.group(t, group), insiderID, keeperID)
		prepared.give(t, keeperID, prepared.appRole(t, "Ledger", role))

		users := page.OpenUsers(visitAs(t, administrator, l))
		users.SortBy("Last sign-in")
		users.Sorted("Last sign-in", "ascending")
		users.Narrow("In group").Find(group).Choose(group)
		users.Narrowed("In group", group)
		users.Sorted("Last sign-in", "ascending")
		users.Shows(insider, keeper)
		users.Lacks(stranger)

		users.Search("kay")
		users.Shows(keeper)
		users.Lacks(insider)
		users.Narrow("With role").Find(role).Choose(role)
		users.Narrowed("With role", role)
		users.Shows(keeper)
		users.Lacks(insider, stranger)
		users.Reload()
		users.Narrowed("In group", group)

		users.Widen("In group")
		users.Shows(keeper)
		users.Lacks(insider)
		if !l.noScript {
			users.Focused("In group")
		}
		users.Widen("With role")
		users.Shows(keeper)
		users.Lacks(insider)
	})
}

func TestUsersUserHeaderAndTabProfile(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Pat Profile")
		id := prepared.user(t, name)
		user := page.OpenUser(visitAs(t, administrator, l), id)
		user.Headed(name)
		for _, text := range []string{"google-workspace", "Last sign-in: Never", id, "Active", "Identities"} {
			user.Says(text)
		}
		user.Hides(`"user_id": "` + id + `"`)
		user.Unfold("Raw profile, as the Management API gives it")
		user.Says(`"user_id": "` + id + `"`)
	})
}

func TestUsersTabGroups(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, outer, inner := prepared.name("Gro Member"), prepared.name("Outer Ring"), prepared.name("Inner Ring")
		id, outerID, innerID := prepared.user(t, name), prepared.group(t, outer), prepared.group(t, inner)
		prepared.nested(t, outerID, innerID)
		prepared.members(t, innerID, id)

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Groups")
		user.Shows(outer, inner)
		user.RowSays(inner, "Direct")
		user.RowSays(outer, inner)
		user.CannotRemoveFrom(name, outer)
		user.Only("Direct")
		user.Lacks(outer)
		user.Only("Inherited")
		user.Shows(outer)
		user.Lacks(inner)
		user.Reload()
		user.Lacks(inner)
		user.Only("All")
		user.Shows(inner)
		user.Search(outer)
		user.Shows(outer)
		user.Lacks(inner)
		user.Open(outer)
		user.Headed(outer)
	})
}

func TestUsersButtonAddUserToGroups(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, one, two, has := prepared.name("Add Able"), prepared.name("First Team"), prepared.name("Second Team"), prepared.name("Had Team")
		id := prepared.user(t, name)
		prepared.group(t, one)
		prepared.group(t, two)
		prepared.members(t, prepared.group(t, has), id)

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Groups")
		picker := user.Add("Add to groups")
		picker.Find(has).HasAlready(has)
		picker.Find(one).Choose(one)
		picker.Find(two).Choose(two)
		picker.Confirm()
		user.Tells("Added to 2 groups")
		user.Shows(one, two, has)

		picker = user.Add("Add to groups")
		picker.Confirm()
		user.Says("Choose at least one group.")
	})
}

func TestUsersRemoveFromGroup(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, outer, inner := prepared.name("Remo Vable"), prepared.name("Upper"), prepared.name("Lower")
		id, outerID, innerID := prepared.user(t, name), prepared.group(t, outer), prepared.group(t, inner)
		prepared.nested(t, outerID, innerID)
		prepared.members(t, innerID, id)
		prepared.grant(t, outerID, prepared.appRole(t, "Ledger", prepared.name("Upper Role")))

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Groups")
		user.Follow("Remove " + name + " from " + inner)
		user.Asks("Remove "+name+" from "+inner+"?", "out of 1 group above it too, and 1 role with them")
		user.Cancel()
		user.Shows(inner)
		user.Remove(name, inner, "Remove from group")
		user.Tells("Removed from the group")
		user.Lacks(inner, outer)
		user.Says("No groups here")
	})
}

func TestUsersTabRoles(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, group, own, given := prepared.name("Rolf Holder"), prepared.name("Givers"), prepared.name("Own Role"), prepared.name("Given Role")
		id, groupID := prepared.user(t, name), prepared.group(t, group)
		prepared.members(t, groupID, id)
		prepared.give(t, id, prepared.appRole(t, "Ledger", own))
		prepared.grant(t, groupID, prepared.appRole(t, "Deploy Console", given))

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Roles")
		user.Shows(own, given)
		user.RowSays(own, "Ledger")
		user.RowSays(own, "Direct")
		user.RowSays(given, "Deploy Console")
		user.RowSays(given, group)
		user.CannotRemoveFrom(given, name)
		user.Only("Direct")
		user.Shows(own)
		user.Lacks(given)
	})
}

func TestUsersButtonAddRoleToUser(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, has, gets := prepared.name("Addie Role"), prepared.name("Had Role"), prepared.name("New Role")
		id := prepared.user(t, name)
		prepared.give(t, id, prepared.appRole(t, "Ledger", has))
		prepared.appRole(t, "Ledger", gets)

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Roles")
		picker := user.Add("Add roles")
		picker.Find(has).HasAlready(has)
		picker.Find(gets).Choose(gets)
		picker.Confirm()
		user.Tells("1 role added")
		user.Shows(has, gets)
	})
}

func TestUsersRemoveRole(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, role := prepared.name("Rita Remove"), prepared.name("Going Role")
		id := prepared.user(t, name)
		prepared.give(t, id, prepared.appRole(t, "Ledger", role, prepared.permission(t, "Ledger", prepared.name("read:going"))))

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Roles")
		user.Follow("Remove " + role + " from " + name)
		user.Asks("Remove "+role+" from "+name+"?", "Rita loses 1 permission with it")
		user.Cancel()
		user.Remove(role, name, "Remove role")
		user.Tells("Role removed")
		user.Lacks(role)
	})
}

// Permissions of applications stand below those of APIs, with the role and the
// group that they come by.
func TestUsersPermissionsOfApplications(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, group, role := prepared.name("Perry Mission"), prepared.name("Permitted"), prepared.name("Permitting")
		permission := prepared.name("read:permitted")
		id, groupID := prepared.user(t, name), prepared.group(t, group)
		prepared.members(t, groupID, id)
		prepared.grant(t, groupID, prepared.appRole(t, "Ledger", role, prepared.permission(t, "Ledger", permission)))
		prepared.permit(t, id, ledger, "read:statements")

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Permissions")
		user.Shows("read:statements", permission)
		user.RowSays(permission, role)
		user.RowSays(permission, group)
		user.Search("permitted")
		user.Shows(permission)
		user.Lacks("read:statements")
	})
}

// Effective access is what an application would be told now. The address is all
// there is to a run.
func TestUsersEffectiveAccess(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, direct, mapped, outer := prepared.name("Effie Active"), prepared.name("Directly"), prepared.name("Mapped"), prepared.name("Around")
		role, other, permission := prepared.name("Told Role"), prepared.name("Untold Role"), prepared.name("read:told")
		theirs := prepared.name("theirs")
		id := prepared.user(t, name)
		directID, mappedID, outerID := prepared.group(t, direct), prepared.group(t, mapped), prepared.group(t, outer)
		prepared.members(t, directID, id)
		prepared.nested(t, outerID, mappedID)
		prepared.mapping(t, mappedID, "google-workspace", theirs)
		prepared.grant(t, outerID, prepared.appRole(t, "Ledger", role, prepared.permission(t, "Ledger", permission)))
		prepared.grant(t, directID, prepared.appRole(t, "Deploy Console", other))

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Effective access")
		user.Says("Nothing was run yet")
		user.Run("Ledger", "google-workspace", theirs+"\n")
		user.Gave("Groups", direct, "Direct")
		user.Gave("Groups", mapped, "google-workspace: "+theirs)
		user.Gave("Groups", outer, mapped)
		user.Gave("Roles", role, outer)
		user.GaveNot("Roles", other)
		user.Gave("Permissions", permission, role)

		user.Follow("Link to this run")
		user.Gave("Permissions", permission, role)
		user.Reload()
		user.Gave("Groups", mapped, "google-workspace: "+theirs)

		user.Run("Ledger", "entra-id", theirs)
		user.GaveNot("Groups", mapped)
		user.Gave("Groups", direct, "Direct")

		user.Run("Warehouse API", "google-workspace", "")
		user.Says("Permissions at the API")
	})
}

// The whole way with the keyboard alone: filter, open, add to a group, leave it.
func TestUsersByKeyboard(t *testing.T) {
	name, group := prepared.name("Kei Board"), prepared.name("Keys")
	id := prepared.user(t, name)
	prepared.group(t, group)
	user := page.OpenUser(visitAs(t, administrator, look{}), id)
	user.FocusOn("Groups 0")
	user.Press("Enter")
	user.Says("No groups here")
	user.Focused("Groups 0")

	user.FocusOn("Add to groups")
	user.Press("Enter")
	user.FocusIn("#find")
	user.Type(group)
	user.Says("1 group matches")
	user.Press("Tab")
	user.Press("Space")
	user.FocusIn("input[type=checkbox]")
	user.Says("1 chosen")
	user.Press("Tab") // to Cancel
	user.Press("Tab")
	user.FocusIn(".go")
	user.Press("Enter")
	user.Tells("Added to 1 group")
	user.Focused("Add to groups")

	user.FocusOn("Remove " + name + " from " + group)
	user.Press("Enter")
	user.FocusIn("a.btn") // it takes something away: leaving it comes first
	user.Press("Tab")
	user.Press("Enter")
	user.Tells("Removed from the group")
}

// On a phone the line of tabs scrolls; the current tab is seen all the same.
func TestUsersOnAPhone(t *testing.T) {
	id := prepared.user(t, prepared.name("Pho Ne"))
	user := page.OpenUser(visitAs(t, administrator, look{phone: true}), id)
	user.Turn("Effective access")
	user.SeesWhole("Effective access")
	user.Reload()
	user.SeesWhole("Effective access")
	user.Turn("Profile")
	user.SeesWhole("Profile")
}
