package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/htmx"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// UserPermissionsAPI is what the pages about a user's permissions ask of the
// Management API.
type UserPermissionsAPI interface {
	User(ctx context.Context, id string) (mgmt.User, error)
	AllUserPermissions(ctx context.Context, id string) ([]mgmt.UserPermission, error)
	AddUserPermissions(ctx context.Context, id string, permissions []mgmt.PermissionRef) error
	RemoveUserPermissions(ctx context.Context, id string, permissions []mgmt.PermissionRef) error
	ResourceServers(ctx context.Context) ([]mgmt.ResourceServer, error)
}

// UserPermissions serves the permissions that a user holds directly: the list,
// adding, and the trash can.
type UserPermissions struct {
	API UserPermissionsAPI
	Now func() time.Time // nil means time.Now
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
	return urls.PermissionList{User: idOf(c), Search: searchOf(c), Page: pageOf(c)}
}

func (h UserPermissions) show(c echo.Context, at urls.PermissionList) error {
	t, err := h.holdings(c.Request().Context(), at.User)
	if err != nil {
		return err
	}
	list := permissionList(t, at)
	list.Add = views.Action{
		ID: "add-permissions", Label: "Add permissions", Icon: "plus", Kind: views.Primary,
		URL: at.ToAdd(), Dialog: true, Refusal: needs(c, session.Management, updateUsers),
	}
	for i := range list.Rows {
		list.Rows[i].Remove.Refusal = needs(c, session.Management, updateUsers)
	}
	for i := range list.Idle {
		list.Idle[i].TurnOn.Refusal = needs(c, session.Management, updateResourceServers)
	}
	head := userHead(t.user, urls.UserPermissions, len(t.held), now(h.Now))
	l := layout(c, head.Name, urls.Users)
	return answer(c, http.StatusOK, views.UserPermissionsPage(l, head, list), parts{
		"detail": views.Titled(l, views.UserPermissionsPart(head, list)),
		"list":   views.Titled(l, views.PermissionRows(list)),
	})
}

// holdings is a user, the permissions that the user holds directly, and the APIs
// that they are of.
type holdings struct {
	user mgmt.User
	held []mgmt.UserPermission
	apis []mgmt.ResourceServer // nil when the person may not read them
}

func (h UserPermissions) holdings(ctx context.Context, user string) (holdings, error) {
	var t holdings
	var err error
	if t.user, err = h.API.User(ctx, user); err != nil {
		return t, err
	}
	if t.held, err = h.API.AllUserPermissions(ctx, user); err != nil {
		return t, err
	}
	// Who may not read APIs still sees the permissions, without what RBAC does.
	t.apis, err = h.API.ResourceServers(ctx)
	if upstream.StatusOf(err) == http.StatusForbidden {
		return t, nil
	}
	return t, err
}

// holds is the permission of api called name, and whether the user holds it.
func (t holdings) holds(api, name string) (mgmt.UserPermission, bool) {
	i := slices.IndexFunc(t.held, func(p mgmt.UserPermission) bool {
		return p.ResourceServerIdentifier == api && p.PermissionName == name
	})
	if i < 0 {
		return mgmt.UserPermission{}, false
	}
	return t.held[i], true
}

// idle reports whether the API takes no notice of permissions.
func (t holdings) idle(identifier string) bool {
	return slices.ContainsFunc(t.apis, func(s mgmt.ResourceServer) bool {
		return s.Identifier == identifier && !s.EnforcePolicies
	})
}

// permissionList words the permissions that at asks for. It moves to the last
// page when the one asked for lies behind.
func permissionList(t holdings, at urls.PermissionList) views.PermissionList {
	matching := slices.DeleteFunc(slices.Clone(t.held), func(p mgmt.UserPermission) bool {
		return !mentions(at.Search, p.PermissionName, p.Description, apiName(p))
	})
	slices.SortStableFunc(matching, func(a, b mgmt.UserPermission) int {
		return cmp.Or(cmp.Compare(a.PermissionName, b.PermissionName), cmp.Compare(apiName(a), apiName(b)))
	})
	p := paging{at.Page, permissionsPerPage, len(matching)}
	if p.beyond() {
		p.page = p.last()
		at.Page = p.page
	}
	list := views.PermissionList{
		At:     at,
		Status: found(len(matching), "permission", at.Search),
		Pager: p.pager(func(n int) string {
			return urls.PermissionList{User: at.User, Search: at.Search, Page: n}.To()
		}),
		Idle: idleAPIs(t, at),
	}
	first := (p.page - 1) * p.size
	for _, held := range matching[first:min(first+p.size, len(matching))] {
		list.Rows = append(list.Rows, permissionRow(t, held, at))
	}
	return list
}

func permissionRow(t holdings, held mgmt.UserPermission, at urls.PermissionList) views.PermissionRow {
	return views.PermissionRow{
		Name:        held.PermissionName,
		Description: held.Description,
		API:         apiName(held),
		Idle:        t.idle(held.ResourceServerIdentifier),
		Remove: views.Action{
			Label: "Remove " + held.PermissionName + " from " + nameOf(t.user), Icon: "trash", Kind: views.Bad,
			URL: at.ToRemove(held.ResourceServerIdentifier, held.PermissionName), Dialog: true,
		},
	}
}

// idleAPIs are the APIs that the user holds permissions of and that take no
// notice of them.
func idleAPIs(t holdings, at urls.PermissionList) []views.IdleAPI {
	var out []views.IdleAPI
	for _, s := range t.apis {
		held := slices.ContainsFunc(t.held, func(p mgmt.UserPermission) bool { return p.ResourceServerIdentifier == s.Identifier })
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
	held, ok := t.holds(c.FormValue("api"), c.FormValue("permission"))
	if !ok {
		return h.gone(c, at, c.FormValue("permission"))
	}
	return sheet(c, http.StatusOK, urls.Users, views.Sheet{
		Title:   "Remove " + held.PermissionName + " from " + firstNameOf(t.user) + "?",
		Text:    "The next access token for " + apiName(held) + " comes without it, unless a role gives it too.",
		Action:  at.ToRemove(held.ResourceServerIdentifier, held.PermissionName),
		Back:    at.To(),
		Submit:  "Remove permission",
		Icon:    "trash",
		Danger:  true,
		Refusal: needs(c, session.Management, updateUsers),
	}, views.PermissionFacts(views.PermissionRemoval{
		Name: held.PermissionName, API: apiName(held), Identifier: held.ResourceServerIdentifier,
		User: nameOf(t.user), Email: t.user.Email, Idle: t.idle(held.ResourceServerIdentifier),
	}))
}

// Remove takes a permission from a user.
func (h UserPermissions) Remove(c echo.Context) error {
	ctx, at := c.Request().Context(), permissionsAt(c)
	ref := mgmt.PermissionRef{ResourceServerIdentifier: c.FormValue("api"), PermissionName: c.FormValue("permission")}
	held, err := h.API.AllUserPermissions(ctx, at.User)
	if err != nil {
		return err
	}
	if _, ok := (holdings{held: held}).holds(ref.ResourceServerIdentifier, ref.PermissionName); !ok {
		return h.gone(c, at, ref.PermissionName)
	}
	if err := h.API.RemoveUserPermissions(ctx, at.User, []mgmt.PermissionRef{ref}); err != nil {
		return err
	}
	return done(c, at.To(), "Removed "+ref.PermissionName, h.List)
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
