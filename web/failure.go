package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/login"
	"trellis/web/upstream"
)

// failure is an error as the person meets it.
type failure struct {
	status      int
	title, text string
	wait        time.Duration // before it is of use to try again, when known
	signIn      bool          // what to do about it is to sign in
	again       string        // where to do that; empty is the plain sign-in page
	sent        []views.Sent  // what was entered, for the person to see
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
		return failure{status: e.Status, title: e.Title, text: e.Message, signIn: true, again: e.Again}
	}
	if e, ok := errors.AsType[*upstream.Error](err); ok {
		return upstreamFailure(e, path)
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok && e.Limit > maxRequest {
		return failure{status: http.StatusRequestEntityTooLarge, title: "Too much at once", text: "An import may hold 16 megabytes. Use trellis import for more."}
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
		return failure{status: 503, title: "Not available now", text: ours(e, "The API is not available. Try again in a moment."), wait: e.RetryAfter}
	case http.StatusInsufficientStorage:
		return failure{status: 507, title: "There is no room left", text: "The disk of the API is full. Nothing was changed."}
	case http.StatusGatewayTimeout:
		return failure{status: 504, title: "This takes too long", text: ours(e, "The API did not answer in time. Try again in a moment.")}
	}
	if e.Status >= 400 && e.Status < 500 {
		return failure{status: 400, title: "The API did not accept this", text: or(e.Message, "It did not say why.")}
	}
	return failure{status: 502, title: "The API has a problem", text: ours(e, "It could not answer. Try again in a moment.")}
}

// ours keeps a text that we worded ourselves, for what no API answered. Of a
// failure of its own an API says nothing that is meant for people.
func ours(e *upstream.Error, otherwise string) string {
	if e.Err != nil {
		return or(e.Message, otherwise)
	}
	return otherwise
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

// missing names the scope that the person lacks, if it is known. A change that would
// give too much says so itself.
func missing(e *upstream.Error) string {
	if e.NotGiven() {
		return or(e.Message, "It would give what you may not give.") + " An administrator can do it."
	}
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
	case strings.HasPrefix(path, urls.Roles+"/"):
		return "role"
	case strings.HasPrefix(path, urls.Permissions+"/"):
		return "permission"
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
