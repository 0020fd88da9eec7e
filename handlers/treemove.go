package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// nestingMove is a group that shall leave from, if that is named, for to.
type nestingMove struct{ group, from, to string }

func moveOf(c echo.Context) nestingMove {
	return nestingMove{group: c.FormValue("group"), from: c.FormValue("from"), to: c.FormValue("to")}
}

// moving is a move with the groups that it is about.
type moving struct {
	nestingMove

	groups nesting
}

// moving reads the groups of a move. One that does not exist is a 404.
func (h Tree) moving(ctx context.Context, m nestingMove) (moving, error) {
	groups, err := nestingOf(ctx, h.API)
	if err != nil {
		return moving{}, err
	}
	for _, id := range []string{m.group, m.from, m.to} {
		if id != "" && !groups.graph.Has(id) || m.group == "" {
			return moving{}, &upstream.Error{Status: http.StatusNotFound, Message: "One of these groups does not exist any more."}
		}
	}
	return moving{m, groups}, nil
}

func (m moving) name() string  { return m.groups.graph.Name(m.group) }
func (m moving) outer() string { return m.groups.graph.Name(m.from) }
func (m moving) inner() string { return m.groups.graph.Name(m.to) }

// back is the tree at the place that the group has by now.
func (m nestingMove) back() string {
	return urls.TreeView{Reveal: m.group, In: m.from}.To()
}

// Place is what can be done with a group at one of its places, and where else it is.
func (h Tree) Place(c echo.Context) error {
	ctx, m := c.Request().Context(), nestingMove{group: c.QueryParam("group"), from: c.QueryParam("in")}
	tree, _, err := h.unfold(ctx, authz.TreeQuery{Parent: m.from, Keep: []string{m.group}, PerPage: 1})
	if err != nil {
		return err
	}
	for _, twig := range tree.Branches[0].Groups {
		if twig.ID == m.group {
			return h.place(c, m, twig)
		}
	}
	return &upstream.Error{Status: http.StatusNotFound, Message: "This group is not there any more."}
}

func (h Tree) place(c echo.Context, m nestingMove, twig authz.TreeTwig) error {
	refusal := mayNest(c)
	body := views.TreePlace{
		Open:  views.Action{Label: "Show the group", Icon: "groups", URL: urls.ToGroup(m.group)},
		Below: views.Action{Label: "Show only what is below it", Icon: "nest", URL: urls.TreeView{Root: m.group}.To()},
		Changes: []views.Action{
			{Label: "Nest it in another group too…", Icon: "plus", Dialog: true, URL: urls.ToTreeMove(m.group, "", ""), Refusal: refusal},
		},
	}
	text := "It stands at the top."
	for _, p := range twig.Parents {
		if p.ID == m.from {
			text = "Here it is in " + named(p.Name) + "."
			body.Changes = append([]views.Action{
				{Label: "Move it to another group…", Icon: "arrow", Dialog: true, URL: urls.ToTreeMove(m.group, m.from, ""), Refusal: refusal},
			}, append(body.Changes, views.Action{
				Label: "Take it out of " + named(p.Name) + "…", Icon: "trash", Kind: views.Bad, Dialog: true, URL: urls.ToTreeTakeOut(m.group, m.from), Refusal: refusal,
			})...)
			continue
		}
		body.Others = append(body.Others, views.Link{Label: named(p.Name), URL: urls.TreeView{Reveal: m.group, In: p.ID}.To()})
	}
	if more := twig.ParentCount - len(twig.Parents); more > 0 {
		body.More = "And in " + number(more) + " more. The group's own page lists them all."
	}
	return sheet(c, http.StatusOK, urls.Groups, views.Sheet{Title: named(twig.Name), Text: text, Back: m.back()}, views.TreePlaceBody(body))
}

