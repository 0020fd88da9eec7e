// Package page drives the dashboard as a person does: it finds things by their
// role and their words, never by class or structure.
//
// A page offers deeds (Search, RemoveMember) and observations (Shows, Lacks).
// Both fail the test themselves, so no error is left to be dropped, and both
// wait for what they expect, never for a time.
package page

import (
	"regexp"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// expect waits long: a machine that has much else to do makes no test fail, and one
// that succeeds is none the slower.
var expect = playwright.NewPlaywrightAssertions(30_000)

// Tab is one tab of the browser.
type Tab struct {
	t      testing.TB
	page   playwright.Page
	script bool // JavaScript runs
}

// Open makes a Tab of p.
func Open(t testing.TB, p playwright.Page, script bool) Tab {
	return Tab{t: t, page: p, script: script}
}

// For is the same tab in a test below, which fails alone.
func (b Tab) For(t testing.TB) Tab {
	b.t = t
	return b
}

// Page is the page below, for what only a tool does: pictures, checks, requests.
func (b Tab) Page() playwright.Page { return b.page }

// Goto opens path and returns the status of the answer.
func (b Tab) Goto(path string) int {
	b.t.Helper()
	res, err := b.page.Goto(path)
	must(b.t, err)
	return res.Status()
}

// Reload opens the page anew.
func (b Tab) Reload() {
	b.t.Helper()
	_, err := b.page.Reload()
	must(b.t, err)
}

// State is the cookies of the tab.
func (b Tab) State() *playwright.StorageState {
	b.t.Helper()
	state, err := b.page.Context().StorageState()
	must(b.t, err)
	return state
}

// Headed waits until the page's heading is text.
func (b Tab) Headed(text string) {
	b.t.Helper()
	heading := b.page.GetByRole("heading", playwright.PageGetByRoleOptions{Name: text, Level: playwright.Int(1), Exact: playwright.Bool(true)})
	must(b.t, expect.Locator(heading).ToBeVisible())
}

// Says waits until text stands somewhere on the page.
func (b Tab) Says(text string) {
	b.t.Helper()
	must(b.t, expect.Locator(b.page.GetByText(text).Filter(playwright.LocatorFilterOptions{Visible: playwright.Bool(true)}).First()).ToBeVisible())
}

// Tells waits until the page tells how a deed went: in the place that screen
// readers read out.
func (b Tab) Tells(text string) {
	b.t.Helper()
	must(b.t, expect.Locator(b.page.GetByRole("status").Filter(playwright.LocatorFilterOptions{HasText: text}).First()).ToBeVisible())
}

// At waits until the address ends in path.
func (b Tab) At(path string) {
	b.t.Helper()
	must(b.t, expect.Page(b.page).ToHaveURL(regexp.MustCompile(regexp.QuoteMeta(path)+"$")))
}

// Follow follows the link called name.
func (b Tab) Follow(name string) {
	b.t.Helper()
	must(b.t, b.link(name).Click())
}

// Press presses a key.
func (b Tab) Press(key string) {
	b.t.Helper()
	must(b.t, b.page.Keyboard().Press(key))
}

// Type types text where the focus is.
func (b Tab) Type(text string) {
	b.t.Helper()
	must(b.t, b.page.Keyboard().Type(text))
}

// FocusOn moves the focus to the link called name.
func (b Tab) FocusOn(name string) {
	b.t.Helper()
	must(b.t, b.link(name).Focus())
}

// FocusIn waits until the part of the form that selector finds has the focus.
func (b Tab) FocusIn(selector string) {
	b.t.Helper()
	must(b.t, expect.Locator(b.form().Locator(selector)).ToBeFocused())
}

// Once waits until text stands on the page in one place only.
func (b Tab) Once(text string) {
	b.t.Helper()
	must(b.t, expect.Locator(b.page.GetByText(text)).ToHaveCount(1))
}

// SeesDisabled waits until the link or button called name is there, disabled,
// and says that it needs scope.
func (b Tab) SeesDisabled(name, scope string) {
	b.t.Helper()
	named := regexp.MustCompile("^" + regexp.QuoteMeta(name) + "$")
	control := b.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: named}).
		Or(b.page.GetByRole("link", playwright.PageGetByRoleOptions{Name: named})).First()
	must(b.t, expect.Locator(control).ToBeDisabled())
	must(b.t, expect.Locator(control).ToHaveAccessibleDescription(regexp.MustCompile("Needs "+regexp.QuoteMeta(scope))))
}

