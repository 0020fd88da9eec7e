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
		400, "This sign-in cannot be finished",
		"It was used before, took longer than ten minutes, or was started in another browser. Start again.", err,
	}
}

// malformed is a callback that no provider makes.
func malformed(what string) *Error {
	return &Error{400, "This sign-in cannot be finished", "The address is not one that the sign-in provider makes. Start again.", errors.New(what)}
}

// unavailable is a provider that does not answer, or not now.
func unavailable(err error) *Error {
	return &Error{503, "Signing in is not possible now", "The sign-in provider does not answer. Try again in a moment.", err}
}

// distrusted is an answer of the provider that fails a check.
func distrusted(err error) *Error {
	return &Error{502, "You are not signed in", "The sign-in provider sent an answer that failed a check. If it happens again, tell an administrator.", err}
}

// turnedDown is a sign-in that the provider ended with an error of its own.
func turnedDown(code, description string) *Error {
	e := &Error{403, "You are not signed in", "The sign-in provider did not sign you in.", errors.New("the provider answered " + clean(code, 40))}
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
	return &Error{403, "Your account may not use Trellis", "It has no role here. An administrator can give it one.", nil}
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
