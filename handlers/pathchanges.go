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

// removal words changes that end the access together, and what else they do.
func (q question) removal(c echo.Context, r authz.Removal, plain bool) views.PathRemoval {
	out := views.PathRemoval{Others: q.touched(r)}
	mapped := false
	for _, h := range r.Hops {
		mapped = mapped || h.Kind == authz.MappingHop
		out.Changes = append(out.Changes, q.ending(c, h))
	}
	switch {
	case plain:
		out.Others = "How many others it touches is not known."
	case mapped:
		out.Others += " Who has it by the mapping alone is not counted: that is known at sign-in."
	}
	return out
}

// touched says whom else a removal touches, and how many lose the same.
func (q question) touched(r authz.Removal) string {
	one, many, nobody, too := "1 other person", " other people", "nobody else", " too."
	if q.from.kind == groupKind {
		one, many, nobody, too = "1 person", " people", "nobody", "."
	}
	whom := number(r.Affected) + many
	if r.Affected == 1 {
		whom = one
	}
	switch {
	case r.Affected == 0:
		return "It touches " + nobody + "."
	case r.Losing == 0:
		return "It touches " + whom + "; " + nobody + " loses " + q.to.name + "."
	case r.Losing == r.Affected && r.Affected == 1:
		return "It touches " + whom + ", who loses " + q.to.name + too
	case r.Losing == r.Affected:
		return "It touches " + whom + ", who all lose " + q.to.name + too
	case r.Losing == 1:
		return "It touches " + whom + "; 1 of them loses " + q.to.name + too
	default:
		return "It touches " + whom + "; " + number(r.Losing) + " of them lose " + q.to.name + too
	}
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
		if q.from.unread {
			a.URL = urls.MemberList{Group: h.To.ID}.ToRemove(q.from.id)
		}
	case authz.MappingHop:
		a.Label, a.URL = "Remove mapping "+named(h.GroupName)+" of "+h.ConnectionName+" from "+to, urls.ToGroupMappings(h.To.ID)
		a.Dialog = false
	case authz.NestingHop:
		a.Label, a.URL = "Take "+named(from.Name)+" out of "+to, urls.NestedList{Group: h.To.ID}.ToRemove(from.ID)
	case authz.GroupRoleHop:
		a.Label, a.URL = "Remove "+to+" from "+named(from.Name), urls.GroupRoleList{Group: from.ID}.ToRemove(h.To.ID)
	case authz.UserRoleHop:
		scope = updateRoles
		a.Label, a.URL = "Remove "+to+" from "+q.from.name, urls.HeldList{User: q.from.id}.ToRolesRemove(h.To.ID)
		if q.from.unread {
			a.URL = urls.RoleUserList{Role: h.To.ID}.ToRemove(q.from.id)
		}
	default:
		scope = updateRoles
		a.Label, a.URL = "Take "+to+" out of "+named(from.Name), urls.ToPermissionRolesRemove(h.To.ID, from.ID)
	}
	a.Refusal = needs(c, session.Authorization, scope)
	return a
}

// linkMappings leads the changes that remove a mapping to its dialog, where the
// group has it once. Where it does not tell, they go on leading to the mappings.
func (h Paths) linkMappings(ctx context.Context, found reasons, out *views.PathAnswer) {
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
	if a.Refusal = needs(c, session.Authorization, scope); a.Refusal == "" && q.from.unread {
		a.Refusal = "The profile of this user could not be read."
	}
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
