package handlers

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/diagram"
)

// ways draws the union of the ways from one thing to another.
func (h Graph) ways(ctx context.Context, v urls.GraphView) (sketch, error) {
	kind, id, _ := strings.Cut(v.From, ":")
	target, targetID, _ := strings.Cut(v.To, ":")
	q := authz.ExplainQuery{PerPage: graphPaths}
	if kind == userKind && v.Connection != "" {
		q.Connection, q.ProviderGroups = v.Connection, v.Groups
	}
	switch target {
	case groupKind:
		q.Group = targetID
	case roleKind:
		q.Role = targetID
	case permissionKind:
		q.Permission = targetID
	}
	ask := map[string]func(context.Context, string, authz.ExplainQuery) (authz.Explanation, error){
		userKind: h.API.ExplainUser, groupKind: h.API.ExplainGroup,
	}[kind]
	if ask == nil || id == "" || q.Group+q.Role+q.Permission == "" {
		return sketch{}, echo.ErrNotFound
	}
	e, err := ask(ctx, id, q)
	if err != nil {
		return sketch{}, err
	}
	d := unionOf(e, authz.Vertex{Kind: kind, ID: id})
	if kind == userKind {
		h.nameUser(ctx, &d, id)
	}
	d.notes = append(d.notes, waysNote(e))
	return d.masked(v), nil
}

// nameUser says what the user at the beginning of ways is called, if that is told.
func (h Graph) nameUser(ctx context.Context, d *sketch, id string) {
	here := 0
	g, err := h.API.Graph(ctx, userKind, id, authz.GraphQuery{Up: &here, Down: &here, Limit: 1})
	if err != nil {
		return // the id will do
	}
	for i, n := range d.things {
		if n.Kind == userKind && n.ID == id {
			d.things[i].Name = g.Nodes[0].Name
			d.diagram.Nodes[i].Name = firstSeen(g.Nodes[0].Name, id)
		}
	}
}

// waysNote says how many of the ways are drawn.
func waysNote(e authz.Explanation) string {
	switch {
	case !e.Granted:
		return "No way leads there."
	case e.Exact && e.Total <= len(e.Paths):
		return count(e.Total, "way") + " in all."
	case e.Exact:
		return "The " + number(len(e.Paths)) + " shortest of " + count(e.Total, "way") + "."
	}
	return "The " + number(len(e.Paths)) + " shortest of more than " + count(e.Total, "way") + "."
}

// unionOf is everything on the paths of e, which begin at from.
func unionOf(e authz.Explanation, from authz.Vertex) sketch {
	d := sketch{ways: true}
	at, hops := map[string]int{}, map[diagram.Edge]bool{}
	place := func(x authz.Vertex) int {
		key := x.Kind + ":" + x.ID
		i, known := at[key]
		if !known {
			i = len(d.things)
			at[key] = i
			d.things = append(d.things, authz.GraphNode{Vertex: x})
			d.diagram.Nodes = append(d.diagram.Nodes, boxOf(d.things[i]))
		}
		return i
	}
	for _, p := range e.Paths {
		for _, h := range p {
			if h.From == nil {
				continue
			}
			edge := diagram.Edge{To: place(*h.From), From: place(h.To)}
			if !hops[edge] {
				hops[edge] = true
				d.diagram.Edges = append(d.diagram.Edges, edge)
			}
		}
	}
	for _, end := range []authz.Vertex{from, e.Target} {
		d.diagram.Nodes[place(end)].Focus = true
	}
	return d
}
