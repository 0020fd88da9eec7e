package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// Pick offers users to add to a group.
func (h Members) Pick(c echo.Context) error {
	return h.picker(c, http.StatusOK, pickOf(c), "")
}

// Add makes the chosen users members of a group.
func (h Members) Add(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.picker(c, http.StatusOK, p, "")
	}
	if problem := p.problem("user"); problem != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, problem)
	}
	if err := h.API.AddMembers(c.Request().Context(), idOf(c), p.chosen); err != nil {
		return err
	}
	return done(c, memberListOf(c).To(), count(len(p.chosen), "member")+" added", h.Show)
}

func (h Members) picker(c echo.Context, status int, p pick, problem string) error {
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	members, err := directMembers(ctx, h.API, g)
	if err != nil {
		return err
	}
	rows, more, err := userChoices(ctx, h.Users, p, members, "Already a member")
	if err != nil {
		return err
	}
	at := memberListOf(c)
	picker := p.picker(at.ToAdd(), "user", rows, more)
	picker.People = true
	return pickSheet(c, status, urls.Groups, views.Sheet{
		Title:   "Add members to " + named(g.Name),
		Text:    "They get the roles of this group and of every group above it.",
		Action:  at.ToAdd(),
		Back:    at.To(),
		Submit:  "Add members",
		Icon:    "plus",
		Problem: problem,
		Aside:   p.chosenWords(),
		Impact: h.Impacts.Chosen(c, at.ToAdd(), choosePeople, proposedEach(p.chosen, func(id string) authz.ProposedChange {
			return addMember(id, g.ID)
		})),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.PickerBody(picker), picker)
}

// ConfirmRemove asks whether a user shall leave a group.
func (h Members) ConfirmRemove(c echo.Context) error {
	ctx, id := c.Request().Context(), c.FormValue("user")
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	name, err := h.nameOf(c, g, id)
	if err != nil {
		return err
	}
	at := memberListOf(c)
	return sheet(c, http.StatusOK, urls.Groups, views.Sheet{
		Title:   "Remove " + name + " from " + named(g.Name) + "?",
		Text:    "The roles that this membership gives go with it, unless another group gives them too.",
		Action:  at.ToRemove(id),
		Back:    at.To(),
		Submit:  "Remove member",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.Of(c, undone(addMember(id, g.ID))),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.Nothing())
}

// nameOf is what the list of members calls the user with id.
func (h Members) nameOf(c echo.Context, g authz.Group, id string) (string, error) {
	page, err := h.API.Members(c.Request().Context(), g.ID, authz.ListQuery{Search: id, PerPage: membersPerPage})
	if err != nil {
		return "", err
	}
	for _, u := range page.Items {
		if u.UserID == id {
			return userName(u), nil
		}
	}
	return id, nil
}

// Remove ends the membership of a user in a group.
func (h Members) Remove(c echo.Context) error {
	if err := h.API.RemoveMembers(c.Request().Context(), idOf(c), []string{c.FormValue("user")}); err != nil {
		return err
	}
	return done(c, memberListOf(c).To(), "Member removed", h.Show)
}
