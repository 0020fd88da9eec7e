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

// topped is a user, and how much they hold directly of each thing, in words; a count
// is empty where the API does not tell.
type topped struct {
	mgmt.User

	groups, roles, permissions string
}

// read reads the user with id and what is counted of them, and beside that what the
// page needs: nobody waits for one after the other.
func (f UserFrame) read(ctx context.Context, id string, beside ...func() error) (topped, error) {
	u := topped{}
	calls := append([]func() error{
		func() (err error) { u.User, err = f.Users.User(ctx, id); return err },
		func() error { f.count(ctx, id, &u); return nil },
	}, beside...)
	err := atOnce(calls...)
	return u, err
}

// show answers with a tab of u: the whole page, its tabs and what is below, or
// the list alone; list is nil where there is none.
func (f UserFrame) show(c echo.Context, status int, u topped, at tab, body, list templ.Component) error {
	head := f.head(u, at)
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
func (f UserFrame) head(u topped, at tab) views.UserHead {
	name := nameOf(u.User)
	return views.UserHead{
		Name: name, Email: u.Email, Connection: u.Connection(), Blocked: u.Blocked,
		LastSignIn: moment(u.LastLogin, now(f.Now)),
		Crumbs:     []views.Link{{Label: "Users", URL: urls.Users}, {Label: name}},
		Tabs:       u.tabs(at),
		Actions:    []views.Action{compareAction(userKind, u.UserID), graphAction(userKind, u.UserID)},
	}
}

// tabs are the pages about a user. What is held directly is counted; where an
// API does not tell, the tab goes without: another page is not to fail for it.
func (u topped) tabs(at tab) []views.Tab {
	one := func(t tab, url, count string) views.Tab {
		return views.Tab{ID: t.id, Label: t.label, URL: url, Count: count, Current: t == at}
	}
	id, list := u.UserID, urls.HeldList{User: u.UserID}
	return []views.Tab{
		one(profileTab, urls.ToUser(id), ""),
		one(userGroupsTab, list.ToGroups(), u.groups),
		one(userRolesTab, list.ToRoles(), u.roles),
		one(userPermissionsTab, urls.PermissionList{User: id}.To(), u.permissions),
		one(userAccessTab, urls.AccessRun{User: id}.To(), ""),
	}
}

// count counts what the user with id holds directly.
func (f UserFrame) count(ctx context.Context, id string, u *topped) {
	_ = atOnce(
		func() error {
			held, err := f.Holdings.UserGroups(ctx, id)
			u.groups = numberUnless(err, len(held))
			return err
		},
		func() error {
			held, err := f.Holdings.UserRoles(ctx, id)
			u.roles = numberUnless(err, len(held))
			return err
		},
		func() error {
			held, err := f.Users.UserPermissions(ctx, id, mgmt.ListQuery{PerPage: 1})
			u.permissions = numberUnless(err, held.Total)
			return err
		},
	)
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
