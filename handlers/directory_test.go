package handlers_test

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// directory is a Management API with one user in it. What it is told to fail,
// fails.
type directory struct {
	users []mgmt.User
	held  []mgmt.UserPermission
	apis  []mgmt.ResourceServer
	roles []mgmt.EffectiveRole             // of the user
	gives map[string][]mgmt.UserPermission // by role
	fail  map[string]error                 // by method

	asked mgmt.ListQuery // of the last list of users
}

const (
	ledger    = "https://api.meridian.example/ledger"
	warehouse = "urn:meridian:warehouse"
	tomasz    = "google-oauth2|113108011846505476166"
)

func meridian() *directory {
	return &directory{
		users: []mgmt.User{{
			UserID: tomasz, Name: "Tomasz Wierzbicki", GivenName: "Tomasz", Email: "tomasz@meridian.example", EmailVerified: true,
			Identities:  []mgmt.Identity{{Connection: "google-workspace", Provider: "google-oauth2", UserID: "113108011846505476166"}},
			LoginsCount: 1204, LastLogin: "2026-11-20T08:14:00.000Z", CreatedAt: "2022-01-11T10:00:00.000Z",
			UserMetadata: map[string]any{"title": "Staff SRE"},
		}},
		held: []mgmt.UserPermission{
			{ResourceServerIdentifier: ledger, ResourceServerName: "Ledger API", PermissionName: "read:statements", Description: "See statements"},
			{ResourceServerIdentifier: warehouse, ResourceServerName: "Warehouse API", PermissionName: "query:metrics", Description: "Ask the warehouse"},
		},
		apis: []mgmt.ResourceServer{
			{ID: "rs1", Identifier: ledger, Name: "Ledger API", EnforcePolicies: true, Scopes: []mgmt.Scope{
				{Value: "read:statements", Description: "See statements"}, {Value: "refund:payments", Description: "Give money back"},
			}},
			{ID: "rs2", Identifier: warehouse, Name: "Warehouse API", Scopes: []mgmt.Scope{{Value: "query:metrics"}, {Value: "read:stock"}}},
			{ID: "sys", Identifier: "https://tenant/api/v2/", Name: "Management API", IsSystem: true, Scopes: []mgmt.Scope{{Value: "read:users"}}},
		},
		fail: map[string]error{},
	}
}

func (d *directory) ListUsers(_ context.Context, q mgmt.ListQuery) (mgmt.Page[mgmt.User], error) {
	d.asked = q
	var matching []mgmt.User
	for _, u := range d.users {
		if strings.Contains(u.Name, q.Search) {
			matching = append(matching, u)
		}
	}
	first := min(q.Page*q.PerPage, len(matching))
	last := min(first+q.PerPage, len(matching))
	return mgmt.Page[mgmt.User]{Items: matching[first:last], Total: len(matching)}, d.fail["ListUsers"]
}

func (d *directory) User(_ context.Context, id string) (mgmt.User, error) {
	for _, u := range d.users {
		if u.UserID == id {
			return u, d.fail["User"]
		}
	}
	return mgmt.User{}, &upstream.Error{Status: http.StatusNotFound, Message: "The user does not exist."}
}

func (d *directory) UserPermissions(context.Context, string, mgmt.ListQuery) (mgmt.Page[mgmt.UserPermission], error) {
	all := d.all()
	return mgmt.Page[mgmt.UserPermission]{Items: all, Total: len(all)}, nil
}

func (d *directory) AllUserPermissions(context.Context, string) ([]mgmt.UserPermission, error) {
	return d.all(), nil
}