// Asks waits until the question is asked, about all of words.
func (b Tab) Asks(question string, words ...string) {
	b.t.Helper()
	must(b.t, expect.Locator(b.form().GetByRole("heading", playwright.LocatorGetByRoleOptions{Name: question, Exact: playwright.Bool(true)})).ToBeVisible())
	for _, w := range words {
		must(b.t, expect.Locator(b.form()).ToContainText(w))
	}
}

// Confirm does what was asked, with the button called name.
func (b Tab) Confirm(name string) {
	b.t.Helper()
	b.press(name)
}

// Cancel leaves a question unanswered.
func (b Tab) Cancel() {
	b.t.Helper()
	must(b.t, b.form().GetByText("Cancel", playwright.LocatorGetByTextOptions{Exact: playwright.Bool(true)}).Click())
}

// Complains waits until the form says what is wrong with it as a whole.
func (b Tab) Complains(problem string) {
	b.t.Helper()
	must(b.t, expect.Locator(b.form().GetByRole("alert").Filter(playwright.LocatorFilterOptions{HasText: problem})).ToBeVisible())
}

// FormOpens waits until a form is there.
func (b Tab) FormOpens() {
	b.t.Helper()
	must(b.t, expect.Locator(b.form().Locator("form").First()).ToBeVisible())
	if b.script {
		must(b.t, expect.Locator(b.page.Locator("#impact[aria-busy]")).ToHaveCount(0)) // what it would do is told a little later
	}
}

// Token is the token that the forms of this page carry.
func (b Tab) Token() string {
	b.t.Helper()
	token, err := b.page.Locator("input[name=csrf]").First().InputValue()
	must(b.t, err)
	return token
}

// search types text into box, and waits for the answer: with JavaScript one comes
// while a person types, and it is told to screen readers.
func (b Tab) search(box playwright.Locator, text string) {
	b.t.Helper()
	must(b.t, b.page.WaitForLoadState()) // the script that hears typing runs at its end
	must(b.t, box.Fill(text))
	if !b.script {
		must(b.t, box.Press("Enter"))
		return
	}
	b.found(text)
}

// found waits until screen readers are told what a search for text has found.
func (b Tab) found(text string) {
	b.t.Helper()
	told := b.page.GetByRole("status").Filter(playwright.LocatorFilterOptions{HasText: "“" + text + "”"})
	must(b.t, expect.Locator(told.First()).ToBeAttached())
}

// form is where a form is: in the dialog, which is a page of its own where
// there is no JavaScript.
func (b Tab) form() playwright.Locator {
	if b.script {
		return b.page.GetByRole("dialog").Or(b.page.GetByRole("alertdialog"))
	}
	return b.page.GetByRole("main")
}

// press presses the button called name in the form.
func (b Tab) press(name string) {
	b.t.Helper()
	must(b.t, b.form().GetByRole("button", playwright.LocatorGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}).Click())
}

func (b Tab) link(name string) playwright.Locator {
	return b.page.GetByRole("link", playwright.PageGetByRoleOptions{Name: name, Exact: playwright.Bool(true)}).First()
}

// row is the row of the table whose header is name.
func (b Tab) row(name string) playwright.Locator {
	header := b.page.GetByRole("rowheader").Filter(playwright.LocatorFilterOptions{
		Has: b.page.GetByText(name, playwright.PageGetByTextOptions{Exact: playwright.Bool(true)}),
	})
	return b.page.GetByRole("main").GetByRole("row").Filter(playwright.LocatorFilterOptions{Has: header})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
