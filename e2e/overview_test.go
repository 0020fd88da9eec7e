package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// The row Start page: numbers, health and what is worth tidying up, each with the
// list where it is mended.
func TestFrameStartPage(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		hollow := prepared.name("Hollow")
		prepared.group(t, hollow)
		tab := visitAs(t, administrator, l)
		tab.Goto("/")
		tab.Headed("Overview")
		tab.Says("Authorization API")
		tab.Says("Answers")
		tab.Says("created the group")
		tab.Says("empty group")
		groups := page.OpenFinding(tab, "empty group")
		groups.Headed("Groups")
		groups.Says("Groups without members, nested groups and mappings.")
		groups.Search(hollow)
		groups.Shows(hollow)
		groups.Says("Groups without members, nested groups and mappings.")

		tab.Goto("/")
		tab.Follow("All changes")
		tab.Headed("Changes")
		tab.Says("created the group")
	})
}
