package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// Pick offers groups to give a role to.
func (h RoleGroups) Pick(c echo.Context) error {
	return h.picker(c, http.StatusOK, pickOf(c), "")
}

// Add gives a role to the chosen groups. The API takes one group at a time: those
// that refuse stay chosen, and the person sees why.
func (h RoleGroups) Add(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.picker(c, http.StatusOK, p, "")
	}
	if problem := p.problem("group"); problem != "" {
		return h.picker(c, http.StatusUnprocessableEntity, p, problem)
	}
	ctx, role := c.Request().Context(), idOf(c)
	groups, err := h.nesting(ctx)
	if err != nil {
		return err
	}
	o := each(p.chosen, groups.graph.Name, func(group string) error {
		return h.API.AddGroupRoles(ctx, group, []string{role})
	})
	if problem := o.problem("Given to", "group"); problem != "" {
		return h.picker(c, http.StatusConflict, p, problem)
	}
	return done(c, urls.ToRoleGroups(role, showOf(c)), "Role given to "+count(o.done, "group"), h.Show)
}

func (h RoleGroups) picker(c echo.Context, status int, p pick, problem string) error {
	ctx := c.Request().Context()
	r, err := h.API.Role(ctx, idOf(c))
	if err != nil {
		return err
	}
	groups, err := h.nesting(ctx)
	if err != nil {
		return err
	}
	var all []candidate
	for _, g := range groups.groups {
		cand := candidate{id: g.ID, label: named(g.Name), detail: g.Description}
		if slices.Contains(g.Roles, r.ID) {
			cand.refusal = "Gives it already"
		}
		all = append(all, cand)
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(strings.ToLower(a.label), strings.ToLower(b.label)) })
	rows, more := p.choices(all)
	action := urls.ToRoleGroupsAdd(r.ID, showOf(c))
	picker := p.picker(action, "group", rows, more)
	picker.Icon = "groups"
	return pickSheet(c, status, urls.Roles, views.Sheet{
		Title:   "Give " + named(r.Name) + " to groups",
		Text:    byGroup(c, "Every member gets it, those of nested groups too."),
		Action:  action,
		Back:    urls.ToRoleGroups(r.ID, showOf(c)),
		Submit:  "Add groups",
		Icon:    "plus",
		Problem: problem,
		Aside:   p.chosenWords(),
		Impact: h.Impacts.Chosen(c, action, chooseThings, proposedEach(p.chosen, func(id string) authz.ProposedChange {
			return addGroupRole(id, r.ID)
		})),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.PickerBody(picker), picker)
}

// ConfirmRemove asks whether a role shall be taken from a group.
func (h RoleGroups) ConfirmRemove(c echo.Context) error {
	ctx, id := c.Request().Context(), c.FormValue("group")
	r, err := h.API.Role(ctx, idOf(c))
	if err != nil {
		return err
	}
	groups, err := h.nesting(ctx)
	if err != nil {
		return err
	}
	name, text := cmp.Or(groups.graph.Name(id), id), "Nobody gets the role from it any more. The role itself stays."
	for _, g := range groups.granting(r.ID) {
		if g.ID != id {
			continue
		}
		held := heldRole{Role: r, direct: true}
		if len(g.above) > 0 {
			held.from = &g.above[0]
		}
		text = lossOf(held, g.Group)
	}
	return sheet(c, http.StatusOK, urls.Roles, views.Sheet{
		Title:   "Remove " + named(r.Name) + " from " + name + "?",
		Text:    text,
		Action:  urls.ToRoleGroupsRemove(r.ID, id, showOf(c)),
		Back:    urls.ToRoleGroups(r.ID, showOf(c)),
		Submit:  "Remove role",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.ofKnown(c, groups.graph.Has(id), undone(addGroupRole(id, r.ID))),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.Nothing())
}

// Remove takes a role from a group.
func (h RoleGroups) Remove(c echo.Context) error {
	if err := h.API.RemoveGroupRoles(c.Request().Context(), c.FormValue("group"), []string{idOf(c)}); err != nil {
		return err
	}
	return done(c, urls.ToRoleGroups(idOf(c), showOf(c)), "Role removed from the group", h.Show)
}
