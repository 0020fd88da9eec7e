package handlers

import (
	"slices"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// shownWays is how many ways to a role a row shows.
const shownWays = 3

// holderRow words a user who has something. byRole also names the role of each way.
func (n nesting) holderRow(h authz.Holder, byRole bool) views.HolderRow {
	row := userRow(h.User)
	for _, s := range h.Sources[:min(len(h.Sources), shownWays)] {
		var w views.Way
		if byRole {
			w.Role = views.Link{Label: named(s.Role.Name), URL: urls.ToRole(s.Role.ID)}
		}
		if s.Group != nil && s.MemberOf != nil {
			w.Trail = n.climb(*s.MemberOf, *s.Group)
		}
		row.Ways = append(row.Ways, w)
	}
	if more := h.SourceCount - len(row.Ways); more > 0 {
		row.More = "and " + count(more, "more way")
	}
	return row
}

// userRow words a user without saying why it is listed.
func userRow(u authz.User) views.HolderRow {
	row := views.HolderRow{ID: u.UserID, Name: userName(u), Email: u.Email, Missing: u.Missing}
	if !u.Missing {
		row.URL = urls.ToUser(u.UserID)
	}
	return row
}

// climb is the way from a group up to one that contains it, both included.
func (n nesting) climb(from, to authz.Group) []views.Link {
	way := n.graph.Path(to.ID, from.ID)
	if way == nil { // the nesting changed meanwhile
		return []views.Link{{Label: named(to.Name), URL: urls.ToGroup(to.ID)}}
	}
	slices.Reverse(way)
	return n.links(way, urls.ToGroup)
}

// direct reports whether one way of h is a direct one.
func direct(h authz.Holder) bool {
	return slices.ContainsFunc(h.Sources, func(s authz.Source) bool { return s.Group == nil })
}
