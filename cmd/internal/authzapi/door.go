package authzapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// call is a request that the document allows.
type call struct {
	tx    *store.Tx
	id    string // of the path
	query url.Values
	body  any    // as strictjson reads it
	raw   []byte // the same as it came
	who   bearer.Principal
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
	scope  string
	route  *routers.Route
	params []*openapi3.Parameter // path before query before header, each in the document's order
	body   *openapi3.Schema      // nil: a body is read and passed over
	limit  int64                 // of a body, in bytes
}

func newDoor(doc *openapi3.T, r route, op *openapi3.Operation) *door {
	d := &door{limit: maxBody, route: &routers.Route{
		Spec: doc, Path: r.path, PathItem: doc.Paths.Value(r.path), Method: r.method, Operation: op,
	}}
	if limit, ok := op.Extensions["x-max-body"].(float64); ok {
		d.limit = int64(limit)
	}
	for _, requirement := range *op.Security {
		for _, scopes := range requirement {
			d.scope = scopes[0]
		}
	}
	for _, in := range []string{openapi3.ParameterInPath, openapi3.ParameterInQuery, openapi3.ParameterInHeader} {
		for _, p := range op.Parameters {
			if p.Value.In == in {
				d.params = append(d.params, p.Value)
			}
		}
	}
	if op.RequestBody != nil {
		d.body = op.RequestBody.Value.Content.Get("application/json").Schema.Value
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
	if !who.Can(d.scope) {
		return nil, insufficient(d.scope)
	}
	id, err := pathID(c)
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, badRequest("Bad Request")
	}
	if err := d.checkParams(c.Request(), id, query); err != nil {
		return nil, err
	}
	if d.body != nil {
		body = spelledOut(d.body, body)
		if err := checkBody(d.body, body); err != nil {
			return nil, err
		}
	}
	return &call{id: id, query: query, body: body, raw: raw, who: who}, nil
}

// pathID is the id of the path, decoded once. Echo has decoded it only when the
// path has no spelling of its own.
func pathID(c echo.Context) (string, error) {
	id := c.Param("id")
	if c.Request().URL.RawPath == "" {
		return id, nil
	}
	decoded, err := url.PathUnescape(id)
	if err != nil {
		return "", badRequest("Bad Request")
	}
	return decoded, nil
}

// checkParams refuses the first parameter that the document does not allow.
func (d *door) checkParams(req *http.Request, id string, query url.Values) error {
	in := &openapi3filter.RequestValidationInput{
		Request: req, PathParams: map[string]string{"id": id}, QueryParams: query, Route: d.route,
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, SchemaValidationOptions: formats()},
	}
	for _, p := range d.params {
		if p.In == openapi3.ParameterInQuery {
			if err := checkForm(p, query[p.Name]); err != nil {
				return err
			}
		}
		if err := openapi3filter.ValidateParameter(req.Context(), in, p); err != nil {
			return paramProblem(p, id, query, err)
		}
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

// checkForm refuses what kin-openapi would read in its own way: a parameter
// given twice, a truth value that is not spelt out, an integer with a fraction.
func checkForm(p *openapi3.Parameter, values []string) error {
	if len(values) == 0 {
		return nil
	}
	kind := p.Schema.Value.Type
	bad := len(values) > 1
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
