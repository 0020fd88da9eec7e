package upstream

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// Error is an answer of an API outside 2xx, or no usable answer at all.
type Error struct {
	Status  int    // of the answer; 502 or 504 when there was none that made sense
	Code    string // stable, for programs
	Message string // for the person at the screen, at most 300 characters

	Fields     map[string]string // what is wrong, by field of the request
	RequestID  string            // under which the API logged it
	RetryAfter time.Duration     // how long a 429 asks to wait
	Missing    string            // the scope that a 403 asks for, if it says

	Err error // what lies below, such as a refused connection; for the log
}

// Codes of the errors that no API sent.
const (
	CodeNoAnswer   = "no_answer"         // not reached, or cut off
	CodeTimeout    = "timeout"           // no whole answer in time
	CodeNonsense   = "unexpected_answer" // an answer that is none of the API's
	CodeNoSession  = "no_session"        // nobody is signed in, or no longer
	CodeBadRequest = "bad_request"       // an id that cannot be an address
)

// Error is for logs. It leaves out Message: an API may quote there what somebody
// typed.
func (e *Error) Error() string {
	s := "the API answered " + strconv.Itoa(e.Status)
	if e.Code != "" {
		s += " " + e.Code
	}
	if e.RequestID != "" {
		s += " (request " + e.RequestID + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap is what lies below, such as a refused connection.
func (e *Error) Unwrap() error { return e.Err }

// NotGiven reports whether an API refused a change because it would give somebody what
// the caller could not give directly, or what the caller has not got. Message says why.
func (e *Error) NotGiven() bool {
	return e.Status == http.StatusForbidden && (e.Code == "GrantError" || e.Code == "grant_not_allowed")
}

// StatusOf is the status of the Error in err's chain, or 0 without one.
func StatusOf(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status
	}
	return 0
}

// nonsense is the Error of an answer that none of the API's documents describe.
func nonsense(cause error) *Error {
	return &Error{
		Status:  502,
		Code:    CodeNonsense,
		Message: "The API sent an answer that Trellis does not understand.",
		Err:     cause,
	}
}
