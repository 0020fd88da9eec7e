package e2e

import (
	"os"
	"testing"

	"trellis/e2e/page"
)

// The session ends while somebody fills in a form. They send it, sign in, find
// what they typed, send it again, and the group is there.
func TestAFormSurvivesTheEndOfItsSession(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func(page.Tab){"signed out elsewhere": page.Tab.SignOutElsewhere, "cookies gone": page.Tab.ForgetSession} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, l look) {
				tab := visit(t, l)
				page.SignIn(tab).AsSample(administrator)
				group, purpose := prepared.name("Survivor"), "Line one & <b>two</b>"
				form := page.OpenGroups(tab).New().Fill(group, purpose)
				end(tab)
				form.Create()
				tab.SignInAgain(administrator, "This was not saved yet")
				draft := tab.Draft()
				draft.At("/unsaved")
				draft.Keeps("Name", group)
				draft.Keeps("Description", purpose)
				check(t, tab, l, "unsaved", axe)
				draft.SendAgain()
				tab.Headed(group)
				page.OpenGroups(tab).Search(group)
				page.Groups{List: page.List{Tab: tab}}.Shows(group)

				tab.Goto("/unsaved")
				tab.Headed("Overview")
			})
		})
	}
}

// Another person who signs in where a form was sent sees nothing of it.
func TestAFormIsNotShownToTheNextPerson(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		tab := visit(t, l)
		page.SignIn(tab).AsSample(administrator)
		form := page.OpenGroups(tab).New().Fill(prepared.name("Private"), "Not for the next person")
		tab.SignOutElsewhere()
		form.Create()
		tab.SignInAgain(helpDesk, "Overview")
		tab.Tells("A change was not saved")
		tab.Goto("/unsaved")
		tab.Headed("Overview")
	})
}

// A form of the session before is not done, and not lost, when its person has
// signed in again in another tab.
func TestAFormOfTheSessionBefore(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		tab := visit(t, l)
		page.SignIn(tab).AsSample(administrator)
		group := prepared.name("Two tabs")
		form := page.OpenGroups(tab).New().Fill(group, "Typed in the first tab")
		tab.SignOutElsewhere()
		tab.SignInElsewhere(administrator)
		form.Create()
		draft := tab.Draft()
		draft.Keeps("Name", group)
		draft.SendAgain()
		tab.Headed(group)
	})
}
