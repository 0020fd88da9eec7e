package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// roleForm is the form of a role as its user left it.
type roleForm struct {
	pick // of permissions

	application, name, description string
	version                        string   // of the role that the form was drawn from
	held                           []string // the permissions of that role
	from                           string   // that role, when this is a copy of it
	problems                       map[string]string
}

// roleFormOf reads the form of a role, and says what is missing from it.
func roleFormOf(c echo.Context) roleForm {
	form := roleForm{
		pick:        pickOf(c),
		application: strings.TrimSpace(applicationOf(c)),
		name:        strings.TrimSpace(c.FormValue("name")),
		description: strings.TrimSpace(c.FormValue("description")),
		version:     c.FormValue("version"),
		from:        c.FormValue("from"),
		problems:    map[string]string{},
	}
	if form.searching {
		return form
	}
	if form.name == "" {
		form.problems["name"] = "A role needs a name."
	}
	if form.description == "" {
		form.problems["description"] = "Say in a few words what the role is for."
	}
	return form
}

func (f roleForm) input(kind string) authz.RoleInput {
	return authz.RoleInput{
		Name: f.name, Description: f.description, ApplicationType: kind, ApplicationID: f.application, Permissions: f.chosen,
	}
}

// New shows the form of a new role, empty or as a copy of the role that ?from names.
func (h Roles) New(c echo.Context) error {
	form := roleForm{application: applicationOf(c)}
	if from := c.FormValue("from"); from != "" {
		r, err := h.API.Role(c.Request().Context(), from)
		if err != nil {
			return err
		}
		form = roleForm{application: r.ApplicationID, name: copyName(r.Name), description: r.Description, from: r.ID, version: r.ETag}
		form.start(r.Permissions)
	}
	return h.newForm(c, http.StatusOK, form)
}

// longestRoleName is how many characters every API takes; one can be set to take more.
const longestRoleName = 50

// copyName is what to call a copy of what is called name.
func copyName(name string) string {
	const prefix = "Copy of "
	runes := []rune(name)
	return prefix + string(runes[:min(len(runes), longestRoleName-len(prefix))])
}

