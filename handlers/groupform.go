package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// New shows the form of a new group.
func (h Groups) New(c echo.Context) error {
	return h.newForm(c, http.StatusOK, views.GroupForm{})
}

// Create adds a group and goes to it. A group that the API turns down comes back
// in its form, with what is wrong about it.
func (h Groups) Create(c echo.Context) error {
	form := groupForm(c)
	if form.More {
		return h.newForm(c, http.StatusOK, form)
	}
	if len(form.Problems) > 0 {
		return h.newForm(c, http.StatusUnprocessableEntity, form)
	}
	g, err := h.API.CreateGroup(c.Request().Context(), groupInput(form))
	if problems := problemsOf(err); problems != nil {
		metadataProblems(form.Metadata, problems)
		form.Problems = problems
		return h.newForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return moveOn(c, urls.ToGroup(g.ID), "Group created", "Now add members, nest groups or give it roles.")
}

// Edit shows the form of a group.
func (h Groups) Edit(c echo.Context) error {
	g, err := h.API.Group(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	form := storedForm(g)
	form.Version, form.HadMetadata = g.ETag, len(g.Metadata) > 0
	return h.editForm(c, http.StatusOK, form)
}

// Update changes a group and goes to it. When somebody else changed it since the
// form was drawn, the person sees both versions and chooses.
func (h Groups) Update(c echo.Context) error {
	form := groupForm(c)
	if form.More {
		return h.editForm(c, http.StatusOK, form)
	}
	if len(form.Problems) > 0 {
		return h.editForm(c, http.StatusUnprocessableEntity, form)
	}
	_, err := h.API.UpdateGroup(c.Request().Context(), idOf(c), groupInput(form), form.Version)
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		return h.conflict(c, form)
	}
	if problems := problemsOf(err); problems != nil {
		metadataProblems(form.Metadata, problems)
		form.Problems = problems
		return h.editForm(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return moveOn(c, here(c, urls.ToGroup(idOf(c)), urls.Groups), "Changes saved", "")
}

// conflict shows what the person wrote beside what is stored by now. Keeping the
// own version sends it again, over the stored one that it was compared with.
func (h Groups) conflict(c echo.Context, mine views.GroupForm) error {
	id := idOf(c)
	theirs, err := h.API.Group(c.Request().Context(), id)
	if err != nil {
		return err
	}
	keep := []views.Hidden{
		{Name: "name", Value: mine.Name}, {Name: "description", Value: mine.Description}, {Name: "version", Value: theirs.ETag},
	}
	if len(theirs.Metadata) > 0 {
		keep = append(keep, views.Hidden{Name: "had-metadata", Value: "1"})
	}
	for _, row := range mine.Metadata {
		keep = append(keep, views.Hidden{Name: "meta-kind", Value: row.Kind}, views.Hidden{Name: "meta-key", Value: row.Key}, views.Hidden{Name: "meta-value", Value: row.Value})
	}
	return sheet(c, http.StatusConflict, urls.Groups, views.Sheet{
		Title: "Somebody else changed this group",
		Crumbs: []views.Link{
			{Label: "Groups", URL: urls.Groups},
			{Label: named(theirs.Name), URL: urls.ToGroup(id)},
			{Label: "Edit"},
		},
		Text:   "It was saved while you were editing. Nothing of yours is stored yet.",
		Action: urls.ToGroupEdit(id),
		Back:   urls.ToGroup(id),
		Leave:  "Use theirs",
		Submit: "Keep mine",
		Wide:   true,
		Keep:   keep,
	}, views.GroupConflict(storedForm(theirs), mine))
}

// storedForm is g as its form shows it.
func storedForm(g authz.Group) views.GroupForm {
	return views.GroupForm{Name: g.Name, Description: g.Description, Metadata: metadataRows(g.Metadata)}
}

func (h Groups) newForm(c echo.Context, status int, form views.GroupForm) error {
	return sheet(c, status, urls.Groups, views.Sheet{
		Title:   "New group",
		Text:    "A group collects users and gives them its roles.",
		Action:  urls.NewGroup,
		Back:    urls.Groups,
		Submit:  "Create group",
		Enter:   true,
		Refusal: needs(c, session.Authorization, createGroups),
	}, views.GroupFields(form))
}

func (h Groups) editForm(c echo.Context, status int, form views.GroupForm) error {
	id := idOf(c)
	return sheet(c, status, urls.Groups, views.Sheet{
		Title:   "Edit group",
		Action:  urls.ToGroupEdit(id),
		Back:    urls.ToGroup(id),
		Submit:  "Save changes",
		Enter:   true,
		Keep:    []views.Hidden{{Name: "version", Value: form.Version}},
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.GroupFields(form))
}

// groupForm reads the form of a group, and says what is missing from it.
func groupForm(c echo.Context) views.GroupForm {
	form := views.GroupForm{
		Name:        strings.TrimSpace(c.FormValue("name")),
		Description: strings.TrimSpace(c.FormValue("description")),
		Version:     c.FormValue("version"),
		HadMetadata: c.FormValue("had-metadata") != "",
		More:        c.FormValue("row") != "" || c.FormValue("drop") != "",
		Problems:    map[string]string{},
	}
	if values, err := c.FormParams(); err == nil {
		form.Metadata = metadataForm(values)
	}
	if form.More {
		return form
	}
	if form.Name == "" {
		form.Problems["name"] = "A group needs a name."
	}
	if form.Description == "" {
		form.Problems["description"] = "Say in a few words what the group is for."
	}
	if !checkMetadata(form.Metadata) {
		form.Problems["metadata"] = "Look at the rows below."
	}
	return form
}

// problemsOf is what the API found wrong with a form, by field; nil when err is
// of another kind. A rule that is not about one field is about the name: that
// one is taken.
func problemsOf(err error) map[string]string {
	refusal, ok := errors.AsType[*upstream.Error](err)
	switch {
	case ok && refusal.NotGiven():
		return map[string]string{"name": refusal.Message}
	case !ok || refusal.Status != http.StatusBadRequest && refusal.Status != http.StatusUnprocessableEntity:
		return nil
	case len(refusal.Fields) > 0:
		return refusal.Fields
	case refusal.Code == codeRule:
		return map[string]string{"name": refusal.Message}
	default:
		return nil
	}
}

// codeRule is the code of the API's errors that break a rule of the domain, such
// as two groups of one name.
const codeRule = "ValidationError"
