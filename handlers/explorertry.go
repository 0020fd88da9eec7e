package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/contract"
	"trellis/web/session"
)

// try is the form that sends the operation, the code that does, and what came back
// when the request sent it.
func (q inquiry) try(c echo.Context) (views.Try, error) {
	out := views.Try{
		Action: q.at.Page(), Keep: []views.Hidden{{Name: "q", Value: q.at.Search}, {Name: "lang", Value: q.at.Language}},
		Unsendable: unsendable(q.op), Elsewhere: doneAt(q.api.ID, q.op),
		Languages: q.languages(), Code: q.code(), Audience: q.api.Audience,
	}
	if out.Unsendable != "" {
		return out, nil
	}
	if !q.permitted(c) {
		out.Refusal = views.Needs(q.op.Scopes[0])
	}
	problems := map[string]string{}
	if q.at.Send {
		problems = q.problems()
	}
	for _, p := range q.op.Parameters {
		if sent(p) {
			out.Fields = append(out.Fields, tryField(p, q.at.Values[p.Name], problems[p.Name]))
		}
	}
	if !q.at.Send || len(problems) > 0 {
		return out, nil
	}
	var err error
	out.Answer, err = q.send(c)
	return out, err
}

// tryField is the field of the form that a parameter has.
func tryField(p contract.Parameter, value, problem string) views.TryField {
	f := views.TryField{Field: views.Field{
		Name: urls.Field(p.Name), Label: p.Name, Value: value, Problem: problem, Long: p.Repeated, Numeric: p.Type == "integer",
	}, Required: p.Required}
	choices := p.Choices
	if p.Type == "boolean" && len(choices) == 0 {
		choices = []string{"true", "false"}
	}
	if len(choices) > 0 && !p.Repeated && !p.Joined {
		f.Options = tryOptions(choices, value)
		return f
	}
	switch {
	case p.Required:
		f.Hint = strings.ReplaceAll(p.About, "`", "")
	case p.Repeated:
		f.Hint = "One a line."
	case p.Joined:
		f.Hint = "With commas between."
	}
	return f
}

// tryOptions are the values to choose from, with value among them whatever it is: the
// API shall say what it thinks of it.
func tryOptions(choices []string, value string) []views.Option {
	out := []views.Option{{Label: "Not sent", Chosen: value == ""}}
	known := value == ""
	for _, choice := range choices {
		known = known || choice == value
		out = append(out, views.Option{Value: choice, Label: choice, Chosen: choice == value})
	}
	if !known {
		out = append(out, views.Option{Value: value, Label: value, Chosen: true})
	}
	return out
}

// problems are what keeps the request from being sent at all. What else is wrong is
// for the API to say.
func (q inquiry) problems() map[string]string {
	out := map[string]string{}
	for _, p := range q.op.Parameters {
		switch value := q.at.Values[p.Name]; {
		case p.Required && sent(p) && value == "":
			out[p.Name] = "Fill this in."
		case p.In == "path" && (value == "." || value == ".."):
			out[p.Name] = "This cannot stand in an address."
		}
	}
	return out
}

// path is the segments of the path with the values of the request. Where there is
// none, or one that no address can hold, it has the example of the contract when
// examples are wanted.
func (q inquiry) path(examples bool) []string {
	return q.op.Segments(func(name string) string {
		value := q.at.Values[name]
		if examples && (value == "" || value == "." || value == "..") {
			return q.exampleOf(name)
		}
		return value
	})
}

// exampleOf is the contract's example of the parameter called name.
func (q inquiry) exampleOf(name string) string {
	for _, p := range q.op.Parameters {
		if p.Name == name && len(p.Example) > 0 {
			return strings.Join(p.Example, ",")
		}
	}
	return name
}

// query is the query with the values of the request, and with the examples of what is
// required and missing when examples are wanted.
func (q inquiry) query(examples bool) url.Values {
	out := url.Values{}
	for _, p := range q.op.Parameters {
		value := q.at.Values[p.Name]
		if value == "" && examples && p.Required {
			value = strings.Join(p.Example, "\n")
		}
		if p.In != "query" || value == "" {
			continue
		}
		if !p.Repeated {
			out.Set(p.Name, value)
			continue
		}
		for line := range strings.Lines(value) {
			if line = strings.TrimSpace(line); line != "" {
				out.Add(p.Name, line)
			}
		}
	}
	return out
}

// send asks the API, and words what it answered. An API that does not answer, or a
// session that is over, is an error like on every page.
func (q inquiry) send(c echo.Context) (*views.TryAnswer, error) {
	ctx, begun := c.Request().Context(), time.Now()
	got, err := q.api.API.Read(ctx, q.path(false), q.query(false))
	if err != nil {
		return nil, err
	}
	out := &views.TryAnswer{
		Kind: views.Good, Status: statusName(got.Status), Took: strconv.FormatInt(time.Since(begun).Milliseconds(), 10) + " ms",
		About: meaning(q.op, got.Status),
	}
	if got.Status >= http.StatusBadRequest {
		out.Kind = views.Bad
	}
	showAnswer(out, got, session.From(ctx).Tokens[q.api.Tokens].Value)
	return out, nil
}
