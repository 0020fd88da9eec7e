package page

import (
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// MappingTest is the mapping tester.
type MappingTest struct{ Tab }

// OpenMappingTest goes to the mapping tester.
func OpenMappingTest(b Tab) MappingTest {
	b.t.Helper()
	b.Goto("/mappings/test")
	b.Headed("Mappings")
	return MappingTest{b}
}

// Try pastes text and waits for the answer, which begins with verdict.
func (p MappingTest) Try(text, verdict string) {
	p.t.Helper()
	must(p.t, p.page.GetByLabel("Groups or token").Fill(text))
	must(p.t, p.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: "Test mappings"}).Click())
	must(p.t, expect.Locator(p.page.Locator("#list .note").First()).ToContainText(verdict))
	must(p.t, expect.Page(p.page).ToHaveURL(regexp.MustCompile("/mappings/test$")))
}

// Row waits until the table called table has a row with words.
func (p MappingTest) Row(table string, words ...string) {
	p.t.Helper()
	row := p.page.GetByRole("region", playwright.PageGetByRoleOptions{Name: table}).GetByRole("row")
	for _, w := range words {
		row = row.Filter(playwright.LocatorFilterOptions{HasText: w})
	}
	must(p.t, expect.Locator(row.First()).ToBeVisible())
}
