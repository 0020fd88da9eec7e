package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// UserReader is what every page about a user asks of the Management API.
type UserReader interface {
	User(ctx context.Context, id string) (mgmt.User, error)
	UserPermissions(ctx context.Context, id string, q mgmt.ListQuery) (mgmt.Page[mgmt.UserPermission], error)
}

// HoldingsReader is what a user holds directly in the Authorization API.
type HoldingsReader interface {
	UserGroups(ctx context.Context, user string) ([]authz.Group, error)
	UserRoles(ctx context.Context, user string) ([]authz.UserRole, error)
}

// UserFrame makes what stands above every tab of a user.
type UserFrame struct {
	Users    UserReader
	Holdings HoldingsReader
	Now      func() time.Time // nil means time.Now
}

var (
	profileTab         = tab{"profile", "Profile"}
	userGroupsTab      = tab{"groups", "Groups"}
	userRolesTab       = tab{"roles", "Roles"}
	userPermissionsTab = tab{"permissions", "Permissions"}
	userAccessTab      = tab{"access", "Effective access"}
)

// show answers with a tab of u: the whole page, its tabs and what is below, or
// the list alone; list is nil where there is none.
func (f UserFrame) show(c echo.Context, status int, u mgmt.User, at tab, body, list templ.Component) error {
	head := f.head(c.Request().Context(), u, at)
	head.Changes = changesOf(c, userKind, u.UserID)
	visited(c, userKind, u.UserID, head.Name)
	title := head.Name
	if at != profileTab {
		title += ", " + at.label
	}
	l := layout(c, title, urls.Users)
	p := parts{"detail": views.Titled(l, views.UserPart(head, body))}
	if list != nil {
		p["list"] = views.Titled(l, list)
	}
	return answer(c, status, views.UserPage(l, head, body), p)
}

// head words the top of a page about u.
func (f UserFrame) head(ctx context.Context, u mgmt.User, at tab) views.UserHead {
	name := nameOf(u)
	return views.UserHead{
		Name: name, Email: u.Email, Connection: u.Connection(), Blocked: u.Blocked,
		LastSignIn: moment(u.LastLogin, now(f.Now)),
		Crumbs:     []views.Link{{Label: "Users", URL: urls.Users}, {Label: name}},
		Tabs:       f.tabs(ctx, u.UserID, at),
		Actions:    []views.Action{compareAction(userKind, u.UserID), graphAction(userKind, u.UserID)},
	}
}

// tabs are the pages about a user. What is held directly is counted; where an
// API does not tell, the tab goes without: another page is not to fail for it.
func (f UserFrame) tabs(ctx context.Context, id string, at tab) []views.Tab {
	one := func(t tab, url, count string) views.Tab {
		return views.Tab{ID: t.id, Label: t.label, URL: url, Count: count, Current: t == at}
	}
	groups, roles, permissions := f.counts(ctx, id)
	list := urls.HeldList{User: id}
	return []views.Tab{
		one(profileTab, urls.ToUser(id), ""),
		one(userGroupsTab, list.ToGroups(), groups),
		one(userRolesTab, list.ToRoles(), roles),
		one(userPermissionsTab, urls.PermissionList{User: id}.To(), permissions),
		one(userAccessTab, urls.AccessRun{User: id}.To(), ""),
	}
}

// counts is how much the user holds directly of each, in words; empty where the API
// does not tell.
func (f UserFrame) counts(ctx context.Context, id string) (groups, roles, permissions string) {
	_ = atOnce(
		func() error {
			held, err := f.Holdings.UserGroups(ctx, id)
			groups = numberUnless(err, len(held))
			return err
		},
		func() error {
			held, err := f.Holdings.UserRoles(ctx, id)
			roles = numberUnless(err, len(held))
			return err
		},
		func() error {
			held, err := f.Users.UserPermissions(ctx, id, mgmt.ListQuery{PerPage: 1})
			permissions = numberUnless(err, held.Total)
			return err
		},
	)
	return groups, roles, permissions
}

func numberUnless(err error, n int) string {
	if err != nil {
		return ""
	}
	return number(n)
}

// refusalOf words why an API did not give what, for a page that shows the rest.
// Errors that are no answer of the API are handed on.
func refusalOf(err error, what string) (string, error) {
	switch status := upstream.StatusOf(err); {
	case err == nil:
		return "", nil
	case status == http.StatusForbidden:
		return what + " are not shown: your role does not include reading them.", nil
	case status == http.StatusUnauthorized || status == 0:
		return "", err
	default:
		return what + " are not shown: the API did not give them. Try again in a moment.", nil
	}
}
