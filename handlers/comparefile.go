package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/web/authz"
)

// File gives the whole comparison as a file: a line for each thing of each part,
// however many there are.
func (h Compare) File(c echo.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), exportLimit)
	defer cancel()
	at := comparisonOf(c)
	at.All = true
	v, err := h.versus(ctx, at)
	if err != nil {
		return err
	}
	if v.Left == "" || v.Right == "" {
		return echo.NewHTTPError(http.StatusBadRequest)
	}
	v.whole = true
	found, err := h.compare(ctx, v, 0)
	if err != nil {
		return err
	}
	if found.refusal != "" {
		return echo.NewHTTPError(http.StatusForbidden)
	}
	apps := h.Ends.Catalogue.read(ctx)
	out := beginFile(c, "comparison")
	out.row("section", "who_has_it", "id", "name", "application_or_connection")
	for page := 1; ; page++ {
		for _, s := range found.Sections {
			v.lines(out, s, found, apps)
		}
		if err := out.flush(); err != nil || !v.goesOn(found, page) {
			return err
		}
		if found, err = h.compare(ctx, v, page); err != nil || found.refusal != "" {
			panic(http.ErrAbortHandler) // half a list must not look like a whole
		}
	}
}

// lines writes what is named of a section. What is not known is said in place of it.
func (v versus) lines(out csvWriter, s authz.ComparedSection, found compared, apps catalogue) {
	title, _ := sectionWords(v.left.kind, s.Of)
	if s.Of == apisPart && found.unknown != "" {
		out.row(title, "unknown", "", found.unknown, "")
		return
	}
	w := rowWords{versus: v, of: s.Of, found: found, apps: apps}
	for _, part := range []struct {
		id, who string
		of      authz.ComparedPart
	}{{"left", "left", s.OnlyLeft}, {"both", "both", s.Both}, {"right", "right", s.OnlyRight}} {
		for _, item := range part.of.Items {
			row := w.row(part.id, item)
			out.row(title, part.who, item.ID, row.Name.Label, row.Detail)
		}
	}
}

// goesOn reports whether some part has more than so many pages.
func (v versus) goesOn(found compared, pages int) bool {
	for _, s := range found.Sections {
		if s.Of != apisPart && max(s.OnlyLeft.Total, s.Both.Total, s.OnlyRight.Total) > pages*v.rows() {
			return true
		}
	}
	return false
}
