package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// impactWords words what changes would do.
type impactWords struct {
	authz.Impact

	shown, folded int // rows of each kind
}

// note is the whole of it, with the people of the answer.
func (w impactWords) note() views.Impact {
	out := views.Impact{}
	if w.Affected == 0 {
		w.nothing(&out)
		return out
	}
	out.Icon, out.Title = "users", w.headline()
	if w.Losing > 0 {
		out.Kind, out.Icon = views.Warn, "warn"
	}
	w.kept(&out, "Some of it is still granted in another way:")
	if w.Affected > 1 {
		out.Figures = w.figures()
		out.PeopleHead = "People"
		for _, e := range w.Users {
			out.People = append(out.People, views.ImpactPerson{
				Name: userName(e.User), URL: urls.ToUser(e.User.UserID), Change: effectWords(e),
			})
		}
	}
	for _, kind := range []struct{ kind, title string }{{roleKind, "Roles"}, {permissionKind, "Permissions"}, {groupKind, "Groups"}} {
		if s := w.shifts(kind.kind, kind.title); len(s.Rows) > 0 {
			out.Shifts = append(out.Shifts, s)
		}
	}
	return out
}

// nothing says that nobody's access changes, and why.
func (w impactWords) nothing(out *views.Impact) {
	out.Kind, out.Icon = views.Via, "path"
	switch {
	case len(w.Kept) > 0:
		out.Title = "Nothing changes: still granted"
		w.kept(out, "It goes on by another way:")
	case w.Mappings:
		out.Icon, out.Title = "mapping", "Nobody's access changes at once"
		out.Text = "Whom a mapping concerns is known only when they sign in."
	case w.Reached == 0:
		out.Kind, out.Icon, out.Title = "", "info", "Nothing changes for anybody"
		out.Text = "Nobody is concerned now. Who comes later is."
	default:
		out.Title = "Nothing changes for anybody"
		out.Text = people(w.Reached) + " are concerned, and have the same access before and after."
		if w.Reached == 1 {
			out.Text = "1 person is concerned, and has the same access before and after."
		}
	}
}

// remainingWays is how many ways that remain a note shows.
const remainingWays = 3

// kept shows the ways that remain to what was taken away.
func (w impactWords) kept(out *views.Impact, text string) {
	if len(w.Kept) == 0 {
		return
	}
	out.Text = text
	for _, k := range w.Kept[:min(len(w.Kept), remainingWays)] {
		out.Ways = append(out.Ways, views.ImpactWay{Steps: steppedBy(k.Path)})
	}
	out.MoreWays = andMore(len(w.Kept) - remainingWays)
}

// steppedBy is the vertices of a path.
func steppedBy(path []authz.Hop) []views.Link {
	var out []views.Link
	for i, hop := range path {
		if i == 0 && hop.From != nil {
			out = append(out, vertexLink(*hop.From))
		}
		out = append(out, vertexLink(hop.To))
	}
	return out
}

// vertexLink is a vertex with its page.
func vertexLink(v authz.Vertex) views.Link {
	out := views.Link{Label: firstSeen(v.Name, v.ID)}
	switch v.Kind {
	case userKind:
		out.URL = urls.ToUser(v.ID)
	case groupKind:
		out.URL = urls.ToGroup(v.ID)
	case roleKind:
		out.URL = urls.ToRole(v.ID)
	case permissionKind:
		out.URL = urls.ToPermission(v.ID)
	}
	return out
}

// headline says in a sentence who gains and loses how much.
func (w impactWords) headline() string {
	s := sides(w.Shifts)
	who, gain, lose := people(w.Affected), "gain ", "lose "
	if w.Affected == 1 {
		gain, lose = "gains ", "loses "
		if len(w.Users) > 0 {
			who = userName(w.Users[0].User)
		}
	}
	switch {
	case w.Losing == 0:
		return who + " " + gain + s.gained.words()
	case w.Gaining == 0:
		return who + " " + lose + s.lost.words()
	case w.Affected == 1:
		return who + " " + gain + s.gained.words() + ", and loses " + s.lost.words()
	}
	return people(w.Gaining) + " gain " + s.gained.words() + "; " + people(w.Losing) + " lose " + s.lost.words()
}

// rows words the people of the answer, each with all that they gain and lose.
func (w impactWords) rows() []views.ImpactRow {
	var out []views.ImpactRow
	for _, e := range w.Users {
		row := views.ImpactRow{Name: userName(e.User), Detail: e.User.Email, URL: urls.ToUser(e.User.UserID)}
		for _, v := range e.Gained {
			row.Gained = append(row.Gained, shiftRow(v))
		}
		for _, v := range e.Lost {
			row.Lost = append(row.Lost, shiftRow(v))
		}
		out = append(out, row)
	}
	return out
}

// proposalWords says what a change does.
func proposalWords(p authz.NamedChange) string {
	to, from := firstSeen(p.To.Name, p.To.ID), ""
	if p.From != nil {
		from = firstSeen(p.From.Name, p.From.ID)
	}
	added := p.Action == authz.AddChange
	either := func(add, remove string) string {
		if added {
			return add
		}
		return remove
	}
	switch p.Kind {
	case authz.MemberHop:
		return either("Add "+from+" to "+to, "Remove "+from+" from "+to)
	case authz.NestingHop:
		return either("Nest "+from+" in "+to, "Take "+from+" out of "+to)
	case authz.GroupRoleHop, authz.UserRoleHop:
		return either("Give "+to+" to "+from, "Take "+to+" from "+from)
	case authz.RolePermissionHop:
		return either("Put "+to+" into "+from, "Take "+to+" out of "+from)
	case authz.MappingHop:
		mapping := "mapping of " + p.GroupName + " of " + p.ConnectionName
		return either("Add the "+mapping+" to "+to, "Remove the "+mapping+" from "+to)
	}
	return "Delete " + to
}

// unknownImpact says that what changes would do could not be found out, and why.
// The form goes on without it.
func unknownImpact(err error) views.Impact {
	out := views.Impact{Kind: views.Warn, Icon: "warn", Title: "What this changes could not be worked out"}
	refusal, _ := errors.AsType[*upstream.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded) || refusal != nil && refusal.Code == upstream.CodeTimeout:
		out.Text = "It takes too long at the moment. You can go on without it."
	case refusal != nil && refusal.Status == http.StatusForbidden:
		out.Title, out.Icon = "What this changes is not shown to you", "lock"
		out.Text = views.Needs(cmp.Or(refusal.Missing, "read:users"))
	case refusal != nil && refusal.Status == http.StatusConflict:
		out.Kind, out.Icon, out.Title, out.Text = views.Bad, "no", "This cannot be done", messageOf(err)
	case refusal != nil && refusal.Status == http.StatusNotFound:
		out.Text = "Something that it is about does not exist any more."
	default:
		out.Text = "The API could not tell. You can go on without it."
	}
	return out
}
