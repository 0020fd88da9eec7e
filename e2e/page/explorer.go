package page

import "github.com/playwright-community/playwright-go"

// Explorer is the API explorer.
type Explorer struct{ List }

// OpenExplorer goes to the explorer, with the link in the navigation.
func OpenExplorer(b Tab) Explorer {
	b.t.Helper()
	b.Goto("/")
	b.Follow("API explorer")
	b.Headed("API explorer")
	return Explorer{List{b}}
}

// Open chooses the operation called name in the list.
func (x Explorer) Open(name string) {
	x.t.Helper()
	list := x.page.GetByRole("navigation", playwright.PageGetByRoleOptions{Name: "Operations"})
	must(x.t, list.GetByRole("link", playwright.LocatorGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}).Click())
}

// Type fills in the parameter called name.
func (x Explorer) Type(name, text string) {
	x.t.Helper()
	must(x.t, x.page.GetByLabel(name, playwright.PageGetByLabelOptions{Exact: playwright.Bool(true)}).Fill(text))
}

// Send sends the request.
func (x Explorer) Send() {
	x.t.Helper()
	must(x.t, x.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: "Send request", Exact: playwright.Bool(true)}).Click())
}

// Answers waits for an answer with this status, whose body has text.
func (x Explorer) Answers(status, text string) {
	x.t.Helper()
	answer := x.page.GetByRole("region", playwright.PageGetByRoleOptions{Name: "Answer"})
	must(x.t, expect.Locator(answer).ToContainText(status))
	must(x.t, expect.Locator(answer).ToContainText(text))
}

// CodeSays waits until the code has text.
func (x Explorer) CodeSays(text string) {
	x.t.Helper()
	code := x.page.GetByRole("group", playwright.PageGetByRoleOptions{Name: "The code"})
	must(x.t, expect.Locator(code).ToContainText(text))
}
