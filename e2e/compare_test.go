package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// From two users to what one of them lacks, and to the one change that gives it.
func TestCompareAndCopy(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		old, fresh := prepared.name("Olga Old"), prepared.name("Fred Fresh")
		outer, inner, role := prepared.name("Copy Outer"), prepared.name("Copy Inner"), prepared.name("Copy Role")
		outerID, innerID := prepared.group(t, outer), prepared.group(t, inner)
		prepared.nested(t, outerID, innerID)
		prepared.grant(t, outerID, prepared.appRole(t, "Ledger", role))
		prepared.members(t, innerID, prepared.user(t, old))
		prepared.user(t, fresh)

		compare := page.OpenCompare(visitAs(t, administrator, l))
		compare.Left("Users", old)
		compare.Right("Users", fresh)
		compare.Headed(old + " and " + fresh)
		compare.Has("Groups", "Only "+old, outer)
		compare.Copy(fresh, role)
		compare.Asks("Copy to " + fresh + "?")
		compare.Says("Add " + fresh + " to " + inner)
		compare.Says(fresh + " gains 2 groups and 1 role")
		compare.Confirm("Make 1 change")
		compare.Says("Copied to " + fresh + ": 1 change")
		compare.Has("Roles", "Both", role)
	})
}
