package handlers_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// org is a small organisation behind an Authorization API. Writes are written
// down, not done. A search for users that it does not answer panics: it embeds a
// nil interface, so what a test did not foresee cannot pass unseen.
type org struct {
	handlers.UserSearch
	groups []authz.Group
	users  []authz.User
	roles  []authz.Role

	asking sync.Mutex         // several pages ask for several things at once
	refuse error              // what writes come to
	wrote  []string           // each write, in words
	asked  authz.ListQuery    // the last list of groups that was asked for
	lists  []authz.ListQuery  // all of them
	people []mgmt.ListQuery   // the searches for users
	conns  []mgmt.Connection  // the tenant's connections
	apps   []mgmt.Application // and applications

	permissions []authz.Permission
	apis        []mgmt.ResourceServer
	fails       map[string]error  // writes by their words, and reads by their method
	ran         []authz.SignIn    // the runs of the policy
	policy      authz.Policy      // what they come to
	arrives     map[string]string // users by the email that the tenant knows them with
	untold      bool              // the API does not tell who has something in effect

	holdersAsked []authz.ListQuery // the lists of those who have something
}

// newOrg is: All staff > Product > Engineering > Platform > SRE, with something
// gone in each list of Engineering.
func newOrg() *org {
	return &org{
		groups: []authz.Group{
			{ID: "all", Name: "All staff", Description: "Everyone", Nested: []string{"product"}, Roles: []string{"self"}, Members: []string{"u1"}},
			{ID: "product", Name: "Product", Description: "Makers", Nested: []string{"eng"}, Roles: []string{"roadmap", "deploy"}},
			{
				ID: "eng", Name: "Engineering", Description: "Builders", Nested: []string{"platform", "gone-group"}, Roles: []string{"deploy", "gone-role"},
				Members: []string{"u2", "gone-user"}, ETag: `"v1"`,
				Mappings: []authz.Mapping{
					{ID: "m1", GroupName: "eng-all", ConnectionName: "google-workspace (google-apps)"},
					{ID: "m2", GroupName: "SG (old)", ConnectionName: "okta"},
				},
			},
			{ID: "platform", Name: "Platform", Description: "Machines", Nested: []string{"sre"}, Members: []string{"u3"}},
			{ID: "sre", Name: "SRE", Description: "On call", Members: []string{"u4", "u2"}},
			{ID: "empty", Name: "Empty", Description: "Nobody"},
		},
		users: []authz.User{
			{UserID: "u1", Name: "Ada", Email: "ada@meridian.example"},
			{UserID: "u2", Name: "Bo", Email: "bo@meridian.example", Identities: []authz.Identity{{Connection: "google-workspace"}}},
			{UserID: "u3", Name: "Cy", Email: "cy@meridian.example"},
			{UserID: "u4", Email: "dee@meridian.example"},
		},
		roles: []authz.Role{
			{ID: "deploy", Name: "Deploy Viewer", ApplicationID: "app1", Permissions: []string{"p1", "p2"}},
			{ID: "roadmap", Name: "Roadmap Reader", ApplicationID: "app2"},
			{ID: "self", Name: "account self-service", ApplicationID: "app2", Permissions: []string{"p1"}},
			{ID: "audit", Name: "Auditor", Description: "Reads it all", ApplicationID: "app1"},
		},
		conns: []mgmt.Connection{{Name: "google-workspace", Strategy: "google-apps"}, {Name: "entra", Strategy: "waad"}},
		apps:  []mgmt.Application{{ClientID: "app1", Name: "Deploy Console"}},
	}
}

func (o *org) group(id string) (authz.Group, error) {
	for _, g := range o.groups {
		if g.ID == id {
			g.MemberCount, g.NestedCount, g.RoleCount, g.MappingCount = len(g.Members), len(g.Nested), len(g.Roles), len(g.Mappings)
			g.PendingCount = len(g.Pending)
			for _, parent := range o.groups {
				if slices.Contains(parent.Nested, id) {
					g.NestedIn = append(g.NestedIn, parent.ID)
				}
			}
			return g, nil
		}
	}
	return authz.Group{}, &upstream.Error{Status: http.StatusNotFound}
}

func (o *org) Group(_ context.Context, id string) (authz.Group, error) { return o.group(id) }

