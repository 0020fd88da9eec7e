package mgmtapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// problem is an error that the caller is told of.
type problem struct {
	Status     int         `json:"statusCode"`
	Title      string      `json:"error"`
	Message    string      `json:"message"`
	Code       string      `json:"errorCode,omitempty"`
	Attributes *attributes `json:"attributes,omitempty"`

	challenge  string // the value of WWW-Authenticate, if any
	retryAfter string // the value of Retry-After, if any
}

type attributes struct {
	Error string `json:"error"`
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s", p.Status, p.Message) }

func newProblem(status int, code, message string) *problem {
	return &problem{Status: status, Title: http.StatusText(status), Message: message, Code: code}
}

func noRoute() *problem { return newProblem(http.StatusNotFound, "", "Not Found") }

func badURI(why string) *problem {
	return newProblem(http.StatusBadRequest, "invalid_uri", "Path validation error: '"+why+"'.")
}

func badQuery(why string) *problem {
	return newProblem(http.StatusBadRequest, "invalid_query_string", "Query validation error: '"+why+"'.")
}

func badBody(why string) *problem {
	return newProblem(http.StatusBadRequest, "invalid_body", "Payload validation error: '"+why+"'.")
}

func notPossible(why string) *problem {
	return newProblem(http.StatusBadRequest, "operation_not_supported", why)
}

// lockedOut refuses what would leave nobody, or the caller no more, to undo it.
func lockedOut(why string) *problem {
	return newProblem(http.StatusConflict, "last_administrator", why)
}

func unauthorized(r *bearer.Refusal) *problem {
	p := newProblem(http.StatusUnauthorized, "", r.Message)
	p.challenge = r.Challenge
	if r.Attribute != "" {
		p.Attributes = &attributes{Error: r.Attribute}
	}
	return p
}

func forbidden(any scopes) *problem {
	p := newProblem(http.StatusForbidden, "insufficient_scope", "Insufficient scope, expected any of: "+strings.Join(any, ","))
	p.challenge = `Bearer error="insufficient_scope", scope="` + strings.Join(any, " ") + `"`
	return p
}

func userExists() *problem {
	return newProblem(http.StatusConflict, "user_exists", "The user already exists.")
}

// problemOf is what the caller is told of err: of a failure of ours, nothing.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if e, ok := errors.AsType[*store.NotFoundError](err); ok {
		return missing(e)
	}
	if e, ok := errors.AsType[*store.UnknownError](err); ok {
		return unknown(e)
	}
	if e, ok := errors.AsType[*store.TakenError](err); ok && e.Kind == store.CoreRoles {
		return newProblem(http.StatusConflict, "role_exists", "A role with this name already exists.")
	}
	if e, ok := errors.AsType[*store.TakenError](err); ok && e.Kind == store.Accounts {
		return newProblem(http.StatusConflict, "account_exists", "Somebody with this email address may sign in already.")
	}
	if _, ok := errors.AsType[*store.LastAdministratorError](err); ok {
		return lockedOut("This is the last administrator. Make somebody else one first.")
	}
	if e, ok := errors.AsType[*echo.HTTPError](err); ok && (e.Code == http.StatusNotFound || e.Code == http.StatusMethodNotAllowed) {
		return noRoute()
	}
	if p := outage(err); p != nil {
		return p
	}
	return newProblem(http.StatusInternalServerError, "", "An internal server error occurred")
}

// outage is what the database cannot do at present, or nil.
func outage(err error) *problem {
	p := newProblem(http.StatusServiceUnavailable, "", "")
	switch {
	case errors.Is(err, store.ErrBusy):
		p.Message, p.retryAfter = "Too many changes are under way. Nothing was changed; try again.", "1"
	case errors.Is(err, store.ErrFull):
		p = newProblem(http.StatusInsufficientStorage, "", "The disk is full. Nothing was changed; try again when there is room.")
	case errors.Is(err, store.ErrUncertain):
		// No Retry-After: whoever repeats this unseen may do it twice.
		p.Message = "The connection to the database broke while it was saving. The change is there whole or not at all; read again before repeating it."
	case errors.Is(err, store.ErrUnavailable):
		p.Message, p.retryAfter = "The database is not available. Nothing was changed; try again.", "5"
	default:
		return nil
	}
	return p
}

func missing(e *store.NotFoundError) *problem {
	switch e.Kind {
	case store.Users:
		return newProblem(http.StatusNotFound, "inexistent_user", "The user does not exist.")
	case store.CoreRoles:
		return newProblem(http.StatusNotFound, "", "The role does not exist.")
	case store.APIs:
		return newProblem(http.StatusNotFound, "inexistent_resource_server", "The resource server does not exist.")
	case store.Accounts:
		return newProblem(http.StatusNotFound, "inexistent_account", "The account does not exist.")
	case store.Clients:
		return newProblem(http.StatusNotFound, "inexistent_client", "The client does not exist.")
	case store.Connections:
		return newProblem(http.StatusBadRequest, "inexistent_connection", "The connection does not exist.")
	}
	return newProblem(http.StatusNotFound, "", "Not Found")
}

func unknown(e *store.UnknownError) *problem {
	if e.Kind == store.APIs {
		return newProblem(http.StatusNotFound, "inexistent_resource_server",
			fmt.Sprintf("The resource server does not exist: '%s'", e.IDs[0]))
	}
	return newProblem(http.StatusBadRequest, "inexistent_permission",
		fmt.Sprintf("The resource server does not define the permission: '%s'", e.IDs[0]))
}
