package authzapi

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// checkBody refuses a body that schema does not allow, with the first problem
// in the order of the schema.
func checkBody(schema *openapi3.Schema, body any) error {
	schema = shape(schema, body)
	options := append([]openapi3.SchemaValidationOption{openapi3.MultiErrors(), openapi3.VisitAsRequest()}, formats()...)
	err := schema.VisitJSON(inUTF16(body), options...)
	if err == nil {
		return nil
	}
	problems := found(err)
	if len(problems) == 0 {
		return err
	}
	first := slices.MinFunc(problems, func(a, b problem) int { return inOrder(schema, a.path, b.path) })
	return invalid("payload", label(schema, first.path), words(first.err))
}

// shape is the one of schema's alternatives that has the form of body; the
// first when none has.
func shape(schema *openapi3.Schema, body any) *openapi3.Schema {
	if len(schema.OneOf) == 0 {
		return schema
	}
	_, object := body.(map[string]any)
	for _, alternative := range schema.OneOf {
		if object && alternative.Value.Type.Is(openapi3.TypeObject) {
			return alternative.Value
		}
	}
	return schema.OneOf[0].Value
}

// inUTF16 is v with every character outside the Basic Multilingual Plane
// doubled. The contract counts UTF-16 units, kin-openapi counts characters.
func inUTF16(v any) any {
	switch v := v.(type) {
	case string:
		return double(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = inUTF16(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, e := range v {
			out[key] = inUTF16(e)
		}
		return out
	}
	return v
}

func double(s string) string {
	if !strings.ContainsFunc(s, astral) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
		if astral(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func astral(r rune) bool { return r > 0xffff }

// problem is something that a schema says about a value, and the way to it.
type problem struct {
	path []string
	err  *openapi3.SchemaError
}

// found is every problem in err, in the order kin-openapi found them.
func found(err error) []problem {
	if e, ok := noAlternative(err); ok {
		return []problem{{e.JSONPointer(), e}}
	}
	if many, ok := errors.AsType[openapi3.MultiError](err); ok {
		var out []problem
		for _, e := range many {
			out = append(out, found(e)...)
		}
		return out
	}
	e, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		return nil
	}
	path := e.JSONPointer()
	if e.SchemaField == "properties" {
		return unknownFields(path, e)
	}
	return []problem{{path, e}}
}

// noAlternative is err when a value has the type of none of the alternatives of its
// schema. What each of them finds wrong would tell less. Of a text it tells more.
func noAlternative(err error) (*openapi3.SchemaError, bool) {
	e, ok := err.(*openapi3.SchemaError) //nolint:errorlint // what it wraps is what the alternatives found
	if !ok || e.SchemaField != "oneOf" {
		return nil, false
	}
	_, text := e.Value.(string)
	return e, !text
}

// unknownFields is the fields that an object should not have: kin-openapi names
// them only in its words.
func unknownFields(path []string, e *openapi3.SchemaError) []problem {
	object, _ := e.Value.(map[string]any)
	var out []problem
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if e.Schema.Properties[name] == nil {
			out = append(out, problem{append(slices.Clone(path), name), e})
		}
	}
	return out
}

// inOrder compares two ways into a value of schema: what stands first in the
// schema comes first, and an object or list comes before what is in it.
func inOrder(schema *openapi3.Schema, a, b []string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return cmp.Or(cmp.Compare(rank(schema, a[i]), rank(schema, b[i])), cmp.Compare(a[i], b[i]))
		}
		schema = child(schema, a[i])
	}
	return cmp.Compare(len(a), len(b))
}

// rank is the place of a field or an index of schema. The required fields have
// the order of their list, as YAML keeps none of the properties; then come the
// other fields, then those that the schema does not know.
func rank(schema *openapi3.Schema, key string) int {
	if schema == nil || schema.Items != nil {
		n, err := strconv.Atoi(key)
		if err != nil {
			return 0
		}
		return n
	}
	if i := slices.Index(schema.Required, key); i >= 0 {
		return i
	}
	if schema.Properties[key] != nil {
		return len(schema.Required)
	}
	return len(schema.Required) + 1
}

// child is the schema of what stands under key, if it is known.
func child(schema *openapi3.Schema, key string) *openapi3.Schema {
	switch {
	case schema == nil:
		return nil
	case schema.Items != nil:
		return schema.Items.Value
	case schema.Properties[key] != nil:
		return schema.Properties[key].Value
	}
	return nil
}

// label is a way into a value of schema, with the indexes of lists in brackets.
func label(schema *openapi3.Schema, path []string) []string {
	out := make([]string, len(path))
	for i, key := range path {
		out[i] = key
		if schema != nil && schema.Items != nil {
			out[i] = "[" + key + "]"
		}
		schema = child(schema, key)
	}
	return out
}
