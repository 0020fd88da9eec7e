package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// Somebody who has not signed in yet is put into a group by email: in the list of
// those who are awaited, and from the picker when nobody has the email.
func TestAddPeopleByEmail(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Newcomers")
		id := prepared.group(t, name)
		group := page.OpenGroup(visitAs(t, administrator, l), id)
		group.Show("Pending")
		group.Says("The group waits for nobody")
		group.AddByEmail("zoe@newcomers.example, ali@newcomers.example")
		group.Shows("zoe@newcomers.example", "ali@newcomers.example")
		group.Search("zoe")
		group.Lacks("ali@newcomers.example")
		group.Remove("zoe@newcomers.example", name, "Remove")
		group.Lacks("zoe@newcomers.example")

		group = page.OpenGroup(group.Tab, id)
		picker := group.Add("Add members")
		picker.Find("kim@newcomers.example").Choose("kim@newcomers.example")
		picker.Confirm()
		group.Tells("1 email added")
		group.Show("Pending")
		group.Shows("ali@newcomers.example", "kim@newcomers.example")
	})
}

// Metadata of a group is edited row by row.
func TestGroupMetadata(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		id := prepared.group(t, prepared.name("Described"))
		group := page.OpenGroup(visitAs(t, administrator, l), id)
		group.Edit().Metadata("cost_center", "4711").Metadata("site", "Tórshavn").Save()
		group.Tells("Changes saved")
		group.Says("4711")
		group.Says("Tórshavn")
	})
}

// A search that was typed and not yet sent goes along to another view of the list,
// and is there for whoever comes back from another tab.
func TestATypedSearchIsNotLost(t *testing.T) {
	group := page.OpenGroup(visitAs(t, administrator, look{}), prepared.find(t, "Platform"))
	group.TypeSearch("tom")
	group.Show("All, by any way")
	group.At("/groups/" + prepared.find(t, "Platform") + "?q=tom&show=all")
	group.SearchHolds("tom")

	group.TypeSearch("yus")
	group.Turn("Roles")
	if _, err := group.Page().GoBack(); err != nil {
		t.Fatal(err)
	}
	group.SearchHolds("yus")

	group.TypeSearch("ann")
	group.Follow("Users")
	group.Headed("Users")
	if _, err := group.Page().GoBack(); err != nil {
		t.Fatal(err)
	}
	group.SearchHolds("ann")
}

// The menu of a row would cover the rows that the Tab key leads to.
func TestTheMenuOfARowClosesBehindTheKeyboard(t *testing.T) {
	page.OpenGroups(visitAs(t, administrator, look{})).TabThroughMenu()
}
