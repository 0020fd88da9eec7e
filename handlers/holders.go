package handlers

import (
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// holderColumns are the columns of those who have something.
var holderColumns = []sortable{
	{key: "name", field: "name", head: views.Column{Label: "User", Class: "wide"}},
	{head: views.Column{Label: "Source"}},
}

// sourceKinds are the kinds of sources in words, in the order of the API.
var sourceKinds = []struct{ id, label, tag, nobody string }{
	{authz.DirectSource, "Direct", views.Direct, "directly"},
	{authz.GroupSource, "Through a group", views.Via, "through a group"},
	{authz.RoleSource, "Through a role", views.Via, "through a role held directly"},
	{authz.MappingSource, "By a mapping", views.Warn, "by a mapping"},
}

// holderViewOf is how the request narrows and sorts those who have something.
func holderViewOf(c echo.Context) urls.HolderView {
	v := urls.HolderView{Sort: sortOf(c, holderColumns)}
	for _, k := range sourceKinds {
		if c.FormValue("source") == k.id {
			v.Source, v.Only = k.id, c.FormValue("only") != ""
		}
	}
	return v
}

// holderQuery asks for a page of those who have something.
func holderQuery(v urls.HolderView, search string, page, size int) authz.ListQuery {
	return authz.ListQuery{
		Search: search, Source: v.Source, Only: v.Only, Sort: sortField(holderColumns, v.Sort), Page: page, PerPage: size,
	}
}

// holdersFound is a part of those who have something.
type holdersFound struct {
	rows      []views.HolderRow
	total     int
	everybody int
	sources   []authz.SourceCount
	unknown   bool // the API cannot tell
}

// holderFocus is what holders have: a group, a role or a permission.
type holderFocus struct {
	kind, id, name string
	has            string // "has" or "is in"
}

// found words a part of those who have it.
func (f holderFocus) found(page authz.Holders) holdersFound {
	out := holdersFound{total: page.Total, everybody: page.Everybody, sources: page.Sources}
	for _, h := range page.Items {
		out.rows = append(out.rows, f.row(h))
	}
	return out
}

// row words a user who has it, with the shortest way of each kind of source.
func (f holderFocus) row(h authz.Holder) views.HolderRow {
	row := userRow(h.User)
	to := urls.PathSearch{From: urls.End(userKind, row.ID), Target: urls.End(f.kind, f.id)}
	for _, w := range h.Ways {
		row.Ways = append(row.Ways, f.way(w))
		for _, hop := range w.Path {
			if hop.Kind == authz.MappingHop {
				to.Connection = hop.ConnectionName
			}
		}
	}
	row.Why = views.Link{Label: row.Name + " " + f.has + " " + f.name, URL: to.To()}
	row.More = views.Link{Label: moreWays(h), URL: to.To()}
	return row
}

// moreWays counts the ways that a row does not show.
func moreWays(h authz.Holder) string {
	switch more := h.WayCount - len(h.Ways); {
	case !h.Exact:
		return "and more ways, in a circle of groups"
	case more > 0:
		return "and " + count(more, "more way")
	default:
		return ""
	}
}

// directWay is that somebody has a thing directly.
func directWay() views.Way { return views.Way{Kind: views.Direct, Label: "Direct"} }

// way words a path: its kind, and the steps between the user and the thing.
func (f holderFocus) way(w authz.HolderWay) views.Way {
	kind := sourceKinds[0]
	for _, k := range sourceKinds {
		if k.id == w.Source {
			kind = k
		}
	}
	out := views.Way{Kind: kind.tag, Label: kind.label}
	for _, hop := range w.Path {
		if hop.Kind == authz.MappingHop {
			out.Steps = append(out.Steps, views.WayStep{Icon: "mapping", Kind: views.Warn, Link: views.Link{
				Label: "mapping " + named(hop.GroupName) + " of " + hop.ConnectionName, URL: urls.ToGroupMappings(hop.To.ID),
			}})
		}
		if hop.To.Kind == f.kind && hop.To.ID == f.id {
			continue
		}
		step := views.WayStep{Link: views.Link{Label: named(hop.To.Name), URL: toVertex(hop.To.Kind, hop.To.ID)}}
		if hop.To.Kind == roleKind {
			step.Icon, step.Kind = kindIcon(roleKind), views.Via
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

// userRow words a user without saying why it is listed.
func userRow(u authz.User) views.HolderRow {
	row := views.HolderRow{ID: u.UserID, Name: userName(u), Email: u.Email, Missing: u.Missing}
	if !u.Missing {
		row.URL = urls.ToUser(u.UserID)
	}
	return row
}

// holdsDirectly reports whether one way of h is a direct one.
func holdsDirectly(h authz.Holder) bool {
	return slices.ContainsFunc(h.Ways, func(w authz.HolderWay) bool { return w.Source == authz.DirectSource })
}

// narrowing words how a list of holders can be narrowed and sorted. url is the list
// in a state, on its first page.
func (f holderFocus) narrowing(list *views.HolderList, v urls.HolderView, part holdersFound, url func(urls.HolderView) string) {
	list.Columns = columns(holderColumns, v.Sort, func(sort string) string {
		return url(urls.HolderView{Source: v.Source, Only: v.Only, Sort: sort})
	})
	list.Kinds = []views.Tab{{ID: "by-any", Label: "Any source", URL: url(urls.HolderView{Sort: v.Sort}), Count: number(part.everybody), Current: v.Source == ""}}
	for _, k := range sourceKinds {
		at := slices.IndexFunc(part.sources, func(n authz.SourceCount) bool { return n.Source == k.id })
		if at < 0 {
			continue
		}
		n, here := part.sources[at], urls.HolderView{Source: k.id, Sort: v.Sort}
		list.Kinds = append(list.Kinds, views.Tab{ID: "by-" + k.id, Label: k.label, URL: url(here), Count: number(n.Total), Current: v.Source == k.id})
		if v.Source != k.id {
			continue
		}
		f.none(list, k.nobody, v, url)
		if n.Total > 0 || v.Only {
			list.Only = []views.Tab{{ID: "by-others", Label: "All of them", URL: url(here), Count: number(n.Total), Current: !v.Only}}
			here.Only = true
			list.Only = append(list.Only, views.Tab{ID: "by-nothing-else", Label: "By nothing else", URL: url(here), Count: number(n.Only), Current: v.Only})
		}
	}
	list.Keep = append(list.Keep, views.Hidden{Name: "source", Value: v.Source}, views.Hidden{Name: "sort", Value: v.Sort})
	if v.Only {
		list.Keep = append(list.Keep, views.Hidden{Name: "only", Value: "1"})
	}
}

// none says that nobody has it by a kind of source.
func (f holderFocus) none(list *views.HolderList, how string, v urls.HolderView, url func(urls.HolderView) string) {
	list.None = views.Empty{Title: "Nobody " + f.has + " it " + how, Actions: []views.Action{{Label: "Show any source", URL: url(urls.HolderView{Sort: v.Sort})}}}
	if f.has == "is in" {
		list.None.Title = "Nobody is in it " + how
	}
	if v.Only {
		list.None.Title += " alone"
	}
}

// knownWays says which ways count, for those who know what else there may be.
const knownWays = "Mappings count for those who are directly in a group of the name that they go by, and have an account of their connection. What else a provider sends is known at sign-in alone."
