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
	"trellis/web/session"
	"trellis/web/upstream"
)

// NestedAPI is what the groups nested in a group ask of the Authorization API.
type NestedAPI interface {
	GroupReader
	NestedGroups(ctx context.Context, group string) ([]authz.Group, error)
	AddNested(ctx context.Context, group string, groups []string) error
	RemoveNested(ctx context.Context, group string, groups []string) error
}

// Nested serves the groups nested in a group.
type Nested struct {
	API     NestedAPI
	Impacts Impacts
	Tree    Tree // of what is below the group, in place of the list
}

// Show lists the groups directly in a group, and those that contain it.
func (h Nested) Show(c echo.Context) error {
	if c.QueryParam("view") == "tree" {
		return h.Tree.Below(c)
	}
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	children, err := h.API.NestedGroups(ctx, g.ID)
	if err != nil {
		return err
	}
	groups, err := nestingOf(ctx, h.API)
	if err != nil {
		return err
	}
	at := nestedListOf(c)
	list, shown := nestedList(g, children, &at)
	list.Parents = groups.links(groups.graph.Parents(g.ID), urls.ToGroup)
	list.Add = adding(c, "Add nested groups", at.ToAdd())
	for _, child := range shown {
		list.Rows = append(list.Rows, nestedRow(c, g, child, at))
	}
	addressed(c, at.To())
	return showGroup(c, g, nestedTab, views.GroupNested(list), views.NestedRows(list))
}

// nestedPerPage is how many nested groups a page shows.
const nestedPerPage = 25

// nestedListOf is the state of the list of nested groups that the request asks for.
func nestedListOf(c echo.Context) urls.NestedList {
	return urls.NestedList{Group: idOf(c), Search: searchOf(c), Page: pageOf(c)}
}

// nestedList words the groups in g at at, says which of them stand on its page, and
// moves at to the last page when it lies behind.
func nestedList(g authz.Group, children []authz.Group, at *urls.NestedList) (views.NestedList, []authz.Group) {
	children = slices.DeleteFunc(children, func(child authz.Group) bool {
		return !mentions(at.Search, cmp.Or(child.Name, child.ID), child.Description)
	})
	p := paging{at.Page, nestedPerPage, len(children)}
	at.Page = min(at.Page, p.last())
	p.page = at.Page
	first := (p.page - 1) * p.size
	return views.NestedList{
		GroupID: g.ID,
		Group:   named(g.Name),
		Search:  at.Search,
		Status:  found(len(children), "nested group", at.Search),
		Pager:   p.pager(func(n int) string { return urls.NestedList{Group: g.ID, Search: at.Search, Page: n}.To() }),
	}, children[first:min(first+p.size, len(children))]
}

func nestedRow(c echo.Context, g, child authz.Group, at urls.NestedList) views.NestedRow {
	row := views.NestedRow{
		GroupRow: views.GroupRow{Name: child.ID},
		Missing:  child.Missing,
		Remove:   removing(c, "Remove "+named(child.Name)+" from "+named(g.Name), at.ToRemove(child.ID)),
	}
	if child.Missing {
		row.Remove.Label = "Remove missing group " + child.ID + " from " + named(g.Name)
		return row
	}
	row.GroupRow = views.GroupRow{
		Name:        named(child.Name),
		Description: child.Description,
		URL:         urls.ToGroup(child.ID),
		Members:     number(child.MemberCount),
		Nested:      number(child.NestedCount),
		Roles:       number(child.RoleCount),
		Mappings:    number(child.MappingCount),
	}
	return row
}

// Pick offers groups to nest in a group.
func (h Nested) Pick(c echo.Context) error {
	return h.picker(c, http.StatusOK, pickOf(c), "", nil)
}

// Add nests the chosen groups in a group. Groups that would contain each other
// are refused by the API; the person sees the circle.
func (h Nested) Add(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.picker(c, http.StatusOK, p, "", nil)
	}
	if problem := p.problem("group"); problem != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, problem, nil)
	}
	err := h.API.AddNested(c.Request().Context(), idOf(c), p.chosen)
	if upstream.StatusOf(err) == http.StatusConflict {
		return h.refused(c, p, err)
	}
	if why := notGiven(err); why != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, why, nil)
	}
	if err != nil {
		return err
	}
	return done(c, nestedListOf(c).To(), count(len(p.chosen), "group")+" nested", h.Show)
}

