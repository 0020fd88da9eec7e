package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// title is the question in words; answer is nil while it is not complete.
func (q question) title(answer *views.PathAnswer) string {
	if answer == nil {
		return "Path finder"
	}
	not := ""
	if !answer.Granted {
		not = " not"
	}
	switch {
	case q.to.kind == groupKind:
		return "Why is " + q.from.name + not + " in " + q.to.name + "?"
	case q.from.kind == groupKind:
		return "Why do members of " + q.from.name + not + " have " + q.to.name + "?"
	default:
		return "Why does " + q.from.name + not + " have " + q.to.name + "?"
	}
}

// worded is what was found, in words.
func (q question) worded(c echo.Context, found reasons) views.PathAnswer {
	out := views.PathAnswer{
		Granted: found.Granted, Title: q.verdict(found), Counted: q.counted(),
		Status: ways(found.Total, found.Exact), Unlisted: found.Granted && len(found.Paths) == 0,
		Pager: paging{q.Page, pathsPerPage, found.Total}.pager(func(n int) string {
			next := q.PathSearch
			next.Page = n
			return next.To()
		}),
		RemovalsSure: found.RemovalsSure,
	}
	for _, p := range found.Paths {
		out.Paths = append(out.Paths, q.path(p))
	}
	for _, r := range found.Removals {
		out.Removals = append(out.Removals, q.removal(c, r, found.plain))
	}
	if found.WhyNot != nil {
		for _, s := range found.WhyNot.Steps {
			out.Steps = append(out.Steps, q.step(c, s))
		}
		if more := found.WhyNot.Total - len(out.Steps); more > 0 {
			out.MoreSteps = "And " + count(more, "other change") + " that would do, each of which gives more."
		}
	}
	if found.plain {
		out.Unknown = "This tenant's API does not explain access. The paths are put together from its lists of groups, roles and permissions; how many others a change touches is not known."
	}
	return out
}

// ways counts paths; unless exact there are more.
func ways(n int, exact bool) string {
	if exact {
		return count(n, "way")
	}
	return count(n, "way") + " or more"
}

// verdict answers the question in one sentence. It begins with a word of ours, so
// that a name in another script does not turn the sentence round.
func (q question) verdict(found reasons) string {
	how := " in " + ways(found.Total, found.Exact) + "."
	switch granted := found.Granted; {
	case q.to.kind == groupKind && granted:
		return "Yes: " + q.from.name + " is in " + q.to.name + how
	case q.to.kind == groupKind:
		return "No: " + q.from.name + " is not in " + q.to.name + "."
	case q.from.kind == groupKind && granted:
		return "Yes: members of " + q.from.name + " have " + q.to.name + how
	case q.from.kind == groupKind:
		return "No: members of " + q.from.name + " do not have " + q.to.name + "."
	case granted:
		return "Yes: " + q.from.name + " has " + q.to.name + how
	default:
		return "No: " + q.from.name + " does not have " + q.to.name + "."
	}
}

// counted says what was looked at.
func (q question) counted() string {
	const always = "Memberships, nested groups, roles and permissions count"
	switch {
	case q.from.kind != userKind || q.connection == "":
		return always + ". Mappings do not: they need a sign-in."
	case len(q.Groups) == 0:
		return always + ", and the mappings of " + q.connection + " that go by the names of groups here."
	default:
		return always + ", and the mappings of " + q.connection + " while the provider sends " + count(len(q.Groups), "group") + "."
	}
}

// path words the hops of a path, each with where it is seen.
func (q question) path(hops []authz.Hop) views.PathRow {
	row := views.PathRow{Kind: views.Direct, Label: "Direct"}
	row.Nodes = append(row.Nodes, views.PathNode{Kind: q.from.kind, Noun: kindWord(q.from.kind), Icon: kindIcon(q.from.kind), To: views.Link{Label: q.from.name, URL: toVertex(q.from.kind, q.from.id)}})
	for i, h := range hops {
		switch {
		case h.Kind == authz.MappingHop:
			row.Kind, row.Label = views.Warn, "By a mapping"
		case row.Kind == views.Warn:
		case h.Kind == authz.NestingHop:
			row.Kind, row.Label = views.Via, "Through nested groups"
		case h.Kind == authz.GroupRoleHop && row.Kind == views.Direct && i > 0:
			row.Kind, row.Label = views.Via, "Through a group"
		case h.Kind == authz.RolePermissionHop && row.Kind == views.Direct && i > 0:
			row.Kind, row.Label = views.Via, "Through a role"
		}
		row.Nodes = append(row.Nodes, views.PathNode{
			By: q.by(h), Kind: h.To.Kind, Noun: kindWord(h.To.Kind), Icon: kindIcon(h.To.Kind),
			To: views.Link{Label: named(h.To.Name), URL: toVertex(h.To.Kind, h.To.ID)},
		})
	}
	row.Length = count(len(hops), "step")
	return row
}

