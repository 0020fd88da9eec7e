package urls

import (
	"net/url"
	"strconv"
	"strings"
)

// Patterns of the route table that no list belongs to.
const (
	Home      = "/"
	Changes   = "/changes"
	Login     = "/login"
	Callback  = "/login/callback"
	Logout    = "/logout"
	SignedOut = "/signed-out"
	Theme     = "/theme"
	Unsaved   = "/unsaved"
	Static    = "/static"
)

// of is pattern's address for one id. An id stays one segment, whatever it
// holds: it may be "a/b", and ".." must not climb.
func of(pattern, id string) string {
	segment := url.PathEscape(id)
	if id == "." || id == ".." {
		segment = strings.ReplaceAll(id, ".", "%2E")
	}
	return strings.Replace(pattern, ":id", segment, 1)
}

// with appends a query made of name, value pairs. Empty values stay out, so one
// state of a list has one address.
func with(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// ToSignIn is the sign-in page for somebody on the way to returnTo. unsaved says
// that a change came to nothing, and ticket is for the change.
func ToSignIn(returnTo string, unsaved bool, ticket string) string {
	lost := ""
	if unsaved {
		lost = "1"
	}
	if returnTo == Home {
		returnTo = ""
	}
	return with(Login, "return_to", returnTo, "ticket", ticket, "unsaved", lost)
}

// page words a page number for a query; the first page needs none.
func page(n int) string {
	if n <= 1 {
		return ""
	}
	return strconv.Itoa(n)
}

// Local reports whether target is a path of this site that a redirect may name.
// A browser reads "//host" and "/\host" as another site.
func Local(target string) bool {
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") {
		return false
	}
	if strings.ContainsFunc(target, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(target)
	return err == nil && u.Scheme == "" && u.Host == ""
}
