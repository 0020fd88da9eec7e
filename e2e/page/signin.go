package page

import (
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// SignInPage is the sign-in page of the OpenID provider.
type SignInPage struct{ Tab }

// SignIn goes to the dashboard as somebody who is not signed in, and so to the
// sign-in page.
func SignIn(b Tab) SignInPage {
	b.t.Helper()
	b.Goto("/")
	must(b.t, expect.Page(b.page).ToHaveURL(regexp.MustCompile("/u/login")))
	return SignInPage{b}
}

// AsSample signs in with the button of a sample account.
func (s SignInPage) AsSample(name string) {
	s.t.Helper()
	s.AsSampleTo(name, "Overview")
}

// AsSampleTo signs in with the button of a sample account, and arrives at the
// page with that heading.
func (s SignInPage) AsSampleTo(name, heading string) {
	s.t.Helper()
	must(s.t, s.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: regexp.MustCompile("^" + regexp.QuoteMeta(name))}).Click())
	s.Headed(heading)
}

// With signs in by email and password.
func (s SignInPage) With(email, password string) {
	s.t.Helper()
	must(s.t, s.page.GetByLabel("Email").Fill(email))
	must(s.t, s.page.GetByLabel("Password", playwright.PageGetByLabelOptions{Exact: playwright.Bool(true)}).Fill(password))
	must(s.t, s.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: "Sign in", Exact: playwright.Bool(true)}).Click())
}

// Refuses waits until the page says that it does not let anybody in.
func (s SignInPage) Refuses() {
	s.t.Helper()
	must(s.t, expect.Locator(s.page.GetByRole("alert")).ToBeVisible())
	must(s.t, expect.Page(s.page).ToHaveURL(regexp.MustCompile("/u/login")))
}

// SignOut signs out with the button of the account's menu.
func (b Tab) SignOut() {
	b.t.Helper()
	b.menu("Your account")
	must(b.t, b.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: "Sign out"}).Click())
}

// SetTheme chooses a theme: Light, Dark or System.
func (b Tab) SetTheme(name string) {
	b.t.Helper()
	b.menu("Theme")
	must(b.t, b.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}).Click())
}

// Theme waits until the page is drawn in the scheme, "light" or "dark".
func (b Tab) Theme(scheme string) {
	b.t.Helper()
	must(b.t, expect.Locator(b.page.Locator("html")).ToHaveCSS("color-scheme", scheme))
}

// menu opens the menu whose button's name begins with name.
func (b Tab) menu(name string) {
	b.t.Helper()
	must(b.t, b.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: regexp.MustCompile("^" + name)}).Click())
}

// OpenMenu opens the menu whose button's name begins with name.
func (b Tab) OpenMenu(name string) {
	b.t.Helper()
	b.menu(name)
	must(b.t, expect.Locator(b.page.Locator(".menu:popover-open")).ToBeVisible())
}

// CloseMenu closes it again, with its button.
func (b Tab) CloseMenu(name string) {
	b.t.Helper()
	b.menu(name)
	must(b.t, expect.Locator(b.page.Locator(".menu:popover-open")).ToHaveCount(0))
}

// InTheNavigation waits until the navigation marks name as where the tab is.
func (b Tab) InTheNavigation(name string) {
	b.t.Helper()
	current := b.page.GetByRole("navigation", playwright.PageGetByRoleOptions{Name: "Main"}).Locator("[aria-current=page]")
	must(b.t, expect.Locator(current).ToHaveText(name))
}
