package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/htmx"
	"trellis/web/mgmt"
	"trellis/web/session"
)

// UserPermissionsAPI is what the pages about a user's permissions ask of the
// Management API.
type UserPermissionsAPI interface {
	User(ctx context.Context, id string) (mgmt.User, error)
	AllUserPermissions(ctx context.Context, id string) ([]mgmt.UserPermission, error)
	EffectivePermissions(ctx context.Context, id, api string) ([]mgmt.EffectivePermission, error)
	EffectiveRoles(ctx context.Context, id string) ([]mgmt.EffectiveRole, error)
	AllRolePermissions(ctx context.Context, role string) ([]mgmt.UserPermission, error)
	AddUserPermissions(ctx context.Context, id string, permissions []mgmt.PermissionRef) error
	RemoveUserPermissions(ctx context.Context, id string, permissions []mgmt.PermissionRef) error
	ResourceServers(ctx context.Context) ([]mgmt.ResourceServer, error)
}

// UserPermissions serves the permissions that a user has: those of APIs, with
// adding and the trash can of what is held directly, and those of applications.
type UserPermissions struct {
	Frame     UserFrame
	API       UserPermissionsAPI
	Access    EntitlementsReader
	Catalogue Catalogue
}

const (
	updateUsers           = "update:users"
	updateResourceServers = "update:resource_servers"

	permissionsPerPage = 25
)

// List shows the permissions of a user, narrowed by ?q.
func (h UserPermissions) List(c echo.Context) error {
	return h.show(c, permissionsAt(c))
}

// permissionsAt is the list's state that a request names.
func permissionsAt(c echo.Context) urls.PermissionList {
	apps, _ := strconv.Atoi(c.FormValue("apps"))
	return urls.PermissionList{User: idOf(c), Search: searchOf(c), Page: pageOf(c), Apps: min(max(apps, 1), 1_000_000)}
}

func (h UserPermissions) show(c echo.Context, at urls.PermissionList) error {
	var t holdings
	var byApplication func(mgmt.User, *urls.PermissionList) views.AppPermissions
	ctx := c.Request().Context()
	u, err := h.Frame.read(ctx, at.User,
		func() error { return h.rights(ctx, at.User, &t) },
		func() (err error) { byApplication, err = h.applications(ctx, at.User); return err },
	)
	if err != nil {
		return err
	}
	t.user = u.User
	list := permissionList(t, &at)
	list.Apps = byApplication(t.user, &at)
	addressed(c, at.To())
	list.Add = views.Action{
		ID: "add-permissions", Label: "Add permissions", Icon: "plus", Kind: views.Primary,
		URL: at.ToAdd(), Dialog: true, Refusal: needs(c, session.Management, updateUsers),
	}
	for i := range list.Rows {
		if list.Rows[i].Direct {
			list.Rows[i].Remove.Refusal = needs(c, session.Management, updateUsers)
		}
	}
	for i := range list.Idle {
		list.Idle[i].TurnOn.Refusal = needs(c, session.Management, updateResourceServers)
	}
	return h.Frame.show(c, http.StatusOK, u, userPermissionsTab, views.UserPermissions(list), views.PermissionRows(list))
}

// permissionList words the permissions that at asks for. It moves to the last
// page when the one asked for lies behind.
func permissionList(t holdings, at *urls.PermissionList) views.PermissionList {
	matching := slices.DeleteFunc(slices.Clone(t.held), func(p held) bool {
		return !mentions(at.Search, p.PermissionName, p.Description, apiName(p.UserPermission))
	})
	slices.SortStableFunc(matching, func(a, b held) int {
		return cmp.Or(cmp.Compare(a.PermissionName, b.PermissionName),
			cmp.Compare(apiName(a.UserPermission), apiName(b.UserPermission)))
	})
	p := paging{at.Page, permissionsPerPage, len(matching)}
	if p.beyond() {
		p.page = p.last()
		at.Page = p.page
	}
	list := views.PermissionList{
		At:     *at,
		First:  firstNameOf(t.user),
		Status: found(len(matching), "permission", at.Search),
		Pager: p.pager(func(n int) string {
			return urls.PermissionList{User: at.User, Search: at.Search, Page: n, Apps: at.Apps}.To()
		}),
		Idle: idleAPIs(t, *at),
	}
	first := (p.page - 1) * p.size
	for _, held := range matching[first:min(first+p.size, len(matching))] {
		list.Rows = append(list.Rows, permissionRow(t, held, *at))
	}
	return list
}

func permissionRow(t holdings, p held, at urls.PermissionList) views.PermissionRow {
	row := views.PermissionRow{
		Name:        p.PermissionName,
		Description: p.Description,
		API:         apiName(p.UserPermission),
		Idle:        t.idle(p.ResourceServerIdentifier),
		Direct:      p.direct,
		Roles:       roleTags(p),
	}
	if p.direct {
		row.Remove = views.Action{
			Label: "Remove " + p.PermissionName + " from " + nameOf(t.user), Icon: "trash", Kind: views.Bad,
			URL: at.ToRemove(p.ResourceServerIdentifier, p.PermissionName), Dialog: true,
		}
	}
	return row
}

