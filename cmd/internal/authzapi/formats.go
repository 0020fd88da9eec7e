package authzapi

import (
	"errors"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"trellis/cmd/internal/texts"
)

// formats is the formats of texts that the document names, for kin-openapi.
func formats() []openapi3.SchemaValidationOption {
	validators := map[string]openapi3.StringFormatValidator{}
	for _, name := range []string{"guid", "name", "text", "user-id", "mail"} {
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
		if strings.ContainsFunc(s, texts.Control) {
			return errControl
		}
		if texts.Deceives(s) {
			return errors.New("must not contain invisible characters or ones that turn the direction of writing")
		}
	case "text":
		if strings.ContainsFunc(s, texts.ControlInLines) {
			return errControl
		}
	case "mail":
		if !texts.Email(s) {
			return errors.New("must be a valid email")
		}
	case "user-id":
		if strings.ContainsFunc(s, texts.Control) {
			return errControl
		}
		if s == "." || s == ".." {
			return errors.New(`must not be "." or ".."`)
		}
	}
	return nil
}

var (
	errControl = errors.New("must not contain control characters")
	errUTF8    = errors.New("must be valid UTF-8")
)
