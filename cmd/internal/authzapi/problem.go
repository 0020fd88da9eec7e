package authzapi

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// number is how a query may spell a number.
var number = regexp.MustCompile(`^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?$`)

// invalid is the failure of a value that the document does not allow. path
// leads to it, with the indexes of lists in brackets.
func invalid(source string, path []string, what string) *failure {
	name := "value"
	var b strings.Builder
	for _, key := range path {
		if b.Len() > 0 && !strings.HasPrefix(key, "[") {
			b.WriteByte('.')
		}
		b.WriteString(key)
	}
	if b.Len() > 0 {
		name = b.String()
	}
	f := badRequest(`"` + name + `" ` + what)
	f.StatusCode = http.StatusBadRequest
	f.Validation = &validation{Source: source, Keys: []string{strings.NewReplacer("[", "", "]", "").Replace(strings.Join(path, "."))}}
	return f
}

// paramProblem words what kin-openapi says about a parameter.
func paramProblem(p *openapi3.Parameter, id string, query url.Values, err error) error {
	source := map[string]string{openapi3.ParameterInPath: "params", openapi3.ParameterInQuery: "query"}[p.In]
	if source == "" {
		return badRequest(fmt.Sprintf("The header %s is too long", p.Name))
	}
	path := []string{p.Name}
	if p.Schema.Value.Type.Is(openapi3.TypeString) && (p.In == openapi3.ParameterInPath && id == "" || p.In == openapi3.ParameterInQuery && query.Get(p.Name) == "") {
		return invalid(source, path, empty)
	}
	if errors.Is(err, openapi3filter.ErrInvalidEmptyValue) {
		return invalid(source, path, mustBe(p.Schema.Value.Type))
	}
	if problems := found(err); len(problems) > 0 {
		first := problems[0]
		return invalid(source, append(path, label(p.Schema.Value, first.path)...), words(first.err))
	}
	return invalid(source, path, mustBe(p.Schema.Value.Type))
}

const empty = "is not allowed to be empty"

// words is what the old API says about such a problem.
func words(e *openapi3.SchemaError) string {
	switch e.SchemaField {
	case "required":
		return "is required"
	case "properties":
		return "is not allowed"
	case "minLength":
		return empty
	case "maxLength":
		return fmt.Sprintf("length must be less than or equal to %d characters long", *e.Schema.MaxLength)
	case "oneOf":
		return "must be a string, a number or a boolean"
	case "maxProperties":
		return fmt.Sprintf("must have less than or equal to %d keys", *e.Schema.MaxProps)
	case "minProperties":
		return fmt.Sprintf("must have at least %d key", e.Schema.MinProps)
	case "minItems":
		return fmt.Sprintf("must contain at least %d items", e.Schema.MinItems)
	case "minimum":
		return fmt.Sprintf("must be greater than or equal to %g", *e.Schema.Min)
	case "maximum":
		return fmt.Sprintf("must be less than or equal to %.0f", *e.Schema.Max)
	case "enum":
		return oneOf(e)
	case "format":
		return formatWords(e)
	}
	if n, ok := e.Value.(float64); ok && e.Schema.Type.Is(openapi3.TypeInteger) && n != math.Trunc(n) {
		return "must be an integer"
	}
	return mustBe(e.Schema.Type)
}

func oneOf(e *openapi3.SchemaError) string {
	if words, ok := e.Schema.Extensions["x-refused-as"].(string); ok {
		return words
	}
	allowed := make([]string, len(e.Schema.Enum))
	for i, v := range e.Schema.Enum {
		allowed[i] = fmt.Sprint(v)
	}
	return "must be one of [" + strings.Join(allowed, ", ") + "]"
}

// formatWords is what a format of this API says about a text.
func formatWords(e *openapi3.SchemaError) string {
	text, _ := e.Value.(string)
	if err := validateFormat(e.Schema.Format, text); err != nil {
		return err.Error()
	}
	return "is not valid"
}

func mustBe(kind *openapi3.Types) string {
	switch {
	case kind.Is(openapi3.TypeObject):
		return "must be of type object"
	case kind.Is(openapi3.TypeArray):
		return "must be an array"
	case kind.Is(openapi3.TypeInteger):
		return "must be a number"
	case kind.Is(openapi3.TypeBoolean):
		return "must be a boolean"
	}
	return "must be a string"
}
