package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// PermissionUsersAPI is what the page of those who have a permission asks of the
// Authorization API.
type PermissionUsersAPI interface {
	PermissionReader
	PermissionHolders(ctx context.Context, permission string, q authz.ListQuery) (page authz.Holders, known bool, err error)
}

// PermissionUsers serves the users who have a permission, and why.
type PermissionUsers struct {
	API       PermissionUsersAPI
	Catalogue Catalogue
}

// Show lists the users who have a permission.
func (h PermissionUsers) Show(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.API.Permission(ctx, idOf(c))
	if err != nil {
		return err
	}
	at := permissionUserListOf(c)
	part, err := h.holders(ctx, p, &at)
	if err != nil {
		return err
	}
	list := permissionHolders(p, at, part)
	addressed(c, at.To())
	visited(c, permissionKind, p.ID, named(p.Name))
	l := layout(c, named(p.Name)+", "+permissionUsersTab.label, urls.Permissions)
	frame := permissionFrame(c, p, h.Catalogue.read(ctx), permissionUsersTab)
	return showDetail(c, l, frame, views.HolderTab(list), withExport(views.HolderRows(list), list.Export))
}

// permissionUserListOf is the state of the list that the request asks for.
func permissionUserListOf(c echo.Context) urls.PermissionUserList {
	return urls.PermissionUserList{Permission: idOf(c), Search: searchOf(c), Page: pageOf(c), HolderView: holderViewOf(c)}
}

// holders words the page of users at at, and moves at to the last page when it
// lies behind.
func (h PermissionUsers) holders(ctx context.Context, p authz.Permission, at *urls.PermissionUserList) (holdersFound, error) {
	ask := func() (authz.Holders, bool, error) {
		return h.API.PermissionHolders(ctx, at.Permission, holderQuery(at.HolderView, at.Search, at.Page-1, membersPerPage))
	}
	page, known, err := ask()
	if p := (paging{at.Page, membersPerPage, page.Total}); err == nil && known && p.beyond() {
		at.Page = p.last()
		page, known, err = ask()
	}
	if err != nil || !known {
		return holdersFound{unknown: !known}, err
	}
	return focusOfPermission(p).found(page), nil
}

func focusOfPermission(p authz.Permission) holderFocus {
	return holderFocus{kind: permissionKind, id: p.ID, name: named(p.Name), has: "has"}
}

func permissionHolders(p authz.Permission, at urls.PermissionUserList, part holdersFound) views.HolderList {
	whole := urls.PermissionUserList{Permission: p.ID}
	list := views.HolderList{
		Noun:    "Users who have " + named(p.Name),
		Search:  at.Search,
		URL:     whole.To(),
		Clear:   urls.PermissionUserList{Permission: p.ID, HolderView: at.HolderView}.To(),
		Status:  found(part.total, "user", at.Search),
		Rows:    part.rows,
		Export:  exporting(at.ToExport()),
		Hint:    knownWays,
		Actions: true,
		Pager: paging{at.Page, membersPerPage, part.total}.pager(func(n int) string {
			next := at
			next.Page = n
			return next.To()
		}),
		None: views.Empty{
			Title:   "Nobody has this permission",
			Text:    "It takes a role that contains it, and somebody who has that role.",
			Actions: []views.Action{{Label: "Look at the roles", URL: urls.ToPermission(p.ID)}},
		},
	}
	focusOfPermission(p).narrowing(&list, at.HolderView, part, func(v urls.HolderView) string {
		return urls.PermissionUserList{Permission: p.ID, Search: at.Search, HolderView: v}.To()
	})
	if part.unknown {
		list.Export = views.Action{}
		list.Status = "Not known"
		list.Unknown = "This tenant's API does not tell who has a permission. The roles that contain it are known, and each tells who has it."
		list.Instead = views.Action{Label: "Look at the roles", URL: urls.ToPermission(p.ID)}
	}
	return list
}
