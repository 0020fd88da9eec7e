package authzapi

import (
	"fmt"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"pgregory.net/rapid"

	"trellis/web/authz"
)

// What a glance allows the document allows: every body that it lets pass would
// have passed the long way, unchanged.
func TestAGlanceAllowsNothingThatTheDocumentDoesNot(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(authz.Spec)
	if err != nil {
		t.Fatal(err)
	}
	seen, passed := 0, 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			d := newDoor(doc, route{method: method, path: path}, op)
			if d.bodyGlance == nil {
				continue
			}
			seen++
			t.Run(op.OperationID, func(t *testing.T) {
				rapid.Check(t, func(r *rapid.T) {
					body := anyBody(r, d.body, 0)
					if !d.bodyGlance.allows(body) {
						return
					}
					passed++
					if spelt := spelledOut(d.body, body); fmt.Sprint(spelt) != fmt.Sprint(body) {
						r.Fatalf("%v is %v when it is spelt out", body, spelt)
					}
					if err := checkBody(d.body, body); err != nil {
						r.Fatalf("%v was let through, and %v", body, err)
					}
				})
			})
		}
	}
	if seen < 10 || passed < 100 {
		t.Errorf("%d bodies of %d operations were let through", passed, seen)
	}
}

// Parameters of the path are the same.
func TestAGlanceAtAPathAllowsNothingThatTheDocumentDoesNot(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(authz.Spec)
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			d := newDoor(doc, route{method: method, path: path}, op)
			for _, p := range d.params {
				if p.In != openapi3.ParameterInPath {
					continue
				}
				if p.glance == nil {
					t.Errorf("%s of %s takes the long way", p.Name, op.OperationID)
				}
				rapid.Check(t, func(r *rapid.T) {
					value := anyText().Draw(r, "value")
					if !p.glance.allows(value) {
						return
					}
					in := &openapi3filter.RequestValidationInput{
						PathParams: map[string]string{p.Name: value}, Route: d.route,
						Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, SchemaValidationOptions: formats()},
					}
					if err := openapi3filter.ValidateParameter(t.Context(), in, p.Parameter); err != nil {
						r.Fatalf("%q was let through, and %v", value, err)
					}
				})
			}
		}
	}
}

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", ".", "..", "yes", "true", "a b", "id,id", "00000000-0000-4000-8000-000000000001", "auth0|1", "read:x", "client", "\u202e", "é", "😀"}),
		rapid.StringMatching(`[ -~]{0,30}`), rapid.String(),
	)
}

// anyBody is mostly what schema asks for, and now and then something else.
func anyBody(r *rapid.T, schema *openapi3.Schema, depth int) any {
	if rapid.IntRange(0, 19).Draw(r, "strange") == 0 || depth > deepest {
		return rapid.SampledFrom([]any{nil, true, 1.5, "text", []any{}, map[string]any{"x": "y"}}).Draw(r, "value")
	}
	switch {
	case schema.Type.Is(openapi3.TypeObject):
		out := map[string]any{}
		for name, field := range schema.Properties {
			if rapid.IntRange(0, 9).Draw(r, "there") > 0 {
				out[name] = anyBody(r, field.Value, depth+1)
			}
		}
		return out
	case schema.Type.Is(openapi3.TypeArray):
		var out []any
		for range rapid.IntRange(0, 3).Draw(r, "items") {
			out = append(out, anyBody(r, schema.Items.Value, depth+1))
		}
		return out
	case schema.Type.Is(openapi3.TypeBoolean):
		return rapid.SampledFrom([]any{true, false, "yes"}).Draw(r, "truth")
	case schema.Format == "guid":
		return rapid.SampledFrom([]string{"00000000-0000-4000-8000-000000000001", "x"}).Draw(r, "id")
	}
	return anyText().Draw(r, "text")
}
