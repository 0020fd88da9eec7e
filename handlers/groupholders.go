package handlers

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// GroupHoldersAPI tells who is in a group by any way: how, where the API knows it,
// and otherwise one group each.
type GroupHoldersAPI interface {
	GroupHolders(ctx context.Context, group string, q authz.ListQuery) (page authz.Holders, known bool, err error)
	AllMembers(ctx context.Context, group string, q authz.ListQuery) (authz.Page[authz.NestedMember], error)
}

// showAll lists everybody who is in g, and how.
func (h Members) showAll(c echo.Context, g authz.Group, at urls.MemberList) error {
	part, err := h.holders(c, g, at)
	if p := (paging{at.Page, membersPerPage, part.total}); err == nil && p.beyond() {
		at.Page = p.last()
		part, err = h.holders(c, g, at)
	}
	if err != nil {
		return err
	}
	if at.Search != "" {
		if part.all, err = everybodyIn(c.Request().Context(), h.API, g); err != nil {
			return err
		}
	}
	list := h.allWorded(c, g, at, part)
	addressed(c, at.To())
	return showGroup(c, g, membersTab, views.HolderTab(list), withExport(views.HolderRows(list), list.Export))
}

// everybodyIn is how many are in g by any way, as far as the API knows.
func everybodyIn(ctx context.Context, api GroupHoldersAPI, g authz.Group) (int, error) {
	found, known, err := api.GroupHolders(ctx, g.ID, authz.ListQuery{PerPage: 1})
	if err != nil || known {
		return found.Everybody, err
	}
	one, err := api.AllMembers(ctx, g.ID, authz.ListQuery{PerPage: 1})
	return one.Total, err
}

// groupPart is a part of those who are in a group.
type groupPart struct {
	holdersFound

	all int // whatever the search finds
}

// holders words those who are in g at at.
func (h Members) holders(c echo.Context, g authz.Group, at urls.MemberList) (groupPart, error) {
	page, known, err := h.API.GroupHolders(c.Request().Context(), g.ID, holderQuery(at.HolderView, at.Search, at.Page-1, membersPerPage))
	if err != nil {
		return groupPart{}, err
	}
	if !known {
		return h.nested(c, g, at)
	}
	found := focusOfGroup(g).found(page)
	for i, held := range page.Items {
		if holdsDirectly(held) {
			found.rows[i].Remove = h.trash(c, g, at, held.User)
		}
	}
	return groupPart{found, found.everybody}, nil
}

func focusOfGroup(g authz.Group) holderFocus {
	return holderFocus{kind: groupKind, id: g.ID, name: named(g.Name), has: "is in"}
}

// nested words members of g and of the groups below it, as every API lists them. It
// names one group that holds a member, so the list of direct ones decides who is direct.
func (h Members) nested(c echo.Context, g authz.Group, at urls.MemberList) (groupPart, error) {
	ctx := c.Request().Context()
	page, err := h.API.AllMembers(ctx, g.ID, authz.ListQuery{Search: at.Search, Page: at.Page - 1, PerPage: membersPerPage})
	if err != nil {
		return groupPart{}, err
	}
	direct, err := directMembers(ctx, h.API, g)
	if err != nil {
		return groupPart{}, err
	}
	groups, err := nestingOf(ctx, h.API)
	if err != nil {
		return groupPart{}, err
	}
	part := groupPart{holdersFound{total: page.Total, unknown: true}, page.Total}
	for _, m := range page.Items {
		row := userRow(m.User)
		row.Why = why(urls.End(userKind, m.User.UserID), urls.End(groupKind, g.ID), row.Name+" is in "+named(g.Name))
		if slices.Contains(direct, m.User.UserID) {
			row.Ways, row.Remove = append(row.Ways, directWay()), h.trash(c, g, at, m.User)
		}
		if m.Group.ID != g.ID {
			row.Ways = append(row.Ways, groups.through(g, m.Group))
		}
		part.rows = append(part.rows, row)
	}
	return part, nil
}

// through is the way of a member of inner into outer.
func (n nesting) through(outer, inner authz.Group) views.Way {
	links := n.climb(inner, outer)
	if len(links) > 1 {
		links = links[:len(links)-1]
	} else {
		links = []views.Link{{Label: named(inner.Name), URL: urls.ToGroup(inner.ID)}} // the nesting changed meanwhile
	}
	w := views.Way{Kind: views.Via, Label: "Through a group"}
	for _, l := range links {
		w.Steps = append(w.Steps, views.WayStep{Link: l})
	}
	return w
}

func (h Members) allWorded(c echo.Context, g authz.Group, at urls.MemberList, part groupPart) views.HolderList {
	list := views.HolderList{
		Noun:    "Members of " + named(g.Name),
		Label:   "Search members",
		Search:  at.Search,
		URL:     urls.MemberList{Group: g.ID}.To(),
		Clear:   urls.MemberList{Group: g.ID, All: true, HolderView: at.HolderView}.To(),
		Keep:    []views.Hidden{{Name: "show", Value: "all"}},
		Status:  found(part.total, "member", at.Search),
		Rows:    part.rows,
		Columns: unsorted(holderColumns),
		Actions: true,
		Views:   memberViews(g, at.Search, part.all, allView),
		Pager: paging{at.Page, membersPerPage, part.total}.pager(func(n int) string {
			next := at
			next.Page = n
			return next.To()
		}),
		Add:    adding(c, "Add members", at.ToAdd()),
		Many:   manyFrom(c, urls.ToGroupMembersMany(g.ID), updateGroups),
		Export: exporting(at.ToExport()),
		Bar:    with(userBar(c, at.ToSelect(), part.total, len(part.rows)), removal(c, "Remove from group", updateGroups)),
	}
	list.None = views.Empty{
		Title:   "No members yet",
		Text:    "Add users here, or map a group of a connection to this one.",
		Actions: []views.Action{list.Add},
	}
	list.None.Actions[0].ID = ""
	if part.unknown {
		list.Hint = "This tenant's API names one group for each member. Whether there are more ways, and what mappings give, is not known."
		return list
	}
	list.Hint = knownWays
	focusOfGroup(g).narrowing(&list, at.HolderView, part.holdersFound, func(v urls.HolderView) string {
		return urls.MemberList{Group: g.ID, All: true, Search: at.Search, HolderView: v}.To()
	})
	return list
}
