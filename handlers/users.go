package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
)

// DirectoryAPI is what the pages about users ask of the Management API.
type DirectoryAPI interface {
	ListUsers(context.Context, mgmt.ListQuery) (mgmt.Page[mgmt.User], error)
	User(ctx context.Context, id string) (mgmt.User, error)
	UserPermissions(ctx context.Context, id string, q mgmt.ListQuery) (mgmt.Page[mgmt.UserPermission], error)
}

// Users serves the list of users and their profiles.
type Users struct {
	API DirectoryAPI
	Now func() time.Time // nil means time.Now
}

// usersPerPage is how many users a page of the list shows.
const usersPerPage = 25

// userColumns are the columns of the list of users.
var userColumns = []sortable{
	{key: "name", field: "name", head: views.Column{Label: "User"}},
	{head: views.Column{Label: "Connection"}},
	{key: "signin", field: "last_login", head: views.Column{Label: "Last sign-in"}},
	{head: views.Column{Label: "Sign-ins", Numeric: true, Prio: 2}},
}

// List shows a page of users, narrowed by ?q and ordered by ?sort.
func (h Users) List(c echo.Context) error {
	at := urls.UserList{Search: searchOf(c), Show: findingOf(c, userFindings), Sort: sortOf(c, userColumns, "name"), Page: pageOf(c)}
	page, err := h.page(c.Request().Context(), &at)
	if err != nil {
		return err
	}
	list := userList(page, at, now(h.Now))
	l := layout(c, "Users", urls.Users)
	return answer(c, http.StatusOK, views.UsersPage(l, list), parts{"list": views.Titled(l, views.UserRows(list))})
}

// page asks the API for the page of users at at, and moves at to the last page
// when it lies behind.
func (h Users) page(ctx context.Context, at *urls.UserList) (mgmt.Page[mgmt.User], error) {
	q := mgmt.ListQuery{
		Search: at.Search, Finding: at.Show, Page: at.Page - 1, PerPage: usersPerPage, Sort: sortField(userColumns, at.Sort),
	}
	page, err := h.API.ListUsers(ctx, q)
	if err != nil {
		return page, err
	}
	if p := (paging{at.Page, usersPerPage, page.Total}); p.beyond() {
		at.Page = p.last()
		q.Page = at.Page - 1
		return h.API.ListUsers(ctx, q)
	}
	return page, nil
}

// userList words a page of users.
func userList(page mgmt.Page[mgmt.User], at urls.UserList, now time.Time) views.UserList {
	p := paging{at.Page, usersPerPage, page.Total}
	list := views.UserList{
		Search:  at.Search,
		Sort:    at.Sort,
		Finding: views.Finding{Name: at.Show, Text: userFindings[at.Show], Noun: "users", All: urls.UserList{Search: at.Search, Sort: at.Sort}.To()},
		Status:  found(page.Total, "user", at.Search),
		Pager: p.pager(func(n int) string {
			return urls.UserList{Search: at.Search, Show: at.Show, Sort: at.Sort, Page: n}.To()
		}),
		Columns: columns(userColumns, at.Sort, func(sort string) string {
			return urls.UserList{Search: at.Search, Show: at.Show, Sort: sort}.To()
		}),
	}
	for _, u := range page.Items {
		list.Rows = append(list.Rows, views.UserRow{
			Name: nameOf(u), Email: u.Email, URL: urls.ToUser(u.UserID), Connection: u.Connection(), Blocked: u.Blocked,
			LastSignIn: moment(u.LastLogin, now), SignIns: number(u.LoginsCount),
		})
	}
	return list
}

// Show shows a user's profile.
func (h Users) Show(c echo.Context) error {
	ctx := c.Request().Context()
	u, err := h.API.User(ctx, idOf(c))
	if err != nil {
		return err
	}
	held, err := h.API.UserPermissions(ctx, u.UserID, mgmt.ListQuery{PerPage: 1})
	if err != nil {
		return err
	}
	at := now(h.Now)
	head, p := userHead(u, urls.User, held.Total, at), userProfile(u, at)
	l := layout(c, head.Name, urls.Users)
	return answer(c, http.StatusOK, views.UserPage(l, head, p), parts{"detail": views.Titled(l, views.UserPart(head, p))})
}

// userHead words the top of a page about u; tab is the pattern of the page.
func userHead(u mgmt.User, tab string, permissions int, now time.Time) views.UserHead {
	name := nameOf(u)
	return views.UserHead{
		Name: name, Email: u.Email, Connection: u.Connection(), Blocked: u.Blocked,
		LastSignIn: moment(u.LastLogin, now),
		Crumbs:     []views.Link{{Label: "Users", URL: urls.Users}, {Label: name}},
		Tabs: []views.Tab{
			{ID: "profile", Label: "Profile", URL: urls.ToUser(u.UserID), Current: tab == urls.User},
			{
				ID: "permissions", Label: "Permissions", Count: number(permissions),
				URL: urls.PermissionList{User: u.UserID}.To(), Current: tab == urls.UserPermissions,
			},
		},
	}
}

// userProfile words everything that is known of u.
func userProfile(u mgmt.User, now time.Time) views.UserProfile {
	email := views.Fact{Name: "Email", Value: u.Email}
	if u.Email != "" {
		email.Tag, email.Kind = "Not verified", views.Warn
		if u.EmailVerified {
			email.Tag, email.Kind = "Verified", views.Good
		}
	}
	title, _ := u.UserMetadata["title"].(string)
	signIns := number(u.LoginsCount)
	if u.LastIP != "" {
		signIns += ", last from " + u.LastIP
	}
	facts := []views.Fact{
		{Name: "User ID", Value: u.UserID, Copy: true},
		{Name: "Name", Value: u.Name},
		{Name: "Nickname", Value: u.Nickname},
		email,
		{Name: "Title", Value: title},
		{Name: "Sign-ins", Value: signIns},
		{Name: "Last sign-in", Moment: moment(u.LastLogin, now)},
		{Name: "Created", Moment: moment(u.CreatedAt, now)},
		{Name: "Changed", Moment: moment(u.UpdatedAt, now)},
	}
	p := views.UserProfile{JSON: pretty(u)}
	for _, f := range facts {
		if f.Value != "" || f.Moment.Text != "" {
			p.Facts = append(p.Facts, f)
		}
	}
	for _, i := range u.Identities {
		p.Identities = append(p.Identities, views.IdentityRow{Connection: i.Connection, Provider: i.Provider, ID: i.UserID})
	}
	return p
}

// pretty is u as the API gives it, indented.
func pretty(u mgmt.User) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(u); err != nil { // cannot happen: it came from JSON
		return ""
	}
	return strings.TrimSpace(b.String())
}

// nameOf is what to call u, whatever is known.
func nameOf(u mgmt.User) string {
	return firstSeen(u.Name, u.Nickname, u.Email, u.Username, u.UserID)
}

// firstNameOf is what to call u in a question.
func firstNameOf(u mgmt.User) string {
	if !blank(u.GivenName) {
		return u.GivenName
	}
	first, _, _ := strings.Cut(strings.TrimSpace(nameOf(u)), " ")
	return first
}
