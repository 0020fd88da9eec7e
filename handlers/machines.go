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
	"trellis/web/mgmt"
	"trellis/web/session"
)

// MachinesAPI is what the machine clients ask of the Management API.
type MachinesAPI interface {
	Machines(context.Context) ([]mgmt.Application, error)
	ClientGrants(context.Context) ([]mgmt.ClientGrant, error)
	CreateMachine(ctx context.Context, name string) (mgmt.NewSecret, error)
	RotateSecret(ctx context.Context, id string) (mgmt.NewSecret, error)
	DeleteMachine(ctx context.Context, id string) error
	SetClientGrant(ctx context.Context, was mgmt.ClientGrant, client, audience string, scopes []string) error
}

// Machines serves the machine clients of the tenant.
type Machines struct {
	API              MachinesAPI
	Audience, Issuer string // of the Authorization API
}

const (
	createClients = "create:clients"
	updateGrants  = "update:client_grants"
	updateKeys    = "update:client_keys"
	deleteClients = "delete:clients"
)

// grantableAPI is an API that a machine client can have scopes of.
type grantableAPI struct {
	field, name, audience string
	scopes                []string
}

func (h Machines) apis() []grantableAPI {
	return []grantableAPI{
		{"authorization", "Authorization API", h.Audience, authz.Scopes()},
		{"management", "Management API", strings.TrimSuffix(h.Issuer, "/") + "/api/v2/", mgmt.Scopes()},
	}
}

// List lists the machine clients.
func (h Machines) List(c echo.Context) error {
	list, err := h.list(c)
	if err != nil {
		return err
	}
	return showConfiguration(c, http.StatusOK, machinesTab, views.MachinesPart(list))
}

// list words the machine clients there are.
func (h Machines) list(c echo.Context) (views.MachineList, error) {
	ctx := c.Request().Context()
	list := views.MachineList{New: views.Action{
		ID: "new-machine", Label: "Add machine client", Icon: "plus", Kind: views.Primary, Dialog: true,
		URL: urls.NewMachine, Refusal: needs(c, session.Management, createClients),
	}}
	machines, err := h.API.Machines(ctx)
	if err != nil {
		return list, err
	}
	grants, err := h.API.ClientGrants(ctx)
	switch {
	case unknownHere(err):
		list.Problem = "This tenant's API does not manage them. Look into its own dashboard."
		list.New.Refusal = list.Problem
		return list, nil
	case err != nil:
		return list, err
	}
	list.Status = count(len(machines), "machine client")
	for _, m := range machines {
		list.Rows = append(list.Rows, h.row(c, m, grants))
	}
	return list, nil
}

func (h Machines) row(c echo.Context, m mgmt.Application, grants []mgmt.ClientGrant) views.MachineRow {
	name := named(m.Name)
	row := views.MachineRow{Name: name, ID: m.ClientID, Actions: []views.Action{
		{Label: "Change what " + name + " may do", Icon: "edit", URL: urls.ToMachineScopes(m.ClientID), Dialog: true, Refusal: needs(c, session.Management, updateGrants)},
		{Label: "Rotate the secret of " + name, Icon: "refresh", URL: urls.ToMachineRotate(m.ClientID), Dialog: true, Refusal: needs(c, session.Management, updateKeys)},
		{Label: "Delete " + name, Icon: "trash", Kind: views.Bad, URL: urls.ToMachineDelete(m.ClientID), Dialog: true, Refusal: needs(c, session.Management, deleteClients)},
	}}
	for _, api := range h.apis() {
		if g := grantFor(grants, m.ClientID, api.audience); len(g.Scope) > 0 {
			row.Scopes = append(row.Scopes, views.MachineScopes{API: api.name, Count: count(len(g.Scope), "scope"), Scopes: g.Scope})
		}
	}
	return row
}

// grantFor is what client may do at audience; zero is nothing.
func grantFor(grants []mgmt.ClientGrant, client, audience string) mgmt.ClientGrant {
	for _, g := range grants {
		if g.ClientID == client && g.Audience == audience {
			return g
		}
	}
	return mgmt.ClientGrant{}
}

// find is the machine client that the path names.
func (h Machines) find(c echo.Context) (mgmt.Application, error) {
	all, err := h.API.Machines(c.Request().Context())
	if err != nil {
		return mgmt.Application{}, err
	}
	i := slices.IndexFunc(all, func(m mgmt.Application) bool { return m.ClientID == idOf(c) })
	if i < 0 {
		return mgmt.Application{}, echo.ErrNotFound
	}
	return all[i], nil
}

// ConfirmRotate asks whether a machine client shall get another secret.
func (h Machines) ConfirmRotate(c echo.Context) error {
	m, err := h.find(c)
	if err != nil {
		return err
	}
	return sheet(c, http.StatusOK, urls.Configuration, views.Sheet{
		Title:  "Rotate the secret of " + named(m.Name) + "?",
		Text:   "The secret of today opens nothing from that moment on. Tokens it has stay good until they expire.",
		Action: urls.ToMachineRotate(m.ClientID), Back: urls.Machines, Submit: "Rotate secret", Icon: "refresh", Danger: true,
		Refusal: needs(c, session.Management, updateKeys),
	}, views.Nothing())
}

// Rotate gives a machine client another secret, and shows it once.
func (h Machines) Rotate(c echo.Context) error {
	made, err := h.API.RotateSecret(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return h.told(c, "The new secret of "+named(made.Name), made)
}

// told shows a secret in the answer and nowhere else.
func (h Machines) told(c echo.Context, title string, made mgmt.NewSecret) error {
	list, err := h.list(c)
	if err != nil {
		list = views.MachineList{Problem: wentWrong(err)} // the secret must be shown whatever happens
	}
	list.Beside = true
	s := views.Sheet{Title: title, Back: urls.Machines, Leave: "Done"}
	l := layout(c, title, urls.Configuration)
	return answer(c, http.StatusOK, views.SheetPage(l, s, views.NewMachineSecret(made.ClientID, made.Secret)),
		parts{"dialog": views.MachineSecretDialog(s, made.ClientID, made.Secret, list)})
}

// ConfirmDelete asks whether a machine client shall go.
func (h Machines) ConfirmDelete(c echo.Context) error {
	m, err := h.find(c)
	if err != nil {
		return err
	}
	return sheet(c, http.StatusOK, urls.Configuration, views.Sheet{
		Title:  "Delete " + named(m.Name) + "?",
		Text:   "It gets no more tokens. Those it has stay good until they expire. This can't be undone.",
		Action: urls.ToMachineDelete(m.ClientID), Back: urls.Machines, Submit: "Delete client", Icon: "trash", Danger: true,
		Refusal: needs(c, session.Management, deleteClients),
	}, views.Nothing())
}

// Delete deletes a machine client.
func (h Machines) Delete(c echo.Context) error {
	if err := h.API.DeleteMachine(c.Request().Context(), idOf(c)); err != nil {
		return err
	}
	return done(c, urls.Machines, "Machine client deleted", h.List)
}