// tooMany is what the API answers to who asks for more than it gives at once.
func tooMany(q authz.ListQuery) error {
	if q.PerPage > 100 {
		return &upstream.Error{Status: http.StatusBadRequest, Message: "\"per_page\" must be less than or equal to 100"}
	}
	return nil
}

func (o *org) ListGroups(_ context.Context, q authz.ListQuery) (authz.Page[authz.Group], error) {
	o.listed(q)
	o.asked = q
	var found []authz.Group
	for _, g := range o.groups {
		if strings.Contains(strings.ToLower(g.Name), strings.ToLower(q.Search)) {
			g, _ = o.group(g.ID)
			found = append(found, g)
		}
	}
	return authz.Page[authz.Group]{Items: slice(found, q), Total: len(found)}, tooMany(q)
}

// GroupTree is what only an embedded API has.
func (o *org) GroupTree(context.Context, authz.TreeQuery) (authz.Tree, bool, error) {
	return authz.Tree{}, false, nil
}

// slice is the page of all that q asks for.
func slice[T any](all []T, q authz.ListQuery) []T {
	if q.PerPage == 0 {
		return all
	}
	from := min(q.Page*q.PerPage, len(all))
	return all[from:min(from+q.PerPage, len(all))]
}

func (o *org) graph() *access.Graph {
	var vertices []access.Group
	for _, g := range o.groups {
		vertices = append(vertices, access.Group{ID: g.ID, Name: g.Name, Nested: g.Nested})
	}
	return access.New(vertices)
}

func (o *org) user(id string) authz.User {
	for _, u := range o.users {
		if u.UserID == id {
			return u
		}
	}
	return authz.User{UserID: id, Missing: true}
}

func (o *org) Members(_ context.Context, id string, q authz.ListQuery) (authz.Page[authz.User], error) {
	g, err := o.group(id)
	var found []authz.User
	for _, m := range g.Members {
		if u := o.user(m); strings.Contains(u.Name+u.Email+u.UserID, q.Search) {
			found = append(found, u)
		}
	}
	return authz.Page[authz.User]{Items: slice(found, q), Total: len(found)}, err
}

func (o *org) AllMembers(_ context.Context, id string, q authz.ListQuery) (authz.Page[authz.NestedMember], error) {
	var found []authz.NestedMember
	for _, grant := range o.graph().Members(id, func(g string) []string { in, _ := o.group(g); return in.Members }) {
		g, _ := o.group(grant.Group)
		found = append(found, authz.NestedMember{User: o.user(grant.ID), Group: authz.Group{ID: g.ID, Name: g.Name}})
	}
	return authz.Page[authz.NestedMember]{Items: slice(found, q), Total: len(found)}, nil
}

func (o *org) NestedGroups(_ context.Context, id string) ([]authz.Group, error) {
	g, err := o.group(id)
	var nested []authz.Group
	for _, n := range g.Nested {
		child, err := o.group(n)
		if err != nil {
			child = authz.Group{ID: n, Missing: true}
		}
		nested = append(nested, child)
	}
	return nested, err
}

func (o *org) role(id string) authz.Role {
	for _, r := range o.roles {
		if r.ID == id {
			return r
		}
	}
	return authz.Role{ID: id, Missing: true}
}

func (o *org) GroupRoles(_ context.Context, id string) ([]authz.Role, error) {
	g, err := o.group(id)
	var roles []authz.Role
	for _, r := range g.Roles {
		roles = append(roles, o.role(r))
	}
	return roles, err
}

func (o *org) AllGroupRoles(_ context.Context, id string) ([]authz.NestedRole, error) {
	var roles []authz.NestedRole
	for _, grant := range o.graph().Roles(id, func(g string) []string { in, _ := o.group(g); return in.Roles }) {
		if r := o.role(grant.ID); !r.Missing {
			g, _ := o.group(grant.Group)
			roles = append(roles, authz.NestedRole{Role: r, Group: authz.Group{ID: g.ID, Name: g.Name}})
		}
	}
	return roles, nil
}

// listed writes down a list that was asked for.
func (o *org) listed(q authz.ListQuery) {
	o.asking.Lock()
	defer o.asking.Unlock()
	o.lists = append(o.lists, q)
}

