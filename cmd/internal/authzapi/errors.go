package authzapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// failure is an error as the caller meets it.
type failure struct {
	StatusCode int         `json:"statusCode"`
	Kind       string      `json:"error"`
	Message    string      `json:"message"`
	Validation *validation `json:"validation,omitempty"`
	Attributes *attributes `json:"attributes,omitempty"`
	// Problems is everything that is wrong with a document to import, or the first
	// of very much.
	Problems []store.Finding `json:"problems,omitempty"`

	challenge  string // the value of WWW-Authenticate
	retryAfter string // the value of Retry-After
}

// validation is where in the request the problem is.
type validation struct {
	Source string   `json:"source"`
	Keys   []string `json:"keys"`
}

type attributes struct {
	Error string `json:"error"`
}

func (f *failure) Error() string { return f.Message }

// errChanged says that the version of If-Match is not the current one.
var errChanged = &failure{
	StatusCode: http.StatusPreconditionFailed, Kind: "Precondition Failed",
	Message: "This has changed since it was read. Read it again, then repeat the change.",
}

func plain(status int) *failure {
	text := http.StatusText(status)
	return &failure{StatusCode: status, Kind: text, Message: text}
}

func badRequest(message string) *failure {
	return &failure{StatusCode: http.StatusBadRequest, Kind: "Bad Request", Message: message}
}

func ruleBroken(format string, args ...any) *failure {
	return &failure{StatusCode: http.StatusBadRequest, Kind: "ValidationError", Message: fmt.Sprintf(format, args...)}
}

// insufficient refuses a token without any of scopes. The challenge names the
// first, so that a person can be told what to ask for.
func insufficient(scopes []string) *failure {
	f := plain(http.StatusForbidden)
	f.Message = "Insufficient scope"
	f.challenge = fmt.Sprintf(`Bearer error="insufficient_scope", scope=%q`, scopes[0])
	return f
}

// errNoKey is for who comes to the policy with neither a token nor the key.
var errNoKey = &failure{
	StatusCode: http.StatusUnauthorized, Kind: "Unauthorized", Message: "Invalid API Key",
	challenge: `Bearer error="invalid_token"`,
}

// noUser is what the tenant says of a user it does not know.
func noUser() *failure {
	f := plain(http.StatusNotFound)
	f.Message = "The user does not exist."
	return f
}

// answerError is the one place where an error becomes an answer.
func (s *Server) answerError(err error, c echo.Context) {
	req, res := c.Request(), c.Response()
	if res.Committed || errors.Is(err, context.Canceled) {
		return
	}
	f := failureOf(err)
	if f.StatusCode >= http.StatusInternalServerError {
		s.Log.ErrorContext(req.Context(), "the Authorization API failed", "err", err,
			"method", req.Method, "route", c.Path(), "request_id", res.Header().Get(echo.HeaderXRequestID))
	}
	if f.challenge != "" {
		res.Header().Set("WWW-Authenticate", f.challenge)
	}
	if f.retryAfter != "" {
		res.Header().Set("Retry-After", f.retryAfter)
	}
	if err := answer(c, f.StatusCode, f); err != nil {
		s.Log.ErrorContext(req.Context(), "an answer could not be sent", "err", err)
	}
}

// failureOf words err for the caller. Of an error it does not know it says only
// that it is not the caller's.
func failureOf(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if r, ok := errors.AsType[*bearer.Refusal](err); ok {
		f := plain(http.StatusUnauthorized)
		f.Message, f.challenge = r.Message, r.Challenge
		if r.Attribute != "" {
			f.Attributes = &attributes{Error: r.Attribute}
		}
		return f
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok && e.Code < http.StatusInternalServerError {
		return plain(http.StatusNotFound) // no such route, or not with this method
	}
	if f := refusal(err); f != nil {
		return f
	}
	if f := outage(err); f != nil {
		return f
	}
	f := plain(http.StatusInternalServerError)
	f.Message = "An internal server error occurred"
	return f
}

// outage words what the database cannot do at present, or is nil.
func outage(err error) *failure {
	f := plain(http.StatusServiceUnavailable)
	switch {
	case errors.Is(err, store.ErrBusy):
		f.Message, f.retryAfter = "Too many changes are under way. Nothing was changed; try again.", "1"
	case errors.Is(err, store.ErrFull):
		f = plain(http.StatusInsufficientStorage)
		f.Message = "The disk is full. Nothing was changed; try again when there is room."
	case errors.Is(err, store.ErrUncertain):
		// No Retry-After: whoever repeats this unseen may do it twice.
		f.Message = "The connection to the database broke while it was saving. The change is there whole or not at all; read again before repeating it."
	case errors.Is(err, store.ErrUnavailable):
		f.Message, f.retryAfter = "The database is not available. Nothing was changed; try again.", "5"
	default:
		return nil
	}
	return f
}

// refusal words what the tenant's rules say, or is nil.
func refusal(err error) *failure {
	if e, ok := errors.AsType[*store.NotFoundError](err); ok {
		return &failure{
			StatusCode: http.StatusNotFound, Kind: "NotFoundError",
			Message: fmt.Sprintf("The record %s in %s does not exist.", e.ID, e.Kind),
		}
	}
	if e, ok := errors.AsType[*store.TakenError](err); ok {
		return taken(e)
	}
	if e, ok := errors.AsType[*store.DocumentError](err); ok {
		return unimportable(e)
	}
	if e, ok := errors.AsType[*store.MetadataError](err); ok {
		return invalidMetadata(e)
	}
	if e, ok := errors.AsType[*store.InUseError](err); ok {
		kind := e.Kind
		if kind == store.Groups {
			kind = "nested"
		}
		return ruleBroken("Unable to touch %s while used in %s: %s", kind, e.In, strings.Join(e.Names, ", "))
	}
	if e, ok := errors.AsType[*store.UnknownError](err); ok {
		return ruleBroken("These %s do not exist: %s", e.Kind, strings.Join(e.IDs, ", "))
	}
	if e, ok := errors.AsType[*store.CycleError](err); ok {
		return &failure{
			StatusCode: http.StatusConflict, Kind: "Conflict",
			Message: "Nesting would close a cycle: " + strings.Join(e.Path, " > "),
		}
	}
	if e, ok := errors.AsType[*access.CycleError](err); ok {
		return refusal(&store.CycleError{Path: e.Path})
	}
	if e, ok := errors.AsType[*store.ForeignError](err); ok {
		return ruleBroken("These permissions belong to another application than %q: %s", e.Application, strings.Join(e.Permissions, ", "))
	}
	if e, ok := errors.AsType[*store.FixedError](err); ok {
		return ruleBroken("The role %q belongs to the application %q and cannot move to another", e.Role, e.Application)
	}
	return nil
}

// invalidMetadata words what is wrong with metadata as the door would.
func invalidMetadata(e *store.MetadataError) *failure {
	path := []string{"metadata"}
	if e.Key != "" {
		path = append(path, e.Key)
	}
	return invalid("payload", path, e.Message)
}

func taken(e *store.TakenError) *failure {
	what, where := "Group", ""
	switch e.Kind {
	case store.Roles:
		what, where = "Role", " for this application"
	case store.Permissions:
		what, where = "Permission", " for this application"
	}
	return ruleBroken("%s with name %s already exists%s", what, `"`+e.Name+`"`, where)
}
