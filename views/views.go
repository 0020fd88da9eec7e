package views

import (
	"context"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
)

// htmxConfig makes htmx safe and quiet: it evaluates nothing, keeps no page in
// the browser's storage, asks for the whole page when the back button is used,
// and shows the answers that refuse something. What it swaps in hears keys and
// clicks at once: with its usual delay, what is typed meanwhile is lost.
const htmxConfig = `{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"defaultSettleDelay":0,` +
	`"historyCacheSize":0,"refreshOnHistoryMiss":true,"historyRestoreAsHxRequest":false,` +
	`"selfRequestsOnly":true,"methodsThatUseUrlParams":["get"],"scrollIntoViewOnBoost":false,"timeout":60000,` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},` +
	`{"code":"[45]..","swap":true,"error":true}]}`

type csrfKey struct{}

// WithCSRF returns a context whose forms carry token.
func WithCSRF(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, csrfKey{}, token)
}

func csrfToken(ctx context.Context) string {
	token, _ := ctx.Value(csrfKey{}).(string)
	return token
}

// Serve answers with parts, one after the other. It renders before it writes,
// so a render that fails can still become an error page.
func Serve(w http.ResponseWriter, r *http.Request, status int, parts ...templ.Component) error {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := templ.Join(parts...).Render(r.Context(), buf); err != nil {
		return fmt.Errorf("rendering %s: %w", r.URL.Path, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "HX-Request, HX-Target")
	w.WriteHeader(status)
	_, err := w.Write(buf.Bytes())
	return err
}
