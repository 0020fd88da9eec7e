package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"trellis/web/authz"
)

// checkChosen takes out of form what is no permission of its application: without
// script the boxes are those of the application that was chosen before.
func (h Roles) checkChosen(ctx context.Context, form *roleForm) error {
	own, err := h.permissions(ctx, form.application)
	if err != nil {
		return err
	}
	before, known := len(form.chosen), permissionIDs(own)
	form.chosen = slices.DeleteFunc(form.chosen, func(id string) bool { return !known[id] })
	if n := before - len(form.chosen); n > 0 {
		form.problems["permissions"] = count(n, "chosen permission") + " of another application cannot be in this role. Choose among those below."
	}
	return nil
}

// permissions are those of an application, by name.
func (h Roles) permissions(ctx context.Context, application string) ([]authz.Permission, error) {
	if application == "" {
		return nil, nil
	}
	page, err := h.API.ListPermissions(ctx, authz.ListQuery{
		Of: application, Sort: "name:1", Fields: []string{"_id", "name", "description", "applicationId"},
	})
	return page.Items, err
}

// namesOf are the names of the permissions with ids, in order.
func namesOf(all []authz.Permission, ids []string) []string {
	known := make(map[string]string, len(all))
	for _, p := range all {
		known[p.ID] = named(p.Name)
	}
	var names []string
	for _, id := range ids {
		names = append(names, cmp.Or(known[id], id))
	}
	slices.Sort(names)
	return names
}

// inclusions are the permissions that come into a role and go out of it by its
// form. One that is gone gave nobody anything.
func inclusions(role string, all []authz.Permission, form roleForm) []authz.ProposedChange {
	var out []authz.ProposedChange
	before, now := setOf(form.held), setOf(form.chosen)
	for _, p := range all {
		was, is := before[p.ID], now[p.ID]
		switch change := addInclusion(role, p.ID); {
		case is && !was:
			out = append(out, change)
		case was && !is:
			out = append(out, undone(change))
		}
	}
	return out
}

// permissionChoices are the permissions of an application to choose from. Those
// that a role names and that are gone stand last, so that they can be taken out.
func permissionChoices(all []authz.Permission, chosen []string, gone bool) []candidate {
	var out []candidate
	for _, p := range all {
		out = append(out, candidate{id: p.ID, label: named(p.Name), detail: p.Description})
	}
	if !gone {
		return out
	}
	known := permissionIDs(all)
	for _, id := range chosen {
		if !known[id] {
			known[id] = true
			out = append(out, candidate{id: id, label: id, detail: "This permission does not exist any more"})
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(strings.ToLower(a.label), strings.ToLower(b.label)) })
	return out
}
