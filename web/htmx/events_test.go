package htmx_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"trellis/web/htmx"
)

// Whatever a name holds, the header is ASCII and says the same.
func TestDoneCarriesAnyTextInAHeader(t *testing.T) {
	for _, title := range []string{"Removed", `"quoted" \`, "a\r\nSet-Cookie: x=1", "Łódź", "مجموعة", "🚀", "</script>"} {
		h := http.Header{}
		htmx.Done(h, "#detail", htmx.Toast{Title: title})
		value := h.Get("HX-Trigger-After-Settle")
		for _, r := range value {
			if r < ' ' || r > '~' {
				t.Errorf("%q: the header holds %q", title, r)
			}
		}
		var events struct {
			Toast struct{ Title string }
			Done  *struct{} `json:"dialogDone"`
		}
		if err := json.Unmarshal([]byte(value), &events); err != nil || events.Toast.Title != title || events.Done == nil {
			t.Errorf("%q came as %s (%v)", title, value, err)
		}
		if h.Get("HX-Retarget") != "#detail" || h.Get("HX-Reswap") != "outerHTML" || h.Get("HX-Push-Url") != "false" {
			t.Errorf("headers = %v", h)
		}
	}
}