// roleTags words the roles that give p.
func roleTags(p held) []views.RoleTag {
	var out []views.RoleTag
	for _, role := range p.roles {
		how := "role given through a group"
		if slices.Contains(role.Sources, mgmt.Direct) {
			how = "role assigned directly"
		}
		out = append(out, views.RoleTag{Name: role.Name, How: how})
	}
	if p.byRoles && len(out) == 0 {
		out = append(out, views.RoleTag{How: "a role whose name you may not read"})
	}
	return out
}

// idleAPIs are the APIs that the user holds permissions of and that take no
// notice of them.
func idleAPIs(t holdings, at urls.PermissionList) []views.IdleAPI {
	var out []views.IdleAPI
	for _, s := range t.apis {
		held := slices.ContainsFunc(t.held, func(p held) bool { return p.ResourceServerIdentifier == s.Identifier })
		if !held || s.EnforcePolicies {
			continue
		}
		out = append(out, views.IdleAPI{
			Name:   s.Name,
			TurnOn: views.Action{Label: "Turn on RBAC", URL: urls.ToAPIRBAC(s.ID, at.User), Dialog: true},
		})
	}
	return out
}

// ConfirmRemove asks whether a permission shall be taken from a user.
func (h UserPermissions) ConfirmRemove(c echo.Context) error {
	at := permissionsAt(c)
	t, err := h.holdings(c.Request().Context(), at.User)
	if err != nil {
		return err
	}
	p, ok := t.direct(c.FormValue("api"), c.FormValue("permission"))
	if !ok {
		return h.gone(c, at, c.FormValue("permission"))
	}
	return sheet(c, http.StatusOK, urls.Users, removalSheet(c, t, p, at), views.PermissionFacts(views.PermissionRemoval{
		Name: p.PermissionName, API: apiName(p.UserPermission), Identifier: p.ResourceServerIdentifier,
		User: nameOf(t.user), Email: t.user.Email, Idle: t.idle(p.ResourceServerIdentifier),
		FirstName: firstNameOf(t.user), Remaining: roleTags(p),
	}))
}

// removalSheet says what becomes of the person when the direct assignment of p goes.
func removalSheet(c echo.Context, t holdings, p held, at urls.PermissionList) views.Sheet {
	name := firstNameOf(t.user)
	s := views.Sheet{
		Title:   "Remove " + p.PermissionName + " from " + name + "?",
		Text:    "The next access token for " + apiName(p.UserPermission) + " comes without it. Nothing else gives it to " + name + ".",
		Action:  at.ToRemove(p.ResourceServerIdentifier, p.PermissionName),
		Back:    at.To(),
		Submit:  "Remove permission",
		Icon:    "trash",
		Danger:  true,
		Refusal: needs(c, session.Management, updateUsers),
	}
	if p.byRoles {
		s.Text = "Only the direct assignment goes. " + name + " keeps this permission through a role."
		s.Submit = "Remove direct assignment"
	}
	return s
}

// Remove takes a permission from a user.
func (h UserPermissions) Remove(c echo.Context) error {
	ctx, at := c.Request().Context(), permissionsAt(c)
	ref := mgmt.PermissionRef{ResourceServerIdentifier: c.FormValue("api"), PermissionName: c.FormValue("permission")}
	effective, err := h.API.EffectivePermissions(ctx, at.User, ref.ResourceServerIdentifier)
	if err != nil {
		return err
	}
	if !heldDirectly(effective, ref.PermissionName) {
		return h.gone(c, at, ref.PermissionName)
	}
	if err := h.API.RemoveUserPermissions(ctx, at.User, []mgmt.PermissionRef{ref}); err != nil {
		return err
	}
	return done(c, at.To(), "Removed "+ref.PermissionName, h.List)
}

// heldDirectly reports whether the permission called name is held directly.
func heldDirectly(effective []mgmt.EffectivePermission, name string) bool {
	return slices.ContainsFunc(effective, func(p mgmt.EffectivePermission) bool {
		return p.PermissionName == name && slices.Contains(p.Sources, mgmt.Direct)
	})
}

// gone tells that somebody else removed the permission first. That is what the
// person wanted, so it is no error.
func (h UserPermissions) gone(c echo.Context, at urls.PermissionList, permission string) error {
	title := permission + " was removed already"
	if htmx.From(c.Request()).Target != "dialog" {
		session.From(c.Request().Context()).Say(session.Flash{Kind: views.Warn, Title: title, Text: "This is the list as it is now."})
		return seeOther(c, at.To())
	}
	htmx.Done(c.Response().Header(), "#detail", htmx.Toast{Title: title, Text: "This is the list as it is now.", Kind: views.Warn})
	c.Request().Header.Set("HX-Target", "detail")
	return h.show(c, at)
}

// apiName is what to call the API of p.
func apiName(p mgmt.UserPermission) string {
	return cmp.Or(p.ResourceServerName, p.ResourceServerIdentifier)
}

// mentions reports whether one of texts holds search, in any case of letters.
func mentions(search string, texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool {
		return strings.Contains(strings.ToLower(text), strings.ToLower(search))
	})
}
