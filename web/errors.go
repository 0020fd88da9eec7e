package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views"
	"trellis/views/urls"
	"trellis/web/htmx"
	"trellis/web/login"
	"trellis/web/session"
	"trellis/web/upstream"
)

// statusGone stands in the log for a browser that left before its answer. There
// is nobody to read it.
const statusGone = 499

// handleError is the one place where an error becomes an answer.
func (s *Server) handleError(err error, c echo.Context) {
	// The request's time may be over. Saying so takes a little more of it.
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	res := c.Response()
	if errors.Is(err, context.Canceled) && !res.Committed {
		res.WriteHeader(statusGone)
		return
	}
	if res.Committed {
		s.logFailure(c, err, http.StatusInternalServerError)
		return
	}
	if upstream.StatusOf(err) == http.StatusUnauthorized {
		err = s.refused(c, err)
		if err == nil {
			return
		}
	}
	f := failureOf(err, c.Path())
	s.logFailure(c, err, f.status)
	if f.status == http.StatusNotFound {
		handlers.NotThere(c)
	}
	if f.wait > 0 {
		res.Header().Set("Retry-After", strconv.Itoa(seconds(f.wait)))
	}
	if err := s.show(c, f); err != nil {
		s.logFailure(c, err, http.StatusInternalServerError)
	}
}

// refused answers a token that an API turned down, though it was renewed: the
// session is over, and its person signs in again. Right after signing in that
// would go round in circles, so then it is an error to be told.
func (s *Server) refused(c echo.Context, err error) error {
	d := session.From(c.Request().Context())
	ended, _ := errors.AsType[*upstream.Error](err)
	if ended.Code != upstream.CodeNoSession && time.Since(d.SignedIn) < time.Minute {
		return &failure{
			status: http.StatusBadGateway, title: "The API does not accept your sign-in",
			text: "An administrator has to look at its settings.", err: err,
		}
	}
	if err := s.sessions.End(c.Response(), c.Request()); err != nil {
		return err
	}
	s.logFailure(c, err, http.StatusUnauthorized)
	return s.signIn(c)
}

// show answers with f: the notice of the page for htmx, else a page.
func (s *Server) show(c echo.Context, f failure) error {
	req, res := c.Request(), c.Response()
	id := upstream.RequestID(req.Context())
	if htmx.From(req).Partial() {
		htmx.Instead(res.Header(), "#notice")
		return views.Serve(res, req, f.status, views.Notice(views.Message{
			Kind: views.Bad, Title: f.title, Text: f.text + " Reference: " + id,
		}))
	}
	return views.Serve(res, req, f.status, views.ErrorPage(frame(c, f.title), views.Failure{
		Title: f.title, Text: f.text, RequestID: id, Actions: ways(req, f), Replay: replayOf(c, f), Sent: f.sent,
	}))
}

// ways are the links that lead on from f. What was posted is no link: see replayOf.
func ways(r *http.Request, f failure) []views.Action {
	back := backTo(r.URL.Path)
	switch {
	case f.signIn:
		return []views.Action{{Label: "Sign in again", URL: or(f.again, urls.Login), Kind: views.Primary}}
	case f.final || f.status == http.StatusForbidden || f.status == http.StatusNotFound || r.Method != http.MethodGet:
		return []views.Action{back}
	}
	return []views.Action{{Label: "Try again", URL: r.URL.RequestURI(), Kind: views.Primary}, back}
}

// backTo is the link to the list that the page at path belongs to.
func backTo(path string) views.Action {
	for _, list := range []string{urls.Users, urls.Roles, urls.Permissions} {
		if strings.HasPrefix(path, list+"/") {
			return views.Action{Label: "Back to " + list[1:], URL: list}
		}
	}
	return views.Action{Label: "Back to groups", URL: urls.Groups}
}

// frame is the layout of the pages that no handler makes.
func frame(c echo.Context, title string) views.Layout {
	d := session.From(c.Request().Context())
	l := views.Layout{Title: title, User: views.User{Name: d.Name, Email: d.Email}, Here: urls.Home}
	if cookie, err := c.Cookie("theme"); err == nil {
		l.Theme = cookie.Value
	}
	return l
}

// logFailure writes down why, for whoever is asked about the reference. What a
// person did wrong is no error of ours, but a refused sign-in is worth a look.
func (s *Server) logFailure(c echo.Context, err error, status int) {
	level := slog.LevelDebug
	if _, ok := errors.AsType[*login.Error](err); ok {
		level = slog.LevelWarn
	}
	if status >= 500 {
		level = slog.LevelError
	}
	ctx := c.Request().Context()
	s.log.LogAttrs(ctx, level, "request failed", slog.Any("err", err), slog.Int("status", status),
		slog.String("route", c.Path()), slog.String("request_id", upstream.RequestID(ctx)))
}
