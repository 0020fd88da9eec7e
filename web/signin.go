package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/htmx"
	"trellis/web/session"
)

// signIn sends the browser to sign in, and back here afterwards. What was posted
// is not sent again: nobody has seen what it would do by then. The person finds
// it on a page of its own, or comes back to its form and is told.
func (s *Server) signIn(c echo.Context) error {
	in := s.wayBack(c.Request())
	ticket, err := s.keep(c, in)
	if err != nil {
		return err
	}
	htmx.SignIn(c.Response(), c.Request(), urls.ToSignIn(in.ReturnTo, in.Unsaved, ticket))
	return nil
}

// wayBack is where signing in leads whoever sent r, and whether r came to nothing.
func (s *Server) wayBack(r *http.Request) session.SignIn {
	if r.Method == http.MethodPost && r.URL.Path != urls.Theme {
		return session.SignIn{ReturnTo: r.URL.RequestURI(), Unsaved: true} // each form is read where it is sent
	}
	if current := htmx.From(r).Current; current != "" && !htmx.From(r).Boosted {
		if u, err := url.Parse(current); err == nil && u.Host == s.base.Host {
			return session.SignIn{ReturnTo: u.RequestURI()}
		}
	} else if reads(r) {
		return session.SignIn{ReturnTo: r.URL.RequestURI()}
	}
	return session.SignIn{}
}

// signedOut is the page after signing out. The provider sends the browser here,
// with or without a state of its own; it has no effect.
func signedOut(c echo.Context) error {
	page := views.MessagePage(frame(c, "Signed out"), "You are signed out",
		"Close the browser if others use this computer.",
		views.Action{Label: "Sign in", URL: urls.Login, Kind: views.Primary})
	return views.Serve(c.Response(), c.Request(), http.StatusOK, page)
}
