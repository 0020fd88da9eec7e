package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// Pick offers groups to put a user into.
func (h UserGroups) Pick(c echo.Context) error {
	return h.picker(c, http.StatusOK, pickOf(c), "")
}

// Add makes a user a member of the chosen groups.
func (h UserGroups) Add(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.picker(c, http.StatusOK, p, "")
	}
	if problem := p.problem("group"); problem != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, problem)
	}
	if err := h.API.AddUserGroups(c.Request().Context(), idOf(c), p.chosen); err != nil {
		if why := notGiven(err); why != "" {
			return h.picker(c, http.StatusUnprocessableEntity, p, why)
		}
		return err
	}
	return done(c, heldListOf(c).ToGroups(), "Added to "+count(len(p.chosen), "group"), h.Show)
}

func (h UserGroups) picker(c echo.Context, status int, p pick, problem string) error {
	ctx := c.Request().Context()
	u, err := h.Frame.Users.User(ctx, idOf(c))
	if err != nil {
		return err
	}
	in, err := h.API.UserGroups(ctx, u.UserID)
	if err != nil {
		return err
	}
	groups, err := h.API.ListGroups(ctx, authz.ListQuery{Sort: "name:1", Fields: []string{"_id", "name", "description"}})
	if err != nil {
		return err
	}
	var all []candidate
	for _, g := range groups.Items {
		cand := candidate{id: g.ID, label: named(g.Name), detail: g.Description}
		if slices.ContainsFunc(in, func(has authz.Group) bool { return has.ID == g.ID }) {
			cand.refusal = "Already a member"
		}
		all = append(all, cand)
	}
	rows, more := p.choices(all)
	at := heldListOf(c)
	picker := p.picker(at.ToGroupsAdd(), "group", rows, more)
	picker.Icon = "groups"
	return pickSheet(c, status, urls.Users, views.Sheet{
		Title:   "Add " + firstNameOf(u) + " to groups",
		Text:    byGroup(c, "A member gets the roles of the group and of every group above it."),
		Action:  at.ToGroupsAdd(),
		Back:    at.ToGroups(),
		Submit:  "Add to groups",
		Icon:    "plus",
		Problem: problem,
		Aside:   p.chosenWords(),
		Impact: h.Impacts.Chosen(c, at.ToGroupsAdd(), chooseThings, proposedEach(p.chosen, func(id string) authz.ProposedChange {
			return addMember(u.UserID, id)
		})),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.PickerBody(picker), picker)
}

// ConfirmRemove asks whether a user shall leave a group.
func (h UserGroups) ConfirmRemove(c echo.Context) error {
	ctx, id := c.Request().Context(), c.FormValue("group")
	u, err := h.Frame.Users.User(ctx, idOf(c))
	if err != nil {
		return err
	}
	e, err := entitlementsOf(ctx, h.API, u.UserID, toRoles)
	if err != nil {
		return err
	}
	at := heldListOf(c)
	if !slices.Contains(e.held.Groups, id) {
		return done(c, at.ToGroups(), firstNameOf(u)+" was removed already", h.Show)
	}
	group := named(e.engine.Name(id))
	return sheet(c, http.StatusOK, urls.Users, views.Sheet{
		Title:   "Remove " + nameOf(u) + " from " + group + "?",
		Text:    e.lossOfGroup(id, firstNameOf(u)),
		Action:  at.ToGroupsRemove(id),
		Back:    at.ToGroups(),
		Submit:  "Remove from group",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.Of(c, undone(addMember(u.UserID, id))),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.Nothing())
}

// lossOfGroup says what the end of a direct membership changes for name.
func (e *entitlements) lossOfGroup(id, name string) string {
	after := e.without(id, "")
	left := e.engine.Groups(after)
	groups := lost(e.engine.Groups(e.held), left)
	roles := lost(e.engine.Roles(e.held), e.engine.Roles(after))
	if groups == 0 {
		return "Only the direct membership goes. " + name + " stays in the group through another one, and keeps its roles."
	}
	switch above := groups - 1; {
	case above > 0 && roles > 0:
		return "It takes " + name + " out of " + count(above, "group") + " above it too, and " + count(roles, "role") + " with them."
	case above > 0:
		return "It takes " + name + " out of " + count(above, "group") + " above it too. No role goes with it."
	case roles > 0:
		return name + " loses " + count(roles, "role") + " with it."
	default:
		return name + " loses no role with it."
	}
}

// Remove ends the membership of a user in a group.
func (h UserGroups) Remove(c echo.Context) error {
	if err := h.API.RemoveMembers(c.Request().Context(), c.FormValue("group"), []string{idOf(c)}); err != nil {
		return err
	}
	return done(c, heldListOf(c).ToGroups(), "Removed from the group", h.Show)
}
