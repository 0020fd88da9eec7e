package page

import "github.com/playwright-community/playwright-go"

// Picker is a list to choose from, with a search.
type Picker struct {
	Tab
	add string // what its button and the link to it are called
}

// PickerOf is the picker that is open.
func PickerOf(b Tab) Picker { return Picker{Tab: b} }

// Find narrows the choice to what matches text.
func (p Picker) Find(text string) Picker {
	p.t.Helper()
	p.search(p.form().GetByRole("searchbox"), text)
	return p
}

// Choose checks names.
func (p Picker) Choose(names ...string) Picker {
	p.t.Helper()
	for _, name := range names {
		must(p.t, p.choice(name).Check())
	}
	return p
}

// HasAlready waits until the choice shows name as taken already.
func (p Picker) HasAlready(name string) {
	p.t.Helper()
	must(p.t, expect.Locator(p.choice(name)).ToBeDisabled())
}

// RefusesToTake waits until the choice shows that name cannot be chosen.
func (p Picker) RefusesToTake(name string) {
	p.t.Helper()
	p.HasAlready(name)
}

// Confirm adds what was chosen.
func (p Picker) Confirm() {
	p.t.Helper()
	p.press(p.add)
}

func (p Picker) choice(name string) playwright.Locator {
	return p.form().GetByRole("checkbox", playwright.LocatorGetByRoleOptions{Name: name})
}

// Chosen waits until exactly these names are checked, whatever the search finds.
func (p Picker) Chosen(names ...string) {
	p.t.Helper()
	checked := p.form().GetByRole("checkbox", playwright.LocatorGetByRoleOptions{Checked: playwright.Bool(true)})
	must(p.t, expect.Locator(checked).ToHaveCount(len(names)))
	for _, name := range names {
		must(p.t, expect.Locator(p.choice(name)).ToBeChecked())
	}
}

// Refuses waits until name can't be chosen, and the reason stands there.
func (p Picker) Refuses(name, reason string) {
	p.t.Helper()
	must(p.t, expect.Locator(p.choice(name)).ToBeDisabled())
	label := p.form().Locator("label").Filter(playwright.LocatorFilterOptions{HasText: name})
	must(p.t, expect.Locator(label.First()).ToContainText(reason))
}

// Told waits until screen readers are told text within the dialog: behind it
// nothing is read out.
func (p Picker) Told(text string) {
	p.t.Helper()
	if !p.script {
		return
	}
	told := p.form().GetByRole("status").Filter(playwright.LocatorFilterOptions{HasText: text})
	must(p.t, expect.Locator(told.First()).ToBeAttached())
}

// FindByKeys types text into the search, which has the focus, and waits for what it
// finds.
func (p Picker) FindByKeys(text string) {
	p.t.Helper()
	must(p.t, expect.Locator(p.form().GetByRole("searchbox")).ToBeFocused())
	p.Press("Control+A")
	p.Type(text)
	p.Told("“" + text + "”")
}

// ShowMore asks for more than the picker shows at first.
func (p Picker) ShowMore() {
	p.t.Helper()
	must(p.t, p.form().GetByRole("button", playwright.LocatorGetByRoleOptions{Name: "Show more"}).Click())
}

// Offers waits until name can be chosen.
func (p Picker) Offers(name string) {
	p.t.Helper()
	must(p.t, expect.Locator(p.choice(name)).ToBeEnabled())
}

// OpenPicker opens the picker with the link called what on the page at path.
func OpenPicker(b Tab, path, what string) Picker {
	b.t.Helper()
	b.Goto(path)
	b.Follow(what)
	b.FormOpens()
	return Picker{b, what}
}
