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
// groups contain it; the person sees which.
func (h Groups) Delete(c echo.Context) error {
	err := h.API.DeleteGroup(c.Request().Context(), idOf(c), c.FormValue("version"))
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		return h.deletion(c, http.StatusConflict, "Somebody changed this group meanwhile. Look again whether it is the one to delete.")
	}
	if refusal, ok := errors.AsType[*upstream.Error](err); ok && refusal.Code == codeRule {
		return h.deletion(c, http.StatusConflict, refusal.Message)
	}
	if err != nil {
		return err
	}
	forgotten(c, groupKind, idOf(c))
	return moveOn(c, there(c, urls.Groups), "Group deleted", "")
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
	s := views.Sheet{
		Title:   "Delete " + named(g.Name) + "?",
		Action:  urls.ToGroupDelete(g.ID),
		Back:    urls.ToGroup(g.ID),
		Submit:  "Delete group",
		Icon:    "trash",
		Danger:  true,
		Problem: problem,
		Keep:    []views.Hidden{{Name: "version", Value: g.ETag}},
		Refusal: needs(c, session.Authorization, deleteGroups),
	}
	if len(parents) > 0 {
		s.Title, s.Submit, s.Problem = named(g.Name)+" is still in use", "", ""
		s.Text = "A group that is nested in others can't be deleted. Take it out of them first."
		return sheet(c, status, urls.Groups, s, views.GroupInUse(parents))
	}
	s.Text, s.Impact = "This can't be undone.", h.Impacts.Of(c, deleteGroup(g.ID))
	return sheet(c, status, urls.Groups, s, views.GroupDeletion(goesWith(g)))
}

// parents are the groups that directly contain g.
func (h Groups) parents(c echo.Context, g authz.Group) ([]views.Link, error) {
	if len(g.NestedIn) == 0 {
		return nil, nil
	}
	all, err := h.API.ListGroups(c.Request().Context(), authz.ListQuery{Fields: []string{"_id", "name"}})
	if err != nil {
		return nil, err
	}
	var links []views.Link
	for _, parent := range all.Items {
		if slices.Contains(g.NestedIn, parent.ID) {
			links = append(links, views.Link{Label: named(parent.Name), URL: urls.ToGroupNested(parent.ID)})
		}
	}
	return links, nil
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
