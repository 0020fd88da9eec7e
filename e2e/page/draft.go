package page

import (
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// Draft is the page of a form that came to nothing when its session had ended.
type Draft struct{ Tab }

// SignInAgain signs in with the button of a sample account where the dashboard
// asks for it, and arrives at the page with that heading.
func (b Tab) SignInAgain(name, heading string) {
	b.t.Helper()
	must(b.t, expect.Page(b.page).ToHaveURL(regexp.MustCompile("/u/login")))
	SignInPage{b}.AsSampleTo(name, heading)
}

// Draft waits until the page of such a form is there.
func (b Tab) Draft() Draft {
	b.t.Helper()
	b.Headed("This was not saved yet")
	return Draft{b}
}

// Keeps waits until the page shows what was entered under label.
func (d Draft) Keeps(label, value string) {
	d.t.Helper()
	main := d.page.GetByRole("main")
	must(d.t, expect.Locator(main.GetByRole("term").Filter(playwright.LocatorFilterOptions{HasText: label})).ToBeVisible())
	must(d.t, expect.Locator(main.GetByRole("definition").Filter(playwright.LocatorFilterOptions{HasText: value})).ToBeVisible())
}

// SendAgain sends the form.
func (d Draft) SendAgain() {
	d.t.Helper()
	must(d.t, d.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: "Send again"}).Click())
}

// ForgetSession takes the cookie of the session away, as a browser does that
// cleans up. The tab stays as it is.
func (b Tab) ForgetSession() {
	b.t.Helper()
	must(b.t, b.page.Context().ClearCookies())
}

// SignOutElsewhere ends the session in another tab of the browser, here and at
// the provider. This tab stays as it is.
func (b Tab) SignOutElsewhere() {
	b.t.Helper()
	p, err := b.page.Context().NewPage()
	must(b.t, err)
	other := Tab{b.t, p, b.script}
	other.Goto("/users")
	other.SignOut()
	other.Headed("You are signed out")
	must(b.t, p.Close())
}

// SignInElsewhere signs in with the button of a sample account, in another tab of
// the browser. This tab stays as it is.
func (b Tab) SignInElsewhere(name string) {
	b.t.Helper()
	p, err := b.page.Context().NewPage()
	must(b.t, err)
	SignIn(Tab{b.t, p, b.script}).AsSample(name)
	must(b.t, p.Close())
}
