package page

import (
	"regexp"

	"github.com/playwright-community/playwright-go"
)

// Graph is the picture of what is around something.
type Graph struct{ Tab }

// OpenGraph follows the link from the page of something.
func OpenGraph(b Tab) Graph {
	b.t.Helper()
	b.Follow("Graph")
	return Graph{b}
}

// box is the box whose words begin so.
func (g Graph) box(words string) playwright.Locator {
	return g.picture().GetByRole("link", playwright.LocatorGetByRoleOptions{Name: regexp.MustCompile("^" + regexp.QuoteMeta(words))})
}

func (g Graph) picture() playwright.Locator {
	return g.page.GetByRole("group", playwright.PageGetByRoleOptions{Name: regexp.MustCompile("^Graph of ")})
}

// Shows waits for boxes whose words begin so.
func (g Graph) Shows(words ...string) {
	g.t.Helper()
	for _, w := range words {
		must(g.t, expect.Locator(g.box(w)).ToHaveCount(1))
	}
}

// Lacks waits until there is no box whose words begin so.
func (g Graph) Lacks(words string) {
	g.t.Helper()
	must(g.t, expect.Locator(g.box(words)).ToHaveCount(0))
}

// Enter goes into the picture with the keyboard.
func (g Graph) Enter(words string) {
	g.t.Helper()
	must(g.t, g.page.GetByRole("button", playwright.PageGetByRoleOptions{Name: "Zoom in"}).Focus())
	g.Press("Tab")
	g.On(words)
}

// On waits until the focus is on a box.
func (g Graph) On(words string) {
	g.t.Helper()
	must(g.t, expect.Locator(g.box(words)).ToBeFocused())
}

// Point moves the pointer to a box.
func (g Graph) Point(words string) {
	g.t.Helper()
	must(g.t, g.box(words).Hover())
}

// Lit waits until a box is on the ways that are lit, and dim until it is not.
func (g Graph) Lit(words string, lit bool) {
	g.t.Helper()
	on := regexp.MustCompile(`\bon\b`)
	must(g.t, expect.Locator(g.picture()).ToHaveClass(regexp.MustCompile(`\blit\b`)))
	if lit {
		must(g.t, expect.Locator(g.box(words)).ToHaveClass(on))
	} else {
		must(g.t, expect.Locator(g.box(words)).Not().ToHaveClass(on))
	}
}

// LitOnTop waits until no line that is dimmed lies over one that is lit.
func (g Graph) LitOnTop() {
	g.t.Helper()
	must(g.t, expect.Locator(g.picture().Locator(".e.on").First()).ToBeAttached())
	must(g.t, expect.Locator(g.picture().Locator(".e.on ~ .e:not(.on)")).ToHaveCount(0))
}

// Unfold shows what a fold hides.
func (g Graph) Unfold(words string) {
	g.t.Helper()
	must(g.t, g.box(words).Click())
}

// Layer turns a layer on or off. Without JavaScript it is sent with the button.
func (g Graph) Layer(name string) {
	g.t.Helper()
	must(g.t, g.page.GetByLabel(name, playwright.PageGetByLabelOptions{Exact: playwright.Bool(true)}).Click())
	if !g.script {
		g.press("Show")
	}
}

// Download saves the picture in a language and returns the name of the file.
func (g Graph) Download(language string) string {
	g.t.Helper()
	control := g.page.GetByRole("main").GetByText(language, playwright.LocatorGetByTextOptions{Exact: playwright.Bool(true)})
	file, err := g.page.ExpectDownload(func() error { return control.Click() })
	must(g.t, err)
	return file.SuggestedFilename()
}

// Size is how wide the picture is drawn.
func (g Graph) Size() string {
	g.t.Helper()
	width, err := g.picture().GetAttribute("width")
	must(g.t, err)
	return width
}

// Resizes waits until the picture is drawn in another size.
func (g Graph) Resizes(from string) {
	g.t.Helper()
	must(g.t, expect.Locator(g.picture()).Not().ToHaveAttribute("width", from))
}
