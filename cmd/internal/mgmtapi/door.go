package mgmtapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
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
)

// maxBody is how many bytes a body may have.
const maxBody = 1 << 20

// call is a request that passed the door.
type call struct {
	echo.Context
	id    string     // from the path, decoded; "" where there is none
	query url.Values // as the contract allows, defaults filled in
	body  []byte     // as the contract allows
	who   bearer.Principal
}

// door checks a request in the order that the contract promises, and then
// serves it.
func (a *api) door(r route, op operation) echo.HandlerFunc {
	return func(c echo.Context) error {
		who, err := a.principal(c.Request())
		if err != nil {
			return err
		}
		in := &call{Context: c, who: who}
		if in.body, err = readBody(c, op); err != nil {
			return err
		}
		if !slices.ContainsFunc(r.scopes, who.Can) {
			return forbidden(r.scopes)
		}
		if err := a.check(in, r, op); err != nil {
			return err
		}
		actor := store.Actor{Subject: who.Subject, Client: who.Client, RequestID: c.Response().Header().Get(echo.HeaderXRequestID)}
		c.SetRequest(c.Request().WithContext(store.WithActor(c.Request().Context(), actor)))
		return r.serve(a, in)
	}
}

func (a *api) principal(r *http.Request) (bearer.Principal, error) {
	who, err := a.tokens.Verify(r.Context(), r.Header.Get(echo.HeaderAuthorization), a.audience)
	if refusal, ok := errors.AsType[*bearer.Refusal](err); ok {
		return who, unauthorized(refusal)
	}
	return who, err
}

// check compares path, query and body with the contract.
func (a *api) check(in *call, r route, op operation) (err error) {
	if in.id, err = idOf(in.Context, op); err != nil {
		return err
	}
	if in.query, err = a.checkQuery(in, r, op); err != nil {
		return err
	}
	if op.RequestBody == nil {
		return nil
	}
	var value any
	if err := in.decode(&value); err != nil {
		return err
	}
	schema := op.RequestBody.Value.Content.Get(echo.MIMEApplicationJSON).Schema.Value
	if err := schema.VisitJSON(value, openapi3.VisitAsRequest()); err != nil {
		return badBody(wording(err))
	}
	return nil
}

// decode reads the body into out. What the contract allows still may not fit: 60.0
// is a whole number to JSON, and none to Go.
func (c *call) decode(out any) error {
	if err := json.Unmarshal(c.body, out); err != nil {
		return badBody("a value is not of the form that the contract says")
	}
	return nil
}

// readBody is the body of an operation that has one.
func readBody(c echo.Context, op operation) ([]byte, error) {
	if op.RequestBody == nil {
		return nil, nil
	}
	kind, params, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if charset := params["charset"]; err != nil || kind != echo.MIMEApplicationJSON || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return nil, newProblem(http.StatusUnsupportedMediaType, "", "The body must be application/json in UTF-8.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, newProblem(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("The body is larger than %d bytes.", maxBody))
	}
	if err != nil {
		return nil, badBody("the body was cut off")
	}
	if err := strict(body); err != nil {
		return nil, badBody(err.Error())
	}
	return body, nil
}

// idOf is the id in the path, or "" for an operation on no single record.
func idOf(c echo.Context, op operation) (string, error) {
	params := op.parameters(openapi3.ParameterInPath)
	if len(params) == 0 {
		return "", nil
	}
	p := params[0] // no path has two
	id, err := decoded(c, p.Name)
	if err != nil {
		return "", badURI("the id is not well escaped")
	}
	switch {
	case id == "":
		return "", noRoute()
	case id == ".", id == "..":
		return "", badURI("'.' and '..' cannot be ids")
	case !utf8.ValidString(id), strings.ContainsFunc(id, control):
		return "", badURI("the id holds characters that are no text")
	}
	if err := p.Schema.Value.VisitJSON(id); err != nil {
		return "", badURI("id: " + wording(err))
	}
	return id, nil
}

// decoded is a part of the path. Echo hands it over decoded, but for a path whose
// spelling is not the usual one, of which it hands over what was sent.
func decoded(c echo.Context, name string) (string, error) {
	if c.Request().URL.RawPath == "" {
		return c.Param(name), nil
	}
	return url.PathUnescape(c.Param(name))
}

// checkQuery is the query of the request with the defaults of the contract.
func (a *api) checkQuery(in *call, r route, op operation) (url.Values, error) {
	req := in.Request()
	query, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		return nil, badQuery("the query is not well escaped")
	}
	params := op.parameters(openapi3.ParameterInQuery)
	if err := known(query, params); err != nil {
		return nil, err
	}
	input := &openapi3filter.RequestValidationInput{
		Request: req, QueryParams: query,
		Route: &routers.Route{Spec: a.doc, PathItem: op.item, Operation: op.Operation, Method: r.method, Path: r.path},
	}
	for _, p := range params {
		if err := openapi3filter.ValidateParameter(req.Context(), input, p); err != nil {
			return nil, badQuery(p.Name + ": " + wording(err))
		}
	}
	return req.URL.Query(), nil
}

// known refuses parameters that the contract does not list, those given twice
// that are no list, and those without a value that need one.
func known(query url.Values, params []*openapi3.Parameter) error {
	listed := map[string]*openapi3.Parameter{}
	for _, p := range params {
		listed[p.Name] = p
	}
	for name, values := range query {
		p, ok := listed[name]
		if !ok {
			return badQuery("Additional properties not allowed: " + printable(name))
		}
		if len(values) > 1 && !p.Schema.Value.Type.Is(openapi3.TypeArray) {
			return badQuery(name + ": it is given twice")
		}
		for _, v := range values {
			if v == "" && !p.AllowEmptyValue {
				return badQuery(name + ": it is empty")
			}
			if !utf8.ValidString(v) || strings.ContainsFunc(v, control) {
				return badQuery(name + ": it holds characters that are no text")
			}
		}
	}
	return nil
}
