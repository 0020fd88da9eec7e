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

// importNote words what an import would do to people, and what leads to all of it at
// url.
func importNote(plan authz.ImportPlan, url string) (note *views.Impact, all views.Link) {
	switch {
	case !plan.Valid || total(plan.Created)+total(plan.Changed)+total(plan.Deleted) == 0:
		return nil, all
	case plan.Impact == nil:
		return &views.Impact{
			Kind: views.Warn, Icon: "warn", Title: "What this does to people is not known",
			Text: "This tenant's API does not tell who would gain or lose access, or your role does not let you see it (read:users).",
		}, all
	}
	found := worked{Impact: *plan.Impact}
	found.Users = found.Users[:min(len(found.Users), notedPeople)]
	out := impactWords{Impact: found.Impact, shown: 3, folded: 17}.note()
	out.Notes = found.notes()
	if found.Affected > 0 {
		all = views.Link{Label: "See all " + people(found.Affected), URL: url}
	}
	return &out, all
}

// Impact is the page of what an import would do to people. The document comes with
// the form, as no address holds it.
func (h Transfer) Impact(c echo.Context) error {
	return showForetold(c, "What the import would change", h.impact(c), views.ImpactPosted{
		Action: urls.ImportImpact, Export: urls.ImportImpactExport, Upload: true, Keep: []views.Hidden{
			{Name: "mode", Value: c.FormValue("mode")}, {Name: "document", Value: c.FormValue("document")},
		},
	})
}

// RestoreImpact is the page of what restoring a snapshot would do to people.
func (h Transfer) RestoreImpact(c echo.Context) error {
	return showForetold(c, "What restoring would change", h.restoreImpact(c), views.ImpactPosted{
		Action: urls.ToRestoreImpact(idOf(c)), Export: urls.ToRestoreImpactExport(idOf(c)),
	})
}

// showForetold answers with a page of what ask tells. posted is what its forms send.
func showForetold(c echo.Context, title string, ask askImpact, posted views.ImpactPosted) error {
	found, err := ask(c.Request().Context(), pageOf(c)-1, peoplePerPage)
	if err != nil {
		return err
	}
	v := impactPage(found, proposal{}, pageOf(c))
	v.Posted = &posted
	return views.Serve(c.Response(), c.Request(), http.StatusOK, views.ImpactWhole(layout(c, title, urls.Configuration), v))
}

// ImpactFile is what an import would do to people as a file.
func (h Transfer) ImpactFile(c echo.Context) error { return impactFile(c, h.impact(c)) }

// RestoreImpactFile is what restoring a snapshot would do to people as a file.
func (h Transfer) RestoreImpactFile(c echo.Context) error { return impactFile(c, h.restoreImpact(c)) }

// impact asks for a part of what the import of a form would do to people.
func (h Transfer) impact(c echo.Context) askImpact {
	document, mode := json.RawMessage(c.FormValue("document")), modeOf(c)
	return func(ctx context.Context, page, perPage int) (worked, error) {
		if !json.Valid(document) {
			return worked{}, echo.NewHTTPError(http.StatusBadRequest)
		}
		return told(h.API.ImportImpact(ctx, document, mode, page, perPage))
	}
}

// restoreImpact asks for a part of what restoring the snapshot that the request
// names would do to people.
func (h Transfer) restoreImpact(c echo.Context) askImpact {
	return func(ctx context.Context, page, perPage int) (worked, error) {
		return told(h.API.RestoreImpact(ctx, idOf(c), page, perPage))
	}
}

// told is what an API found out, which it may not tell.
func told(found *authz.Impact, err error) (worked, error) {
	if err == nil && found == nil {
		err = echo.NewHTTPError(http.StatusNotFound)
	}
	if err != nil {
		return worked{}, err
	}
	return worked{Impact: *found}, nil
}
