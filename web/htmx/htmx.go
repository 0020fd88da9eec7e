package htmx

import "net/http"

// Request is what htmx says about a request.
type Request struct {
	On             bool   // sent by htmx
	Boosted        bool   // by a boosted link or form: it wants the whole page
	HistoryRestore bool   // the back button missed htmx's cache: whole page too
	Target         string // id of the element that the answer replaces
	Current        string // address of the page that the browser shows
}

// From reads r's htmx headers.
func From(r *http.Request) Request {
	is := func(name string) bool { return r.Header.Get(name) == "true" }
	return Request{
		On:             is("HX-Request"),
		Boosted:        is("HX-Boosted"),
		HistoryRestore: is("HX-History-Restore-Request"),
		Target:         r.Header.Get("HX-Target"),
		Current:        r.Header.Get("HX-Current-URL"),
	}
}

// Partial reports whether a fragment answers the request.
func (r Request) Partial() bool { return r.On && !r.Boosted && !r.HistoryRestore }

// Redirect sends the browser to url: a browser by 303, htmx by HX-Redirect. htmx
// would follow a 303 by itself, ask for a fragment there too, and swap that into
// whatever the form meant to replace.
//
// url must come from views/urls: htmx would also follow a javascript: address.
func Redirect(w http.ResponseWriter, r *http.Request, url string) {
	if From(r).On {
		w.Header().Set("HX-Redirect", url)
		w.WriteHeader(http.StatusOK)
		return
	}
	http.Redirect(w, r, url, http.StatusSeeOther)
}

// SignIn sends the browser to the sign-in page at url: a browser by 303, htmx by
// HX-Redirect with 401, so that no sign-in page is swapped into a table cell.
func SignIn(w http.ResponseWriter, r *http.Request, url string) {
	if From(r).On {
		Elsewhere(w, http.StatusUnauthorized, url)
		return
	}
	http.Redirect(w, r, url, http.StatusSeeOther)
}

// Elsewhere answers htmx with status, and has it go to the page at url.
func Elsewhere(w http.ResponseWriter, status int, url string) {
	w.Header().Set("HX-Redirect", url)
	w.WriteHeader(status)
}

// Instead makes htmx replace selector with the response, and leave the address
// bar alone, whatever the element asked for.
func Instead(h http.Header, selector string) {
	h.Set("HX-Retarget", selector)
	h.Set("HX-Reswap", "outerHTML")
	h.Set("HX-Push-Url", "false")
}
