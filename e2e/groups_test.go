package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// An administrator makes a group, corrects a mistake on the way, changes it and
// deletes it, from its header.
func TestGroupsCreateEditAndDeleteGroupDialogs(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Auditors")
		groups := page.OpenGroups(visitAs(t, administrator, l))

		form := groups.New().Fill("", "Looks at the books")
		form.Create()
		form.Complains("A group needs a name.", "")
		form.Fill("Engineering", "Looks at the books").Create()
		form.Complains("This name is taken. Choose another.", "Engineering")
		form.Fill(name, "Looks at the books").Create()
		group := page.Group{List: groups.List}
		group.Headed(name)
		group.Tells("Group created")

		edit := group.Edit().Fill(name+" EU", "Looks at the books in Europe")
		edit.Save()
		group.Headed(name + " EU")
		group.Says("Looks at the books in Europe")

		group.Delete()
		groups.Headed("Groups")
		groups.Tells("Group deleted")
		groups.Search(name)
		groups.Lacks(name + " EU")
	})
}

// Two people edit one group: the second sees both versions, and chooses.
func TestEditConflict(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Contested")
		id := prepared.group(t, name)
		group := page.OpenGroup(visitAs(t, administrator, l), id)
		form := group.Edit().Fill(name+" mine", "Mine")
		prepared.rename(t, id, name+" theirs", "Theirs")
		form.Save()
		form.Asks("Somebody else changed this group", name+" theirs", name+" mine")
		form.Confirm("Keep mine")
		group.Headed(name + " mine")
	})
}

func TestGroupsListAndSearchBar(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		groups := page.OpenGroups(visitAs(t, administrator, l))
		groups.Sorted("Name", "ascending")
		groups.Search("treasury")
		groups.Shows("Treasury")
		groups.Lacks("All staff")
		groups.Search("no such group")
		groups.Says("No group matches")

		groups = page.OpenGroups(groups.Tab)
		groups.SortBy("Direct members")
		groups.Sorted("Direct members", "descending")
		groups.First("Tier 1 Support")
		groups.Next()
		groups.Shows("Project Aurora") // it has no members

		groups.Search("project aurora")
		groups.Open("Project Aurora")
		groups.Headed("Project Aurora")
		groups.Says("No members yet")
	})
}

func TestUnknownGroup(t *testing.T) {
	tab := visitAs(t, administrator, look{})
	if status := tab.Goto("/groups/11111111-1111-4111-8111-111111111111"); status != 404 {
		t.Errorf("status = %d, want 404", status)
	}
}

func TestGroupsTabMembersAddAndRemoveMember(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Crew")
		anna, bert := prepared.name("Anna Crewe"), prepared.name("Bert Crewe")
		prepared.user(t, anna)
		bertID := prepared.user(t, bert)
		id := prepared.group(t, name)
		prepared.members(t, id, bertID)

		group := page.OpenGroup(visitAs(t, administrator, l), id)
		group.Shows(bert)
		picker := group.Add("Add members")
		picker.Find(bert).HasAlready(bert)
		picker.Find(anna).Choose(anna).Confirm()
		group.Tells("1 member added")
		group.Shows(anna, bert)
		group.RowSays(anna, "Direct")

		group.Remove(anna, name, "Remove member")
		group.Tells("Member removed")
		group.Lacks(anna)
		group.Shows(bert)
		if !l.noScript {
			group.Focused("Remove " + bert + " from " + name)
		}
	})
}

// The menu of a row adds members without leaving the list.
func TestGroupsAddMembersDialogFromTheList(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, anna := prepared.name("Listed"), prepared.name("Anna Listed")
		prepared.group(t, name)
		prepared.user(t, anna)
		groups := page.OpenGroups(visitAs(t, administrator, l))
		groups.Search(name)
		groups.Shows(name)
		groups.Start("Add members", name).Find(anna).Choose(anna).Confirm()
		groups.Tells("1 member added")
		if !l.noScript {
			groups.Headed("Groups")
			groups.Open(name)
		}
		groups.Headed(name)
		groups.Shows(anna)
	})
}

