package handlers

import (
	"context"
	"encoding/json"
	"fmt"
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

// List shows a page of users, narrowed by ?q and ordered by ?sort.
func (h Users) List(c echo.Context) error {
	state := urls.UserList{Search: searchOf(c), Sort: c.FormValue("sort"), Page: pageOf(c)}
	found, p, err := h.page(c.Request().Context(), &state)
	if err != nil {
		return err
	}
	list := userList(state, found.Items, p, now(h.Now))
	return answer(c, http.StatusOK, views.UsersPage(layout(c, "Users", urls.Users), list), parts{"list": views.Users(list)})
}

// page reads the page of the list that state names, or the last one when there
// are fewer by now.
func (h Users) page(ctx context.Context, state *urls.UserList) (mgmt.Page[mgmt.User], paging, error) {
	for {
		found, err := h.API.ListUsers(ctx, mgmt.ListQuery{
			Search: state.Search, Page: state.Page - 1, PerPage: usersPerPage, Sort: userSort(state.Sort),
		})
		p := paging{page: state.Page, size: usersPerPage, total: found.Total}
		if err != nil || !p.beyond() {
			return found, p, err
		}
		state.Page = p.last()
	}
}

// userSort words the order of the list for the API: by name, unless sort names
// another one that the list offers.
func userSort(sort string) string {
	switch sort {
	case "-name":
		return "name:-1"
	case "signin":
		return "last_login:1"
	case "-signin":
		return "last_login:-1"
	default:
		return "name:1"
	}
}

// userList words a page of users for the list view.
func userList(state urls.UserList, users []mgmt.User, p paging, now time.Time) views.UserList {
	list := views.UserList{
		Search: views.ListSearch{
			Label: "Search name, email or ID", Action: urls.Users, Value: state.Search,
			Keep: []views.Hidden{{Name: "sort", Value: state.Sort}},
		},
		Status:  count(p.total, "user"),
		Columns: userColumns(state),
		Pager: p.pager(func(n int) string {
			return urls.UserList{Search: state.Search, Sort: state.Sort, Page: n}.To()
		}),
		Empty: views.Empty{
			Picture: true, Title: "No users yet",
			Text: "Users appear here when they first sign in, or when they are added through the Management API.",
		},
	}
	if state.Search != "" {
		list.Empty = views.Empty{
			Title:   fmt.Sprintf("No user matches “%s”", state.Search),
			Text:    "A search looks into names, email addresses and nicknames. An ID must be whole.",
			Actions: []views.Action{{Label: "Show all users", URL: urls.UserList{Sort: state.Sort}.To()}},
		}
	}
	for _, u := range users {
		list.Rows = append(list.Rows, views.UserRow{
			Name: nameOf(u), Email: u.Email, URL: urls.ToUser(u.UserID), Connection: u.Connection(), Blocked: u.Blocked,
			LastSignIn: moment(u.LastLogin, now), SignIns: number(u.LoginsCount),
		})
	}
	return list
}

// userColumns are the heads of the list, the sortable ones with their links.
func userColumns(state urls.UserList) []views.Column {
	return []views.Column{
		userColumn(state, "User", "name", "-name"),
		{Label: "Connection"},
		userColumn(state, "Last sign-in", "-signin", "signin"),
		{Label: "Sign-ins", Numeric: true, Prio: 2},
	}
}

// userColumn is the head of a column that sorts the list: by first, and by
// second when it is sorted by first already.
func userColumn(state urls.UserList, label, first, second string) views.Column {
	col, next := views.Column{Label: label}, first
	switch sort := userSort(state.Sort); sort {
	case userSort(first), userSort(second):
		col.Sorted = "ascending"
		if strings.HasSuffix(sort, ":-1") {
			col.Sorted = "descending"
		}
		if sort == userSort(first) {
			next = second
		}
	}
	col.URL = urls.UserList{Search: state.Search, Sort: next}.To()
	return col
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
	return answer(c, http.StatusOK, views.UserPage(l, head, p), parts{"detail": views.UserPart(l, head, p)})
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
	for _, name := range []string{u.Name, u.Nickname, u.Email, u.Username} {
		if name != "" {
			return name
		}
	}
	return u.UserID
}

// firstNameOf is what to call u in a question.
func firstNameOf(u mgmt.User) string {
	if u.GivenName != "" {
		return u.GivenName
	}
	first, _, _ := strings.Cut(nameOf(u), " ")
	return first
}
