package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// From a role that somebody has to the reasons, and from there to what ends it.
func TestWhyAndWhatEndsIt(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name, outer, inner, role := prepared.name("Wynn Why"), prepared.name("Why Outer"), prepared.name("Why Inner"), prepared.name("Why Role")
		id, outerID, innerID := prepared.user(t, name), prepared.group(t, outer), prepared.group(t, inner)
		roleID := prepared.appRole(t, "Ledger", role)
		prepared.nested(t, outerID, innerID)
		prepared.members(t, innerID, id, prepared.user(t, prepared.name("Wynn Other")))
		prepared.grant(t, outerID, roleID)

		user := page.OpenUser(visitAs(t, administrator, l), id).Turn("Roles")
		user.Shows(role)
		user.Follow("Why? " + name + " has " + role)
		paths := page.Paths{Tab: user.Tab}
		paths.Headed("Why does " + name + " have " + role + "?")
		paths.Says("Yes: " + name + " has " + role + " in 1 way.")
		paths.Ways("direct member of", inner, "nested in", outer, "grants", role)
		paths.Says("It touches nobody else.")
		paths.Says("It touches 1 other person, who loses " + role + " too.")

		paths.Follow("Remove " + name + " from " + inner)
		paths.Asks("Remove " + name + " from " + inner + "?")
		paths.Confirm("Remove from group")
		if l.noScript { // the form had a page of its own, and leads to what it changed
			paths.Says("Removed from the group")
			paths.Goto("/paths?from=user:" + escape(id) + "&to=role:" + roleID)
		}
		paths.Headed("Why does " + name + " not have " + role + "?")
		paths.Says("Add " + name + " to " + outer)
	})
}

// From two ends with nothing between them to what would join them.
func TestWhyNotAndWhatGivesIt(t *testing.T) {
	name, group, role := prepared.name("Nora Not"), prepared.name("Not Yet"), prepared.name("Not Role")
	prepared.user(t, name)
	prepared.grant(t, prepared.group(t, group), prepared.appRole(t, "Ledger", role))

	paths := page.OpenPaths(visitAs(t, administrator, look{}))
	paths.From("Users", name)
	paths.Says("Choose both ends")
	paths.To("Roles", role)
	paths.Headed("Why does " + name + " not have " + role + "?")
	paths.Says("Adds this and nothing else.")
	paths.Says("Adds this and 1 other thing: 1 group.")
	paths.Follow("Add " + name + " to " + group)
	paths.FormOpens()
	paths.Confirm("Add to groups")
	paths.Headed("Why does " + name + " have " + role + "?")
	paths.Ways("direct member of", group, "grants", role)
	paths.Says("Added to 1 group")
}