// all is what the user holds directly, and what the user's roles give.
func (d *directory) all() []mgmt.UserPermission {
	all := slices.Clone(d.held)
	for _, role := range d.roles {
		for _, p := range d.gives[role.ID] {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

func (d *directory) EffectivePermissions(_ context.Context, _, api string) ([]mgmt.EffectivePermission, error) {
	var out []mgmt.EffectivePermission
	for _, p := range d.all() {
		if p.ResourceServerIdentifier != api {
			continue
		}
		e := mgmt.EffectivePermission{UserPermission: p}
		if slices.Contains(d.held, p) {
			e.Sources = append(e.Sources, mgmt.Direct)
		}
		if slices.ContainsFunc(d.roles, func(r mgmt.EffectiveRole) bool { return slices.Contains(d.gives[r.ID], p) }) {
			e.Sources = append(e.Sources, mgmt.ByRole)
		}
		out = append(out, e)
	}
	return out, d.fail["EffectivePermissions"]
}

func (d *directory) EffectiveRoles(context.Context, string) ([]mgmt.EffectiveRole, error) {
	return d.roles, d.fail["EffectiveRoles"]
}

func (d *directory) AllRolePermissions(_ context.Context, role string) ([]mgmt.UserPermission, error) {
	return d.gives[role], d.fail["AllRolePermissions"]
}

func (d *directory) AddUserPermissions(_ context.Context, _ string, refs []mgmt.PermissionRef) error {
	if err := d.fail["AddUserPermissions"]; err != nil {
		return err
	}
	for _, r := range refs {
		d.held = append(d.held, mgmt.UserPermission{ResourceServerIdentifier: r.ResourceServerIdentifier, PermissionName: r.PermissionName})
	}
	return nil
}

func (d *directory) RemoveUserPermissions(_ context.Context, _ string, refs []mgmt.PermissionRef) error {
	d.held = slices.DeleteFunc(d.held, func(p mgmt.UserPermission) bool {
		return slices.Contains(refs, mgmt.PermissionRef{ResourceServerIdentifier: p.ResourceServerIdentifier, PermissionName: p.PermissionName})
	})
	return d.fail["RemoveUserPermissions"]
}

func (d *directory) ResourceServers(context.Context) ([]mgmt.ResourceServer, error) {
	if err := d.fail["ResourceServers"]; err != nil {
		return nil, err
	}
	return d.apis, nil
}

func (d *directory) ResourceServer(_ context.Context, id string) (mgmt.ResourceServer, error) {
	i := slices.IndexFunc(d.apis, func(s mgmt.ResourceServer) bool { return s.ID == id })
	if i < 0 {
		return mgmt.ResourceServer{}, &upstream.Error{Status: http.StatusNotFound}
	}
	return d.apis[i], nil
}

func (d *directory) UpdateResourceServer(_ context.Context, id string, patch mgmt.ResourceServerPatch) error {
	for i := range d.apis {
		if d.apis[i].ID == id && patch.EnforcePolicies != nil {
			d.apis[i].EnforcePolicies = *patch.EnforcePolicies
		}
	}
	return nil
}

func (d *directory) Clients(context.Context) ([]mgmt.Application, error) {
	return []mgmt.Application{
		{ClientID: "app1", Name: "Deploy Console", AppType: "spa"}, {ClientID: "robot", Name: "Nightly robot", AppType: "non_interactive"},
	}, d.fail["Clients"]
}

// signIns is the applications of a directory as the Authorization API lists them.
type signIns struct{ *directory }

func (d signIns) Applications(context.Context) ([]authz.Application, error) {
	return []authz.Application{{ClientID: "app1", Name: "Deploy Console"}}, d.fail["Clients"]
}

func (d *directory) Connections(context.Context) ([]mgmt.Connection, error) {
	return []mgmt.Connection{{Name: "okta", Strategy: "okta"}, {Name: "google-workspace", Strategy: "google-apps"}}, d.fail["Connections"]
}

// holds is the names of the permissions that the user holds.
func (d *directory) holds() []string {
	var names []string
	for _, p := range d.held {
		names = append(names, p.PermissionName)
	}
	return names
}

// tenant is an org whose users the Authorization API lists: those in a group or
// with a role. It sends back what it was asked.
type tenant struct {
	*org
	asked *authz.ListQuery
}

func (n tenant) ListUsers(_ context.Context, q authz.ListQuery) (authz.Page[authz.User], error) {
	*n.asked = q
	var found []authz.User
	for _, u := range n.users {
		in := q.Group == "" || slices.ContainsFunc(n.groups, func(g authz.Group) bool {
			return g.ID == q.Group && slices.Contains(g.Members, u.UserID)
		})
		has := q.Role == "" || slices.Contains(n.role(q.Role).Users, u.UserID)
		if in && has {
			found = append(found, u)
		}
	}
	return authz.Page[authz.User]{Items: slice(found, q), Total: len(found)}, n.fails["ListUsers"]
}

// door serves the pages about users of a directory to one person.
type door struct {
	echo    *echo.Echo
	session *session.Data
	tenant  tenant
}

// openDoor mounts the pages about users for somebody who has scopes.
func openDoor(d *directory, scopes ...string) door { return openDoorTo(d, newStaff(), scopes...) }

// openDoorTo is openDoor with the groups and roles of o.
func openDoorTo(d *directory, o *org, scopes ...string) door {
	n := tenant{o, &authz.ListQuery{}}
	frame := handlers.UserFrame{
		Users: d, Holdings: o,
		Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
	}
	catalogue := handlers.Catalogue{Applications: signIns{d}, APIs: d}
	users := handlers.Users{Frame: frame, Search: d, API: n}
	groups := handlers.UserGroups{Frame: frame, API: o}
	roles := handlers.UserRoles{Frame: frame, API: o, Catalogue: catalogue}
	permissions := handlers.UserPermissions{Frame: frame, API: d, Access: o, Catalogue: catalogue}
	run := handlers.UserAccess{Frame: frame, API: o, Directory: d, Catalogue: catalogue}
	rbac := handlers.RBAC{API: d, Users: permissions}

	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Users, users.List)
	e.GET(urls.UserFilter, users.Filter)
	e.GET(urls.User, users.Show)
	e.GET(urls.UserGroups, groups.Show)
	e.GET(urls.UserGroupsAdd, groups.Pick)
	e.POST(urls.UserGroupsAdd, groups.Add)
	e.GET(urls.UserGroupsRemove, groups.ConfirmRemove)
	e.POST(urls.UserGroupsRemove, groups.Remove)
	e.GET(urls.UserRoles, roles.Show)
	e.GET(urls.UserRolesAdd, roles.Pick)
	e.POST(urls.UserRolesAdd, roles.Add)
	e.GET(urls.UserRolesRemove, roles.ConfirmRemove)
	e.POST(urls.UserRolesRemove, roles.Remove)
	e.GET(urls.UserAccess, run.Show)
	e.GET(urls.UserPermissions, permissions.List)
	e.GET(urls.UserPermissionsAdd, permissions.Pick)
	e.POST(urls.UserPermissionsAdd, permissions.Add)
	e.GET(urls.UserPermissionsRemove, permissions.ConfirmRemove)
	e.POST(urls.UserPermissionsRemove, permissions.Remove)
	e.GET(urls.APIRBAC, rbac.Confirm)
	e.POST(urls.APIRBAC, rbac.TurnOn)
	return door{tenant: n, echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Management: {Scopes: scopes}, session.Authorization: {Scopes: scopes}},
	}}
}