// by words what leads over a hop, with the page where it is seen.
func (q question) by(h authz.Hop) views.Link {
	from := ""
	if h.From != nil {
		from = h.From.ID
	}
	switch h.Kind {
	case authz.MemberHop:
		return views.Link{Label: "direct member of", URL: urls.HeldList{User: q.from.id, Show: showDirect}.ToGroups()}
	case authz.MappingHop:
		return views.Link{Label: "by mapping " + named(h.GroupName) + " of " + h.ConnectionName, URL: urls.ToGroupMappings(h.To.ID)}
	case authz.NestingHop:
		return views.Link{Label: "nested in", URL: urls.ToGroupNested(h.To.ID)}
	case authz.GroupRoleHop:
		return views.Link{Label: "grants", URL: urls.ToGroupRoles(from, showDirect)}
	case authz.UserRoleHop:
		return views.Link{Label: "holds", URL: urls.HeldList{User: q.from.id, Show: showDirect}.ToRoles()}
	default:
		return views.Link{Label: "contains", URL: urls.ToRole(from)}
	}
}

// removal words changes that end the access together, and what else they do.
func (q question) removal(c echo.Context, r authz.Removal, plain bool) views.PathRemoval {
	out := views.PathRemoval{}
	mapped := false
	for _, h := range r.Hops {
		mapped = mapped || h.Kind == authz.MappingHop
		out.Changes = append(out.Changes, q.ending(c, h))
	}
	others := "other people"
	if q.from.kind == groupKind {
		others = "people"
	}
	switch {
	case plain:
		out.Others = "How many others it touches is not known."
	case r.Affected == 0 && q.from.kind == groupKind:
		out.Others = "It touches nobody now."
	case r.Affected == 0:
		out.Others = "It touches nobody else."
	default:
		out.Others = "It touches " + people(r.Affected, others) + ": " + number(r.Losing) + " of them " + lose(r.Losing) + " " + q.to.name + " too."
		if r.Losing == 0 {
			out.Others = "It touches " + people(r.Affected, others) + ", none of whom loses " + q.to.name + "."
		} else if q.from.kind == groupKind {
			out.Others = "It touches " + people(r.Affected, others) + ": " + number(r.Losing) + " of them " + lose(r.Losing) + " " + q.to.name + "."
		}
	}
	if mapped && !plain {
		out.Others += " Who has it by the mapping alone is not counted: that is known at sign-in."
	}
	return out
}

func lose(n int) string {
	if n == 1 {
		return "loses"
	}
	return "lose"
}

// people counts them; of one there is no plural.
func people(n int, plural string) string {
	if n == 1 {
		return map[string]string{"people": "1 person", "other people": "1 other person"}[plural]
	}
	return number(n) + " " + plural
}

// ending is the button that takes a hop away.
func (q question) ending(c echo.Context, h authz.Hop) views.Action {
	a := views.Action{Icon: "trash", Kind: views.Bad, Dialog: true}
	scope, from, to := updateGroups, authz.Vertex{}, named(h.To.Name)
	if h.From != nil {
		from = *h.From
	}
	switch h.Kind {
	case authz.MemberHop:
		a.Label, a.URL = "Remove "+q.from.name+" from "+to, urls.HeldList{User: q.from.id}.ToGroupsRemove(h.To.ID)
	case authz.MappingHop:
		a.Label, a.URL = "Remove mapping "+named(h.GroupName)+" of "+h.ConnectionName+" from "+to, urls.ToGroupMappings(h.To.ID)
		a.Dialog = false
	case authz.NestingHop:
		a.Label, a.URL = "Take "+named(from.Name)+" out of "+to, urls.ToGroupNestedRemove(h.To.ID, from.ID)
	case authz.GroupRoleHop:
		a.Label, a.URL = "Remove "+to+" from "+named(from.Name), urls.ToGroupRolesRemove(from.ID, h.To.ID, "")
	case authz.UserRoleHop:
		scope = updateRoles
		a.Label, a.URL = "Remove "+to+" from "+q.from.name, urls.HeldList{User: q.from.id}.ToRolesRemove(h.To.ID)
	default:
		scope = updateRoles
		a.Label, a.URL = "Take "+to+" out of "+named(from.Name), urls.ToPermissionRolesRemove(h.To.ID, from.ID)
	}
	a.Refusal = needs(c, session.Authorization, scope)
	return a
}

