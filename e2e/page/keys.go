package page

import (
	"strings"

	"github.com/playwright-community/playwright-go"
)

// farthest is how many steps of the Tab key a control may be away.
const farthest = 160

// focused is what the focus is on, as somebody hears it: its name, and whether it is
// a field.
const focused = `() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "";
	const words = (x) => x.innerText ?? x.textContent;
	const name = e.getAttribute("aria-label") ?? (e.labels?.length ? words(e.labels[0]) : words(e));
	return name.replace(/\s+/g, " ").trim();
}`

// Keys is somebody at a tab who has no pointer.
type Keys struct{ Tab }

// Keyboard waits until the page hears keys.
func (b Tab) Keyboard() Keys {
	b.t.Helper()
	must(b.t, b.page.WaitForLoadState()) // the script that hears keys runs at its end
	return Keys{b}
}

// Reach presses the Tab key until the control called name has the focus.
func (k Keys) Reach(name string) {
	k.t.Helper()
	k.settled()
	var passed []string
	for range farthest {
		on := k.On()
		if on == name || strings.HasPrefix(on, name+" ") {
			return
		}
		passed = append(passed, on)
		k.Press("Tab")
	}
	k.t.Fatalf("the Tab key does not lead to %q; it passes %q", name, passed)
}

// settled waits until nothing is on its way: what is swapped in hears keys then.
func (k Keys) settled() {
	k.t.Helper()
	_, err := k.page.WaitForFunction(`() => !document.querySelector(".busy, .htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")`, nil)
	must(k.t, err)
}

// On is the name of what has the focus, and empty when nothing has it.
func (k Keys) On() string {
	k.t.Helper()
	name, err := k.page.Evaluate(focused)
	must(k.t, err)
	return name.(string)
}

// Stays waits until something has the focus, so that the keyboard goes on from
// there and not from the top of the page.
func (k Keys) Stays() {
	k.t.Helper()
	_, err := k.page.WaitForFunction(`() => document.activeElement && document.activeElement !== document.body`, nil)
	must(k.t, err)
}

// Ringed fails unless what has the focus is seen to have it.
func (k Keys) Ringed() {
	k.t.Helper()
	ring, err := k.page.Evaluate(`() => {
		const style = getComputedStyle(document.activeElement);
		return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 ? "" : document.activeElement.outerHTML.slice(0, 200);
	}`)
	must(k.t, err)
	if ring != "" {
		k.t.Errorf("the focus is not seen on %s", ring)
	}
}

// Chooses waits until the box called name, which the focus is on, is checked or not.
func (k Keys) Chooses(name string, on bool) {
	k.t.Helper()
	box := k.page.GetByRole("checkbox", playwright.PageGetByRoleOptions{Name: name})
	must(k.t, expect.Locator(box.First()).ToBeChecked(playwright.LocatorAssertionsToBeCheckedOptions{Checked: &on}))
}
