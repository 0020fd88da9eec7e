package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/htmx"
	"trellis/web/login"
	"trellis/web/session"
	"trellis/web/upstream"
)

// failure is an error as the person meets it.
type failure struct {
	status      int
	title, text string
	wait        time.Duration // before it is of use to try again, when known
	signIn      bool          // what to do about it is to sign in
	final       bool          // there is nothing to do about it
	err         error         // what lies below, for the log
}

func (f *failure) Error() string {
	if f.err == nil {
		return f.title
	}
	return f.title + ": " + f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// failureOf words err for the person who asked for path. Of an error that it
// does not know it says only that it is ours.
func failureOf(err error, path string) failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return *f
	}
	if e, ok := errors.AsType[*login.Error](err); ok {
		return failure{status: e.Status, title: e.Title, text: e.Message, signIn: true}
	}
	if e, ok := errors.AsType[*upstream.Error](err); ok {
		return upstreamFailure(e, path)
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return httpFailure(http.StatusRequestEntityTooLarge)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return failure{status: http.StatusGatewayTimeout, title: "This takes too long", text: "The answer did not come in time. Try again in a moment."}
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok && e.Code < 500 {
		return httpFailure(e.Code)
	}
	return failure{status: http.StatusInternalServerError, title: "Something went wrong", text: "It is a fault of Trellis, not yours. Try again in a moment."}
}

// upstreamFailure words what an API answered. An API that fails or cannot be
// reached is a bad gateway, not a fault of the dashboard.
func upstreamFailure(e *upstream.Error, path string) failure {
	switch e.Status {
	case http.StatusForbidden:
		return failure{status: 403, title: "You may not do this", text: missing(e)}
	case http.StatusNotFound:
		return failure{status: 404, title: "This " + thing(path) + " does not exist", text: "It may have been deleted meanwhile."}
	case http.StatusConflict:
		return failure{status: 409, title: "This does not fit", text: or(e.Message, "It does not fit with what is there now.")}
	case http.StatusPreconditionFailed, http.StatusPreconditionRequired:
		return failure{status: 409, title: "Someone changed this meanwhile", text: "Nothing of yours was saved. Look at how it is now, and try again."}
	case http.StatusTooManyRequests:
		return failure{status: 429, title: "Too many requests", text: "The API wants a pause. Try again " + in(e.RetryAfter) + ".", wait: max(e.RetryAfter, time.Second)}
	case http.StatusServiceUnavailable:
		return failure{status: 503, title: "Not available now", text: or(e.Message, "The API is not available. Try again in a moment."), wait: e.RetryAfter}
	case http.StatusGatewayTimeout:
		return failure{status: 504, title: "This takes too long", text: or(e.Message, "The API did not answer in time. Try again in a moment.")}
	}
	if e.Status >= 400 && e.Status < 500 {
		return failure{status: 400, title: "The API did not accept this", text: or(e.Message, "It did not say why.")}
	}
	return failure{status: 502, title: "The API has a problem", text: badGateway(e)}
}

// badGateway keeps the texts that we worded ourselves. Of a failure of its own an
// API says nothing that is meant for people.
func badGateway(e *upstream.Error) string {
	if e.Code == upstream.CodeNoAnswer || e.Code == upstream.CodeNonsense {
		return e.Message
	}
	return "It could not answer. Try again in a moment."
}

// httpFailure words an error of the protocol.
func httpFailure(status int) failure {
	switch status {
	case http.StatusNotFound:
		return failure{status: status, title: "Not found", text: "There is no page at this address.", final: true}
	case http.StatusMethodNotAllowed:
		return failure{status: status, title: "Not possible", text: "This address does not take such a request.", final: true}
	case http.StatusRequestEntityTooLarge:
		return failure{status: status, title: "Too much at once", text: "A request may hold one megabyte. Send less at a time."}
	}
	return failure{status: status, title: "Not understood", text: "The request could not be understood."}
}

// missing names the scope that the person lacks, if it is known.
func missing(e *upstream.Error) string {
	if e.Missing == "" {
		return "Your role does not include it. An administrator can change that."
	}
	return "It needs " + e.Missing + ". Your role does not include it. An administrator can change that."
}

// thing is what path is the address of, in a word.
func thing(path string) string {
	switch {
	case strings.HasPrefix(path, urls.Groups+"/"):
		return "group"
	case strings.HasPrefix(path, "/users/"):
		return "user"
	case strings.HasPrefix(path, "/apis/"):
		return "API"
	}
	return "record"
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// in words a wait.
func in(d time.Duration) string {
	n := seconds(d)
	if n <= 1 {
		return "in a second"
	}
	return fmt.Sprintf("in %d seconds", n)
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

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
		return &failure{status: http.StatusBadGateway, title: "The API does not accept your sign-in",
			text: "An administrator has to look at its settings.", err: err}
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
		Title: f.title, Text: f.text, RequestID: id, Actions: ways(req, f),
	}))
}

// ways are the ways on from f. What was posted is not offered again.
func ways(r *http.Request, f failure) []views.Action {
	groups := views.Action{Label: "Back to groups", URL: urls.Groups}
	switch {
	case f.signIn:
		return []views.Action{{Label: "Sign in again", URL: urls.Login, Kind: views.Primary}}
	case f.final || f.status == http.StatusForbidden || f.status == http.StatusNotFound || r.Method != http.MethodGet:
		return []views.Action{groups}
	}
	return []views.Action{{Label: "Try again", URL: r.URL.RequestURI(), Kind: views.Primary}, groups}
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