// refused shows the picker again with the circle that the choice would close.
func (h Nested) refused(c echo.Context, p pick, cause error) error {
	groups, err := nestingOf(c.Request().Context(), h.API)
	if err != nil {
		return err
	}
	for _, id := range p.chosen {
		if circle := groups.graph.Cycle(idOf(c), id); circle != nil {
			return h.picker(c, http.StatusConflict, p, circleWords(circle), circle)
		}
	}
	return h.picker(c, http.StatusConflict, p, messageOf(cause), nil)
}

// circleWords says why the second group of circle can't be nested in the first.
func circleWords(circle []string) string {
	outer, inner := circle[0], circle[1]
	if len(circle) == 2 {
		return outer + " can't be nested in itself."
	}
	return inner + " can't be nested in " + outer + ": " + outer + " is already inside " + inner + ", so they would contain each other."
}

func (h Nested) picker(c echo.Context, status int, p pick, problem string, circle []string) error {
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	groups, err := nestingOf(ctx, h.API)
	if err != nil {
		return err
	}
	rows, more := p.choices(groups.candidates(g.ID))
	at := nestedListOf(c)
	action := at.ToAdd()
	picker := p.picker(action, "group", rows, more)
	picker.Icon = "groups"
	return pickSheet(c, status, urls.Groups, views.Sheet{
		Title:   "Add nested groups to " + named(g.Name),
		Text:    byGroup(c, "Their members become members of this group, and get its roles."),
		Action:  action,
		Back:    at.To(),
		Submit:  "Add nested groups",
		Icon:    "plus",
		Problem: problem,
		Aside:   p.chosenWords(),
		Impact: h.Impacts.Chosen(c, action, chooseThings, proposedEach(p.chosen, func(id string) authz.ProposedChange {
			return addNesting(id, g.ID)
		})),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.NestedPicker(picker, circle), picker)
}

// candidates are all groups, with why one can't be nested in the group with id.
func (n nesting) candidates(id string) []candidate {
	above, inside := map[string]bool{}, map[string]bool{}
	for _, a := range n.graph.Ancestors(id) {
		above[a] = true
	}
	for _, g := range n.groups {
		if g.ID == id {
			for _, nested := range g.Nested {
				inside[nested] = true
			}
		}
	}
	all := make([]candidate, 0, len(n.groups))
	for _, g := range n.groups {
		cand := candidate{id: g.ID, label: named(g.Name), detail: g.Description}
		switch {
		case g.ID == id:
			cand.refusal = "This group itself"
		case inside[g.ID]:
			cand.refusal = "Already nested here"
		case above[g.ID]:
			cand.refusal = n.contains(g.ID, id)
		}
		all = append(all, cand)
	}
	return all
}

// contains says how the group outer contains inner, which may not contain it in turn.
func (n nesting) contains(outer, inner string) string {
	way := n.graph.Path(outer, inner)
	if len(way) <= 2 {
		return "Contains this group"
	}
	var between []string
	for _, id := range way[1 : len(way)-1] {
		between = append(between, n.graph.Name(id))
	}
	return "Contains this group, through " + strings.Join(between, " › ")
}

// ConfirmRemove asks whether a nested group shall leave.
func (h Nested) ConfirmRemove(c echo.Context) error {
	ctx, id := c.Request().Context(), c.FormValue("group")
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	children, err := h.API.NestedGroups(ctx, g.ID)
	if err != nil {
		return err
	}
	name, known := "the missing group "+id, false
	for _, child := range children {
		if child.ID == id && !child.Missing {
			name, known = named(child.Name), true
		}
	}
	return sheet(c, http.StatusOK, urls.Groups, views.Sheet{
		Title:   "Remove " + name + " from " + named(g.Name) + "?",
		Text:    "Its members lose the roles that come through " + named(g.Name) + ", unless another group gives them too. The group itself stays.",
		Action:  nestedListOf(c).ToRemove(id),
		Back:    nestedListOf(c).To(),
		Submit:  "Remove nested group",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.ofKnown(c, known, undone(addNesting(id, g.ID))),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.Nothing())
}

// Remove takes a group out of a group.
func (h Nested) Remove(c echo.Context) error {
	if err := h.API.RemoveNested(c.Request().Context(), idOf(c), []string{c.FormValue("group")}); err != nil {
		return err
	}
	return done(c, nestedListOf(c).To(), "Nested group removed", h.Show)
}
