package login

import (
	"errors"
	"strings"
	"unicode"
)

// Error is why a sign-in stopped. Title and Message are for the person; what lies
// below is for the log.
type Error struct {
	Status         int
	Title, Message string
	Err            error

	// Again is the address at which the same sign-in starts again, with all that
	// it was to bring. Empty, it starts from nothing.
	Again string
}

// Error is for logs.
func (e *Error) Error() string {
	if e.Err == nil {
		return "sign-in: " + e.Title
	}
	return "sign-in: " + e.Title + ": " + e.Err.Error()
}

// Unwrap is what lies below.
func (e *Error) Unwrap() error { return e.Err }

// stale is a callback that belongs to no sign-in of this browser.
func stale(err error) *Error {
	return &Error{
		Status: 400, Title: "This sign-in cannot be finished",
		Message: "It was used before, took longer than ten minutes, or was started in another browser. Start again.", Err: err,
	}
}

// malformed is a callback that no provider makes.
func malformed(what string) *Error {
	return &Error{
		Status: 400, Title: "This sign-in cannot be finished",
		Message: "The address is not one that the sign-in provider makes. Start again.", Err: errors.New(what),
	}
}

// unavailable is a provider that does not answer, or not now.
func unavailable(err error) *Error {
	return &Error{Status: 503, Title: "Signing in is not possible now", Message: "The sign-in provider does not answer. Try again in a moment.", Err: err}
}

// distrusted is an answer of the provider that fails a check.
func distrusted(err error) *Error {
	return &Error{
		Status: 502, Title: "You are not signed in",
		Message: "The sign-in provider sent an answer that failed a check. If it happens again, tell an administrator.", Err: err,
	}
}

// turnedDown is a sign-in that the provider ended with an error of its own.
func turnedDown(code, description string) *Error {
	e := &Error{
		Status: 403, Title: "You are not signed in",
		Message: "The sign-in provider did not sign you in.", Err: errors.New("the provider answered " + clean(code, 40)),
	}
	switch code {
	case "access_denied":
		e.Message = "The sign-in was cancelled, or your account may not use Trellis."
	case "temporarily_unavailable", "server_error":
		e.Status = 503
		e.Message = "The sign-in provider has a problem. Try again in a moment."
	}
	if d := clean(description, 200); d != "" {
		e.Message += " It says: " + d
	}
	return e
}

// noRights is an account that the provider knows and that may do nothing here.
func noRights() *Error {
	return &Error{Status: 403, Title: "Your account may not use Trellis", Message: "It has no role here. An administrator can give it one."}
}

// clean cuts foreign text to max characters and to those that stay on their line
// and in their direction.
func clean(s string, max int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s)
	runes := []rune(strings.TrimSpace(s))
	if len(runes) > max {
		return string(runes[:max-1]) + "…"
	}
	return string(runes)
}
