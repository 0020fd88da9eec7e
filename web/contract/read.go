package contract

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Read reads the OpenAPI document spec. It takes about as long as a page may, so
// whoever needs it more than once keeps it.
func Read(spec []byte) (Document, error) {
	doc, err := openapi3.NewLoader().LoadFromData(spec)
	if err != nil {
		return Document{}, fmt.Errorf("reading an OpenAPI document: %w", err)
	}
	out := Document{Title: doc.Info.Title}
	for _, tag := range doc.Tags {
		out.Sections = append(out.Sections, Section{Name: tag.Name, About: strings.TrimSpace(tag.Description)})
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			i := slices.IndexFunc(out.Sections, func(s Section) bool { return slices.Contains(op.Tags, s.Name) })
			if i < 0 {
				return Document{}, fmt.Errorf("%s %s of %s has no tag that the document lists", method, path, out.Title)
			}
			o := operation(method, path, item, op)
			o.Section = out.Sections[i].Name
			out.Sections[i].Operations = append(out.Sections[i].Operations, o)
		}
	}
	out.Sections = slices.DeleteFunc(out.Sections, func(s Section) bool { return len(s.Operations) == 0 })
	for _, s := range out.Sections {
		slices.SortFunc(s.Operations, byPath)
	}
	return out, nil
}

// methods are in the order in which the operations of a path are listed.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// places are where a parameter can be, in the order in which they are listed.
var places = []string{openapi3.ParameterInPath, openapi3.ParameterInQuery, openapi3.ParameterInHeader}

func byPath(a, b Operation) int {
	return cmp.Or(
		cmp.Compare(a.Path, b.Path),
		slices.Index(methods, a.Method)-slices.Index(methods, b.Method),
	)
}

func operation(method, path string, item *openapi3.PathItem, op *openapi3.Operation) Operation {
	o := Operation{
		ID: op.OperationID, Method: method, Path: path,
		Summary: op.Summary, About: strings.TrimSpace(op.Description),
		Body: body(op.RequestBody), Answers: answers(op.Responses),
	}
	o.Secret, _ = op.Extensions["x-no-store"].(bool)
	o.Scopes, o.Key = security(op.Security)
	for _, p := range slices.Concat(item.Parameters, op.Parameters) {
		o.Parameters = append(o.Parameters, parameter(p.Value))
	}
	slices.SortStableFunc(o.Parameters, func(a, b Parameter) int {
		return slices.Index(places, a.In) - slices.Index(places, b.In)
	})
	return o
}

// security is the scopes of which one serves, and the header of the key that does
// too.
func security(all *openapi3.SecurityRequirements) (scopes []string, key string) {
	if all == nil {
		return nil, ""
	}
	for _, alternative := range *all {
		scopes = append(scopes, alternative["token"]...)
		if _, ok := alternative["key"]; ok {
			key = "x-api-key"
		}
	}
	return scopes, key
}

func parameter(p *openapi3.Parameter) Parameter {
	s := p.Schema.Value
	out := Parameter{
		Name: p.Name, In: p.In, About: strings.TrimSpace(p.Description), Required: p.Required,
		Type: typeOf(s), Limits: limitsOf(s), Example: texts(p.Example),
	}
	if s.Type.Is("array") {
		out.Joined = p.Explode != nil && !*p.Explode
		out.Repeated = !out.Joined
		s = s.Items.Value
	}
	for _, one := range s.Enum {
		out.Choices = append(out.Choices, texts(one)...)
	}
	return out
}

func body(ref *openapi3.RequestBodyRef) *Body {
	if ref == nil {
		return nil
	}
	media := ref.Value.Content.Get("application/json")
	s := media.Schema.Value
	return &Body{
		About: strings.TrimSpace(cmp.Or(ref.Value.Description, s.Description)),
		Type:  typeOf(s), Limits: limitsOf(s), Fields: fields(s), Example: indented(media.Example),
	}
}

func answers(all *openapi3.Responses) []Answer {
	var out []Answer
	for status, ref := range all.Map() {
		a := Answer{Status: status, About: strings.TrimSpace(*ref.Value.Description)}
		if media := ref.Value.Content.Get("application/json"); media != nil {
			a.Example = indented(media.Example)
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Answer) int { return cmp.Compare(a.Status, b.Status) })
	return out
}

// texts are the values of an example as a query has them.
func texts(example any) []string {
	switch v := example.(type) {
	case nil:
		return nil
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, texts(one)...)
		}
		return out
	}
	b, err := json.Marshal(example)
	if err != nil {
		return nil // what came from a document goes back into one
	}
	return []string{string(b)}
}

// indented is an example as JSON, on several lines.
func indented(example any) string {
	if example == nil {
		return ""
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(example); err != nil {
		return "" // what came from a document goes back into one
	}
	return strings.TrimSuffix(b.String(), "\n")
}
