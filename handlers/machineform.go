package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
	"trellis/web/session"
)

// New shows the form of a new machine client.
func (h Machines) New(c echo.Context) error {
	return h.newForm(c, http.StatusOK, views.MachineForm{APIs: h.choices(nil)})
}

func (h Machines) newForm(c echo.Context, status int, form views.MachineForm) error {
	form.New = true
	return sheet(c, status, urls.Configuration, views.Sheet{
		Title: "Add a machine client", Text: "Its secret is shown once, on the next screen.",
		Action: urls.NewMachine, Back: urls.Machines, Submit: "Add client", Wide: true,
		Refusal: needs(c, session.Management, createClients),
	}, views.MachineFields(form))
}

// choices is the scopes of each API, those that chosen has for its field checked.
func (h Machines) choices(chosen map[string][]string) []views.ScopeGroup {
	var out []views.ScopeGroup
	for _, api := range h.apis() {
		group := views.ScopeGroup{Field: api.field, API: api.name}
		for _, s := range api.scopes {
			group.Choices = append(group.Choices, views.Option{Value: s, Label: s, Chosen: slices.Contains(chosen[api.field], s)})
		}
		out = append(out, group)
	}
	return out
}

// Create adds a machine client with its scopes, and shows its secret once.
func (h Machines) Create(c echo.Context) error {
	ctx := c.Request().Context()
	sent, err := c.FormParams()
	if err != nil {
		return err
	}
	form := views.MachineForm{Name: strings.TrimSpace(c.FormValue("name")), APIs: h.choices(sent), Problems: map[string]string{}}
	if form.Name == "" {
		form.Problems["name"] = "A client needs a name."
	}
	if len(sent["authorization"])+len(sent["management"]) == 0 {
		form.Problems["scopes"] = "Choose at least one scope."
	}
	if len(form.Problems) > 0 {
		return h.newForm(c, http.StatusUnprocessableEntity, form)
	}
	made, err := h.API.CreateMachine(ctx, form.Name)
	if problems := problemsOf(err); problems != nil {
		form.Problems = problems
		return h.newForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	title := "The secret of " + named(made.Name)
	for _, api := range h.apis() {
		if err := h.API.SetClientGrant(ctx, mgmt.ClientGrant{}, made.ClientID, api.audience, sent[api.field]); err != nil {
			title += " (its scopes for the " + api.name + " could not be set)"
		}
	}
	return h.told(c, title, made)
}

// Edit shows the form of what a machine client may do.
func (h Machines) Edit(c echo.Context) error {
	m, err := h.find(c)
	if err != nil {
		return err
	}
	grants, err := h.API.ClientGrants(c.Request().Context())
	if err != nil {
		return err
	}
	has := h.has(grants, m.ClientID)
	return sheet(c, http.StatusOK, urls.Configuration, views.Sheet{
		Title:  "What " + named(m.Name) + " may do",
		Text:   "It counts from its next token on. Tokens it has stay as they are.",
		Action: urls.ToMachineScopes(m.ClientID), Back: urls.Machines, Submit: "Save scopes", Wide: true, Keep: h.drawnFrom(has),
		Refusal: needs(c, session.Management, updateGrants),
	}, views.MachineFields(views.MachineForm{APIs: h.choices(has)}))
}

// has is the scopes of a client at each API, by its field.
func (h Machines) has(grants []mgmt.ClientGrant, client string) map[string][]string {
	has := map[string][]string{}
	for _, api := range h.apis() {
		has[api.field] = grantFor(grants, client, api.audience).Scope
	}
	return has
}

// Save changes what a machine client may do. When somebody else changed it since
// the form was drawn, the person sees both versions and chooses.
func (h Machines) Save(c echo.Context) error {
	ctx := c.Request().Context()
	sent, err := c.FormParams()
	if err != nil {
		return err
	}
	grants, err := h.API.ClientGrants(ctx)
	if err != nil {
		return err
	}
	if has := h.has(grants, idOf(c)); h.overtaken(sent, has) {
		return h.conflict(c, urls.ToMachineScopes(idOf(c)), sent, has)
	}
	for _, api := range h.apis() {
		was := grantFor(grants, idOf(c), api.audience)
		if slices.Equal(slices.Sorted(slices.Values(was.Scope)), slices.Sorted(slices.Values(sent[api.field]))) {
			continue
		}
		if err := h.API.SetClientGrant(ctx, was, idOf(c), api.audience, sent[api.field]); err != nil {
			return err
		}
	}
	return done(c, urls.Machines, "Scopes saved", h.List)
}
