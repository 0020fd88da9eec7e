package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/htmx"
	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// PathsAPI is what the path finder asks of the Authorization API.
type PathsAPI interface {
	EntitlementsReader
	Group(ctx context.Context, id string) (authz.Group, error)
	Role(ctx context.Context, id string) (authz.Role, error)
	Permission(ctx context.Context, id string) (authz.Permission, error)
	ExplainUser(ctx context.Context, id string, q authz.ExplainQuery) (authz.Explanation, error)
	ExplainGroup(ctx context.Context, id string, q authz.ExplainQuery) (authz.Explanation, error)
}

// PathsDirectory is what the path finder asks of the Management API.
type PathsDirectory interface {
	UserSearch
	Connections
	User(ctx context.Context, id string) (mgmt.User, error)
	EffectivePermissions(ctx context.Context, id, api string) ([]mgmt.EffectivePermission, error)
}

// Paths serves why somebody has something, what would end it, and what would give
// what is missing.
type Paths struct {
	API       PathsAPI
	Directory PathsDirectory
	Catalogue Catalogue
}

const (
	pathsPerPage  = 10
	shownRemovals = 3
	shownSteps    = 5
)

// What either end of a path can be.
var (
	fromKinds = []string{userKind, groupKind}
	toKinds   = []string{groupKind, roleKind, permissionKind}
)

// pathSearchOf is the question that the request asks. An end that is none is as
// good as one that is not chosen.
func pathSearchOf(c echo.Context) urls.PathSearch {
	at := urls.PathSearch{Connection: strings.TrimSpace(c.FormValue("connection")), Groups: groupNames(c.FormValue("groups")), Page: pageOf(c)}
	if kind, id := endOf(c.FormValue("from"), fromKinds); kind != "" {
		at.From = urls.End(kind, id)
	}
	if kind, id := endOf(c.FormValue("to"), toKinds); kind != "" {
		at.Target = urls.End(kind, id)
	}
	if at.Target == at.From {
		at.Target = "" // nothing leads to itself
	}
	return at
}

// endOf is the kind and the id that text names, if the kind is one of kinds.
func endOf(text string, kinds []string) (kind, id string) {
	kind, id, _ = strings.Cut(text, ":")
	if id == "" || !slices.Contains(kinds, kind) {
		return "", ""
	}
	return kind, id
}

// groupNames is the lines of text, each once.
func groupNames(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if name := strings.TrimSpace(line); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// question is what the paths of one answer are about.
type question struct {
	urls.PathSearch

	from, to   end
	connection string // that counts: the one that was asked for, or the user's own
}

// Show shows the paths from ?from to ?to, or asks for what is missing of the two.
func (h Paths) Show(c echo.Context) error {
	ctx := c.Request().Context()
	q, err := h.question(ctx, pathSearchOf(c))
	if err != nil {
		return err
	}
	page := views.PathsPage{Title: q.title(nil), From: q.part("from"), To: q.part("to"), SignIn: h.signIn(ctx, q), Swap: q.swapped()}
	status := http.StatusOK
	switch {
	case page.SignIn != nil && len(page.SignIn.Problems) > 0:
		status = http.StatusUnprocessableEntity
	case q.From != "" && q.Target != "":
		if page.Answer, err = h.answer(c, &q); err != nil {
			return err
		}
		page.Title = q.title(page.Answer)
	}
	addressed(c, q.To())
	l := layout(c, page.Title, urls.Paths)
	p := parts{}
	if page.Answer != nil {
		p["list"] = views.Titled(l, views.PathRows(*page.Answer))
	}
	return answer(c, status, views.PathFinder(l, page), p)
}

// question is the search at with the names of its ends.
func (h Paths) question(ctx context.Context, at urls.PathSearch) (q question, err error) {
	q = question{PathSearch: at}
	if q.from, err = h.end(ctx, at.From); err != nil {
		return q, err
	}
	q.to, err = h.end(ctx, at.Target)
	q.connection = cmp.Or(at.Connection, q.from.connection)
	return q, err
}

// answer asks for the paths of q, and moves it to the last page when the one asked
// for lies behind.
func (h Paths) answer(c echo.Context, q *question) (*views.PathAnswer, error) {
	ctx := c.Request().Context()
	turned := htmx.From(c.Request()).Partial() // a page of paths is turned, and nothing else is shown
	found, err := h.reasons(ctx, *q, turned)
	if p := (paging{q.Page, pathsPerPage, found.Total}); err == nil && p.beyond() {
		q.Page = p.last()
		found, err = h.reasons(ctx, *q, turned)
	}
	if err != nil {
		return nil, err
	}
	out := q.worded(c, found)
	h.linkMappings(ctx, found, &out)
	out.Direct = h.atAPI(c, *q)
	return &out, nil
}

// reasons is an explanation. What an API of Auth0 gives is plain: it has no call
// for it, so it is put together from lists.
type reasons struct {
	authz.Explanation

	plain bool
}

// reasons asks for the paths of q and, unless only them, for what would end or give it.
func (h Paths) reasons(ctx context.Context, q question, only bool) (reasons, error) {
	ask := authz.ExplainQuery{Page: q.Page - 1, PerPage: pathsPerPage}
	if !only {
		ask.Removals, ask.WhyNot = shownRemovals, shownSteps
	}
	switch q.to.kind {
	case groupKind:
		ask.Group = q.to.id
	case roleKind:
		ask.Role = q.to.id
	default:
		ask.Permission = q.to.id
	}
	explain := h.API.ExplainGroup
	if q.from.kind == userKind {
		explain = h.API.ExplainUser
		if ask.Connection = q.connection; ask.Connection != "" {
			ask.ProviderGroups = q.Groups
		}
	}
	found, err := explain(ctx, q.from.id, ask)
	if status := upstream.StatusOf(err); status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
		return h.plainReasons(ctx, q)
	}
	return reasons{Explanation: found}, err
}
