package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/htmx"
)

// signIn sends the browser to sign in, and back here afterwards. What was posted
// is not sent again: nobody has seen what it would do by then. The person comes
// back to its form, and is told.
func (s *Server) signIn(c echo.Context) error {
	htmx.SignIn(c.Response(), c.Request(), s.signInURL(c.Request()))
	return nil
}

func (s *Server) signInURL(r *http.Request) string {
	here, lost := "", false
	if r.Method == http.MethodPost && r.URL.Path != urls.Theme {
		here, lost = r.URL.RequestURI(), true // each form is read where it is sent
	} else if current := htmx.From(r).Current; current != "" {
		if u, err := url.Parse(current); err == nil && u.Host == s.base.Host {
			here = u.RequestURI()
		}
	} else if r.Method == http.MethodGet {
		here = r.URL.RequestURI()
	}
	if here == "" || here == urls.Home {
		return urls.Login
	}
	q := url.Values{"return_to": {here}}
	if lost {
		q.Set("unsaved", "1")
	}
	return urls.Login + "?" + q.Encode()
}

// signedOut is the page after signing out. The provider sends the browser here,
// with or without a state of its own; it has no effect.
func signedOut(c echo.Context) error {
	page := views.MessagePage(frame(c, "Signed out"), "You are signed out",
		"Close the browser if others use this computer.",
		views.Action{Label: "Sign in", URL: urls.Login, Kind: views.Primary})
	return views.Serve(c.Response(), c.Request(), http.StatusOK, page)
}
