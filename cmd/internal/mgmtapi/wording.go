package mgmtapi

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// propertyName is how the validator quotes a member that is missing or unknown.
var propertyName = regexp.MustCompile(`^property "(.*)" is (missing|unsupported)$`)

// passwords is told to whoever wants to change one. Taking it and forgetting it
// would leave a caller who thinks that it was changed.
const passwords = "passwords are not part of this API: they are managed by the identity provider of the user"

// wording says what is wrong in words of ours: the validator's own repeat the
// schema, and could repeat the value.
func wording(err error) string {
	if e, ok := errors.AsType[*openapi3filter.ParseError](err); ok {
		return "it is not " + kinds[e.Reason]
	}
	e, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		return "it is not as the contract says"
	}
	path := strings.Join(e.JSONPointer(), ".")
	if m := propertyName.FindStringSubmatch(e.Reason); m != nil {
		return property(m[1], m[2])
	}
	if path == "" {
		return e.Reason
	}
	return printable(path) + ": " + e.Reason
}

func property(name, what string) string {
	switch {
	case name == "password" && what == "unsupported":
		return passwords
	case what == "missing":
		return "Missing required property: " + name
	}
	return "Additional properties not allowed: " + printable(name)
}

// kinds words the validator's reasons for not understanding a parameter.
var kinds = map[string]string{
	"an invalid integer": "a whole number",
	"an invalid number":  "a number",
	"an invalid boolean": "true or false",
}

// printable is s short and without characters that would disturb a message.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if control(r) || r == utf8.RuneError || r == '\n' || r == '\'' {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}
