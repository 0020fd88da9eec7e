package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
)

// MembersAPI is what the members of a group ask of the Authorization API.
type MembersAPI interface {
	GroupReader
	Members(ctx context.Context, group string, q authz.ListQuery) (authz.Page[authz.User], error)
	GroupHoldersAPI
	AddMembers(ctx context.Context, group string, users []string) error
	RemoveMembers(ctx context.Context, group string, users []string) error
	PendingMembers(ctx context.Context, group string, q authz.ListQuery) (authz.Page[authz.PendingMember], error)
	AddPending(ctx context.Context, group string, emails []string) error
}

// UserSearch finds users in the whole tenant.
type UserSearch interface {
	ListUsers(context.Context, mgmt.ListQuery) (mgmt.Page[mgmt.User], error)
}

// Members serves the members of a group.
type Members struct {
	API     MembersAPI
	Users   UserSearch
	Impacts Impacts
}

const membersPerPage = 25

// Show lists the members of a group: its own, or with ?show=all everybody who is in
// it by any way, and how.
func (h Members) Show(c echo.Context) error {
	g, err := h.API.Group(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	at := memberListOf(c)
	if at.All {
		return h.showAll(c, g, at)
	}
	list, err := h.list(c, g, &at)
	if err != nil {
		return err
	}
	addressed(c, at.To())
	return showGroup(c, g, membersTab, views.GroupMembers(list), withExport(views.MemberRows(list), list.Export))
}

// memberListOf is the state of the list that the request asks for.
func memberListOf(c echo.Context) urls.MemberList {
	at := urls.MemberList{Group: idOf(c), All: c.FormValue("show") == "all", Search: searchOf(c), Page: pageOf(c)}
	if at.All {
		at.HolderView = holderViewOf(c)
	}
	return at
}

// list words the page of members at at, and moves at to the last page when it
// lies behind.
func (h Members) list(c echo.Context, g authz.Group, at *urls.MemberList) (views.MemberList, error) {
	rows, total, err := h.rows(c, g, *at)
	if p := (paging{at.Page, membersPerPage, total}); err == nil && p.beyond() {
		at.Page = p.last()
		rows, total, err = h.rows(c, g, *at)
	}
	if err != nil {
		return views.MemberList{}, err
	}
	all, err := everybodyIn(c.Request().Context(), h.API, g)
	if err != nil {
		return views.MemberList{}, err
	}
	p := paging{at.Page, membersPerPage, total}
	return views.MemberList{
		Group:  named(g.Name),
		Search: at.Search,
		URL:    urls.MemberList{Group: g.ID}.To(),
		Clear:  urls.MemberList{Group: g.ID}.To(),
		Status: found(total, "member", at.Search),
		Rows:   rows,
		Views:  memberViews(g, at.Search, all, directView),
		Pager: p.pager(func(n int) string {
			next := *at
			next.Page = n
			return next.To()
		}),
		Add:    adding(c, "Add members", at.ToAdd()),
		Many:   manyFrom(c, urls.ToGroupMembersMany(g.ID), updateGroups),
		Export: exporting(at.ToExport()),
		Bar:    with(userBar(c, at.ToSelect(), total, len(rows)), removal(c, "Remove from group", updateGroups)),
	}, nil
}

// The views of the members of a group.
const (
	directView  = "direct"
	allView     = "all"
	pendingView = "pending"
)

// memberViews are the lists of members that g has. all is how many there are by any
// way.
func memberViews(g authz.Group, search string, all int, current string) []views.Tab {
	one := func(id, label, url string, n int) views.Tab {
		return views.Tab{ID: id, Label: label, URL: url, Count: number(n), Current: id == current}
	}
	return []views.Tab{
		one(directView, "Direct", urls.MemberList{Group: g.ID, Search: search}.To(), g.MemberCount),
		one(allView, "All, by any way", urls.MemberList{Group: g.ID, Search: search, All: true}.To(), all),
		one(pendingView, "Pending", urls.PendingList{Group: g.ID, Search: search}.To(), g.PendingCount),
	}
}

// rows words the members at at, and says how many there are in all.
func (h Members) rows(c echo.Context, g authz.Group, at urls.MemberList) ([]views.MemberRow, int, error) {
	q := authz.ListQuery{Search: at.Search, Page: at.Page - 1, PerPage: membersPerPage}
	page, err := h.API.Members(c.Request().Context(), g.ID, q)
	if err != nil {
		return nil, 0, err
	}
	var rows []views.MemberRow
	for _, u := range page.Items {
		row := memberRow(u)
		row.Remove = h.trash(c, g, at, u)
		rows = append(rows, row)
	}
	return rows, page.Total, nil
}

// directMembers are the ids of the users that are members of g itself. Only the
// list of groups tells them, so it is narrowed to those with g's name in theirs.
func directMembers(ctx context.Context, api GroupReader, g authz.Group) ([]string, error) {
	groups, err := api.ListGroups(ctx, authz.ListQuery{Search: g.Name, Fields: []string{"_id", "members"}})
	if err != nil {
		return nil, err
	}
	for _, other := range groups.Items {
		if other.ID == g.ID {
			return other.Members, nil
		}
	}
	return nil, nil
}

func memberRow(u authz.User) views.MemberRow {
	row := views.MemberRow{ID: u.UserID, Name: userName(u), Email: u.Email, Missing: u.Missing}
	if !u.Missing {
		row.URL = urls.ToUser(u.UserID)
	}
	if len(u.Identities) > 0 {
		row.Connection = u.Identities[0].Connection
	}
	return row
}

func (h Members) trash(c echo.Context, g authz.Group, at urls.MemberList, u authz.User) views.Action {
	return removing(c, "Remove "+userName(u)+" from "+named(g.Name), at.ToRemove(u.UserID))
}

// userName is what to call u, whatever the tenant knows of them.
func userName(u authz.User) string { return firstSeen(u.Name, u.Email, u.Nickname, u.UserID) }
