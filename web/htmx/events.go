package htmx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Toast is a message that stands over the page for a few seconds.
type Toast struct {
	Title string `json:"title"`
	Text  string `json:"text,omitempty"`
	Kind  string `json:"kind,omitempty"` // good, bad or warn
}

// Done makes htmx replace selector, in the page behind a dialog, with the
// response; then the page's script closes the dialog and shows t.
func Done(h http.Header, selector string, t Toast) {
	Instead(h, selector)
	h.Set("HX-Trigger-After-Settle", events(map[string]any{"dialogDone": struct{}{}, "toast": t}))
}

// Push makes htmx show url in the address bar. It must come from views/urls.
func Push(h http.Header, url string) { h.Set("HX-Push-Url", url) }

// events words named events for a header, in ASCII: a header has no encoding.
func events(named map[string]any) string {
	b, err := json.Marshal(named)
	if err != nil {
		return "{}" // only values that JSON has no word for: none of ours
	}
	var out strings.Builder
	for _, r := range string(b) {
		switch {
		case r < 0x80:
			out.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}
