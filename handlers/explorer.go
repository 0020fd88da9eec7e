package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/contract"
	"trellis/web/htmx"
	"trellis/web/session"
	"trellis/web/upstream"
)

// ExplorerAPI is what the explorer asks of an API.
type ExplorerAPI interface {
	Address() string
	Read(ctx context.Context, path []string, query url.Values) (upstream.Answer, error)
}

// ExploredAPI is an API whose operations the explorer shows.
type ExploredAPI struct {
	ID       string // in addresses
	API      ExplorerAPI
	Tokens   session.API // which of the session's tokens is for it
	Audience string      // of those tokens
	Contract func() (contract.Document, error)
}

// Explorer serves what the APIs can do, by their contracts, and asks them for what
// changes nothing.
type Explorer struct{ APIs []ExploredAPI }

// explored is an API with its contract.
type explored struct {
	ExploredAPI
	contract.Document
}

// inquiry is an operation, with what the request says of it.
type inquiry struct {
	api explored
	op  contract.Operation
	at  urls.OperationView
}

// contracts are all APIs with their contracts.
func (h Explorer) contracts() ([]explored, error) {
	var out []explored
	for _, api := range h.APIs {
		doc, err := api.Contract()
		if err != nil {
			return nil, err
		}
		out = append(out, explored{api, doc})
	}
	return out, nil
}

// explorerView is how the request looks at the explorer.
func explorerView(c echo.Context) urls.OperationView {
	at := urls.OperationView{Search: searchOf(c), Language: c.FormValue("lang")}
	if !slices.ContainsFunc(languages[1:], func(l language) bool { return l.id == at.Language }) {
		at.Language = "" // of the first one, as of none that there is
	}
	return at
}

// Show shows the APIs and what there is to choose from. A form without script sends
// what was chosen.
func (h Explorer) Show(c echo.Context) error {
	all, err := h.contracts()
	if err != nil {
		return err
	}
	at := explorerView(c)
	if api, id, ok := strings.Cut(c.FormValue("op"), "/"); ok {
		at.API, at.ID = api, id
		return seeOther(c, at.To())
	}
	page := views.Explorer{List: operationList(all, at)}
	for _, api := range all {
		page.APIs = append(page.APIs, apiCard(api, at))
	}
	addressed(c, at.To())
	l := layout(c, "API explorer", urls.Explorer)
	return answer(c, http.StatusOK, views.ExplorerPage(l, page), parts{"list": views.Operations(page.List)})
}

// apiCard words an API as a whole.
func apiCard(api explored, at urls.OperationView) views.ExplorerAPI {
	card := views.ExplorerAPI{ID: api.ID, Title: nameOfAPI(api), Address: api.API.Address(), Audience: api.Audience}
	for _, s := range api.Sections {
		at.API, at.ID = api.ID, s.Operations[0].ID
		card.Sections = append(card.Sections, views.ExplorerSection{
			Name: capitalised(s.Name), URL: at.To(), About: prose(s.About), Count: len(s.Operations),
		})
	}
	return card
}

// nameOfAPI is what the dashboard calls an API.
func nameOfAPI(api explored) string { return strings.TrimPrefix(api.Title, "Trellis ") }

// Operation shows one operation and, when asked to, sends it.
func (h Explorer) Operation(c echo.Context) error {
	all, err := h.contracts()
	if err != nil {
		return err
	}
	q, ok := inquiryOf(c, all)
	if !ok {
		return echo.ErrNotFound
	}
	req := htmx.From(c.Request())
	q.at.Send = c.FormValue("send") != "" && unsendable(q.op) == "" && (!req.Partial() || req.Target != "list")
	try, err := q.try(c)
	if err != nil {
		return err
	}
	page := q.page(c)
	page.List, page.Try = operationList(all, q.at), try
	if req.Partial() {
		htmx.Push(c.Response().Header(), q.at.To())
	}
	l := layout(c, q.op.Summary+", API explorer", urls.Explorer)
	return answer(c, try.Status(), views.OperationPage(l, page), parts{
		"list": views.Operations(page.List), "try": views.TryOperation(try),
	})
}

// inquiryOf is the operation that the address names, if there is one.
func inquiryOf(c echo.Context, all []explored) (inquiry, bool) {
	i := slices.IndexFunc(all, func(api explored) bool { return api.ID == c.Param("api") })
	if i < 0 {
		return inquiry{}, false
	}
	op, ok := all[i].Operation(idOf(c))
	if !ok {
		return inquiry{}, false
	}
	at := explorerView(c)
	at.API, at.ID, at.Values = all[i].ID, op.ID, map[string]string{}
	for _, p := range op.Parameters {
		if value := strings.TrimSpace(c.FormValue(urls.Field(p.Name))); value != "" && sent(p) {
			at.Values[p.Name] = value
		}
	}
	return inquiry{all[i], op, at}, true
}

// sent reports whether the explorer sends p: headers are for programs.
func sent(p contract.Parameter) bool { return p.In == "path" || p.In == "query" }

// capitalised is a name as a heading.
func capitalised(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
