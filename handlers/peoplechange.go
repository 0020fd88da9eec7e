package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/session"
	"trellis/web/upstream"
)

// EditRole shows the form of somebody's role.
func (h People) EditRole(c echo.Context) error {
	a, err := h.find(c)
	if err != nil {
		return err
	}
	return h.roleForm(c, http.StatusOK, named(a.Name), a.Role, views.PersonForm{Roles: accountRoles(a.Role)})
}

func (h People) roleForm(c echo.Context, status int, name, was string, f views.PersonForm) error {
	return sheet(c, status, urls.Configuration, views.Sheet{
		Title: "The role of " + name, Text: "It counts from their next token on, within the hour.",
		Action: urls.ToPersonRole(idOf(c)), Back: urls.People, Submit: "Save role", Keep: []views.Hidden{{Name: "was", Value: was}}, Refusal: needs(c, session.Management, updateAccounts),
	}, views.PersonFields(f))
}

// SaveRole gives somebody another role. When somebody else did since the form was
// drawn, the person sees both and chooses.
func (h People) SaveRole(c echo.Context) error {
	a, err := h.find(c)
	if err != nil {
		return err
	}
	role, was := c.FormValue("role"), c.FormValue("was")
	if was != "" && was != a.Role && role != a.Role {
		return h.roleConflict(c, urls.ToPersonRole(a.ID), a, role)
	}
	err = h.API.SetAccountRole(c.Request().Context(), a.ID, role)
	if status := upstream.StatusOf(err); status == http.StatusBadRequest || status == http.StatusConflict || notGiven(err) != "" {
		return h.roleForm(c, http.StatusUnprocessableEntity, named(a.Name), a.Role, views.PersonForm{
			Roles: accountRoles(role), Problems: map[string]string{"role": messageOf(err)},
		})
	}
	if err != nil {
		return err
	}
	return done(c, urls.People, "Role saved", h.List)
}

// ConfirmReset asks whether somebody shall get another password.
func (h People) ConfirmReset(c echo.Context) error {
	return h.confirm(c, func(name string) views.Sheet {
		return views.Sheet{
			Title: "Reset the password of " + name + "?", Text: "The old one opens nothing any more, and every sign-in with it ends.",
			Action: urls.ToPersonReset(idOf(c)), Submit: "Reset password", Icon: "refresh", Refusal: needs(c, session.Management, updateAccounts),
		}
	})
}

// Reset gives somebody another password, and shows it once.
func (h People) Reset(c echo.Context) error {
	made, err := h.API.ResetPassword(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return h.told(c, "The new password of "+named(made.Name), made)
}

// ConfirmRemove asks whether somebody shall sign in no more.
func (h People) ConfirmRemove(c echo.Context) error {
	return h.confirm(c, func(name string) views.Sheet {
		return views.Sheet{
			Title: "Remove " + name + "?", Text: "They can sign in no more. What they changed stays, and so does the journal of it.",
			Action: urls.ToPersonRemove(idOf(c)), Submit: "Remove person", Icon: "trash", Refusal: needs(c, session.Management, deleteAccounts),
		}
	})
}

func (h People) confirm(c echo.Context, ask func(name string) views.Sheet) error {
	a, err := h.find(c)
	if err != nil {
		return err
	}
	s := ask(named(a.Name))
	s.Back, s.Danger = urls.People, true
	return sheet(c, http.StatusOK, urls.Configuration, s, views.Nothing())
}

// Remove lets somebody sign in no more.
func (h People) Remove(c echo.Context) error {
	if err := h.API.DeleteAccount(c.Request().Context(), idOf(c)); err != nil {
		return err
	}
	return done(c, urls.People, "Person removed", h.List)
}
