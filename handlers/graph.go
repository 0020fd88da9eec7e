package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/diagram"
	"trellis/web/upstream"
)

// GraphAPI is what the graph asks of the Authorization API. The lists are for one
// that does not tell what is around something.
type GraphAPI interface {
	Graph(ctx context.Context, kind, id string, q authz.GraphQuery) (authz.Graph, error)
	ExplainUser(ctx context.Context, id string, q authz.ExplainQuery) (authz.Explanation, error)
	ExplainGroup(ctx context.Context, id string, q authz.ExplainQuery) (authz.Explanation, error)
	ListGroups(ctx context.Context, q authz.ListQuery) (authz.Page[authz.Group], error)
	ListRoles(ctx context.Context, q authz.ListQuery) (authz.Page[authz.Role], error)
	ListPermissions(ctx context.Context, q authz.ListQuery) (authz.Page[authz.Permission], error)
}

// Graph serves pictures of what is around something, and of the ways between two
// things.
type Graph struct{ API GraphAPI }

const (
	graphLimit  = 300 // boxes
	graphRows   = 12  // of one kind beside one box, before the rest is folded
	graphDown   = 3   // groups downwards, unless the person says otherwise
	graphLevels = 1000
	graphPaths  = 100 // ways that are drawn at most
)

// graphViewOf is what the request asks for.
func graphViewOf(c echo.Context) urls.GraphView {
	q := c.QueryParams()
	v := urls.GraphView{Focus: q.Get("focus"), From: q.Get("from"), To: q.Get("to"), Mask: q.Get("mask") == "1"}
	v.Connection, v.Groups = strings.TrimSpace(q.Get("connection")), groupNames(q.Get("groups"))
	v.Up, v.Down = levelOf(q.Get("up")), levelOf(q.Get("down"))
	for _, layer := range strings.Split(strings.Join(q["layers"], ","), ",") {
		known := layer == authz.UsersLayer || layer == authz.RolesLayer || layer == authz.PermissionsLayer
		if known && !slices.Contains(v.Layers, layer) {
			v.Layers = append(v.Layers, layer)
		}
	}
	for _, box := range q["unfold"] {
		const most = 100
		if _, _, ok := strings.Cut(box, ":"); ok && !slices.Contains(v.Unfold, box) && len(v.Unfold) < most {
			v.Unfold = append(v.Unfold, box)
		}
	}
	return v
}

// levelOf is how many levels a request asks for, when that is something.
func levelOf(asked string) string {
	if n, err := strconv.Atoi(asked); err == nil && n >= 0 && n <= graphLevels {
		return strconv.Itoa(n)
	}
	if asked == "all" {
		return asked
	}
	return ""
}

// levels is a number of levels for the API: nil for all.
func levels(asked string, usual *int) *int {
	if asked == "" {
		return usual
	}
	if n, err := strconv.Atoi(asked); err == nil {
		return &n
	}
	return nil
}

// Show draws the graph, with what it says in words below.
func (h Graph) Show(c echo.Context) error {
	v := graphViewOf(c)
	if v.Focus == "" && v.From == "" {
		return answer(c, http.StatusOK, views.GraphPage(layout(c, "Graph", urls.Groups), views.GraphOf{}), nil)
	}
	drawn, err := h.draw(c.Request().Context(), v)
	if err != nil {
		return err
	}
	page := drawn.page(v)
	l := layout(c, page.Head.Title, menuOf(drawn.things[0].Kind))
	addressed(c, v.Path())
	return answer(c, http.StatusOK, views.GraphPage(l, page), parts{"list": views.Titled(l, views.GraphPart(page))})
}

// File answers with the graph in another language, or as a picture alone.
func (h Graph) File(c echo.Context) error {
	v, format := graphViewOf(c), c.QueryParam("format")
	write, ok := map[string]struct {
		kind, name string
		of         func(diagram.Diagram) string
	}{
		"svg":     {"image/svg+xml", "graph.svg", diagram.Diagram.SVG},
		"mermaid": {"text/plain; charset=utf-8", "graph.mmd", diagram.Diagram.Mermaid},
		"dot":     {"text/plain; charset=utf-8", "graph.dot", diagram.Diagram.DOT},
		"text":    {"text/plain; charset=utf-8", "graph.txt", diagram.Diagram.Text},
	}[format]
	if !ok {
		return echo.ErrNotFound
	}
	drawn, err := h.draw(c.Request().Context(), v)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+write.name+`"`)
	return c.Blob(http.StatusOK, write.kind, []byte(write.of(drawn.diagram)))
}

// draw asks for what v shows.
func (h Graph) draw(ctx context.Context, v urls.GraphView) (sketch, error) {
	if v.From != "" {
		return h.ways(ctx, v)
	}
	kind, id, ok := strings.Cut(v.Focus, ":")
	if !ok || id == "" || !slices.Contains([]string{userKind, groupKind, roleKind, permissionKind}, kind) {
		return sketch{}, echo.ErrNotFound
	}
	usual := graphDown
	q := authz.GraphQuery{
		Up: levels(v.Up, nil), Down: levels(v.Down, &usual), Layers: v.Layers,
		Limit: graphLimit, Fold: graphRows, Unfold: v.Unfold,
	}
	g, err := h.API.Graph(ctx, kind, id, q)
	if status := upstream.StatusOf(err); status == http.StatusMethodNotAllowed || status == http.StatusNotFound {
		return h.fromLists(ctx, kind, id, q, v)
	}
	if err != nil {
		return sketch{}, err
	}
	return sketchOf(g, v), nil
}

// graphAction leads from the page of something to its graph.
func graphAction(kind, id string) views.Action {
	return views.Action{ID: "graph", Label: "Graph", Icon: "nest", URL: urls.ToGraph(kind, id)}
}

// compareAction leads from the page of something to its comparison with another one.
func compareAction(kind, id string) views.Action {
	return views.Action{ID: "compare", Label: "Compare", Icon: "compare", URL: urls.ToCompare(urls.End(kind, id), "")}
}

// menuOf is where things of a kind are in the navigation.
func menuOf(kind string) string {
	return map[string]string{userKind: urls.Users, groupKind: urls.Groups, roleKind: urls.Roles, permissionKind: urls.Permissions}[kind]
}

// toThing is the page of something.
func toThing(kind, id string) string {
	return map[string]func(string) string{
		userKind: urls.ToUser, groupKind: urls.ToGroup, roleKind: urls.ToRole, permissionKind: urls.ToPermission,
	}[kind](id)
}
