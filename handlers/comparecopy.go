package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/session"
)

// copying is what one of two gets that the other one has.
type copying struct {
	versus

	to           string // "left" or "right"
	target, from end
}

// copyChange is a change that copies something.
type copyChange struct {
	authz.ProposedChange

	api, permission string // of an API, instead of the change
	text            string // what is done
	things          []string
	scope           string
	of              session.API
}

// notCopied is a thing that is not copied, and why.
type notCopied struct{ name, why string }

// copyingOf is what the request wants copied to which of the two.
func (h Compare) copyingOf(c echo.Context) (copying, error) {
	v, err := h.versus(c.Request().Context(), comparisonOf(c))
	if err != nil {
		return copying{}, err
	}
	x := copying{versus: v, to: c.FormValue("to"), target: v.right, from: v.left}
	if x.to == "left" {
		x.target, x.from = v.left, v.right
	}
	if v.Left == "" || v.Right == "" || x.to != "left" && (x.to != "right" || v.right.kind == usualKind) {
		return x, echo.NewHTTPError(http.StatusBadRequest)
	}
	return x, nil
}

// AskCopy asks whether what is chosen shall be copied, and says what that would do.
func (h Compare) AskCopy(c echo.Context) error {
	x, err := h.copyingOf(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	found, err := h.compare(c.Request().Context(), x.versus, 0)
	if err != nil {
		return err
	}
	changes, not := x.changes(found, func(thing string) bool { return slices.Contains(form["thing"], thing) })
	changes, circles, err := h.withoutCircles(c.Request().Context(), changes)
	if err != nil {
		return err
	}
	changes, refused := permitted(c, changes)
	problem := ""
	switch {
	case len(form["thing"]) == 0 || len(changes)+len(not)+len(circles)+len(refused) == 0:
		problem = "Choose at least one thing that only " + x.from.called() + " has."
		if x.from.kind == usualKind {
			problem = "Choose at least one thing that is usual in " + x.from.name + " and that " + x.target.name + " has not."
		}
	case len(changes) > mostPicked:
		problem = "Choose less: at most " + number(mostPicked) + " changes are made at once."
	}
	return h.review(c, http.StatusOK, x, changes, slices.Concat(not, circles, refused), problem)
}

// review shows what a copy does.
func (h Compare) review(c echo.Context, status int, x copying, changes []copyChange, not []notCopied, problem string) error {
	s := x.sheet(len(changes))
	s.Problem = problem
	if problem != "" {
		s.Submit = ""
	}
	var body views.CopyReview
	var proposed []authz.ProposedChange
	for _, change := range changes {
		body.Lines = append(body.Lines, views.CopyLine{Text: change.text, Detail: change.detail(), Change: change.spelled()})
		if change.api == "" {
			proposed = append(proposed, change.ProposedChange)
		}
	}
	for _, n := range not {
		body.Not = append(body.Not, views.CopyLine{Text: n.name, Detail: n.why})
	}
	if problem == "" {
		s.Impact = h.Impacts.Of(c, proposed...)
	}
	if x.target.kind != roleKind {
		s.Text = byGroup(c, s.Text)
	}
	return sheet(c, status, urls.Compare, s, views.CopyBody(body))
}

// sheet is the form that copies n changes.
func (x copying) sheet(n int) views.Sheet {
	s := views.Sheet{
		Title: "Copy to " + x.target.name + "?",
		Text:  "Exactly these changes are made, and no others. What is there already stays.",
		Crumbs: []views.Link{
			{Label: "Compare", URL: x.Comparison.To()}, {Label: "Copy to " + x.target.name},
		},
		Action: urls.CompareCopy, Back: x.Comparison.To(), Wide: true,
		Keep: append(fields(x.Comparison), views.Hidden{Name: "to", Value: x.to}),
	}
	if n > 0 {
		s.Submit, s.Icon = "Make "+count(n, "change"), "copy"
	}
	return s
}

// permitted is the changes that the person may make, and why not the others.
func permitted(c echo.Context, changes []copyChange) (may []copyChange, not []notCopied) {
	for _, change := range changes {
		if why := needs(c, change.of, change.scope); why != "" {
			not = append(not, notCopied{change.text, why})
			continue
		}
		may = append(may, change)
	}
	return may, not
}

// withoutCircles is changes without nestings that would close a circle.
func (h Compare) withoutCircles(ctx context.Context, changes []copyChange) (fit []copyChange, not []notCopied, err error) {
	nests := func(change copyChange) bool { return change.Kind == authz.NestingHop }
	if !slices.ContainsFunc(changes, nests) {
		return changes, nil, nil
	}
	all, err := h.API.ListGroups(ctx, authz.ListQuery{Fields: []string{"_id", "name", "nested"}})
	if err != nil {
		return nil, nil, err
	}
	vertices := make([]access.Group, len(all.Items))
	for i, g := range all.Items {
		vertices[i] = access.Group{ID: g.ID, Name: named(g.Name), Nested: g.Nested}
	}
	graph := access.New(vertices)
	for _, change := range changes {
		if nests(change) {
			if circle := graph.Cycle(change.Group, change.Nested); circle != nil {
				not = append(not, notCopied{change.text, circleWords(circle)})
				continue
			}
		}
		fit = append(fit, change)
	}
	return fit, not, nil
}
