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

// ConfirmDelete asks whether a role shall go, and says what uses it.
func (h Roles) ConfirmDelete(c echo.Context) error {
	return h.deletion(c, http.StatusOK, "")
}

// Delete removes a role and goes back to the list. The API refuses while groups
// give it: when the person asked for that, it is taken from them first.
func (h Roles) Delete(c echo.Context) error {
	ctx, id := c.Request().Context(), idOf(c)
	taken := 0
	if c.FormValue("release") != "" {
		giving, err := h.giving(c, id)
		if err != nil {
			return err
		}
		o := each(giving, func(g authz.Group) string { return named(g.Name) }, func(g authz.Group) error {
			return h.API.RemoveGroupRoles(ctx, g.ID, []string{id})
		})
		if problem := o.problem("Taken from", "group"); problem != "" {
			return h.deletion(c, http.StatusConflict, problem+" The role is not deleted.")
		}
		taken = o.done
	}
	err := h.API.DeleteRole(ctx, id, c.FormValue("version"))
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		return h.deletion(c, http.StatusConflict, "Somebody changed this role meanwhile. Look again whether it is the one to delete.")
	}
	if refusal, ok := errors.AsType[*upstream.Error](err); ok && refusal.Code == codeRule {
		return h.deletion(c, http.StatusConflict, refusal.Message)
	}
	if err != nil {
		return err
	}
	text := ""
	if taken > 0 {
		text = "It was taken from " + count(taken, "group") + " first."
	}
	forgotten(c, roleKind, idOf(c))
	return moveOn(c, there(c, urls.Roles), "Role deleted", text)
}

// giving are the groups that give a role themselves.
func (h Roles) giving(c echo.Context, role string) ([]authz.Group, error) {
	all, err := h.API.ListGroups(c.Request().Context(), authz.ListQuery{Sort: "name:1", Fields: []string{"_id", "name", "roles"}})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all.Items, func(g authz.Group) bool { return !slices.Contains(g.Roles, role) }), nil
}

func (h Roles) deletion(c echo.Context, status int, problem string) error {
	r, err := h.API.Role(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	giving, err := h.giving(c, r.ID)
	if err != nil {
		return err
	}
	links := make([]views.Link, len(giving))
	for i, g := range giving {
		links[i] = views.Link{Label: named(g.Name), URL: urls.ToGroupRoles(g.ID, "")}
	}
	s := views.Sheet{
		Title:   "Delete " + named(r.Name) + "?",
		Text:    "This can't be undone.",
		Action:  urls.ToRoleDelete(r.ID),
		Back:    urls.ToRole(r.ID),
		Submit:  "Delete role",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.Of(c, deleteRole(r.ID)),
		Problem: problem,
		Keep:    []views.Hidden{{Name: "version", Value: r.ETag}},
		Refusal: needs(c, session.Authorization, deleteRoles),
	}
	if len(giving) > 0 {
		s.Title = named(r.Name) + " is still in use"
		s.Text = "A role that groups give can't be deleted. It can be taken from them first, in this one step. This can't be undone."
		s.Submit = "Take from " + count(len(giving), "group") + " and delete"
		s.Keep = append(s.Keep, views.Hidden{Name: "release", Value: "1"})
		if s.Refusal == "" {
			s.Refusal = needs(c, session.Authorization, updateGroups)
		}
	}
	u := uses("Given by:", links)
	u.Lines = endsWithRole(r)
	u.None = "Nothing uses the role: no group gives it, no user holds it, and it has no permission."
	return sheet(c, status, urls.Roles, s, views.UsesOf(u))
}

// endsWithRole says what else ends together with a role.
func endsWithRole(r authz.Role) []string {
	var lines []string
	if r.UserCount > 0 {
		lines = append(lines, count(r.UserCount, "direct assignment")+" to users. The users stay.")
	}
	if len(r.Permissions) > 0 {
		lines = append(lines, "The set of "+count(len(r.Permissions), "permission")+". The permissions stay.")
	}
	return lines
}
