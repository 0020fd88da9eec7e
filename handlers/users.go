package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
)

// UsersAPI is what the list of users asks of the Authorization API when it is
// narrowed to a group or a role: the Management API knows neither.
type UsersAPI interface {
	ListUsers(context.Context, authz.ListQuery) (authz.Page[authz.User], error)
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	ListRoles(context.Context, authz.ListQuery) (authz.Page[authz.Role], error)
	Group(ctx context.Context, id string) (authz.Group, error)
	Role(ctx context.Context, id string) (authz.Role, error)
}

// Users serves the list of users and their profiles.
type Users struct {
	Frame  UserFrame
	Search UserSearch
	API    UsersAPI
}

// usersPerPage is how many users a page of the list shows.
const usersPerPage = 25

// userColumns are the columns of the list of users.
var userColumns = []sortable{
	{key: "name", field: "name", head: views.Column{Label: "User"}},
	{head: views.Column{Label: "Connection"}},
	{key: "signin", field: "last_login", head: views.Column{Label: "Last sign-in"}},
	{key: "count", field: "logins_count", head: views.Column{Label: "Sign-ins", Numeric: true, Prio: 2}},
}

// userFields are where a search can look, by their name in the address.
var userFields = []struct {
	key, label string
	field      mgmt.Field
}{
	{"", "Name, email or ID", mgmt.Anywhere},
	{"name", "Name", mgmt.InName},
	{"email", "Email", mgmt.InEmail},
	{"connection", "Connection", mgmt.InConnection},
}

// fieldOf is the field of a search that key names.
func fieldOf(key string) mgmt.Field {
	for _, f := range userFields {
		if f.key == key {
			return f.field
		}
	}
	return mgmt.Anywhere
}

// searchIn is the choice of the field that a search looks in.
func searchIn(chosen string) views.Filter {
	only := views.OptionGroup{Label: "Only in"}
	for _, f := range userFields[1:] {
		only.Options = append(only.Options, views.Option{Value: f.key, Label: f.label, Chosen: f.key == chosen})
	}
	return views.Filter{Name: "field", Label: "Search in", All: userFields[0].label, Groups: []views.OptionGroup{only}}
}

// userListOf is the state of the list that the request asks for.
func userListOf(c echo.Context) urls.UserList {
	at := urls.UserList{
		Search: searchOf(c), Field: c.FormValue("field"), Show: findingOf(c, userFindings),
		Group: c.FormValue("group"), Role: c.FormValue("role"),
		Sort: sortOf(c, userColumns), Page: pageOf(c),
	}
	if fieldOf(at.Field) == mgmt.Anywhere {
		at.Field = ""
	}
	if at.Group != "" || at.Role != "" {
		at.Show = "" // no API answers both
	}
	return at
}

// List shows a page of users, narrowed by ?q in ?field, by ?show, by ?group and by
// ?role, and ordered by ?sort.
func (h Users) List(c echo.Context) error {
	ctx, at := c.Request().Context(), userListOf(c)
	page, err := h.page(ctx, &at)
	if err != nil {
		return err
	}
	list := userList(page, at, now(h.Frame.Now))
	list.Actions = userActions(c, views.AnyRow)
	if list.Chips, err = h.filters(ctx, at); err != nil {
		return err
	}
	list.Export, list.Bar = exporting(at.ToExport()), userBar(c, at.ToSelect(), page.Total, len(list.Rows))
	addressed(c, at.To())
	l := layout(c, "Users", urls.Users)
	return answer(c, http.StatusOK, views.UsersPage(l, list), parts{"list": withExport(views.Titled(l, views.UserRows(list)), list.Export)})
}

// page asks the API for the page of users at at, and moves at to the last page
// when it lies behind.
func (h Users) page(ctx context.Context, at *urls.UserList) (mgmt.Page[mgmt.User], error) {
	page, err := h.users(ctx, *at, usersPerPage)
	if err != nil {
		return page, err
	}
	if p := (paging{at.Page, usersPerPage, page.Total}); p.beyond() {
		at.Page = p.last()
		return h.users(ctx, *at, usersPerPage)
	}
	return page, nil
}