// Create adds a role and goes to it. A role that the API turns down comes back in
// its form, with what is wrong about it.
func (h Roles) Create(c echo.Context) error {
	ctx := c.Request().Context()
	form := roleFormOf(c)
	if err := h.completeCopy(ctx, &form); err != nil {
		return err
	}
	if form.searching {
		return h.newForm(c, http.StatusOK, form)
	}
	if form.application == "" {
		form.problems["application"] = "Choose what the role is for."
	} else if err := h.checkChosen(ctx, &form); err != nil {
		return err
	}
	if len(form.problems) > 0 {
		return h.newForm(c, http.StatusUnprocessableEntity, form)
	}
	r, err := h.API.CreateRole(ctx, form.input(h.Catalogue.read(ctx).kind(form.application)))
	if problems := roleProblems(err); problems != nil {
		form.problems = problems
		return h.newForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return moveOn(c, urls.ToRole(r.ID), "Role created", "Now give it to groups or users.")
}

// roleProblems puts each problem beside its field. The API names a permission by
// its place in the list, such as "permissions.0".
func roleProblems(err error) map[string]string {
	problems := problemsOf(err)
	for key, words := range problems {
		if field, _, ok := strings.Cut(key, "."); ok {
			problems[field] = words
		}
		if key == "applicationId" {
			problems["application"] = words
		}
	}
	return problems
}

// Edit shows the form of a role.
func (h Roles) Edit(c echo.Context) error {
	r, err := h.API.Role(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	form := roleForm{application: r.ApplicationID, name: r.Name, description: r.Description, version: r.ETag}
	form.start(r.Permissions)
	return h.editForm(c, http.StatusOK, form)
}

// Update changes a role and goes to it. When somebody else changed it since the
// form was drawn, the person sees both versions and chooses.
func (h Roles) Update(c echo.Context) error {
	ctx, id := c.Request().Context(), idOf(c)
	r, err := h.API.Role(ctx, id)
	if err != nil {
		return err
	}
	form := roleFormOf(c)
	form.application = r.ApplicationID // it cannot move
	form.complete(r.Permissions)
	if form.searching {
		return h.editForm(c, http.StatusOK, form)
	}
	if len(form.problems) > 0 {
		return h.editForm(c, http.StatusUnprocessableEntity, form)
	}
	_, err = h.API.UpdateRole(ctx, id, form.input(r.ApplicationType), form.version)
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		return h.conflict(c, r, form)
	}
	if problems := roleProblems(err); problems != nil {
		form.problems = problems
		return h.editForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return moveOn(c, here(c, urls.ToRole(id), urls.Roles), "Changes saved", "")
}

// conflict shows what the person wrote beside what is stored by now. Keeping the
// own version sends it again, over the stored one that it was compared with.
func (h Roles) conflict(c echo.Context, theirs authz.Role, mine roleForm) error {
	all, err := h.permissions(c.Request().Context(), theirs.ApplicationID)
	if err != nil {
		return err
	}
	keep := []views.Hidden{
		{Name: "name", Value: mine.name}, {Name: "description", Value: mine.description}, {Name: "version", Value: theirs.ETag},
	}
	before, now, both := theirs.Permissions, mine.chosen, 0
	if len(before) > mostBoxes {
		before, now, both = apart(before, now)
		keep = append(keep, views.Hidden{Name: "changes", Value: "1"})
		for _, id := range slices.Concat(before, now) {
			keep = append(keep, views.Hidden{Name: "listed", Value: id})
		}
	}
	for _, id := range now {
		keep = append(keep, views.Hidden{Name: "id", Value: id})
	}
	return sheet(c, http.StatusConflict, urls.Roles, views.Sheet{
		Title: "Somebody else changed this role",
		Crumbs: []views.Link{
			{Label: "Roles", URL: urls.Roles},
			{Label: named(theirs.Name), URL: urls.ToRole(theirs.ID)},
			{Label: "Edit"},
		},
		Text:   "It was saved while you were editing. Nothing of yours is stored yet.",
		Action: urls.ToRoleEdit(theirs.ID),
		Back:   urls.ToRole(theirs.ID),
		Leave:  "Use theirs",
		Submit: "Keep mine",
		Wide:   true,
		Keep:   keep,
	}, views.RoleConflict(
		views.RoleVersion{Name: theirs.Name, Description: theirs.Description, Permissions: namesOf(all, before), Both: bothHave(both)},
		views.RoleVersion{Name: mine.name, Description: mine.description, Permissions: namesOf(all, now), Both: bothHave(both)},
	))
}

func (h Roles) newForm(c echo.Context, status int, form roleForm) error {
	apps := h.Catalogue.read(c.Request().Context())
	field := apps.field(form.application, form.problems["application"])
	field.Reload = urls.NewRole
	var keep []views.Hidden
	if form.from != "" {
		keep = []views.Hidden{{Name: "from", Value: form.from}, {Name: "version", Value: form.version}}
	}
	return h.form(c, status, form, field, views.Sheet{
		Keep:    keep,
		Title:   "New role",
		Text:    "Users and groups are given the role afterwards.",
		Action:  urls.NewRole,
		Back:    urls.Roles,
		Submit:  "Create role",
		Refusal: needs(c, session.Authorization, createRoles),
	})
}

func (h Roles) editForm(c echo.Context, status int, form roleForm) error {
	id := idOf(c)
	apps := h.Catalogue.read(c.Request().Context())
	return h.form(c, status, form, views.ApplicationField{Fixed: apps.name(form.application)}, views.Sheet{
		Title:   "Edit role",
		Action:  urls.ToRoleEdit(id),
		Back:    urls.ToRole(id),
		Submit:  "Save changes",
		Keep:    []views.Hidden{{Name: "version", Value: form.version}},
		Refusal: needs(c, session.Authorization, updateRoles),
	})
}

// form answers with the form of a role as s, or with its permissions alone while
// the person searches or changes the application.
func (h Roles) form(c echo.Context, status int, form roleForm, field views.ApplicationField, s views.Sheet) error {
	all, err := h.permissions(c.Request().Context(), form.application)
	if err != nil {
		return err
	}
	offered := form.offer(all, field.Fixed != "")
	rows, more := form.choices(offered)
	picker := form.picker(s.Action, "permission", rows, more)
	picker.Icon = "permissions"
	picker.None = "This application has no permissions yet. Make them on the page of permissions."
	if form.application == "" {
		picker.None = "Choose an application first."
	}
	s.Wide, s.Enter = true, true
	s.Aside = form.chosenWords()
	if field.Fixed != "" {
		s.Impact = h.Impacts.Chosen(c, s.Action, "No permission of the role comes or goes yet.", inclusions(idOf(c), all, form))
	}
	return pickSheet(c, status, urls.Roles, s, views.RoleFields(views.RoleForm{
		Application: field, Name: form.name, Description: form.description, Problems: form.problems, Picker: picker,
	}), picker)
}
