package authzapi

import (
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// glance is a schema as far as it can be checked at once. What it allows the
// schema allows; of the rest it knows nothing, and kin-openapi has to say what is
// wrong, if anything is. So nearly every call spares that search.
type glance struct {
	kind     string
	format   string
	min, max int // letters of a text, items of a list; without max a negative number
	items    *glance
	fields   map[string]*glance
	required []string
}

// deepest is how far schemas may nest to be a glance: one may contain itself.
const deepest = 8

// glanceAt is schema as a glance; nil when it says more than one can check.
func glanceAt(schema *openapi3.Schema, depth int) *glance {
	if depth > deepest || len(schema.Type.Slice()) != 1 {
		return nil
	}
	rest := *schema // what is left once all that is understood is taken away
	rest.Type, rest.Format, rest.MinLength, rest.MaxLength, rest.MinItems, rest.MaxItems = nil, "", 0, nil, 0, nil
	rest.Items, rest.Properties, rest.Required, rest.AdditionalProperties.Has = nil, nil, nil, nil
	rest.Title, rest.Description, rest.Example, rest.Default, rest.Deprecated, rest.Extensions, rest.Origin = "", "", nil, nil, false, nil, nil
	if !reflect.DeepEqual(rest, openapi3.Schema{}) {
		return nil
	}
	p := &glance{kind: schema.Type.Slice()[0], format: schema.Format, required: schema.Required, max: -1}
	switch p.kind {
	case openapi3.TypeString:
		p.min, p.max = int(schema.MinLength), limit(schema.MaxLength) //nolint:gosec // the document has small numbers
		return p
	case openapi3.TypeBoolean:
		return p
	case openapi3.TypeArray:
		p.min, p.max = int(schema.MinItems), limit(schema.MaxItems) //nolint:gosec // as above
		if schema.Items != nil {
			p.items = glanceAt(schema.Items.Value, depth+1)
		}
		if p.items == nil {
			return nil
		}
		return p
	case openapi3.TypeObject:
		p.fields = make(map[string]*glance, len(schema.Properties))
		for name, field := range schema.Properties {
			if p.fields[name] = glanceAt(field.Value, depth+1); p.fields[name] == nil {
				return nil
			}
		}
		return p
	}
	return nil
}

func limit(n *uint64) int {
	if n == nil {
		return -1
	}
	return int(*n) //nolint:gosec // the document has small numbers
}

// allows reports whether v is surely allowed, as it is.
func (p *glance) allows(v any) bool {
	if p == nil {
		return false
	}
	switch v := v.(type) {
	case string:
		return p.kind == openapi3.TypeString && p.counts(len(v)) && ascii(v) && validateFormat(p.format, v) == nil
	case bool:
		return p.kind == openapi3.TypeBoolean
	case []any:
		return p.kind == openapi3.TypeArray && p.counts(len(v)) && !slices.ContainsFunc(v, func(e any) bool { return !p.items.allows(e) })
	case map[string]any:
		return p.kind == openapi3.TypeObject && p.allowsObject(v)
	}
	return false
}

func (p *glance) counts(n int) bool { return n >= p.min && (p.max < 0 || n <= p.max) }

func (p *glance) allowsObject(object map[string]any) bool {
	for _, name := range p.required {
		if _, there := object[name]; !there {
			return false
		}
	}
	for name, v := range object {
		if !p.fields[name].allows(v) {
			return false
		}
	}
	return true
}

// ascii reports whether s has printable letters of ASCII alone: then it has as
// many as bytes.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
