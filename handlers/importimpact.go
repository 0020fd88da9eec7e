package handlers

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// importNote words what an import would do to people, and what leads to all of it.
func importNote(plan authz.ImportPlan) (note *views.Impact, all string) {
	switch {
	case !plan.Valid || total(plan.Created)+total(plan.Changed)+total(plan.Deleted) == 0:
		return nil, ""
	case plan.Impact == nil:
		return &views.Impact{
			Kind: views.Warn, Icon: "warn", Title: "What this does to people is not known",
			Text: "This tenant's API does not tell who would gain or lose access, or your role does not let you see it (read:users).",
		}, ""
	}
	found := worked{Impact: *plan.Impact}
	found.Users = found.Users[:min(len(found.Users), notedPeople)]
	out := impactWords{Impact: found.Impact, shown: 3, folded: 17}.note()
	out.Notes = found.notes()
	if found.Affected > 0 {
		all = "See all " + people(found.Affected)
	}
	return &out, all
}

// Impact is the page of what an import would do to people. The document comes with
// the form, as no address holds it.
func (h Transfer) Impact(c echo.Context) error {
	found, err := h.impact(c)(c.Request().Context(), pageOf(c)-1, peoplePerPage)
	if err != nil {
		return err
	}
	v := impactPage(found, proposal{}, pageOf(c))
	v.Posted = &views.ImpactPosted{Action: urls.ImportImpact, Export: urls.ImportImpactExport, Upload: true, Keep: []views.Hidden{
		{Name: "mode", Value: c.FormValue("mode")}, {Name: "document", Value: c.FormValue("document")},
	}}
	return views.Serve(c.Response(), c.Request(), http.StatusOK, views.ImpactWhole(layout(c, "What the import would change", urls.Configuration), v))
}

// ImpactFile is what an import would do to people as a file.
func (h Transfer) ImpactFile(c echo.Context) error { return impactFile(c, h.impact(c)) }

// impact asks for a part of what the import of a form would do to people.
func (h Transfer) impact(c echo.Context) askImpact {
	document, mode := json.RawMessage(c.FormValue("document")), modeOf(c)
	return func(ctx context.Context, page, perPage int) (worked, error) {
		if !json.Valid(document) {
			return worked{}, echo.NewHTTPError(http.StatusBadRequest)
		}
		found, err := h.API.ImportImpact(ctx, document, mode, page, perPage)
		if err == nil && found == nil {
			err = echo.NewHTTPError(http.StatusNotFound)
		}
		if err != nil {
			return worked{}, err
		}
		return worked{Impact: *found}, nil
	}
}