// page is what came back.
type page struct {
	*httptest.ResponseRecorder
	doc *goquery.Document
}

// get asks for target: as a browser, or as htmx that replaces the element part.
func (d door) get(t *testing.T, target, part string) page {
	t.Helper()
	return d.send(t, httptest.NewRequest(http.MethodGet, target, nil), part)
}

// post sends a form to target, in the same two ways.
func (d door) post(t *testing.T, target string, form url.Values, part string) page {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.send(t, r, part)
}

func (d door) send(t *testing.T, r *http.Request, part string) page {
	t.Helper()
	if part != "" {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", part)
	}
	w := httptest.NewRecorder()
	d.echo.ServeHTTP(w, r.WithContext(session.With(r.Context(), d.session)))
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return page{w, doc}
}

// text is the words of what selector finds, parted by single spaces.
func (p page) text(selector string) string { return words(p.doc.Find(selector)) }

// words is the text of s. Elements other than bdi stand apart on the screen, so
// they do here.
func words(s *goquery.Selection) string {
	var b strings.Builder
	for _, whole := range s.EachIter() {
		b.WriteByte(' ')
		for _, part := range whole.Contents().EachIter() {
			switch goquery.NodeName(part) {
			case "#text", "bdi":
				b.WriteString(part.Text())
			default:
				b.WriteString(" " + words(part) + " ")
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// whole reports whether p is a page of its own, not a part of one.
func (p page) whole() bool { return p.doc.Find("main").Length() == 1 }
