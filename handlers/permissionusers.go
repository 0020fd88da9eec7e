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
	GroupReader
	PermissionHolders(ctx context.Context, permission string, q authz.ListQuery) (page authz.Page[authz.Holder], known bool, err error)
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
	at := urls.PermissionUserList{Permission: p.ID, Search: searchOf(c), Page: pageOf(c)}
	part, err := h.holders(ctx, p, &at)
	if err != nil {
		return err
	}
	list := permissionHolders(p, at, part)
	addressed(c, at.To())
	visited(c, permissionKind, p.ID, named(p.Name))
	l := layout(c, named(p.Name)+", "+permissionUsersTab.label, urls.Permissions)
	frame := permissionFrame(c, p, h.Catalogue.read(ctx), permissionUsersTab)
	return showDetail(c, l, frame, views.HolderTab(list), views.HolderRows(list))
}

// holders words the page of users at at, and moves at to the last page when it
// lies behind.
func (h PermissionUsers) holders(ctx context.Context, p authz.Permission, at *urls.PermissionUserList) (holdersFound, error) {
	q := authz.ListQuery{Search: at.Search, Page: at.Page - 1, PerPage: membersPerPage}
	page, known, err := h.API.PermissionHolders(ctx, at.Permission, q)
	if p := (paging{at.Page, membersPerPage, page.Total}); err == nil && known && p.beyond() {
		at.Page = p.last()
		q.Page = at.Page - 1
		page, known, err = h.API.PermissionHolders(ctx, at.Permission, q)
	}
	if err != nil || !known {
		return holdersFound{unknown: !known}, err
	}
	groups, err := nestingOf(ctx, h.API)
	if err != nil {
		return holdersFound{}, err
	}
	part := holdersFound{total: page.Total}
	for _, held := range page.Items {
		row := groups.holderRow(held, true)
		row.Why = why(urls.End(userKind, row.ID), urls.End(permissionKind, p.ID), row.Name+" has "+named(p.Name))
		part.rows = append(part.rows, row)
	}
	return part, nil
}

func permissionHolders(p authz.Permission, at urls.PermissionUserList, part holdersFound) views.HolderList {
	whole := urls.PermissionUserList{Permission: p.ID}
	list := views.HolderList{
		Noun:    "Users who have " + named(p.Name),
		Search:  at.Search,
		URL:     whole.To(),
		Clear:   whole.To(),
		Status:  found(part.total, "user", at.Search),
		Rows:    part.rows,
		Actions: true,
		Pager: paging{at.Page, membersPerPage, part.total}.pager(func(n int) string {
			return urls.PermissionUserList{Permission: p.ID, Search: at.Search, Page: n}.To()
		}),
		None: views.Empty{
			Title:   "Nobody has this permission",
			Text:    "It takes a role that contains it, and somebody who has that role.",
			Actions: []views.Action{{Label: "Look at the roles", URL: urls.ToPermission(p.ID)}},
		},
	}
	if part.unknown {
		list.Status = "Not known"
		list.Unknown = "This tenant's API does not tell who has a permission. The roles that contain it are known, and each tells who has it."
		list.Instead = views.Action{Label: "Look at the roles", URL: urls.ToPermission(p.ID)}
	}
	return list
}
