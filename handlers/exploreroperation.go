package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/contract"
	"trellis/web/session"
)

// page words what the contract says of the operation.
func (q inquiry) page(c echo.Context) views.Operation {
	out := views.Operation{
		Head: views.PageHead{Title: q.op.Summary, Crumbs: []views.Link{
			{Label: "API explorer", URL: urls.OperationView{Search: q.at.Search, Language: q.at.Language}.To()},
			{Label: nameOfAPI(q.api), URL: urls.ToExplored(q.api.ID)},
			{Label: q.op.Summary},
		}},
		Verb: verb(q.op), Path: pathOf(q.api.API.Address()) + q.op.Path, Address: q.api.API.Address() + q.op.Path,
		About:  prose(q.op.About),
		Scopes: q.op.Scopes, Key: q.op.Key, Has: q.permitted(c),
	}
	for _, p := range q.op.Parameters {
		out.Parameters = append(out.Parameters, parameterRow(p))
	}
	if q.op.Body != nil {
		out.Body = bodyWords(*q.op.Body)
	}
	for _, a := range q.op.Answers {
		out.Answers = append(out.Answers, answerRow(a))
	}
	return out
}

// pathOf is the path of an address.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "" // a client calls it, so it is an address
	}
	return u.EscapedPath()
}

// permitted reports whether the person has a scope that serves.
func (q inquiry) permitted(c echo.Context) bool {
	return session.From(c.Request().Context()).Can(q.api.Tokens, strings.Join(q.op.Scopes, " "))
}

func parameterRow(p contract.Parameter) views.ParameterRow {
	facts := p.In
	if p.Required {
		facts += ", required"
	}
	about := prose(p.About)
	if len(p.Example) > 0 && len(p.Choices) == 0 {
		about = append(about, exampleOf(p))
	}
	return views.ParameterRow{Name: p.Name, Facts: facts, Type: typed(p.Type, p.Limits), About: about}
}

func exampleOf(p contract.Parameter) views.Block {
	return views.Block{Spans: []views.Span{{Text: "Such as "}, {Text: strings.Join(p.Example, ","), Kind: views.Code}, {Text: "."}}}
}

// typed words a type with its limits.
func typed(kind, limits string) string {
	if limits == "" {
		return kind
	}
	return kind + ", " + limits
}

func bodyWords(b contract.Body) *views.OperationBody {
	out := &views.OperationBody{About: prose(b.About), Type: capitalised(typed(b.Type, b.Limits)), Example: b.Example}
	for _, f := range b.Fields {
		row := views.ParameterRow{Name: f.Name, Facts: "optional", Type: typed(f.Type, f.Limits), About: prose(f.About)}
		if f.Required {
			row.Facts = "required"
		}
		out.Fields = append(out.Fields, row)
	}
	return out
}

func answerRow(a contract.Answer) views.AnswerRow {
	row := views.AnswerRow{Status: a.Status, Kind: views.Bad, About: prose(a.About)}
	if a.Status < "400" {
		row.Kind, row.Example = views.Good, a.Example
	}
	return row
}

// statusName is a status with its name.
func statusName(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// meaning is what the contract says of an answer with this status.
func meaning(op contract.Operation, status int) []views.Block {
	for _, a := range op.Answers {
		if a.Status == strconv.Itoa(status) {
			return prose(a.About)
		}
	}
	return prose(cmp.Or(map[int]string{
		http.StatusTooManyRequests: "The API wants a pause.",
	}[status], "The contract does not tell of this answer."))
}
