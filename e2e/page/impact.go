package page

import "github.com/playwright-community/playwright-go"

// Foretells waits until the form says all of words about what it would do.
func (b Tab) Foretells(words ...string) {
	b.t.Helper()
	note := b.form().GetByRole("region", playwright.LocatorGetByRoleOptions{Name: "What this changes"})
	for _, w := range words {
		must(b.t, expect.Locator(note).ToContainText(w))
	}
}

// Preview asks what the choice in the form would do. With JavaScript the form does
// that by itself.
func (b Tab) Preview() {
	b.t.Helper()
	if !b.script {
		b.press("Preview impact")
	}
}

// OpenImpact opens the page about what the form would do, by the link called name.
// The form stays where it is.
func (b Tab) OpenImpact(name string) List {
	b.t.Helper()
	other, err := b.page.ExpectPopup(func() error {
		return b.form().GetByRole("link", playwright.LocatorGetByRoleOptions{Name: name + " (opens a new tab)", Exact: playwright.Bool(true)}).Click()
	})
	must(b.t, err)
	b.t.Cleanup(func() { must(b.t, other.Close()) })
	all := List{Tab{t: b.t, page: other, script: b.script}}
	all.Headed("What this would change")
	return all
}