// linkMappings leads the changes that remove a mapping to its dialog, where the
// group has it once. Where it does not tell, they go on leading to the mappings.
func (h Paths) linkMappings(ctx context.Context, q question, found reasons, out *views.PathAnswer) {
	for i, r := range found.Removals {
		for j, hop := range r.Hops {
			if hop.Kind != authz.MappingHop {
				continue
			}
			g, err := h.API.Group(ctx, hop.To.ID)
			if err != nil {
				continue
			}
			same := slices.DeleteFunc(slices.Clone(g.Mappings), func(m authz.Mapping) bool {
				return m.ConnectionName != hop.ConnectionName || m.GroupName != hop.GroupName
			})
			if len(same) == 1 {
				a := &out.Removals[i].Changes[j]
				a.URL, a.Dialog = urls.ToGroupMappingsRemove(hop.To.ID, same[0].ID), true
			}
		}
	}
}

// step words a change that would give the access.
func (q question) step(c echo.Context, s authz.Step) views.PathStep {
	a := views.Action{Icon: "plus", Dialog: true}
	scope, to := updateGroups, named(s.Hop.To.Name)
	switch s.Hop.Kind {
	case authz.MemberHop:
		a.Label, a.URL = "Add "+q.from.name+" to "+to, urls.HeldList{User: q.from.id}.ToGroupsAddOne(s.Hop.To.ID)
	case authz.NestingHop:
		a.Label, a.URL = "Nest "+q.from.name+" in "+to, urls.ToGroupNestedAddOne(s.Hop.To.ID, q.from.id)
	case authz.GroupRoleHop:
		a.Label, a.URL = "Give "+to+" to "+q.from.name, urls.ToGroupRolesAddOne(q.from.id, s.Hop.To.ID)
	default:
		scope = updateRoles
		a.Label, a.URL = "Give "+to+" to "+q.from.name, urls.HeldList{User: q.from.id}.ToRolesAddOne(s.Hop.To.ID)
	}
	a.Refusal = needs(c, session.Authorization, scope)
	return views.PathStep{Change: a, Name: views.Link{Label: to, URL: toVertex(s.Hop.To.Kind, s.Hop.To.ID)}, Icon: kindIcon(s.Hop.To.Kind), More: adds(s)}
}

// adds says what a step gives beside the access.
func adds(s authz.Step) string {
	total := s.Groups + s.Roles + s.Permissions
	if total == 0 {
		return "Adds this and nothing else."
	}
	var parts []string
	for _, p := range []struct {
		n    int
		noun string
	}{{s.Groups, "group"}, {s.Roles, "role"}, {s.Permissions, "permission"}} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.noun))
		}
	}
	return "Adds this and " + count(total, "other thing") + ": " + joined(parts) + "."
}

// joined is parts as a sentence lists them.
func joined(parts []string) string {
	out := ""
	for i, p := range parts {
		switch {
		case i == 0:
			out = p
		case i == len(parts)-1:
			out += " and " + p
		default:
			out += ", " + p
		}
	}
	return out
}

// atAPI is what the Management API says of a user's permission of an API: it may
// be held there too, whatever the groups and roles give. nil for anything else.
func (h Paths) atAPI(c echo.Context, q question) *views.PathDirect {
	if q.from.kind != userKind || q.to.api == "" {
		return nil
	}
	out := &views.PathDirect{User: q.from.name, Name: q.to.name, API: q.to.api}
	all, err := h.Directory.EffectivePermissions(c.Request().Context(), q.from.id, q.to.api)
	switch status := upstream.StatusOf(err); {
	case status == http.StatusForbidden:
		out.Unknown = "Your role does not include reading it."
	case err != nil:
		out.Unknown = "The Management API did not tell."
	}
	i := slices.IndexFunc(all, func(p mgmt.EffectivePermission) bool { return p.PermissionName == q.to.name })
	if i >= 0 {
		out.API = apiName(all[i].UserPermission)
		out.Held, out.ByRole = slices.Contains(all[i].Sources, mgmt.Direct), slices.Contains(all[i].Sources, mgmt.ByRole)
	}
	if !out.Held && !out.ByRole && out.Unknown == "" {
		return nil
	}
	out.List = urls.PermissionList{User: q.from.id}.To()
	out.Remove = views.Action{
		Label: "Remove " + q.to.name + " from " + q.from.name, Icon: "trash", Kind: views.Bad, Dialog: true,
		URL: urls.PermissionList{User: q.from.id}.ToRemove(q.to.api, q.to.name), Refusal: needs(c, session.Management, updateUsers),
	}
	return out
}
