package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// PeopleAPI is what the people who may sign in ask of the Management API.
type PeopleAPI interface {
	Accounts(context.Context) ([]mgmt.Account, error)
	CreateAccount(ctx context.Context, email, name, role string) (mgmt.Account, error)
	ResetPassword(ctx context.Context, id string) (mgmt.Account, error)
	SetAccountRole(ctx context.Context, id, role string) error
	DeleteAccount(ctx context.Context, id string) error
}

// People serves who may sign in, where the tenant is the embedded one.
type People struct {
	API PeopleAPI
	Now func() time.Time // nil means time.Now
}

const (
	createAccounts = "create:accounts"
	updateAccounts = "update:accounts"
	deleteAccounts = "delete:accounts"

	administrator = "administrator"
)

func accountRoles(chosen string) []views.Option {
	return choices(chosen, "auditor", "Auditor", "help-desk", "Help desk", administrator, "Administrator")
}

// roleName is what people call role.
func roleName(role string) string {
	for _, o := range accountRoles("") {
		if o.Value == role {
			return o.Label
		}
	}
	return role
}

// List lists who may sign in.
func (h People) List(c echo.Context) error {
	list, err := h.list(c)
	if err != nil {
		return err
	}
	return showConfiguration(c, http.StatusOK, peopleTab, views.PeoplePart(list))
}

func (h People) list(c echo.Context) (views.PersonList, error) {
	list := views.PersonList{New: views.Action{
		ID: "new-person", Label: "Add person", Icon: "plus", Kind: views.Primary, Dialog: true,
		URL: urls.NewPerson, Refusal: needs(c, session.Management, createAccounts),
	}}
	all, err := h.API.Accounts(c.Request().Context())
	if unknownHere(err) {
		list.Problem = "People sign in through another provider here. It says who they are."
		list.New.Refusal = list.Problem
		return list, nil
	}
	if err != nil {
		return list, err
	}
	list.Status = count(len(all), "account")
	for _, a := range all {
		list.Rows = append(list.Rows, h.row(c, a, all))
	}
	return list, nil
}

func (h People) row(c echo.Context, a mgmt.Account, all []mgmt.Account) views.PersonRow {
	name, locked := named(a.Name), locked(c, a, all)
	refused := func(scope string) string {
		if why := needs(c, session.Management, scope); why != "" {
			return why
		}
		return locked
	}
	return views.PersonRow{
		Name: name, Email: a.Email, Role: roleName(a.Role), Since: moment(a.CreatedAt, now(h.Now)),
		Self: session.From(c.Request().Context()).Subject == a.ID,
		Actions: []views.Action{
			{Label: "Change the role of " + name, Icon: "edit", URL: urls.ToPersonRole(a.ID), Dialog: true, Refusal: refused(updateAccounts)},
			{Label: "Reset the password of " + name, Icon: "refresh", URL: urls.ToPersonReset(a.ID), Dialog: true, Refusal: needs(c, session.Management, updateAccounts)},
			{Label: "Remove " + name, Icon: "trash", Kind: views.Bad, URL: urls.ToPersonRemove(a.ID), Dialog: true, Refusal: refused(deleteAccounts)},
		},
	}
}

// locked is why nobody may take the role from a: it is the person who asks, or the
// last administrator.
func locked(c echo.Context, a mgmt.Account, all []mgmt.Account) string {
	others := slices.ContainsFunc(all, func(o mgmt.Account) bool { return o.Role == administrator && o.ID != a.ID })
	switch {
	case a.Role != administrator:
		return ""
	case session.From(c.Request().Context()).Subject == a.ID:
		return "You cannot take this from yourself. Another administrator can."
	case !others:
		return "This is the last administrator. Make somebody else one first."
	}
	return ""
}

// find is the account that the path names.
func (h People) find(c echo.Context) (mgmt.Account, error) {
	all, err := h.API.Accounts(c.Request().Context())
	if err != nil {
		return mgmt.Account{}, err
	}
	i := slices.IndexFunc(all, func(a mgmt.Account) bool { return a.ID == idOf(c) })
	if i < 0 {
		return mgmt.Account{}, echo.ErrNotFound
	}
	return all[i], nil
}

// New shows the form of somebody who shall sign in.
func (h People) New(c echo.Context) error {
	return h.newForm(c, http.StatusOK, views.PersonForm{Roles: accountRoles("auditor")})
}

func (h People) newForm(c echo.Context, status int, f views.PersonForm) error {
	f.New = true
	return sheet(c, status, urls.Configuration, views.Sheet{
		Title: "Add a person", Text: "They sign in with a password that is shown once, on the next screen.",
		Action: urls.NewPerson, Back: urls.People, Submit: "Add person", Refusal: needs(c, session.Management, createAccounts),
	}, views.PersonFields(f))
}

// Create lets somebody sign in, and shows their password once.
func (h People) Create(c echo.Context) error {
	role := c.FormValue("role")
	f := views.PersonForm{
		Email: strings.TrimSpace(c.FormValue("email")), Name: strings.TrimSpace(c.FormValue("name")), Roles: accountRoles(role),
	}
	if !strings.Contains(f.Email, "@") {
		f.Problems = map[string]string{"email": "Type an email address."}
		return h.newForm(c, http.StatusUnprocessableEntity, f)
	}
	made, err := h.API.CreateAccount(c.Request().Context(), f.Email, f.Name, role)
	if why := notGiven(err); why != "" {
		f.Problems = map[string]string{"role": why}
		return h.newForm(c, http.StatusUnprocessableEntity, f)
	}
	if status := upstream.StatusOf(err); status == http.StatusConflict || status == http.StatusBadRequest {
		f.Problems = map[string]string{"email": messageOf(err)}
		return h.newForm(c, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return h.told(c, "The password of "+named(made.Name), made)
}

// told shows a password in the answer and nowhere else.
func (h People) told(c echo.Context, title string, made mgmt.Account) error {
	list, err := h.list(c)
	if err != nil {
		list = views.PersonList{Problem: wentWrong(err)} // the password must be shown whatever happens
	}
	list.Beside = true
	s := views.Sheet{Title: title, Text: "Hand it over in a safe way.", Back: urls.People, Leave: "Done"}
	l := layout(c, title, urls.Configuration)
	return answer(c, http.StatusOK, views.SheetPage(l, s, views.NewPassword(made.Email, made.Password)),
		parts{"dialog": views.PasswordDialog(s, made.Email, made.Password, list)})
}
