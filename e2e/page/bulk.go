package page

import (
	"os"
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// Check checks the row of name.
func (l List) Check(names ...string) {
	l.t.Helper()
	for _, name := range names {
		must(l.t, l.box(name).Check())
	}
}

// CheckTo checks every row from the last one that was checked to that of name, with
// Shift.
func (l List) CheckTo(name string) {
	l.t.Helper()
	must(l.t, l.box(name).Click(playwright.LocatorClickOptions{Modifiers: []playwright.KeyboardModifier{"Shift"}}))
}

// CheckPage checks every row of the page with one box.
func (l List) CheckPage() {
	l.t.Helper()
	boxes := l.page.GetByRole("checkbox", playwright.PageGetByRoleOptions{Name: "on this page"})
	must(l.t, boxes.Check())
}

// CheckAllThatMatch checks every row of every page.
func (l List) CheckAllThatMatch() {
	l.t.Helper()
	must(l.t, l.page.GetByRole("checkbox", playwright.PageGetByRoleOptions{Name: regexp.MustCompile("^All .* that match$")}).Check())
}

// Checked waits until so many rows are checked.
func (l List) Checked(n int) {
	l.t.Helper()
	boxes := l.page.Locator("tbody").GetByRole("checkbox", playwright.LocatorGetByRoleOptions{Checked: playwright.Bool(true)})
	must(l.t, expect.Locator(boxes).ToHaveCount(n))
}

// Do presses the button called name below the list.
func (l List) Do(name string) {
	l.t.Helper()
	must(l.t, l.doings().GetByRole("button", playwright.LocatorGetByRoleOptions{Name: name}).Click())
}

// OffersNothing waits until there is no button below the list.
func (l List) OffersNothing() {
	l.t.Helper()
	must(l.t, expect.Locator(l.doings()).ToBeHidden())
}

// SaysSelected waits until the bar below the list says text.
func (l List) SaysSelected(text string) {
	l.t.Helper()
	must(l.t, expect.Locator(l.doings()).ToContainText(text))
}

// Clear gives up what is checked, on whatever page.
func (l List) Clear() {
	l.t.Helper()
	must(l.t, l.doings().GetByRole("button", playwright.LocatorGetByRoleOptions{Name: "Clear"}).Click())
}

func (l List) doings() playwright.Locator {
	return l.page.GetByRole("form", playwright.PageGetByRoleOptions{Name: "Selected"})
}

func (l List) box(name string) playwright.Locator {
	return l.row(name).GetByRole("checkbox")
}

// Download is the file that pressing does brings.
func (b Tab) Download(press func()) string {
	b.t.Helper()
	file, err := b.page.ExpectDownload(func() error { press(); return nil })
	must(b.t, err)
	path, err := file.Path()
	must(b.t, err)
	content, err := os.ReadFile(path)
	must(b.t, err)
	return string(content)
}

// Job is the page of a change of many things.
type Job struct{ Tab }

// For chooses the group or the role called name for the job.
func (j Job) For(name string) {
	j.t.Helper()
	main := j.page.GetByRole("main")
	j.search(main.GetByRole("searchbox"), name)
	must(j.t, main.GetByRole("radio", playwright.LocatorGetByRoleOptions{Name: name}).Check())
	j.button("Preview")
}

// Paste pastes a list and asks what it will do.
func (j Job) Paste(list string) {
	j.t.Helper()
	must(j.t, j.page.GetByLabel("Emails or IDs of users").Fill(list))
	j.button("Preview")
}

// Upload sends a list as a file and asks what it will do.
func (j Job) Upload(name, list string) {
	j.t.Helper()
	must(j.t, j.page.GetByLabel("Or a file").SetInputFiles(playwright.InputFile{Name: name, MimeType: "text/csv", Buffer: []byte(list)}))
	j.button("Preview")
}

// Comes waits until the job says text about how far it has come, or what its lines
// come to. Without script somebody has to look.
func (j Job) Comes(text string) {
	j.t.Helper()
	said := j.page.GetByRole("main").Filter(playwright.LocatorFilterOptions{HasText: text})
	for range 50 {
		if j.script {
			break
		}
		if n, err := said.Count(); err == nil && n > 0 {
			break
		}
		again := j.link("Show progress")
		if n, err := again.Count(); err != nil || n == 0 {
			break
		}
		must(j.t, again.Click())
	}
	must(j.t, expect.Locator(said).ToBeVisible())
}

// Line waits until the line of text says what becomes of it.
func (j Job) Line(text, says string) {
	j.t.Helper()
	must(j.t, expect.Locator(j.row(text)).ToContainText(says))
}

// Means chooses whom a line means.
func (j Job) Means(line, whom string) {
	j.t.Helper()
	_, err := j.page.GetByLabel(line).SelectOption(playwright.SelectOptionValues{Values: &[]string{whom}})
	must(j.t, err)
}

// Begin presses the button that begins the job.
func (j Job) Begin(name string) {
	j.t.Helper()
	j.button(name)
}

// Result is the file that says what became of each line.
func (j Job) Result() string {
	j.t.Helper()
	return j.Download(func() { j.Follow("Result file") })
}

func (j Job) button(name string) {
	j.t.Helper()
	button := j.page.GetByRole("main").GetByRole("button", playwright.LocatorGetByRoleOptions{Name: name, Exact: playwright.Bool(true)})
	must(j.t, button.Click())
}