// Move asks where a group shall go, and once that is known, whether it shall.
func (h Tree) Move(c echo.Context) error {
	m, err := h.moving(c.Request().Context(), moveOf(c))
	if err != nil {
		return err
	}
	if m.to == "" {
		return m.choose(c)
	}
	return h.confirm(c, http.StatusOK, m, m.problem())
}

// choose offers the groups to move to, as links.
func (m moving) choose(c echo.Context) error {
	find := c.QueryParam("find")
	choices := views.Lookup{Action: urls.TreeMove, Noun: "group", Icon: "groups", Search: find, Dialog: true}
	total := 0
	for _, cand := range m.candidates() {
		if !cand.matches(find) {
			continue
		}
		if total++; total <= pickerRows {
			choices.Rows = append(choices.Rows, views.LookupRow{
				Label: cand.label, Detail: cand.detail, URL: urls.ToTreeMove(m.group, m.from, cand.id), Refusal: cand.refusal,
			})
		}
	}
	choices.Status = found(total, "group", find)
	if total > pickerRows {
		choices.More = "And " + number(total-pickerRows) + " more. Search to narrow the list."
	}
	s := views.Sheet{
		Title: "Move " + m.name() + " to…", Text: "It leaves " + m.outer() + ". You see what that changes before it is done.",
		Action: urls.TreeMove, Back: m.back(), Leave: "Cancel", Lookup: true,
		Keep: []views.Hidden{{Name: "group", Value: m.group}, {Name: "from", Value: m.from}},
	}
	if m.from == "" {
		s.Title, s.Text = "Nest "+m.name()+" in…", "It stays where it is, too. You see what that changes before it is done."
	}
	return lookupSheet(c, urls.Groups, s, choices)
}

// candidates are all groups, with why the group can't go to one.
func (m moving) candidates() []candidate {
	below, parents := map[string]bool{}, map[string]bool{}
	for _, id := range m.groups.graph.Descendants(m.group) {
		below[id] = true
	}
	for _, id := range m.groups.graph.Parents(m.group) {
		parents[id] = true
	}
	all := make([]candidate, 0, len(m.groups.groups))
	for _, g := range m.groups.groups {
		cand := candidate{id: g.ID, label: named(g.Name), detail: g.Description}
		switch {
		case g.ID == m.group:
			cand.refusal = "This group itself"
		case parents[g.ID]:
			cand.refusal = "Contains it already"
		case below[g.ID]:
			cand.refusal = m.groups.within(g.ID, m.group)
		}
		all = append(all, cand)
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(strings.ToLower(a.label), strings.ToLower(b.label)) })
	return all
}

// within says how the group inner lies in outer, which may not go into it.
func (n nesting) within(inner, outer string) string {
	way := n.graph.Path(outer, inner)
	if len(way) <= 2 {
		return "Is inside this group"
	}
	return "Is inside this group, through " + n.graph.Name(way[1])
}

// problem is why the move cannot be made, or empty.
func (m moving) problem() string {
	if circle := m.groups.graph.Cycle(m.to, m.group); circle != nil {
		return circleWords(circle)
	}
	if m.to == m.from {
		return m.name() + " is in " + m.inner() + " already."
	}
	return ""
}

// changes are what the move would do, one after the other.
func (m nestingMove) changes() []authz.ProposedChange {
	var out []authz.ProposedChange
	if m.to != "" {
		out = append(out, addNesting(m.group, m.to))
	}
	if m.from != "" {
		out = append(out, undone(addNesting(m.group, m.from)))
	}
	return out
}

