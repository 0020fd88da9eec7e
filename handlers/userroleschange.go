package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// Pick offers roles to give to a user.
func (h UserRoles) Pick(c echo.Context) error {
	return h.picker(c, http.StatusOK, pickOf(c), "")
}

// Add gives the chosen roles to a user.
func (h UserRoles) Add(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.picker(c, http.StatusOK, p, "")
	}
	if problem := p.problem("role"); problem != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, problem)
	}
	if err := h.API.AddUserRoles(c.Request().Context(), idOf(c), p.chosen); err != nil {
		return err
	}
	return done(c, heldListOf(c).ToRoles(), count(len(p.chosen), "role")+" added", h.Show)
}

func (h UserRoles) picker(c echo.Context, status int, p pick, problem string) error {
	ctx := c.Request().Context()
	u, err := h.Frame.Users.User(ctx, idOf(c))
	if err != nil {
		return err
	}
	has, err := h.API.UserRoles(ctx, u.UserID)
	if err != nil {
		return err
	}
	roles, err := h.API.ListRoles(ctx, authz.ListQuery{Sort: "name:1", Fields: roleFields})
	if err != nil {
		return err
	}
	rows, more := p.choices(roleCandidates(roles.Items, has, h.Catalogue.read(ctx)))
	at := heldListOf(c)
	picker := p.picker(at.ToRolesAdd(), "role", rows, more)
	picker.Icon = "roles"
	return pickSheet(c, status, urls.Users, views.Sheet{
		Title:   "Add roles to " + firstNameOf(u),
		Text:    "Held directly, beside what groups give.",
		Action:  at.ToRolesAdd(),
		Back:    at.ToRoles(),
		Submit:  "Add roles",
		Icon:    "plus",
		Problem: problem,
		Aside:   p.chosenWords(),
		Impact: h.Impacts.Chosen(c, at.ToRolesAdd(), chooseThings, proposedEach(p.chosen, func(id string) authz.ProposedChange {
			return addUserRole(u.UserID, id)
		})),
		Refusal: needs(c, session.Authorization, giveRoles),
	}, views.PickerBody(picker), picker)
}

// roleCandidates are roles, with why one can't be given to who has some.
func roleCandidates(roles []authz.Role, has []authz.UserRole, apps catalogue) []candidate {
	var all []candidate
	for _, r := range roles {
		cand := candidate{id: r.ID, label: named(r.Name), detail: apps.name(r.ApplicationID)}
		if r.Description != "" {
			cand.detail = strings.TrimPrefix(cand.detail+": "+r.Description, ": ")
		}
		if slices.ContainsFunc(has, func(h authz.UserRole) bool { return h.ID == r.ID }) {
			cand.refusal = "Already given"
		}
		all = append(all, cand)
	}
	return all
}

// ConfirmRemove asks whether a role shall be taken from a user.
func (h UserRoles) ConfirmRemove(c echo.Context) error {
	ctx, id := c.Request().Context(), c.FormValue("role")
	u, err := h.Frame.Users.User(ctx, idOf(c))
	if err != nil {
		return err
	}
	e, err := entitlementsOf(ctx, h.API, u.UserID, toPermissions)
	if err != nil {
		return err
	}
	at := heldListOf(c)
	role, ok := e.roleNamed(id)
	if !ok || !slices.Contains(e.held.Roles, id) {
		return done(c, at.ToRoles(), "The role was removed already", h.Show)
	}
	return sheet(c, http.StatusOK, urls.Users, views.Sheet{
		Title:   "Remove " + named(role.Name) + " from " + nameOf(u) + "?",
		Text:    e.lossOfRole(id, firstNameOf(u)),
		Action:  at.ToRolesRemove(id),
		Back:    at.ToRoles(),
		Submit:  "Remove role",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.Of(c, undone(addUserRole(u.UserID, id))),
		Refusal: needs(c, session.Authorization, giveRoles),
	}, views.Nothing())
}

// lossOfRole says what the end of a direct assignment changes for name.
func (e *entitlements) lossOfRole(id, name string) string {
	after := e.without("", id)
	if lost(e.engine.Roles(e.held), e.engine.Roles(after)) == 0 {
		return "Only the direct assignment goes. " + name + " keeps the role through a group."
	}
	permissions := lost(e.engine.Permissions(e.held), e.engine.Permissions(after))
	if permissions == 0 {
		return name + " loses no permission with it. The role itself stays."
	}
	return name + " loses " + count(permissions, "permission") + " with it. The role itself stays."
}

// Remove takes a role from a user.
func (h UserRoles) Remove(c echo.Context) error {
	if err := h.API.RemoveUserRoles(c.Request().Context(), idOf(c), []string{c.FormValue("role")}); err != nil {
		return err
	}
	return done(c, heldListOf(c).ToRoles(), "Role removed", h.Show)
}
