package page

import (
	"os"
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// Configuration is the pages of the configuration: its tabs.
type Configuration struct{ List }

// OpenConfiguration goes to the configuration, with the link in the navigation.
func OpenConfiguration(b Tab) Configuration {
	b.t.Helper()
	b.Goto("/")
	b.Follow("Configuration")
	b.Headed("Configuration")
	return Configuration{List{b}}
}

// Turn turns to the tab called name.
func (c Configuration) Turn(name string) Configuration {
	c.t.Helper()
	turn(c.Tab, name)
	return c
}

// Set switches what name says on or off.
func (c Configuration) Set(name string, on bool) {
	c.t.Helper()
	must(c.t, c.box(name).SetChecked(on))
}

// Has waits until what name says is on or off.
func (c Configuration) Has(name string, on bool) {
	c.t.Helper()
	must(c.t, expect.Locator(c.box(name)).ToBeChecked(playwright.LocatorAssertionsToBeCheckedOptions{Checked: &on}))
}

func (c Configuration) box(name string) playwright.Locator {
	// A hint may follow the name, with a capital letter.
	named := regexp.MustCompile("^" + regexp.QuoteMeta(name) + "($| [A-Z])")
	return c.page.GetByRole("checkbox", playwright.PageGetByRoleOptions{Name: named})
}

// Save saves the form of the tab.
func (c Configuration) Save() {
	c.t.Helper()
	c.button("Save changes")
}

// Type fills in the field called label.
func (c Configuration) Type(label, text string) {
	c.t.Helper()
	must(c.t, c.page.GetByLabel(label).Fill(text))
}

// Pick chooses one of a list or of a few.
func (c Configuration) Pick(label string) {
	c.t.Helper()
	must(c.t, c.page.GetByRole("radio", playwright.PageGetByRoleOptions{Name: label}).Check())
}

// Secret is a secret that is shown once, when it is there.
func (c Configuration) Secret(label string) string {
	c.t.Helper()
	field := c.form().GetByLabel(label)
	must(c.t, expect.Locator(field).Not().ToHaveValue(""))
	text, err := field.InputValue()
	must(c.t, err)
	return text
}

// Leave closes what is shown, with the link called name.
func (c Configuration) Leave(name string) {
	c.t.Helper()
	must(c.t, c.form().GetByText(name, playwright.LocatorGetByTextOptions{Exact: playwright.Bool(true)}).Click())
}

// Download follows the link called name, and is the file that comes.
func (c Configuration) Download(name string) string {
	c.t.Helper()
	file, err := c.page.ExpectDownload(func() error { return c.link(name).Click() })
	must(c.t, err)
	path, err := file.Path()
	must(c.t, err)
	text, err := os.ReadFile(path)
	must(c.t, err)
	return string(text)
}

// Import shows what the import of a document would change.
func (c Configuration) Import(document string) {
	c.t.Helper()
	must(c.t, c.page.GetByLabel("JSON document").SetInputFiles([]playwright.InputFile{{
		Name: "tenant.json", MimeType: "application/json", Buffer: []byte(document),
	}}))
	c.button("Show what would change")
}

// ConfirmImport does what was shown, with the button called name.
func (c Configuration) ConfirmImport(name string) {
	c.t.Helper()
	c.button(name)
}

// CodeSays waits until the code of the login Action holds text.
func (c Configuration) CodeSays(text string) {
	c.t.Helper()
	must(c.t, expect.Locator(c.page.Locator("pre")).ToContainText(text))
}

func (c Configuration) button(name string) {
	c.t.Helper()
	must(c.t, c.page.GetByRole("main").GetByRole("button", playwright.LocatorGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}).Click())
}

// TypeInForm fills in the field of the form called label.
func (c Configuration) TypeInForm(label, text string) {
	c.t.Helper()
	must(c.t, c.form().GetByLabel(label, playwright.LocatorGetByLabelOptions{Exact: playwright.Bool(true)}).Fill(text))
}

// CheckInForm checks the first box of the form called name.
func (c Configuration) CheckInForm(name string) {
	c.t.Helper()
	must(c.t, c.form().GetByRole("checkbox", playwright.LocatorGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}).First().Check())
}
