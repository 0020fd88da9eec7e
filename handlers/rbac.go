package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
	"trellis/web/session"
)

// RBACAPI is what the switch of an API's RBAC asks of the Management API.
type RBACAPI interface {
	ResourceServer(ctx context.Context, id string) (mgmt.ResourceServer, error)
	UpdateResourceServer(ctx context.Context, id string, patch mgmt.ResourceServerPatch) error
}

// RBAC turns on the check of permissions for an API, on the way from a user who
// holds some of them.
type RBAC struct {
	API   RBACAPI
	Users UserPermissions // the page to come back to
}

// Confirm asks whether an API shall check permissions.
func (h RBAC) Confirm(c echo.Context) error {
	s, err := h.API.ResourceServer(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	if s.EnforcePolicies {
		return done(c, h.back(c), "RBAC is on for "+s.Name+" already", h.show)
	}
	facts := views.RBACSwitch{API: s.Name, Identifier: s.Identifier}
	if s.TokenDialect == mgmt.DialectAuthz {
		facts.Tokens = "Its tokens name those permissions."
	}
	return sheet(c, http.StatusOK, urls.Users, views.Sheet{
		Title:   "Turn on RBAC for " + s.Name + "?",
		Text:    "From then on permissions decide what people may do with it.",
		Action:  urls.ToAPIRBAC(s.ID, ""),
		Back:    h.back(c),
		Submit:  "Turn on RBAC",
		Keep:    []views.Hidden{{Name: "user", Value: c.FormValue("user")}},
		Refusal: needs(c, session.Management, updateResourceServers),
	}, views.RBACFacts(facts))
}

// TurnOn makes an API check permissions.
func (h RBAC) TurnOn(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := h.API.ResourceServer(ctx, idOf(c))
	if err != nil {
		return err
	}
	on := true
	if err := h.API.UpdateResourceServer(ctx, s.ID, mgmt.ResourceServerPatch{EnforcePolicies: &on}); err != nil {
		return err
	}
	return done(c, h.back(c), "RBAC is on for "+s.Name, h.show)
}

// back is where the person came from: the user's permissions, or the users.
func (h RBAC) back(c echo.Context) string {
	if user := c.FormValue("user"); user != "" {
		return urls.PermissionList{User: user}.To()
	}
	return urls.Users
}

// show draws the page behind the dialog.
func (h RBAC) show(c echo.Context) error {
	return h.Users.show(c, urls.PermissionList{User: c.FormValue("user"), Page: 1, Apps: 1})
}
