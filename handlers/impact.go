package handlers

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/htmx"
	"trellis/web/upstream"
)

// ImpactAPI is what is asked to tell what changes would do: the API that works it
// out, and the lists of one that cannot.
type ImpactAPI interface {
	Impact(ctx context.Context, changes []authz.ProposedChange, page, perPage int) (authz.Impact, error)
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	ListRoles(context.Context, authz.ListQuery) (authz.Page[authz.Role], error)
	ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error)
}

// Impacts tells what changes would do, in the forms that ask whether to make them.
// Without an API the forms stand without it.
type Impacts struct {
	API  ImpactAPI
	Wait time.Duration // that a form gives it without script; 0: two seconds
}

const (
	noteWait = 10 * time.Second // when the form stands already
	formWait = 2 * time.Second  // when the form waits for it

	notedPeople = 3
)

// proposal is changes, and the pages that tell all of what they would do.
type proposal struct {
	changes []authz.ProposedChange
	page    func(n int) string // nil when no address holds the changes
	export  string
}

// proposalOf is a proposal whose pages have the changes in their addresses.
func proposalOf(changes []authz.ProposedChange) proposal {
	at := urls.ImpactView{Changes: spelledEach(changes)}
	if !at.Fits() {
		return proposal{changes: changes}
	}
	return proposal{changes, func(n int) string { at.Page = n; return at.To() }, at.ToExport()}
}

// Of is what changes would do, for the form that asks whether to make them. Over a
// page the form comes first, and the note asks for itself; on a page of its own the
// form waits for it a moment. It never fails: a note says what is not known.
func (h Impacts) Of(c echo.Context, changes ...authz.ProposedChange) *views.Impact {
	if h.API == nil || len(changes) == 0 {
		return nil
	}
	p := proposalOf(changes)
	if htmx.From(c.Request()).Partial() && p.page != nil {
		return &views.Impact{URL: p.page(1)}
	}
	return new(h.note(c, p, cmp.Or(h.Wait, formWait)))
}

// ofKnown is Of, unless an end of the change is gone: then nobody has it from there.
func (h Impacts) ofKnown(c echo.Context, known bool, change authz.ProposedChange) *views.Impact {
	if !known {
		return nil
	}
	return h.Of(c, change)
}

// What a form says in which nothing is chosen yet.
const (
	choosePeople = "Choose people, and you see here what they gain."
	chooseThings = "Choose, and you see here who gains what."
)

// Chosen is Of for a form in which the changes are chosen: action is where it is
// sent, and hint what to say while there are none.
func (h Impacts) Chosen(c echo.Context, action, hint string, changes []authz.ProposedChange) *views.Impact {
	req := htmx.From(c.Request())
	if h.API == nil || req.Partial() && req.Target == "choices" {
		return nil
	}
	wait := cmp.Or(h.Wait, formWait)
	switch {
	case len(changes) == 0:
		return &views.Impact{Form: action, Title: hint}
	case req.Partial() && req.Target != impactPart:
		return &views.Impact{Form: action, Later: true}
	case req.Partial():
		wait = noteWait
	}
	note := h.note(c, proposalOf(changes), wait)
	note.Form = action
	return &note
}

// soon is how long a page waits for what it would do, so that nothing moves when
// that is known; after it the page stands, and asks by itself.
const soon = 300 * time.Millisecond

// later is what p would do, for a page that stands before that is known.
func (h Impacts) later(c echo.Context, p proposal) *views.Impact {
	if h.API == nil || len(p.changes) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), soon)
	defer cancel()
	if found, err := h.work(ctx, p.changes, 0, notedPeople); err == nil {
		note := h.worded(ctx, found, p)
		return &note
	}
	return &views.Impact{URL: p.page(1), All: views.Link{Label: "Show what this changes", URL: p.page(1)}}
}

// note words what p would do, as far as that is found out within wait.
func (h Impacts) note(c echo.Context, p proposal, wait time.Duration) views.Impact {
	ctx, cancel := context.WithTimeout(c.Request().Context(), wait)
	defer cancel()
	found, err := h.work(ctx, p.changes, 0, notedPeople)
	if err != nil {
		out := unknownImpact(err)
		p.lead(&out, 0)
		return out
	}
	return h.worded(ctx, found, p)
}

func (h Impacts) worded(ctx context.Context, found worked, p proposal) views.Impact {
	out := impactWords{Impact: found.Impact, shown: 3, folded: 17}.note()
	out.Notes = found.notes()
	h.mapped(ctx, &out, found, p.changes)
	if found.Affected > 0 {
		p.lead(&out, found.Affected)
	}
	return out
}

// lead puts the way to the page about p into note. Changes that no address holds
// are posted to it.
func (p proposal) lead(note *views.Impact, affected int) {
	note.All.Label = "See it on a page"
	if affected > 1 {
		note.All.Label = "See all " + people(affected)
	}
	if p.page != nil {
		note.All.URL = p.page(1)
		return
	}
	note.AllOf = spelledEach(p.changes)
}

// worked is what changes would do, and how that was found out.
type worked struct {
	authz.Impact

	fromLists bool // the API has no such call
}

// notes says what is not in the numbers.
func (w worked) notes() []string {
	out := []string{"Not counted: what mappings give when people sign in."}
	if w.fromLists {
		out = append(out, "This tenant's API does not work this out. It was done here, from its lists of groups, roles and permissions: it is as complete as they are.")
	}
	return out
}

// work asks what changes would do. An API that has no such call is asked for its
// lists.
func (h Impacts) work(ctx context.Context, changes []authz.ProposedChange, page, perPage int) (worked, error) {
	found, err := h.API.Impact(ctx, changes, page, perPage)
	switch upstream.StatusOf(err) {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		found, err = impactOfLists(ctx, h.API, changes, page, perPage)
		return worked{found, true}, err
	}
	return worked{found, false}, err
}

// anybody stands for whoever a mapping matches.
const anybody = "trellis|anybody"

// mapped says what whoever the first mapping of changes matches gets or loses.
func (h Impacts) mapped(ctx context.Context, note *views.Impact, found worked, changes []authz.ProposedChange) {
	if !found.Mappings || found.Affected > 0 {
		return
	}
	for _, p := range changes {
		if p.Kind != authz.MappingHop {
			continue
		}
		one, err := h.work(ctx, []authz.ProposedChange{addMember(anybody, p.Group)}, 0, 1)
		if err != nil || one.Affected != 1 {
			return
		}
		what := sides(one.Shifts).gained.words()
		note.Text = "Whoever it matches gets " + what + " at the next sign-in, unless they have it already."
		if p.Action == authz.RemoveChange {
			note.Text = "Whoever it matched loses " + what + " at the next sign-in, unless something else gives it."
		}
		return
	}
}
