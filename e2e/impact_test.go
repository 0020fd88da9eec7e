package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// Who leaves a group and stays in it by another one loses nothing, and the dialog
// says so, with the way.
func TestTheDialogSaysThatNothingChanges(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, outer, inner := prepared.name("Kay Kept"), prepared.name("Fleet"), prepared.name("Squad")
		user, outerID, innerID := prepared.user(t, name), prepared.group(t, outer), prepared.group(t, inner)
		prepared.nested(t, outerID, innerID)
		prepared.members(t, outerID, user)
		prepared.members(t, innerID, user)

		group := page.OpenGroup(visitAs(t, administrator, l), outerID)
		group.Follow("Remove " + name + " from " + outer)
		group.Asks("Remove " + name + " from " + outer + "?")
		group.Foretells("Nothing changes: still granted", name, inner, outer)
		group.Confirm("Remove member")
		group.Tells("Member removed")
		group.Narrow("All, by any way")
		group.RowSays(name, inner)
	})
}

// Before groups are nested the picker says who gains what, for each choice anew; all
// of it is one click away, and the picker stays open.
func TestThePickerSaysWhoGainsWhat(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		outer, inner, empty := prepared.name("Harbour"), prepared.name("Dockers"), prepared.name("Drydock")
		first, second := prepared.name("Ida Impact"), prepared.name("Per Impact")
		role := prepared.appRole(t, console, prepared.name("Crane Driver"))
		outerID, innerID := prepared.group(t, outer), prepared.group(t, inner)
		prepared.group(t, empty)
		prepared.grant(t, outerID, role)
		prepared.members(t, innerID, prepared.user(t, first), prepared.user(t, second))

		group := page.OpenGroup(visitAs(t, administrator, l), outerID)
		group.Turn("Nested groups")
		picker := group.Add("Add nested groups")
		group.Foretells("Choose, and you see here who gains what.")
		picker.Find(empty).Choose(empty)
		group.Preview()
		group.Foretells("Nothing changes for anybody")
		picker.Find(inner).Choose(inner)
		group.Preview()
		group.Foretells("2 people gain 1 group and 1 role", "Crane Driver")

		all := group.OpenImpact("See all 2 people")
		all.Says("Nest " + inner + " in " + outer)
		all.RowSays(first, "Crane Driver")
		all.RowSays(second, outer)

		picker.Confirm()
		group.Tells("2 groups nested")
	})
}
