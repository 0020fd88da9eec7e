package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/htmx"
	"trellis/web/upstream"
)

const (
	impactPart    = "impact" // the note, as a part of a page
	peoplePerPage = 25
	mostProposed  = 5000 // changes that can be asked about at once
)

// Show is the page of what changes would do. The address says what they are, or,
// when they are too many, the form that was posted.
func (h Impacts) Show(c echo.Context) error {
	changes, err := proposedIn(c)
	if err != nil {
		return err
	}
	return h.show(c, proposalOf(changes))
}

// proposedIn is the changes that a request names.
func proposedIn(c echo.Context) ([]authz.ProposedChange, error) {
	form, err := c.FormParams()
	if err != nil {
		return nil, err
	}
	var out []authz.ProposedChange
	for _, text := range form["change"] {
		p, ok := proposedBy(text)
		if !ok || len(out) == mostProposed {
			return nil, echo.NewHTTPError(http.StatusBadRequest)
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, echo.NewHTTPError(http.StatusBadRequest)
	}
	return out, nil
}

// show answers with what p would do: the note alone for the form that asks for it,
// else the page.
func (h Impacts) show(c echo.Context, p proposal) error {
	if req := htmx.From(c.Request()); req.Partial() && req.Target == impactPart {
		return views.Serve(c.Response(), c.Request(), http.StatusOK, views.ImpactNote(h.note(c, p, noteWait)))
	}
	page := pageOf(c)
	found, err := h.work(c.Request().Context(), p.changes, page-1, peoplePerPage)
	if last := (paging{page, peoplePerPage, found.Affected}).last(); err == nil && page > last {
		page = last
		found, err = h.work(c.Request().Context(), p.changes, page-1, peoplePerPage)
	}
	if upstream.StatusOf(err) == http.StatusUnauthorized {
		return err
	}
	l := layout(c, "What this would change", urls.Impact)
	if err != nil {
		return views.Serve(c.Response(), c.Request(), http.StatusOK, views.ImpactWhole(l, views.ImpactPage{Impact: unknownImpact(err)}))
	}
	v := impactPage(found, p, page)
	return answer(c, http.StatusOK, views.ImpactWhole(l, v), parts{"list": views.ImpactRows(v)})
}

// impactPage words a page of what p would do.
func impactPage(found worked, p proposal, page int) views.ImpactPage {
	w := impactWords{Impact: found.Impact, shown: 10, folded: 190}
	out := views.ImpactPage{Impact: w.note(), Status: people(found.Affected), Rows: w.rows()}
	out.Impact.People, out.Impact.Notes = nil, found.notes()
	for _, named := range found.Proposed {
		out.Changes = append(out.Changes, proposalWords(named))
	}
	out.MoreChanges = andMore(len(p.changes) - len(out.Changes))
	turn := p.page
	if turn == nil {
		turn = func(int) string { return urls.Impact }
		out.Posted = &views.ImpactPosted{Action: urls.Impact, Export: urls.ImpactExport}
		for _, change := range spelledEach(p.changes) {
			out.Posted.Keep = append(out.Posted.Keep, views.Hidden{Name: "change", Value: change})
		}
	}
	out.Pager = paging{page, peoplePerPage, found.Affected}.pager(turn)
	if p.export != "" && found.Affected > 0 {
		out.Export = exporting(p.export)
	}
	return out
}
