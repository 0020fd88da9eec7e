package upstream

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"unicode"
)

const maxText = 300 // characters of an API's text that a page may show

// answer is an error body of either API. They share the first three members.
type answer struct {
	Error      string `json:"error"`
	Message    string `json:"message"`
	ErrorCode  string `json:"errorCode"`
	Validation struct {
		Source string   `json:"source"`
		Keys   []string `json:"keys"`
	} `json:"validation"`
}

// refusal is the Error that an answer outside 2xx tells of.
func refusal(res *http.Response, body []byte) *Error {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil || !isJSON(res.Header) {
		a = answer{} // a proxy's page, perhaps: its text is not for people
	}
	e := &Error{
		Status:    res.StatusCode,
		Code:      firstOf(a.ErrorCode, a.Error),
		Message:   plain(a.Message),
		Fields:    problems(a),
		RequestID: plain(res.Header.Get("X-Request-Id")),
	}
	if a.Validation.Source == "params" {
		// The address holds an id that no record can have. Whether it could
		// exist or just does not is all the same to a person.
		e.Status, e.Fields = http.StatusNotFound, nil
	}
	switch e.Status {
	case http.StatusForbidden:
		e.Missing = missingScope(res.Header.Get("WWW-Authenticate"), a.Message)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		e.RetryAfter, _ = retryAfter(res.Header, now())
	}
	return e
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s = plain(s); s != "" {
			return s
		}
	}
	return ""
}

// plain is a text of an API fit for a page and a log line: short, on one line,
// and without control characters or marks that turn the direction of writing.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if runes := []rune(s); len(runes) > maxText {
		return string(runes[:maxText-1]) + "…"
	}
	return s
}

var (
	scopeParam = regexp.MustCompile(`\bscope="([^"]*)"`)
	scopeName  = regexp.MustCompile(`\b(?:create|read|update|delete):[a-z][a-z_-]*\b`)
)

// missingScope is the scope that a 403 names: in its challenge (RFC 6750), or in
// its text as the Management API does.
func missingScope(challenge, message string) string {
	if m := scopeParam.FindStringSubmatch(challenge); m != nil {
		return scopeName.FindString(m[1])
	}
	return scopeName.FindString(message)
}

// problems words what is wrong with the fields that an answer names.
func problems(a answer) map[string]string {
	if taken.MatchString(a.Message) {
		return map[string]string{"name": "This name is taken. Choose another."}
	}
	if len(a.Validation.Keys) == 0 {
		return nil
	}
	fields := map[string]string{}
	for _, key := range a.Validation.Keys {
		fields[plain(key)] = problem(a.Message)
	}
	return fields
}

var (
	taken   = regexp.MustCompile(`^\w+ with name ".*" already exists`)
	tooLong = regexp.MustCompile(`length must be less than or equal to (\d+) characters long`)
	quoted  = regexp.MustCompile(`^"[^"]*" `)
)

// problem says in words for people what a schema message says for programs.
func problem(message string) string {
	rest := quoted.ReplaceAllString(message, "")
	if m := tooLong.FindStringSubmatch(rest); m != nil {
		return "Use at most " + m[1] + " characters."
	}
	switch {
	case rest == "is required", strings.Contains(rest, "not allowed to be empty"):
		return "Fill this in."
	case rest == "must be a string":
		return "This must be text."
	case rest == "must be a valid GUID":
		return "This is not the id of anything."
	case strings.Contains(rest, "must contain at least 1 items"):
		return "Choose at least one."
	case rest == "is not allowed":
		return "The API does not take this."
	}
	return plain(rest)
}