func (o *org) ListRoles(_ context.Context, q authz.ListQuery) (authz.Page[authz.Role], error) {
	o.listed(q)
	var found []authz.Role
	for _, r := range o.roles {
		if (q.Of == "" || q.Of == r.ApplicationID) && strings.Contains(strings.ToLower(r.Name), strings.ToLower(q.Search)) {
			r.PermissionCount, r.UserCount, r.GroupCount = len(r.Permissions), len(r.Users), o.given(r.ID)
			found = append(found, r)
		}
	}
	return authz.Page[authz.Role]{Items: slice(found, q), Total: len(found)}, tooMany(q)
}

func (o *org) Mappings(_ context.Context, id string) ([]authz.Mapping, error) {
	g, err := o.group(id)
	return g.Mappings, err
}

func (o *org) ListUsers(_ context.Context, q mgmt.ListQuery) (mgmt.Page[mgmt.User], error) {
	o.people = append(o.people, q)
	var found []mgmt.User
	for _, u := range o.users {
		if q.Query != "" && !strings.Contains(q.Query, `"`+u.UserID+`"`) && !strings.Contains(q.Query, `email:"`+u.Email+`"`) {
			continue
		}
		if strings.Contains(strings.ToLower(u.Name+u.Email), strings.ToLower(q.Search)) {
			found = append(found, mgmt.User{UserID: u.UserID, Name: u.Name, Email: u.Email})
		}
	}
	return mgmt.Page[mgmt.User]{Items: found, Total: len(found)}, nil
}

func (o *org) Clients(context.Context) ([]mgmt.Application, error)    { return o.apps, o.fails["Clients"] }
func (o *org) Connections(context.Context) ([]mgmt.Connection, error) { return o.conns, nil }

// write writes down what was to be done.
func (o *org) write(format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if err := o.fails[what]; err != nil {
		return err
	}
	if o.refuse == nil {
		o.wrote = append(o.wrote, what)
	}
	return o.refuse
}

func (o *org) CreateGroup(_ context.Context, in authz.GroupInput) (authz.Group, error) {
	return authz.Group{ID: "new"}, o.write("create %s: %s", in.Name, in.Description)
}

func (o *org) UpdateGroup(_ context.Context, id string, in authz.GroupInput, ifMatch string) (authz.Group, error) {
	what := fmt.Sprintf("update %s if %s to %s: %s", id, ifMatch, in.Name, in.Description)
	if in.Metadata != nil {
		var kinds []string
		for _, key := range slices.Sorted(maps.Keys(in.Metadata)) {
			kinds = append(kinds, fmt.Sprintf("%T", in.Metadata[key]))
		}
		what += fmt.Sprintf(" %v (%s)", in.Metadata, strings.Join(kinds, " "))
	}
	return authz.Group{ID: id}, o.write("%s", what)
}

func (o *org) DeleteGroup(_ context.Context, id, ifMatch string) error {
	return o.write("delete %s if %s", id, ifMatch)
}

func (o *org) AddMembers(_ context.Context, id string, users []string) error {
	return o.write("add %v to %s", users, id)
}

func (o *org) PendingMembers(_ context.Context, id string, q authz.ListQuery) (authz.Page[authz.PendingMember], error) {
	g, err := o.group(id)
	var found []authz.PendingMember
	for _, email := range g.Pending {
		if strings.Contains(email, strings.ToLower(q.Search)) {
			found = append(found, authz.PendingMember{Email: email, Added: noon.Add(-time.Hour)})
		}
	}
	return authz.Page[authz.PendingMember]{Items: slice(found, q), Total: len(found)}, cmp.Or(err, o.fails["PendingMembers"])
}

// AddPending writes down, and lets those become members whom the tenant knows.
func (o *org) AddPending(_ context.Context, id string, emails []string) error {
	for i := range o.groups {
		if g := &o.groups[i]; g.ID == id {
			for _, email := range emails {
				if user := o.arrives[email]; user != "" {
					g.Members = append(g.Members, user)
				} else {
					g.Pending = append(g.Pending, email)
				}
			}
		}
	}
	return o.write("await %v in %s", emails, id)
}

func (o *org) RemovePending(_ context.Context, id string, emails []string) error {
	return o.write("await %v in %s no more", emails, id)
}

