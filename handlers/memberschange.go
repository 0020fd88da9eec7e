package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

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
	users, emails := parted(p.chosen)
	err := h.admit(c.Request().Context(), idOf(c), users, emails)
	if why := notGiven(err); why != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, why)
	}
	if err != nil {
		return err
	}
	return done(c, memberListOf(c).To(), addedWords(len(users), len(emails)), h.Show)
}

// admit makes users members of a group, and lets it wait for emails.
func (h Members) admit(ctx context.Context, group string, users, emails []string) error {
	if len(users) > 0 {
		if err := h.API.AddMembers(ctx, group, users); err != nil {
			return err
		}
	}
	if len(emails) == 0 {
		return nil
	}
	return h.API.AddPending(ctx, group, emails)
}

// addedWords says what an addition came to. An email can be somebody's meanwhile,
// so it only says what was asked for.
func addedWords(users, emails int) string {
	switch {
	case emails == 0:
		return count(users, "member") + " added"
	case users == 0:
		return count(emails, "email") + " added"
	}
	return count(users, "member") + " and " + count(emails, "email") + " added"
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
	people := p
	people.chosen, _ = parted(p.chosen)
	rows, more, err := userChoices(ctx, h.Users, people, members, "Already a member")
	if err != nil {
		return err
	}
	expected, err := h.expected(ctx, g, p, rows)
	if err != nil {
		return err
	}
	rows = append(expected, rows...)
	at := memberListOf(c)
	picker := p.picker(at.ToAdd(), "user", rows, more)
	picker.People = true
	return pickSheet(c, status, urls.Groups, views.Sheet{
		Title:   "Add members to " + named(g.Name),
		Text:    byGroup(c, "They get the roles of this group and of every group above it."),
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

// expected are the emails chosen in p, and that which was searched for when nobody
// of rows has it: the group can wait for who comes with it.
func (h Members) expected(ctx context.Context, g authz.Group, p pick, rows []views.Choice) ([]views.Choice, error) {
	choice := func(email string, chosen bool) views.Choice {
		return views.Choice{Value: pendingChoice + email, Label: email, Detail: "Nobody has this email yet. Keep it as pending: who comes with it becomes a member.", Chosen: chosen}
	}
	var out []views.Choice
	_, emails := parted(p.chosen)
	for _, email := range emails {
		out = append(out, choice(email, true))
	}
	hasIt := func(r views.Choice) bool { return strings.EqualFold(r.Detail, p.search) }
	if !isEmail(p.search) || slices.ContainsFunc(rows, hasIt) || slices.Contains(emails, p.search) {
		return out, nil
	}
	waits, err := h.API.PendingMembers(ctx, g.ID, authz.ListQuery{Search: p.search, PerPage: pendingPerPage})
	if unknownHere(err) {
		return out, nil
	}
	offer := choice(p.search, false)
	if slices.ContainsFunc(waits.Items, func(m authz.PendingMember) bool { return strings.EqualFold(m.Email, p.search) }) {
		offer.Refusal = "Already pending"
	}
	return append(out, offer), err
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
