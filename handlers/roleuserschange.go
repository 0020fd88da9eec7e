package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// Pick offers users to give a role to.
func (h RoleUsers) Pick(c echo.Context) error {
	return h.picker(c, http.StatusOK, pickOf(c), "")
}

// Add gives a role to the chosen users.
func (h RoleUsers) Add(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.picker(c, http.StatusOK, p, "")
	}
	if problem := p.problem("user"); problem != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, problem)
	}
	if err := h.API.AddRoleUsers(c.Request().Context(), idOf(c), p.chosen); err != nil {
		return err
	}
	return done(c, roleUserListOf(c).To(), "Role given to "+count(len(p.chosen), "user"), h.Show)
}

func (h RoleUsers) picker(c echo.Context, status int, p pick, problem string) error {
	ctx := c.Request().Context()
	r, err := h.API.Role(ctx, idOf(c))
	if err != nil {
		return err
	}
	holding, err := h.holding(ctx, r)
	if err != nil {
		return err
	}
	rows, more, err := userChoices(ctx, h.Users, p, holding, "Has it already")
	if err != nil {
		return err
	}
	at := roleUserListOf(c)
	picker := p.picker(at.ToAdd(), "user", rows, more)
	picker.People = true
	return pickSheet(c, status, urls.Roles, views.Sheet{
		Title:   "Give " + named(r.Name) + " to users",
		Text:    "They hold it directly, whatever their groups give them.",
		Action:  at.ToAdd(),
		Back:    at.To(),
		Submit:  "Add users",
		Icon:    "plus",
		Problem: problem,
		Aside:   p.chosenWords(),
		Impact: h.Impacts.Chosen(c, at.ToAdd(), choosePeople, proposedEach(p.chosen, func(id string) authz.ProposedChange {
			return addUserRole(id, r.ID)
		})),
		Refusal: needs(c, session.Authorization, giveRoles),
	}, views.PickerBody(picker), picker)
}

// holding are the ids of the users who hold r. Only the list of roles tells them
// at once, so it is narrowed to those with r's name in theirs.
func (h RoleUsers) holding(ctx context.Context, r authz.Role) ([]string, error) {
	roles, err := h.API.ListRoles(ctx, authz.ListQuery{Search: r.Name, Of: r.ApplicationID, Fields: []string{"_id", "users"}})
	if err != nil {
		return nil, err
	}
	for _, other := range roles.Items {
		if other.ID == r.ID {
			return other.Users, nil
		}
	}
	return nil, nil
}

// ConfirmRemove asks whether a role shall be taken from a user.
func (h RoleUsers) ConfirmRemove(c echo.Context) error {
	ctx, id := c.Request().Context(), c.FormValue("user")
	r, err := h.API.Role(ctx, idOf(c))
	if err != nil {
		return err
	}
	name, err := h.nameOf(ctx, r, id)
	if err != nil {
		return err
	}
	at := roleUserListOf(c)
	text := "What only this role lets them do is no longer allowed."
	if r.GroupCount > 0 {
		text += " Who is in a group that gives it keeps it."
	}
	return sheet(c, http.StatusOK, urls.Roles, views.Sheet{
		Title:   "Remove " + name + " from " + named(r.Name) + "?",
		Text:    text,
		Action:  at.ToRemove(id),
		Back:    at.To(),
		Submit:  "Remove user",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.Of(c, undone(addUserRole(id, r.ID))),
		Refusal: needs(c, session.Authorization, giveRoles),
	}, views.Nothing())
}

// nameOf is what the list of users calls the one with id.
func (h RoleUsers) nameOf(ctx context.Context, r authz.Role, id string) (string, error) {
	page, err := h.API.RoleUsers(ctx, r.ID, authz.ListQuery{Search: id, PerPage: membersPerPage})
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

// Remove takes a role from a user.
func (h RoleUsers) Remove(c echo.Context) error {
	if err := h.API.RemoveRoleUsers(c.Request().Context(), idOf(c), []string{c.FormValue("user")}); err != nil {
		return err
	}
	return done(c, roleUserListOf(c).To(), "User removed from the role", h.Show)
}
