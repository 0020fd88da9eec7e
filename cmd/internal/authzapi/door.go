package authzapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
	"trellis/cmd/internal/texts"
)

// call is a request that the document allows.
type call struct {
	tx    *store.Tx         // nil when the route is alone
	id    string            // of the path
	path  map[string]string // every parameter of the path, id among them
	query url.Values
	body  any    // as strictjson reads it
	raw   []byte // the same as it came
	who   bearer.Principal
	reads bool // the operation changes nothing
}

// into reads the body into out, which the document has shaped.
func (c *call) into(out any) error {
	b, err := json.Marshal(c.body)
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	return nil
}

// door lets through what one operation of the document allows.
type door struct {
	scopes []string // one of them is enough
	key    bool     // the key of the tenant's login code opens it too
	secret bool     // nobody may keep a copy of the answer
	lax    bool     // parameters of the query that the document does not know are passed over
	route  *routers.Route
	params []param          // path before query before header, each in the document's order
	body   *openapi3.Schema // nil: a body is read and passed over
	limit  int64            // of a body, in bytes

	bodyGlance *glance // what can be said of body at a glance
}

// param is a parameter of an operation.
type param struct {
	*openapi3.Parameter

	glance *glance // what can be said of it at a glance, where it is part of the path
}

func newParam(p *openapi3.Parameter) param {
	if p.In == openapi3.ParameterInPath && p.Schema != nil {
		return param{p, glanceAt(p.Schema.Value, 0)}
	}
	return param{p, nil}
}

func newDoor(doc *openapi3.T, r route, op *openapi3.Operation) *door {
	d := &door{limit: maxBody, route: &routers.Route{
		Spec: doc, Path: r.path, PathItem: doc.Paths.Value(r.path), Method: r.method, Operation: op,
	}}
	if limit, ok := op.Extensions["x-max-body"].(float64); ok {
		d.limit = int64(limit)
	}
	for _, requirement := range *op.Security {
		d.scopes = append(d.scopes, requirement["token"]...)
		_, key := requirement["key"]
		d.key = d.key || key
	}
	_, d.secret = op.Extensions["x-no-store"]
	_, d.lax = op.Extensions["x-other-parameters"]
	for _, in := range []string{openapi3.ParameterInPath, openapi3.ParameterInQuery, openapi3.ParameterInHeader} {
		for _, p := range op.Parameters {
			if p.Value.In == in {
				d.params = append(d.params, newParam(p.Value))
			}
		}
	}
	if op.RequestBody != nil {
		d.body = op.RequestBody.Value.Content.Get("application/json").Schema.Value
		d.bodyGlance = glanceAt(d.body, 0)
	}
	return d
}

// pass is the request as a call, or the first thing that is wrong about it. Who
// calls is known already.
func (d *door) pass(c echo.Context, who bearer.Principal) (*call, error) {
	raw, body, err := readBody(c.Response().Writer, c.Request(), d.limit)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(d.scopes, who.Can) {
		return nil, insufficient(d.scopes)
	}
	path, err := pathParams(c)
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, badRequest("Bad Request")
	}
	if err := d.checkParams(c.Request(), path, query); err != nil {
		return nil, err
	}
	if d.body != nil && !d.bodyGlance.allows(body) {
		body = spelledOut(d.body, body)
		if err := checkBody(d.body, body); err != nil {
			return nil, err
		}
	}
	return &call{id: path["id"], path: path, query: query, body: body, raw: raw, who: who}, nil
}

// reads reports whether the operation changes nothing: its scopes say so.
func (d *door) reads() bool { return strings.HasPrefix(d.scopes[0], "read:") }

// pathParams is the parameters of the path, each decoded once. Echo has decoded
// them only when the path has no spelling of its own. What is no text is refused
// here: not every parameter has a format, and PostgreSQL takes none of it.
func pathParams(c echo.Context) (map[string]string, error) {
	out := make(map[string]string, len(c.ParamNames()))
	for i, name := range c.ParamNames() {
		value := c.ParamValues()[i]
		if c.Request().URL.RawPath != "" {
			var err error
			if value, err = url.PathUnescape(value); err != nil {
				return nil, badRequest("Bad Request")
			}
		}
		if !utf8.ValidString(value) {
			return nil, invalid("params", []string{name}, errUTF8.Error())
		}
		if strings.ContainsFunc(value, texts.Control) {
			return nil, invalid("params", []string{name}, errControl.Error())
		}
		out[name] = value
	}
	return out, nil
}

// checkParams refuses the first parameter that the document does not allow.
func (d *door) checkParams(req *http.Request, path map[string]string, query url.Values) error {
	var in *openapi3filter.RequestValidationInput // most calls need none
	for _, p := range d.params {
		if p.passes(req, path, query) {
			continue
		}
		if in == nil {
			in = &openapi3filter.RequestValidationInput{
				Request: req, PathParams: path, QueryParams: query, Route: d.route,
				Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, SchemaValidationOptions: formats()},
			}
		}
		if p.In == openapi3.ParameterInQuery {
			if err := checkForm(p.Parameter, query[p.Name]); err != nil {
				return err
			}
		}
		if err := openapi3filter.ValidateParameter(req.Context(), in, p.Parameter); err != nil {
			return paramProblem(p.Parameter, path[p.Name], query, err)
		}
	}
	if d.lax {
		return nil
	}
	unknown := make([]string, 0, len(query))
	for name := range query {
		if d.route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return invalid("query", []string{slices.Min(unknown)}, "is not allowed")
	}
	return nil
}

// passes reports whether p is surely allowed in a call: a glance allows it, or it may
// be missing and is.
func (p param) passes(req *http.Request, path map[string]string, query url.Values) bool {
	switch p.In {
	case openapi3.ParameterInPath:
		value, there := path[p.Name]
		return there && p.glance.allows(value)
	case openapi3.ParameterInQuery:
		return !p.Required && !query.Has(p.Name)
	case openapi3.ParameterInHeader:
		return !p.Required && len(req.Header.Values(p.Name)) == 0
	}
	return false
}

// checkForm refuses what kin-openapi would read in its own way: a parameter
// that is not UTF-8 or given twice, a truth value that is not spelt out, an integer with a fraction.
func checkForm(p *openapi3.Parameter, values []string) error {
	if len(values) == 0 {
		return nil
	}
	if slices.ContainsFunc(values, func(v string) bool { return !utf8.ValidString(v) }) {
		return invalid("query", []string{p.Name}, errUTF8.Error())
	}
	kind := p.Schema.Value.Type
	list := kind.Is(openapi3.TypeArray) && p.Explode != nil && *p.Explode
	bad := len(values) > 1 && !list
	switch {
	case kind.Is(openapi3.TypeBoolean):
		lower := strings.ToLower(values[0])
		bad = bad || lower != "true" && lower != "false"
	case kind.Is(openapi3.TypeInteger):
		if bad = bad || !number.MatchString(values[0]); !bad && strings.Contains(values[0], ".") {
			return invalid("query", []string{p.Name}, "must be an integer")
		}
	}
	if bad {
		return invalid("query", []string{p.Name}, mustBe(kind))
	}
	return nil
}
