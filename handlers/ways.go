package handlers

import (
	"cmp"
	"slices"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/access"
	"trellis/web/mgmt"
)

// signInsOf is how u can sign in: over each of its connections. What groups the
// provider will send then is not known.
func signInsOf(u mgmt.User) []access.SignIn {
	var out []access.SignIn
	for _, i := range u.Identities {
		in := access.SignIn{Connection: i.Connection}
		if i.Connection != "" && !slices.ContainsFunc(out, func(o access.SignIn) bool { return o.Connection == i.Connection }) {
			out = append(out, in)
		}
	}
	return out
}

// ways words the ways to something, the shortest first. To a group leads the way
// of the groups below it; to a role or a permission that of all groups.
func (e *entitlements) ways(s sourced, group bool) []views.Source {
	out := make([]views.Source, 0, len(s.ways))
	for _, w := range s.ways {
		out = append(out, e.way(w, group))
	}
	slices.SortStableFunc(out, func(a, b views.Source) int {
		return cmp.Or(cmp.Compare(steps(a), steps(b)), byName(a.Role.Label, b.Role.Label))
	})
	return out
}

// steps is how long w is: what is held directly comes before what is inherited,
// and that before what needs a sign-in.
func steps(w views.Source) int {
	switch {
	case w.Mapping != "":
		return 1000 + len(w.Trail)
	case w.Direct:
		return 0
	default:
		return len(w.Trail)
	}
}

func (e *entitlements) way(w way, group bool) views.Source {
	out := views.Source{Direct: w.direct}
	if w.Role != "" {
		out.Role = e.roleLink(w.Role)
	}
	if w.Mapped {
		out.Mapping = e.mapping(w)
	}
	if w.direct || w.Group == "" {
		return out
	}
	trail := e.engine.Path(w.Group, w.Entry)
	slices.Reverse(trail)
	if group && len(trail) > 0 {
		trail = trail[:len(trail)-1]
	}
	for _, id := range trail {
		out.Trail = append(out.Trail, views.Link{Label: named(e.engine.Name(id)), URL: urls.ToGroup(id)})
	}
	return out
}

// mapping words the mapping by which w begins: its connection, and the name of
// the group there.
func (e *entitlements) mapping(w way) string {
	names := slices.Clone(w.over.Groups)
	for _, id := range e.held.Groups {
		names = append(names, e.engine.Name(id))
	}
	for _, g := range e.groups {
		if g.ID != w.Entry {
			continue
		}
		for _, m := range g.Mappings {
			if m.ConnectionName == w.over.Connection && slices.Contains(names, m.GroupName) {
				return m.ConnectionName + ": " + m.GroupName
			}
		}
	}
	return w.over.Connection
}

func (e *entitlements) roleLink(id string) views.Link {
	for _, r := range e.roles {
		if r.ID == id {
			return views.Link{Label: named(r.Name), URL: urls.ToRole(id)}
		}
	}
	return views.Link{Label: id}
}

// why leads to the paths between two ends. label says what they explain.
func why(from, to, label string) views.Link {
	return views.Link{Label: label, URL: urls.ToPaths(from, to)}
}

// whyOf leads to the paths by which u has s. What only a mapping gives is asked for
// at the sign-in that gives it, unless that is the usual one.
func whyOf(u mgmt.User, s sourced, to, label string) views.Link {
	at := urls.PathSearch{From: urls.End(userKind, u.UserID), Target: to}
	needsSignIn := !slices.ContainsFunc(s.ways, func(w way) bool { return !w.Mapped })
	if needsSignIn && s.ways[0].over.Connection != u.Connection() {
		at.Connection = s.ways[0].over.Connection
	}
	return views.Link{Label: label, URL: at.To()}
}