// users asks the API that can tell: what a user is in is not in the directory. A
// page has perPage users.
func (h Users) users(ctx context.Context, at urls.UserList, perPage int) (mgmt.Page[mgmt.User], error) {
	sort := sortField(userColumns, at.Sort)
	if at.Group == "" && at.Role == "" {
		return h.Search.ListUsers(ctx, mgmt.ListQuery{
			Search: at.Search, Field: fieldOf(at.Field), Finding: at.Show,
			Page: at.Page - 1, PerPage: perPage, Sort: sort,
		})
	}
	found, err := h.API.ListUsers(ctx, authz.ListQuery{
		Search: mgmt.FindIn(fieldOf(at.Field), at.Search), Group: at.Group, Role: at.Role,
		Page: at.Page - 1, PerPage: perPage, Sort: sort,
	})
	page := mgmt.Page[mgmt.User]{Total: found.Total}
	for _, u := range found.Items {
		page.Items = append(page.Items, entry(u))
	}
	return page, err
}

// entry is u as the other API would list it.
func entry(u authz.User) mgmt.User {
	out := mgmt.User{
		UserID: u.UserID, Name: u.Name, Nickname: u.Nickname, Email: u.Email, Blocked: u.Blocked,
		LastLogin: u.LastLogin, LoginsCount: u.LoginsCount,
	}
	for _, i := range u.Identities {
		out.Identities = append(out.Identities, mgmt.Identity{Connection: i.Connection, Provider: i.Provider})
	}
	return out
}

// userList words a page of users.
func userList(page mgmt.Page[mgmt.User], at urls.UserList, now time.Time) views.UserList {
	p := paging{at.Page, usersPerPage, page.Total}
	with := func(change func(*urls.UserList)) string {
		next := at
		change(&next)
		return next.To()
	}
	list := views.UserList{
		At: at,
		Finding: views.Finding{
			Name: at.Show, Text: userFindings[at.Show], Noun: "users",
			All: with(func(l *urls.UserList) { l.Show, l.Page = "", 1 }),
		},
		Status: found(page.Total, "user", at.Search),
		Clear:  with(func(l *urls.UserList) { l.Search, l.Field, l.Page = "", "", 1 }),
		Pager:  p.pager(func(n int) string { return with(func(l *urls.UserList) { l.Page = n }) }),
		Columns: columns(userColumns, at.Sort, func(sort string) string {
			return with(func(l *urls.UserList) { l.Sort, l.Page = sort, 1 })
		}),
	}
	list.Field = searchIn(at.Field)
	for _, u := range page.Items {
		list.Rows = append(list.Rows, views.UserRow{
			ID: u.UserID, Name: nameOf(u), Email: u.Email, URL: urls.ToUser(u.UserID), Connection: cmp.Or(u.Connection(), "None"), Blocked: u.Blocked,
			LastSignIn: moment(u.LastLogin, now), SignIns: number(u.LoginsCount),
		})
	}
	return list
}

// Show shows a user's profile.
func (h Users) Show(c echo.Context) error {
	u, err := h.Frame.read(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return h.Frame.show(c, http.StatusOK, u, profileTab, views.Profile(userProfile(u.User, now(h.Frame.Now))), nil)
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
	status := views.Fact{Name: "Status", Tag: "Active", Kind: views.Good}
	if u.Blocked {
		status.Tag, status.Kind = "Blocked", views.Bad
		status.Value = "Cannot sign in."
	}
	facts := []views.Fact{
		{Name: "User ID", Value: u.UserID, Copy: true},
		{Name: "Name", Value: u.Name},
		{Name: "Nickname", Value: u.Nickname},
		{Name: "User name", Value: u.Username},
		email,
		{Name: "Title", Value: title},
		status,
		{Name: "Sign-ins", Value: signIns},
		{Name: "Last sign-in", Moment: moment(u.LastLogin, now)},
		{Name: "Created", Moment: moment(u.CreatedAt, now)},
		{Name: "Changed", Moment: moment(u.UpdatedAt, now)},
	}
	p := views.UserProfile{JSON: pretty(u)}
	for _, f := range facts {
		if f.Value != "" || f.Moment.Text != "" || f.Tag != "" {
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
