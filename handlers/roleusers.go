package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// RoleUsersAPI is what the users of a role ask of the Authorization API.
type RoleUsersAPI interface {
	RoleReader
	GroupReader
	RoleUsers(ctx context.Context, role string, q authz.ListQuery) (authz.Page[authz.User], error)
	RoleHolders(ctx context.Context, role string, q authz.ListQuery) (page authz.Holders, known bool, err error)
	AddRoleUsers(ctx context.Context, role string, users []string) error
	RemoveRoleUsers(ctx context.Context, role string, users []string) error
}

// RoleUsers serves the users who have a role: those who hold it, or with ?show=all
// those who have it by any way, and how.
type RoleUsers struct {
	API       RoleUsersAPI
	Users     UserSearch
	Catalogue Catalogue
	Impacts   Impacts
}

// Show lists the users of a role.
func (h RoleUsers) Show(c echo.Context) error {
	r, err := h.API.Role(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	at := roleUserListOf(c)
	list, err := h.list(c, r, &at)
	if err != nil {
		return err
	}
	addressed(c, at.To())
	apps := h.Catalogue.read(c.Request().Context())
	return showRole(c, r, apps, roleUsersTab, views.HolderTab(list), withExport(views.HolderRows(list), list.Export))
}

// roleUserListOf is the state of the list that the request asks for.
func roleUserListOf(c echo.Context) urls.RoleUserList {
	at := urls.RoleUserList{Role: idOf(c), All: c.FormValue("show") == "all", Search: searchOf(c), Page: pageOf(c)}
	if at.All {
		at.HolderView = holderViewOf(c)
	}
	return at
}

// list words the page of users at at, and moves at to the last page when it lies
// behind.
func (h RoleUsers) list(c echo.Context, r authz.Role, at *urls.RoleUserList) (views.HolderList, error) {
	found, err := h.rows(c, r, *at)
	if p := (paging{at.Page, membersPerPage, found.total}); err == nil && p.beyond() {
		at.Page = p.last()
		found, err = h.rows(c, r, *at)
	}
	if err != nil {
		return views.HolderList{}, err
	}
	all, err := h.total(c, r, *at, found)
	if err != nil {
		return views.HolderList{}, err
	}
	return h.worded(c, r, *at, found, all), nil
}

// total words how many have the role in all.
func (h RoleUsers) total(c echo.Context, r authz.Role, at urls.RoleUserList, found holdersFound) (string, error) {
	if found.unknown {
		return "", nil
	}
	if at.All && at.Search == "" {
		return number(found.everybody), nil
	}
	one, known, err := h.API.RoleHolders(c.Request().Context(), r.ID, authz.ListQuery{PerPage: 1})
	if err != nil || !known {
		return "", err
	}
	return number(one.Everybody), nil
}

func (h RoleUsers) worded(c echo.Context, r authz.Role, at urls.RoleUserList, part holdersFound, all string) views.HolderList {
	p := paging{at.Page, membersPerPage, part.total}
	direct := urls.RoleUserList{Role: r.ID, Search: at.Search}
	nested := urls.RoleUserList{Role: r.ID, Search: at.Search, All: true}
	list := views.HolderList{
		Noun:   "Users of " + named(r.Name),
		Search: at.Search,
		URL:    urls.RoleUserList{Role: r.ID}.To(),
		Clear:  urls.RoleUserList{Role: r.ID, All: at.All, HolderView: at.HolderView}.To(),
		Status: found(part.total, "user", at.Search),
		Rows:   part.rows,
		Views: []views.Tab{
			{ID: "direct", Label: "Direct", URL: direct.To(), Count: number(r.UserCount), Current: !at.All},
			{ID: "all", Label: "All, by any way", URL: nested.To(), Count: all, Current: at.All},
		},
		Pager: p.pager(func(n int) string {
			next := at
			next.Page = n
			return next.To()
		}),
		Add:     assigning(c, "Add users", at.ToAdd()),
		Many:    manyFrom(c, urls.ToRoleUsersMany(r.ID), giveRoles),
		Export:  exporting(at.ToExport()),
		Bar:     with(userBar(c, at.ToSelect(), part.total, len(part.rows)), removal(c, "Take role", giveRoles)),
		Columns: unsorted(holderColumns),
		Actions: true,
		None: views.Empty{
			Title: "Nobody has this role",
			Text:  "Give it to a group, so that its members have it, or to users one by one.",
		},
	}
	if !at.All && r.GroupCount > 0 {
		list.None = views.Empty{
			Title: "Nobody holds this role directly",
			Text:  "Groups give it: look at everybody who has it, by any way.",
		}
	}
	list.None.Actions = []views.Action{list.Add}
	list.None.Actions[0].ID = ""
	if at.All {
		list.Keep, list.Hint = []views.Hidden{{Name: "show", Value: "all"}}, knownWays
		focusOfRole(r).narrowing(&list, at.HolderView, part, func(v urls.HolderView) string {
			return urls.RoleUserList{Role: r.ID, All: true, Search: at.Search, HolderView: v}.To()
		})
	}
	if part.unknown {
		list.Status = "Not known"
		list.Unknown = "This tenant's API does not tell who has a role through groups. The groups that give it are known, and their members have it, those of nested groups too."
		list.Instead = views.Action{Label: "Look at the groups", URL: urls.ToRoleGroups(r.ID, "")}
	}
	return list
}

// assigning is the button of a tab that gives a role to more.
func assigning(c echo.Context, label, url string) views.Action {
	a := adding(c, label, url)
	a.Refusal = needs(c, session.Authorization, giveRoles)
	return a
}

// rows words the users at at, and says how many there are in all.
func (h RoleUsers) rows(c echo.Context, r authz.Role, at urls.RoleUserList) (holdersFound, error) {
	if at.All {
		return h.holders(c, r, at)
	}
	q := authz.ListQuery{Search: at.Search, Page: at.Page - 1, PerPage: membersPerPage}
	page, err := h.API.RoleUsers(c.Request().Context(), r.ID, q)
	found := holdersFound{total: page.Total}
	for _, u := range page.Items {
		row := userRow(u)
		row.Ways = []views.Way{directWay()}
		row.Remove = h.trash(c, r, at, u)
		found.rows = append(found.rows, row)
	}
	return found, err
}

// holders words those who have r in any way.
func (h RoleUsers) holders(c echo.Context, r authz.Role, at urls.RoleUserList) (holdersFound, error) {
	page, known, err := h.API.RoleHolders(c.Request().Context(), r.ID, holderQuery(at.HolderView, at.Search, at.Page-1, membersPerPage))
	if err != nil || !known {
		return holdersFound{unknown: !known}, err
	}
	found := focusOfRole(r).found(page)
	for i, held := range page.Items {
		if holdsDirectly(held) {
			found.rows[i].Remove = h.trash(c, r, at, held.User)
		}
	}
	return found, nil
}

func focusOfRole(r authz.Role) holderFocus {
	return holderFocus{kind: roleKind, id: r.ID, name: named(r.Name), has: "has"}
}

func (h RoleUsers) trash(c echo.Context, r authz.Role, at urls.RoleUserList, u authz.User) views.Action {
	a := removing(c, "Remove "+userName(u)+" from "+named(r.Name), at.ToRemove(u.UserID))
	a.Refusal = needs(c, session.Authorization, giveRoles)
	return a
}
