package e2e

import (
	"testing"

	"trellis/e2e/page"
)

// The rows of the old dashboard's frame, on one page after the other: Loading and
// Errors have tests of their own.
func TestFrame(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		tab := visitAs(t, administrator, l)
		t.Run("Header", func(t *testing.T) {
			tab := tab.For(t)
			tab.Goto("/groups")
			for _, menu := range []string{"Theme", "Your account"} {
				tab.OpenMenu(menu)
				tab.CloseMenu(menu)
			}
		})
		t.Run("Side bar", func(t *testing.T) {
			tab := tab.For(t)
			for _, name := range []string{"Users", "Groups", "Roles", "Permissions", "Configuration", "Overview"} {
				tab.Follow(name)
				tab.Headed(name)
				tab.InTheNavigation(name)
			}
		})
		// What the banner told, the start page tells; there is no rule to publish.
		t.Run("Banner", func(t *testing.T) {
			tab := tab.For(t)
			tab.Goto("/")
			for _, api := range []string{"Authorization API", "Management API"} {
				tab.Says(api)
			}
			tab.Says("Answers")
		})
		t.Run("Routes", func(t *testing.T) {
			tab := tab.For(t)
			for path, heading := range map[string]string{
				"/": "Overview", "/users": "Users", "/groups": "Groups", "/roles": "Roles", "/permissions": "Permissions", "/configuration/transfer": "Configuration", "/changes": "Changes",
			} {
				if status := tab.Goto(path); status != 200 {
					t.Errorf("%s: %d", path, status)
				}
				tab.Headed(heading)
			}
		})
		t.Run("Empty states", func(t *testing.T) {
			tab := tab.For(t)
			id := prepared.group(t, prepared.name("Void"))
			group := page.OpenGroup(tab, id)
			group.Says("No members yet")
			group.Turn("Nested groups")
			group.Says("No nested groups")
			group.Turn("Roles")
			group.Says("No roles")
			group.Turn("Mappings")
			group.Says("No mappings")
		})
		t.Run("Errors", func(t *testing.T) {
			tab := tab.For(t)
			if status := tab.Goto("/users/nobody"); status != 404 {
				t.Errorf("an unknown user: %d", status)
			}
			tab.Headed("This user does not exist")
			tab.Follow("Back to users")
			tab.Headed("Users")
		})
	})
}
