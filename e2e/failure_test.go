package e2e

import (
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// A form whose request fails says so in its dialog, once, and keeps what was
// typed. The keyboard goes on from there, whether an API failed or nobody answered.
func TestAFailedDialogKeepsTheFocus(t *testing.T) {
	const notice = `<div id="notice" class="notes" role="status"><div class="note bad"><b>The API has a problem</b></div></div>`
	tab := visitAs(t, administrator, look{})
	answers := []func(playwright.Route) error{
		func(r playwright.Route) error { return r.Abort() },
		func(r playwright.Route) error {
			return r.Fulfill(playwright.RouteFulfillOptions{
				Status: playwright.Int(502), ContentType: playwright.String("text/html"), Body: notice,
				Headers: map[string]string{"HX-Retarget": "#notice", "HX-Reswap": "outerHTML"},
			})
		},
	}
	err := tab.Page().Route("**/groups/new", func(r playwright.Route) {
		if r.Request().Method() != "POST" {
			_ = r.Continue()
			return
		}
		answer := answers[0]
		answers = answers[1:]
		if err := answer(r); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	form := page.OpenGroups(tab).New().Fill("Kept", "Kept too")
	form.Create()
	form.Tells("No answer")
	form.FocusIn(".go")
	form.Create()
	form.FocusIn("[data-notice]")
	form.Once("The API has a problem")
	form.Holds("Kept", "Kept too")
}
