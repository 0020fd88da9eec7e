package handlers

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/htmx"
	"trellis/web/session"
	"trellis/web/upstream"
)

// parts are the pieces of a page that htmx replaces on their own, by their id.
type parts map[string]templ.Component

// answer sends the part that htmx is about to replace, and whole to a browser.
func answer(c echo.Context, status int, whole templ.Component, p parts) error {
	req := htmx.From(c.Request())
	if part, ok := p[req.Target]; ok && req.Partial() {
		return views.Serve(c.Response(), c.Request(), status, part)
	}
	return views.Serve(c.Response(), c.Request(), status, whole)
}

// sheet answers with a form: over the page for htmx, on a page of its own for a
// browser.
func sheet(c echo.Context, status int, nav string, s views.Sheet, body templ.Component) error {
	l := layout(c, s.Title, nav)
	p := parts{"dialog": views.SheetDialog(s, body)}
	if s.Impact != nil {
		p["impact"] = views.ImpactNote(*s.Impact)
	}
	return answer(c, status, views.SheetPage(l, s, body), p)
}

// addressed gives the address bar the one address of a list that htmx narrows or
// turns: the form that asked for it may have sent empty values too.
func addressed(c echo.Context, url string) {
	if req := htmx.From(c.Request()); req.Partial() && req.Target == "list" {
		htmx.Push(c.Response().Header(), url)
	}
}

// seeOther ends a write: the browser goes to url, and a reload repeats nothing.
func seeOther(c echo.Context, url string) error {
	htmx.Redirect(c.Response(), c.Request(), url)
	return nil
}

// moveOn ends a write on another page, which tells of it.
func moveOn(c echo.Context, url, title, text string) error {
	session.From(c.Request().Context()).Say(session.Flash{Kind: views.Good, Title: title, Text: text})
	return seeOther(c, url)
}

// done ends a write of a dialog: with htmx the part of the page behind it is
// drawn anew by show, or all of it when it is another page than the one at url; and
// without htmx the browser goes back to url.
func done(c echo.Context, url, title string, show func(echo.Context) error) error {
	if htmx.From(c.Request()).Target != "dialog" {
		return moveOn(c, url, title, "")
	}
	if behind := elsewhere(c, url); behind != "" {
		return moveOn(c, behind, title, "")
	}
	htmx.Done(c.Response().Header(), "#detail", htmx.Toast{Title: title, Kind: views.Good})
	c.Request().Header.Set("HX-Target", "detail")
	return show(c)
}

// elsewhere is the page behind a dialog when it is not the one at address, such as
// the one that explains what the dialog ends; empty otherwise.
func elsewhere(c echo.Context, address string) string {
	behind := below(c)
	own, err := url.Parse(address)
	if err != nil || behind.Path == "" || behind.Path == own.Path {
		return ""
	}
	return behind.RequestURI()
}

// here is where the person is after a dialog that changed a thing: the page below
// it, when that is the list of such things, in whatever state, or one of the
// thing's own pages, such as a tab. about is the address of the first of them.
func here(c echo.Context, about, list string) string {
	u := below(c)
	path := u.EscapedPath()
	if path == list || path == about || strings.HasPrefix(path, about+"/") && path != about+"/edit" {
		return u.RequestURI()
	}
	return about
}

// there is the list that the person was in before a thing was deleted over it, in
// the state that it had, or else the list.
func there(c echo.Context, list string) string {
	if u := below(c); u.EscapedPath() == list {
		return u.RequestURI()
	}
	return list
}

// below is the page that htmx says the person looks at, or none.
func below(c echo.Context) *url.URL {
	u, err := url.Parse(htmx.From(c.Request()).Current)
	if err != nil || !urls.Local(u.RequestURI()) {
		return &url.URL{}
	}
	return u
}

// layout is the page frame of the person who is signed in.
func layout(c echo.Context, title, nav string) views.Layout {
	r := c.Request()
	s := session.From(r.Context())
	l := views.Layout{
		Title: title,
		Nav:   nav,
		User:  views.User{Name: s.Name, Email: s.Email, Access: abilities(s)},
		Theme: theme(c),
		Here:  r.URL.RequestURI(),
	}
	if htmx.From(r).Partial() {
		return l // messages wait for the next whole page
	}
	for _, f := range s.Hear() {
		l.Flash = append(l.Flash, views.Message(f))
	}
	return l
}

// abilities says in a few words what the person may do.
func abilities(s *session.Data) string {
	writes := 0
	for _, t := range s.Tokens {
		for _, scope := range t.Scopes {
			if verb, _, ok := strings.Cut(scope, ":"); ok && (verb == "create" || verb == "update" || verb == "delete") {
				writes++
			}
		}
	}
	switch {
	case !s.SignedInAs():
		return ""
	case writes == 0:
		return "Can read, not change"
	case s.Can(session.Authorization, "delete:groups"):
		return "Can change everything here"
	default:
		return "Can change some things"
	}
}

// needs is why the person may not use a control, or empty when they may. Of several
// scopes with blanks between them one is enough.
func needs(c echo.Context, api session.API, scope string) string {
	if session.From(c.Request().Context()).Can(api, scope) {
		return ""
	}
	return views.Needs(firstOf(scope))
}

// idOf is the id in the request's path. Echo hands it over still encoded when
// the path came in a form of its own, such as with an encoded slash.
func idOf(c echo.Context) string {
	id := c.Param("id")
	if c.Request().URL.RawPath != "" {
		if plain, err := url.PathUnescape(id); err == nil {
			return plain
		}
	}
	return id
}

// searchOf is what the request looks for.
func searchOf(c echo.Context) string { return strings.TrimSpace(c.FormValue("q")) }

// pageOf is the page number of a request, at least 1.
func pageOf(c echo.Context) int {
	n, _ := strconv.Atoi(c.FormValue("page"))
	return min(max(n, 1), 1_000_000)
}

// messageOf is what the API says to the person about err.
func messageOf(err error) string {
	if refusal, ok := errors.AsType[*upstream.Error](err); ok && refusal.Message != "" {
		return refusal.Message
	}
	return "The API refused this."
}
