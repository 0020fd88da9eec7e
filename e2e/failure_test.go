package e2e

import (
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// A form whose request fails says so in its dialog, once, and keeps what was
// typed. The keyboard goes on from there.
func TestFrameErrorsKeepTheFocus(t *testing.T) {
	const notice = `<div id="notice" class="notes" role="status"><div class="note bad"><b>The API has a problem</b></div></div>`
	tab := visitAs(t, administrator, look{})
	err := tab.Page().Route("**/groups/new", func(r playwright.Route) {
		if r.Request().Method() != "POST" {
			_ = r.Continue()
			return
		}
		if err := r.Fulfill(playwright.RouteFulfillOptions{
			Status: playwright.Int(502), ContentType: playwright.String("text/html"), Body: notice,
			Headers: map[string]string{"HX-Retarget": "#notice", "HX-Reswap": "outerHTML"},
		}); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	form := page.OpenGroups(tab).New().Fill("Kept", "Kept too")
	form.Create()
	form.FocusIn("[data-notice]")
	form.Once("The API has a problem")
	form.Holds("Kept", "Kept too")
}
