package handlers

import (
	"context"
	"slices"

	"trellis/web/authz"
)

// mostBoxes is of how many permissions a role may have a box for each in its form.
// The form of one of more has those that the person looked at, and says which these
// are: what it has no box for stays as it is.
const mostBoxes = 200

// start is the form of a role with these permissions before any change.
func (f *roleForm) start(held []string) {
	f.held, f.chosen = held, slices.Clone(held)
}

// complete adds to what is checked what the form had no box for.
func (f *roleForm) complete(held []string) {
	f.held = held
	if !f.changes {
		return
	}
	known := setOf(slices.Concat(f.chosen, f.listed))
	for _, id := range held {
		if !known[id] {
			f.chosen = append(f.chosen, id)
		}
	}
}

// completeCopy is complete for a copy of a role, which has what that role has. When
// that one was changed since the form was drawn, the person looks again.
func (h Roles) completeCopy(ctx context.Context, form *roleForm) error {
	if !form.changes {
		return nil
	}
	of, err := h.API.Role(ctx, form.from)
	if err != nil {
		return err
	}
	own, err := h.permissions(ctx, form.application)
	if err != nil {
		return err
	}
	known := permissionIDs(own)
	form.complete(slices.DeleteFunc(of.Permissions, func(id string) bool { return !known[id] }))
	if of.ETag != form.version {
		form.version = of.ETag
		form.problems["permissions"] = "The role that this is a copy of was changed meanwhile. Look through the permissions again."
	}
	return nil
}

// offer is what the form offers among all permissions of its application. What is
// none of them is not chosen any more, unless the role names it still.
func (f *roleForm) offer(all []authz.Permission, gone bool) []candidate {
	takes := f.chosen
	f.pick.stored = nil
	if len(f.held) > mostBoxes {
		f.pick.stored = setOf(f.held)
		takes = slices.Concat(f.held, f.chosen) // one that was taken out can be put back
	}
	offered := permissionChoices(all, takes, gone)
	known := map[string]bool{}
	for _, cand := range offered {
		known[cand.id] = true
	}
	f.chosen = slices.DeleteFunc(f.chosen, func(id string) bool { return !known[id] })
	return offered
}

// apart are the ids that only one of two has, and how many both have.
func apart(a, b []string) (onlyA, onlyB []string, both int) {
	inA, inB := setOf(a), setOf(b)
	for _, id := range a {
		if inB[id] {
			both++
		} else {
			onlyA = append(onlyA, id)
		}
	}
	for _, id := range b {
		if !inA[id] {
			onlyB = append(onlyB, id)
		}
	}
	return onlyA, onlyB, both
}

// bothHave says that n permissions are in both versions of a role.
func bothHave(n int) string {
	if n == 0 {
		return ""
	}
	return number(n) + " more that both have"
}

// setOf has what ids name.
func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

func permissionIDs(permissions []authz.Permission) map[string]bool {
	set := make(map[string]bool, len(permissions))
	for _, p := range permissions {
		set[p.ID] = true
	}
	return set
}