// confirm asks whether to make a move, and tells what it would do. One that would
// close a circle is refused with the way round.
func (h Tree) confirm(c echo.Context, status int, m moving, problem string) error {
	s := views.Sheet{
		Title:  "Move " + m.name() + " from " + m.outer() + " to " + m.inner() + "?",
		Text:   "Its members count in " + m.inner() + " then, and get the roles that come through it. Those that come through " + m.outer() + " go, unless another way leads there.",
		Action: urls.TreeMove, Back: m.back(), Submit: "Move group", Icon: "arrow", Problem: problem, Refusal: mayNest(c),
		Keep: []views.Hidden{{Name: "group", Value: m.group}, {Name: "from", Value: m.from}, {Name: "to", Value: m.to}},
	}
	if m.from == "" {
		s.Title, s.Submit, s.Icon = "Nest "+m.name()+" in "+m.inner()+"?", "Nest group", "plus"
		s.Text = "Its members count in " + m.inner() + " too, and get the roles that come through it."
	}
	if problem != "" {
		s.Submit = ""
		return sheet(c, max(status, http.StatusConflict), urls.Groups, s, views.Circle(m.groups.graph.Cycle(m.to, m.group)))
	}
	s.Impact = h.Impacts.Of(c, m.changes()...)
	return sheet(c, status, urls.Groups, s, views.Nothing())
}

// Make moves a group: into the new one first, so that nobody is without it in
// between, and then out of the old one.
func (h Tree) Make(c echo.Context) error {
	ctx := c.Request().Context()
	m, err := h.moving(ctx, moveOf(c))
	if err != nil {
		return err
	}
	if problem := m.problem(); problem != "" || m.to == "" {
		return h.confirm(c, http.StatusConflict, m, problem)
	}
	err = h.API.AddNested(ctx, m.to, []string{m.group})
	if upstream.StatusOf(err) == http.StatusConflict {
		return h.confirm(c, http.StatusConflict, m, messageOf(err))
	}
	if err != nil {
		return err
	}
	if m.from == "" {
		return h.drawn(c, urls.TreeView{Reveal: m.group, In: m.to}, "Group nested")
	}
	if err := h.API.RemoveNested(ctx, m.from, []string{m.group}); err != nil {
		return m.half(c, err)
	}
	return h.drawn(c, urls.TreeView{Reveal: m.group, In: m.to}, "Group moved")
}

// half says that a group is in its new place and still in its old one.
func (m moving) half(c echo.Context, cause error) error {
	status := max(upstream.StatusOf(cause), http.StatusBadRequest)
	return sheet(c, status, urls.Groups, views.Sheet{
		Title:   m.name() + " is in both groups now",
		Text:    "It was nested in " + m.inner() + ". It could not be taken out of " + m.outer() + ", so its members have what comes through either.",
		Problem: messageOf(cause), Action: urls.TreeTakeOut, Back: urls.TreeView{Reveal: m.group, In: m.to}.To(),
		Submit: "Take it out of " + m.outer(), Icon: "trash", Danger: true, Leave: "Leave it in both",
		Keep: []views.Hidden{{Name: "group", Value: m.group}, {Name: "from", Value: m.from}},
	}, views.Nothing())
}

// ConfirmTakeOut asks whether a group shall leave another one.
func (h Tree) ConfirmTakeOut(c echo.Context) error {
	m, err := h.moving(c.Request().Context(), moveOf(c))
	if err != nil {
		return err
	}
	return sheet(c, http.StatusOK, urls.Groups, views.Sheet{
		Title:  "Take " + m.name() + " out of " + m.outer() + "?",
		Text:   "Its members lose what comes through " + m.outer() + ", unless another way leads there. The group itself stays.",
		Action: urls.TreeTakeOut, Back: m.back(), Submit: "Take group out", Icon: "trash", Danger: true, Refusal: mayNest(c),
		Keep:   []views.Hidden{{Name: "group", Value: m.group}, {Name: "from", Value: m.from}},
		Impact: h.Impacts.Of(c, m.changes()...),
	}, views.Nothing())
}

// TakeOut takes a group out of another one.
func (h Tree) TakeOut(c echo.Context) error {
	m := moveOf(c)
	if err := h.API.RemoveNested(c.Request().Context(), m.from, []string{m.group}); err != nil {
		return err
	}
	return h.drawn(c, urls.TreeView{Reveal: m.group}, "Group taken out")
}
