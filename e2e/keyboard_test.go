package e2e

import (
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// Somebody without a mouse searches, opens a question, leaves it, and is where
// they were.
func TestKeyboard(t *testing.T) {
	name := prepared.name("Keyboard Probe")
	id := prepared.user(t, name)
	prepared.permit(t, id, ledger, "read:statements")

	user := page.OpenUser(visitAs(t, administrator, look{}), id).Turn("Permissions")
	user.SearchByKey("state")
	user.Shows("read:statements")
	user.FocusOn("Remove read:statements from " + name)
	user.Press("Enter")
	user.Asks("Remove read:statements from Keyboard?")
	user.Press("Escape")
	user.Focused("Remove read:statements from " + name)
	user.Press("Enter")
	user.Asks("Remove read:statements from Keyboard?")
	user.Press("Enter") // on Cancel, which has the focus
	user.Focused("Remove read:statements from " + name)
	user.Shows("read:statements")
}

// Whatever a name holds, pages, questions and toasts show it as text.
func TestHostileNames(t *testing.T) {
	const payload = `Zoe "><img src=x onerror=alert(1)><b>`
	both(t, func(t *testing.T, l look) {
		name := prepared.name(payload)
		id := prepared.user(t, name)
		group := prepared.group(t, name)
		prepared.members(t, group, id)
		prepared.permit(t, id, ledger, "read:statements")

		tab := visitAs(t, administrator, l)
		tab.Page().OnDialog(func(d playwright.Dialog) {
			t.Errorf("a name ran as a script: %s", d.Message())
			_ = d.Dismiss()
		})
		groups := page.OpenGroups(tab)
		groups.Search(payload)
		groups.Open(name)
		groups.Headed(name)
		groups.Remove(name, name, "Remove member")
		groups.Tells("Member removed")

		users := page.OpenUsers(tab)
		users.Search(name)
		users.Open(name)
		users.Headed(name)
		user := page.User{List: users.List}.Turn("Permissions")
		user.AskToRemove("read:statements", name)
		user.Asks("Remove read:statements from Zoe?", name)
	})
}