// Whoever is in a nested group is a member too, and the page says through what.
func TestGroupsTabMembersAllMembers(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		outer, inner := prepared.name("Outer"), prepared.name("Inner")
		direct, nested := prepared.name("Dora Direct"), prepared.name("Nora Nested")
		outerID, innerID := prepared.group(t, outer), prepared.group(t, inner)
		prepared.members(t, outerID, prepared.user(t, direct))
		prepared.members(t, innerID, prepared.user(t, nested))
		prepared.nested(t, outerID, innerID)

		group := page.OpenGroup(visitAs(t, administrator, l), outerID)
		group.Shows(direct)
		group.Lacks(nested)
		group.Narrow("All, by any way")
		group.Shows(direct, nested)
		group.RowSays(direct, "Direct")
		group.RowSays(nested, inner)
		group.Search(nested)
		group.Shows(nested)
		group.Lacks(direct)
	})
}

func TestGroupsTabNestedGroupsAddAndRemove(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		outer, inner := prepared.name("Parent"), prepared.name("Child")
		outerID, innerID := prepared.group(t, outer), prepared.group(t, inner)

		group := page.OpenGroup(visitAs(t, administrator, l), outerID)
		group.Turn("Nested groups")
		group.Add("Add nested groups").Find(inner).Choose(inner).Confirm()
		group.Tells("1 group nested")
		group.Shows(inner)

		// The other way round would close a circle.
		other := page.OpenGroup(group.Tab, innerID)
		other.Turn("Nested groups")
		other.Add("Add nested groups").Find(outer).RefusesToTake(outer)
		other.Reload()
		other.Says(outer) // it says what it is nested in

		group = page.OpenGroup(other.Tab, outerID)
		group.Turn("Nested groups")
		group.Remove(inner, outer, "Remove nested group")
		group.Tells("Nested group removed")
		group.Lacks(inner)
	})
}

// Somebody else nests the groups the other way round meanwhile: the API refuses
// the circle, and the page shows it.
func TestGroupsGroupPickerDialogRefusesACircle(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		outer, inner := prepared.name("Ring"), prepared.name("Link")
		outerID, innerID := prepared.group(t, outer), prepared.group(t, inner)

		group := page.OpenGroup(visitAs(t, administrator, l), outerID)
		group.Turn("Nested groups")
		picker := group.Add("Add nested groups").Find(inner).Choose(inner)
		prepared.nested(t, innerID, outerID)
		picker.Confirm()
		picker.Complains("they would contain each other")
	})
}

func TestGroupsTabRolesAddAndRemoveRole(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Clerks")
		id := prepared.group(t, name)
		group := page.OpenGroup(visitAs(t, administrator, l), id)
		group.Turn("Roles")
		group.Add("Add roles").Find("Ledger Reader").Choose("Ledger Reader").Confirm()
		group.Tells("1 role added")
		group.Shows("Ledger Reader")
		group.RowSays("Ledger Reader", "Direct")

		group.Remove("Ledger Reader", name, "Remove role")
		group.Tells("Role removed")
		group.Lacks("Ledger Reader")
	})
}

// A nested group has the roles of the groups above it, and says from where.
func TestGroupsTabRolesInherited(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		group := page.OpenGroups(visitAs(t, administrator, l))
		group.Search("SRE EMEA")
		group.Open("SRE EMEA")
		sre := page.Group{List: group.List}
		sre.Headed("SRE EMEA")
		sre.Turn("Roles")
		sre.Narrow("Inherited")
		sre.Shows("Incident Responder", "Deploy Operator")
		sre.RowSays("Deploy Operator", "Platform")
	})
}

func TestGroupsTabGroupMappingsNewAndRemove(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Mapped")
		group := page.OpenGroup(visitAs(t, administrator, l), prepared.group(t, name))
		group.Turn("Mappings")
		form := group.AddMapping()
		form.Confirm("Add mapping")
		form.Says("Choose the connection that the group comes from.")
		form.Fill("google-workspace", "eng-probe").Confirm("Add mapping")
		group.Tells("Mapping added")
		group.Shows("eng-probe")
		group.RowSays("eng-probe", "google-workspace")

		group.Remove("mapping eng-probe", name, "Remove mapping")
		group.Tells("Mapping removed")
		group.Lacks("eng-probe")
	})
}

// A mapping whose connection is gone is shown, and said to be.
func TestGroupsTabGroupMappingsOfAConnectionThatIsGone(t *testing.T) {
	groups := page.OpenGroups(visitAs(t, administrator, look{}))
	groups.Search("Contractors")
	groups.Open("Contractors")
	group := page.Group{List: groups.List}
	group.Turn("Mappings")
	group.RowSays("meridian-contractors", "Connection is gone")
}
