package handlers

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// ConfirmDelete asks whether a group shall go, and says what goes with it.
func (h Groups) ConfirmDelete(c echo.Context) error {
	return h.deletion(c, http.StatusOK, "")
}

// Delete removes a group and goes back to the list. The API refuses while other
// groups contain it: when the person asked for that, it is taken out of them first.
func (h Groups) Delete(c echo.Context) error {
	ctx, id := c.Request().Context(), idOf(c)
	taken, problem, err := h.release(c)
	if err != nil {
		return err
	}
	if problem != "" {
		return h.deletion(c, http.StatusConflict, problem)
	}
	err = h.API.DeleteGroup(ctx, id, c.FormValue("version"))
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		return h.deletion(c, http.StatusConflict, changedMeanwhile)
	}
	if refusal, ok := errors.AsType[*upstream.Error](err); ok && refusal.Code == codeRule {
		return h.deletion(c, http.StatusConflict, refusal.Message)
	}
	if err != nil {
		return err
	}
	text := ""
	if taken > 0 {
		text = "It was taken out of " + count(taken, "group") + " first."
	}
	forgotten(c, groupKind, id)
	return moveOn(c, there(c, urls.Groups), "Group deleted", text)
}

const changedMeanwhile = "Somebody changed this group meanwhile. Look again whether it is the one to delete."

// release takes a group out of those that contain it, when the person asked for
// that and the group is still what they saw. It tells out of how many, or why not.
func (h Groups) release(c echo.Context) (taken int, problem string, err error) {
	if c.FormValue("release") == "" {
		return 0, "", nil
	}
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return 0, "", err
	}
	if g.ETag != c.FormValue("version") {
		return 0, changedMeanwhile, nil
	}
	parents, err := h.parents(c, g)
	if err != nil {
		return 0, "", err
	}
	o := each(parents, func(p authz.Group) string { return named(p.Name) }, func(p authz.Group) error {
		return h.API.RemoveNested(ctx, p.ID, []string{g.ID})
	})
	if problem := o.problem("Taken out of", "group"); problem != "" {
		return o.done, problem + " The group is not deleted.", nil
	}
	return o.done, "", nil
}

func (h Groups) deletion(c echo.Context, status int, problem string) error {
	g, err := h.API.Group(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	parents, err := h.parents(c, g)
	if err != nil {
		return err
	}
	var links []views.Link
	var outOf []authz.ProposedChange
	for _, p := range parents {
		links = append(links, views.Link{Label: named(p.Name), URL: urls.ToGroupNested(p.ID)})
		outOf = append(outOf, undone(addNesting(g.ID, p.ID)))
	}
	s := views.Sheet{
		Title:   "Delete " + named(g.Name) + "?",
		Text:    "This can't be undone.",
		Action:  urls.ToGroupDelete(g.ID),
		Back:    urls.ToGroup(g.ID),
		Submit:  "Delete group",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.Of(c, append(outOf, deleteGroup(g.ID))...),
		Problem: problem,
		Keep:    []views.Hidden{{Name: "version", Value: g.ETag}},
		Refusal: needs(c, session.Authorization, deleteGroups),
	}
	if len(parents) > 0 {
		s.Title = named(g.Name) + " is still in use"
		s.Text = "A group that is nested in others can't be deleted. It can be taken out of them first, in this one step. This can't be undone."
		s.Submit = "Take out of " + count(len(parents), "group") + " and delete"
		s.Keep = append(s.Keep, views.Hidden{Name: "release", Value: "1"})
		if s.Refusal == "" {
			s.Refusal = needs(c, session.Authorization, updateGroups)
		}
	}
	u := uses("Nested in:", links)
	u.Lines = goesWith(g)
	u.None = "The group is empty: no member, role, mapping or nested group goes with it."
	return sheet(c, status, urls.Groups, s, views.UsesOf(u))
}

// parents are the groups that directly contain g.
func (h Groups) parents(c echo.Context, g authz.Group) ([]authz.Group, error) {
	if len(g.NestedIn) == 0 {
		return nil, nil
	}
	all, err := h.API.ListGroups(c.Request().Context(), authz.ListQuery{Sort: "name:1", Fields: []string{"_id", "name"}})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all.Items, func(p authz.Group) bool { return !slices.Contains(g.NestedIn, p.ID) }), nil
}

// goesWith says what ends together with a group.
func goesWith(g authz.Group) []string {
	var lines []string
	if g.MemberCount > 0 {
		lines = append(lines, count(g.MemberCount, "membership")+". The users stay.")
	}
	if g.NestedCount > 0 {
		lines = append(lines, "The nesting of "+count(g.NestedCount, "group")+". The groups stay, and lose the roles they had through this one.")
	}
	if g.RoleCount > 0 {
		lines = append(lines, "What "+count(g.RoleCount, "role")+" gave to its members. The roles stay.")
	}
	if g.MappingCount > 0 {
		lines = append(lines, count(g.MappingCount, "mapping")+" from connections.")
	}
	return lines
}
