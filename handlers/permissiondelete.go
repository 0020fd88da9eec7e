package handlers

import (
	"context"
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

// ConfirmDelete asks whether a permission shall go, and says which roles contain it.
func (h Permissions) ConfirmDelete(c echo.Context) error {
	return h.deletion(c, http.StatusOK, "")
}

// Delete removes a permission and goes back to the list. The API refuses while
// roles contain it: when the person asked for that, it is taken out of them first.
func (h Permissions) Delete(c echo.Context) error {
	ctx, id := c.Request().Context(), idOf(c)
	taken := 0
	if c.FormValue("release") != "" {
		p, err := h.API.Permission(ctx, id)
		if err != nil {
			return err
		}
		o, err := h.release(ctx, p, "")
		if err != nil {
			return err
		}
		if problem := o.problem("Taken out of", "role"); problem != "" {
			return h.deletion(c, http.StatusConflict, problem+" The permission is not deleted.")
		}
		taken = o.done
	}
	err := h.API.DeletePermission(ctx, id, c.FormValue("version"))
	if upstream.StatusOf(err) == http.StatusPreconditionFailed {
		return h.deletion(c, http.StatusConflict, "Somebody changed this permission meanwhile. Look again whether it is the one to delete.")
	}
	if refusal, ok := errors.AsType[*upstream.Error](err); ok && refusal.Code == codeRule {
		return h.deletion(c, http.StatusConflict, refusal.Message)
	}
	if err != nil {
		return err
	}
	text := ""
	if taken > 0 {
		text = "It was taken out of " + count(taken, "role") + " first."
	}
	forgotten(c, permissionKind, idOf(c))
	return moveOn(c, there(c, urls.Permissions), "Permission deleted", text)
}

// containing are the roles that contain p, by name.
func (h Permissions) containing(ctx context.Context, p authz.Permission) ([]authz.Role, error) {
	return rolesContaining(ctx, h.API, p)
}

// rolesContaining are the roles that contain p, by name. They are of its own
// application, unless an import brought others.
func rolesContaining(ctx context.Context, api RoleReader, p authz.Permission) ([]authz.Role, error) {
	q := authz.ListQuery{Of: p.ApplicationID, Sort: "name:1", Fields: append(slices.Clone(listedRoleFields), "permissions")}
	for {
		all, err := api.ListRoles(ctx, q)
		if err != nil {
			return nil, err
		}
		found := slices.DeleteFunc(all.Items, func(r authz.Role) bool { return !slices.Contains(r.Permissions, p.ID) })
		if len(found) >= p.RoleCount || q.Of == "" {
			return found, nil
		}
		q.Of = ""
	}
}

// release takes p out of the role with that id, or out of every role. Each role is
// read again first, so that what others changed of it stays.
func (h Permissions) release(ctx context.Context, p authz.Permission, role string) (outcome, error) {
	containing, err := h.containing(ctx, p)
	if err != nil {
		return outcome{}, err
	}
	if role != "" {
		containing = slices.DeleteFunc(containing, func(r authz.Role) bool { return r.ID != role })
	}
	return each(containing, func(r authz.Role) string { return named(r.Name) }, func(r authz.Role) error {
		now, err := h.API.Role(ctx, r.ID)
		if err != nil {
			return err
		}
		_, err = h.API.UpdateRole(ctx, now.ID, authz.RoleInput{
			Name: now.Name, Description: now.Description, ApplicationType: now.ApplicationType, ApplicationID: now.ApplicationID,
			Permissions: slices.DeleteFunc(slices.Clone(now.Permissions), func(id string) bool { return id == p.ID }),
		}, now.ETag)
		return err
	}), nil
}

func roleLinks(roles []authz.Role) []views.Link {
	links := make([]views.Link, len(roles))
	for i, r := range roles {
		links[i] = views.Link{Label: named(r.Name), URL: urls.ToRole(r.ID)}
	}
	return links
}

func (h Permissions) deletion(c echo.Context, status int, problem string) error {
	p, err := h.API.Permission(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	containing, err := h.containing(c.Request().Context(), p)
	if err != nil {
		return err
	}
	s := views.Sheet{
		Title:   "Delete " + named(p.Name) + "?",
		Text:    "This can't be undone.",
		Action:  urls.ToPermissionDelete(p.ID),
		Back:    urls.ToPermission(p.ID),
		Submit:  "Delete permission",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.Of(c, deletePermission(p.ID)),
		Problem: problem,
		Keep:    []views.Hidden{{Name: "version", Value: p.ETag}},
		Refusal: needs(c, session.Authorization, deletePermissions),
	}
	if len(containing) > 0 {
		s.Title = named(p.Name) + " is still in use"
		s.Text = "A permission that roles contain can't be deleted. It can be taken out of them first, in this one step: who has these roles loses it. This can't be undone."
		s.Submit = "Take out of " + count(len(containing), "role") + " and delete"
		s.Keep = append(s.Keep, views.Hidden{Name: "release", Value: "1"})
		if s.Refusal == "" {
			s.Refusal = needs(c, session.Authorization, updateRoles)
		}
	}
	u := uses("Contained in:", roleLinks(containing))
	u.None = "No role contains it, so nobody loses anything."
	return sheet(c, status, urls.Permissions, s, views.UsesOf(u))
}
