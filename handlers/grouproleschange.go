package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// Pick offers roles to give to a group.
func (h GroupRoles) Pick(c echo.Context) error {
	return h.picker(c, http.StatusOK, pickOf(c), "")
}

// Add gives the chosen roles to a group.
func (h GroupRoles) Add(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.picker(c, http.StatusOK, p, "")
	}
	if problem := p.problem("role"); problem != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, problem)
	}
	if err := h.API.AddGroupRoles(c.Request().Context(), idOf(c), p.chosen); err != nil {
		if why := notGiven(err); why != "" {
			return h.picker(c, http.StatusUnprocessableEntity, p, why)
		}
		return err
	}
	return done(c, groupRoleListOf(c).To(), count(len(p.chosen), "role")+" added", h.Show)
}

func (h GroupRoles) picker(c echo.Context, status int, p pick, problem string) error {
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	all, err := h.candidates(ctx, g.ID)
	if err != nil {
		return err
	}
	rows, more := p.choices(all)
	at := groupRoleListOf(c)
	action := at.ToAdd()
	picker := p.picker(action, "role", rows, more)
	picker.Icon = "roles"
	return pickSheet(c, status, urls.Groups, views.Sheet{
		Title:   "Add roles to " + named(g.Name),
		Text:    byGroup(c, "Every member gets them, those of nested groups too."),
		Action:  action,
		Back:    at.To(),
		Submit:  "Add roles",
		Icon:    "plus",
		Problem: problem,
		Aside:   p.chosenWords(),
		Impact: h.Impacts.Chosen(c, action, chooseThings, proposedEach(p.chosen, func(id string) authz.ProposedChange {
			return addGroupRole(g.ID, id)
		})),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.PickerBody(picker), picker)
}

// candidates are all roles by name, with why one can't be given to the group.
func (h GroupRoles) candidates(ctx context.Context, group string) ([]candidate, error) {
	has, err := h.API.GroupRoles(ctx, group)
	if err != nil {
		return nil, err
	}
	roles, err := h.API.ListRoles(ctx, authz.ListQuery{Sort: "name:1", Fields: []string{"_id", "name", "description", "applicationId"}})
	if err != nil {
		return nil, err
	}
	apps := h.applications(ctx)
	var all []candidate
	for _, r := range roles.Items {
		cand := candidate{id: r.ID, label: named(r.Name), detail: cmp.Or(apps[r.ApplicationID], r.ApplicationID)}
		if r.Description != "" {
			cand.detail += ": " + r.Description
		}
		if slices.ContainsFunc(has, func(h authz.Role) bool { return h.ID == r.ID }) {
			cand.refusal = "Already given"
		}
		all = append(all, cand)
	}
	return all, nil
}

// ConfirmRemove asks whether a role shall be taken from a group.
func (h GroupRoles) ConfirmRemove(c echo.Context) error {
	ctx, id := c.Request().Context(), c.FormValue("role")
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	held, err := h.held(ctx, g.ID)
	if err != nil {
		return err
	}
	name, text, known := "the missing role "+id, "Nobody gets anything from it any more.", false
	for _, r := range held {
		if r.ID == id && !r.Missing {
			name, text, known = named(r.Name), lossOf(r, g), true
		}
	}
	return sheet(c, http.StatusOK, urls.Groups, views.Sheet{
		Title:   "Remove " + name + " from " + named(g.Name) + "?",
		Text:    text,
		Action:  groupRoleListOf(c).ToRemove(id),
		Back:    groupRoleListOf(c).To(),
		Submit:  "Remove role",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.ofKnown(c, known, undone(addGroupRole(g.ID, id))),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.Nothing())
}

// lossOf says what taking r from g changes for its members.
func lossOf(r heldRole, g authz.Group) string {
	if r.from != nil {
		return "Only the direct assignment goes: " + named(g.Name) + " still inherits the role from " + named(r.from.Name) + "."
	}
	return "Members of " + named(g.Name) + " and of the groups nested in it lose " + count(len(r.Permissions), "permission") +
		", unless something else gives them too. The role itself stays."
}

// Remove takes a role from a group.
func (h GroupRoles) Remove(c echo.Context) error {
	if err := h.API.RemoveGroupRoles(c.Request().Context(), idOf(c), []string{c.FormValue("role")}); err != nil {
		return err
	}
	return done(c, groupRoleListOf(c).To(), "Role removed", h.Show)
}