// noon is what the clock shows.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func (o *org) RemoveMembers(_ context.Context, id string, users []string) error {
	return o.write("remove %v from %s", users, id)
}

func (o *org) AddNested(_ context.Context, id string, groups []string) error {
	return o.write("nest %v in %s", groups, id)
}

func (o *org) RemoveNested(_ context.Context, id string, groups []string) error {
	return o.write("take %v out of %s", groups, id)
}

func (o *org) AddGroupRoles(_ context.Context, id string, roles []string) error {
	return o.write("give %v to %s", roles, id)
}

func (o *org) RemoveGroupRoles(_ context.Context, id string, roles []string) error {
	return o.write("take %v from %s", roles, id)
}

func (o *org) AddMappings(_ context.Context, id string, in []authz.MappingInput) error {
	return o.write("map %v to %s", in, id)
}

func (o *org) RemoveMappings(_ context.Context, id string, mappings []string) error {
	return o.write("unmap %v from %s", mappings, id)
}

// everything is the scopes of somebody who may change groups.
var everything = []string{"read:groups", "create:groups", "update:groups", "delete:groups"}

// enter mounts the pages about groups for somebody who has scopes.
func enter(o *org, scopes ...string) door {
	groups := handlers.Groups{API: o}
	members := handlers.Members{API: o, Users: o}
	pending := handlers.Pending{API: o, Now: func() time.Time { return noon }}
	tree := handlers.Tree{API: o}
	nested := handlers.Nested{API: o, Tree: tree}
	roles := handlers.GroupRoles{API: o, Applications: o}
	mappings := handlers.Mappings{API: o, Connections: o}

	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Groups, groups.List)
	e.GET(urls.NewGroup, groups.New)
	e.POST(urls.NewGroup, groups.Create)
	e.GET(urls.Tree, tree.Show)
	e.GET(urls.TreeRows, tree.Rows)
	e.GET(urls.TreePlace, tree.Place)
	e.GET(urls.TreeMove, tree.Move)
	e.POST(urls.TreeMove, tree.Make)
	e.GET(urls.TreeTakeOut, tree.ConfirmTakeOut)
	e.POST(urls.TreeTakeOut, tree.TakeOut)
	e.GET(urls.GroupEdit, groups.Edit)
	e.POST(urls.GroupEdit, groups.Update)
	e.GET(urls.GroupActions, groups.Actions)
	e.GET(urls.GroupDelete, groups.ConfirmDelete)
	e.POST(urls.GroupDelete, groups.Delete)
	e.GET(urls.Group, members.Show)
	e.GET(urls.GroupMembersAdd, members.Pick)
	e.POST(urls.GroupMembersAdd, members.Add)
	e.GET(urls.GroupMembersRemove, members.ConfirmRemove)
	e.POST(urls.GroupMembersRemove, members.Remove)
	e.GET(urls.GroupNested, nested.Show)
	e.GET(urls.GroupPending, pending.Show)
	e.GET(urls.GroupPendingAdd, pending.Ask)
	e.POST(urls.GroupPendingAdd, pending.Add)
	e.GET(urls.GroupPendingRemove, pending.ConfirmRemove)
	e.POST(urls.GroupPendingRemove, pending.Remove)
	e.GET(urls.GroupNestedAdd, nested.Pick)
	e.POST(urls.GroupNestedAdd, nested.Add)
	e.GET(urls.GroupNestedRemove, nested.ConfirmRemove)
	e.POST(urls.GroupNestedRemove, nested.Remove)
	e.GET(urls.GroupRoles, roles.Show)
	e.GET(urls.GroupRolesAdd, roles.Pick)
	e.POST(urls.GroupRolesAdd, roles.Add)
	e.GET(urls.GroupRolesRemove, roles.ConfirmRemove)
	e.POST(urls.GroupRolesRemove, roles.Remove)
	e.GET(urls.GroupMappings, mappings.Show)
	e.GET(urls.GroupMappingsAdd, mappings.New)
	e.POST(urls.GroupMappingsAdd, mappings.Add)
	e.GET(urls.GroupMappingsRemove, mappings.ConfirmRemove)
	e.POST(urls.GroupMappingsRemove, mappings.Remove)
	e.POST(urls.Theme, handlers.Theme)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Authorization: {Scopes: scopes}},
	}}
}
