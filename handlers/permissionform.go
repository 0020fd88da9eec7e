package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// permissionForm is the form of a permission as its user left it.
type permissionForm struct {
	application, name, description string
	version                        string // of the permission that the form was drawn from
	problems                       map[string]string
}

// permissionFormOf reads the form of a permission, and says what is missing from it.
func permissionFormOf(c echo.Context) permissionForm {
	form := permissionForm{
		application: strings.TrimSpace(applicationOf(c)),
		name:        strings.TrimSpace(c.FormValue("name")),
		description: strings.TrimSpace(c.FormValue("description")),
		version:     c.FormValue("version"),
		problems:    map[string]string{},
	}
	if form.application == "" {
		form.problems["application"] = "Choose what the permission is for."
	}
	if form.name == "" {
		form.problems["name"] = "A permission needs a name."
	}
	if form.description == "" {
		form.problems["description"] = "Say in a few words what it lets people do."
	}
	return form
}

func (f permissionForm) input(kind string) authz.PermissionInput {
	return authz.PermissionInput{Name: f.name, Description: f.description, ApplicationType: kind, ApplicationID: f.application}
}

// New shows the form of a new permission.
func (h Permissions) New(c echo.Context) error {
	return h.newForm(c, http.StatusOK, permissionForm{application: applicationOf(c)})
}

// Create adds a permission and goes to it. One that the API turns down comes back
// in its form, with what is wrong about it.
func (h Permissions) Create(c echo.Context) error {
	ctx := c.Request().Context()
	form := permissionFormOf(c)
	if len(form.problems) > 0 {
		return h.newForm(c, http.StatusUnprocessableEntity, form)
	}
	p, err := h.API.CreatePermission(ctx, form.input(h.Catalogue.read(ctx).kind(form.application)))
	if problems := roleProblems(err); problems != nil {
		form.problems = problems
		return h.newForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return moveOn(c, urls.ToPermission(p.ID), "Permission created", "Add it to a role, so that people have it.")
}

// Edit shows the form of a permission.
func (h Permissions) Edit(c echo.Context) error {
	p, err := h.API.Permission(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return h.editForm(c, http.StatusOK, p, permissionForm{
		application: p.ApplicationID, name: p.Name, description: p.Description, version: p.ETag,
	})
}

// Update changes a permission and goes to it. When somebody else changed it since
// the form was drawn, the person sees both versions and chooses.
func (h Permissions) Update(c echo.Context) error {
	ctx, id := c.Request().Context(), idOf(c)
	p, err := h.API.Permission(ctx, id)
	if err != nil {
		return err
	}
	form := permissionFormOf(c)
	if len(form.problems) > 0 {
		return h.editForm(c, http.StatusUnprocessableEntity, p, form)
	}
	apps := h.Catalogue.read(ctx)
	kind := p.ApplicationType
	if form.application != p.ApplicationID {
		kind = apps.kind(form.application)
	}
	_, err = h.API.UpdatePermission(ctx, id, form.input(kind), form.version)
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		return h.conflict(c, apps, p, form)
	}
	if problems := roleProblems(err); problems != nil {
		form.problems = problems
		return h.editForm(c, http.StatusUnprocessableEntity, p, form)
	}
	if err != nil {
		return err
	}
	return moveOn(c, here(c, urls.ToPermission(id), urls.Permissions), "Changes saved", "")
}

// conflict shows what the person wrote beside what is stored by now. Keeping the
// own version sends it again, over the stored one that it was compared with.
func (h Permissions) conflict(c echo.Context, apps catalogue, theirs authz.Permission, mine permissionForm) error {
	return sheet(c, http.StatusConflict, urls.Permissions, views.Sheet{
		Title: "Somebody else changed this permission",
		Crumbs: []views.Link{
			{Label: "Permissions", URL: urls.Permissions},
			{Label: named(theirs.Name), URL: urls.ToPermission(theirs.ID)},
			{Label: "Edit"},
		},
		Text:   "It was saved while you were editing. Nothing of yours is stored yet.",
		Action: urls.ToPermissionEdit(theirs.ID),
		Back:   urls.ToPermission(theirs.ID),
		Leave:  "Use theirs",
		Submit: "Keep mine",
		Wide:   true,
		Keep: []views.Hidden{
			{Name: "application", Value: mine.application},
			{Name: "name", Value: mine.name},
			{Name: "description", Value: mine.description},
			{Name: "version", Value: theirs.ETag},
		},
	}, views.PermissionConflict(
		views.PermissionVersion{Name: theirs.Name, Description: theirs.Description, Application: apps.name(theirs.ApplicationID)},
		views.PermissionVersion{Name: mine.name, Description: mine.description, Application: apps.name(mine.application)},
	))
}

func (h Permissions) newForm(c echo.Context, status int, form permissionForm) error {
	return h.form(c, status, form, views.Sheet{
		Title:   "New permission",
		Text:    "Nobody has it until a role contains it.",
		Action:  urls.NewPermission,
		Back:    urls.Permissions,
		Submit:  "Create permission",
		Refusal: needs(c, session.Authorization, createPermissions),
	})
}

// editForm answers with the form of p. The API changes no permission that roles
// contain: then the person sees which, and where to take it out.
func (h Permissions) editForm(c echo.Context, status int, p authz.Permission, form permissionForm) error {
	s := views.Sheet{
		Title:   "Edit permission",
		Action:  urls.ToPermissionEdit(p.ID),
		Back:    urls.ToPermission(p.ID),
		Submit:  "Save changes",
		Keep:    []views.Hidden{{Name: "version", Value: form.version}},
		Refusal: needs(c, session.Authorization, updatePermissions),
	}
	if p.RoleCount == 0 {
		return h.form(c, status, form, s)
	}
	containing, err := h.containing(c.Request().Context(), p)
	if err != nil {
		return err
	}
	if len(containing) == 0 {
		return h.form(c, status, form, s)
	}
	s.Title, s.Submit, s.Refusal = named(p.Name)+" can't be changed now", "", ""
	s.Text = "The API changes a permission only while no role contains it. Take it out of the roles on its page, change it, and add it again; or make a new one."
	return sheet(c, status, urls.Permissions, s, views.UsesOf(uses("Contained in:", roleLinks(containing))))
}

func (h Permissions) form(c echo.Context, status int, form permissionForm, s views.Sheet) error {
	apps := h.Catalogue.read(c.Request().Context())
	return sheet(c, status, urls.Permissions, s, views.PermissionFields(views.PermissionForm{
		Application: apps.field(form.application, form.problems["application"]),
		Name:        form.name, Description: form.description, Problems: form.problems,
	}))
}
