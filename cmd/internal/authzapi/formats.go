package authzapi

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
)

// formats is the formats of texts that the document names, for kin-openapi.
func formats() []openapi3.SchemaValidationOption {
	validators := map[string]openapi3.StringFormatValidator{}
	for _, name := range []string{"guid", "name", "text", "user-id"} {
		validators[name] = openapi3.NewCallbackValidator(func(s string) error { return validateFormat(name, s) })
	}
	return []openapi3.SchemaValidationOption{openapi3.WithStringFormatValidators(validators)}
}

// guid is what the old API takes for a GUID: with or without dashes and braces.
// The look-up is exact all the same.
var guid = regexp.MustCompile(`(?i)^(\{[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})$`)

// validateFormat says what is wrong about a text that should have a format.
func validateFormat(format, s string) error {
	switch format {
	case "guid":
		if !guid.MatchString(s) {
			return errors.New("must be a valid GUID")
		}
	case "name":
		if strings.ContainsFunc(s, control) {
			return errControl
		}
		if strings.ContainsFunc(s, deceptive) {
			return errors.New("must not contain invisible characters or ones that turn the direction of writing")
		}
	case "text":
		if strings.ContainsFunc(s, func(r rune) bool { return control(r) && r != '\n' && r != '\r' && r != '\t' }) {
			return errControl
		}
	case "user-id":
		if strings.ContainsFunc(s, control) {
			return errControl
		}
		if s == "." || s == ".." {
			return errors.New(`must not be "." or ".."`)
		}
	}
	return nil
}

var errControl = errors.New("must not contain control characters")

// control reports what no text holds: control characters, and the two that
// Unicode promises never to use.
func control(r rune) bool { return unicode.IsControl(r) || r == 0xfffe || r == 0xffff }

// deceptive reports what makes two names look alike or a name look like
// another: marks of direction, and characters without a shape. The joiners stay
// allowed: Persian and emoji need them.
func deceptive(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) || r == 0x200b || r == 0x2060 || r == 0xfeff || r >= 0xe0000 && r <= 0xe007f
}
