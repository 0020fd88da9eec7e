package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// tried is what came of an attempt. Plain is put together from lists, as the
// tenant's API does not test.
type tried struct {
	authz.Trial

	plain bool
}

// try asks the API, or finds out from its lists when it has no such call.
func (h MappingTest) try(ctx context.Context, a *mappingAttempt) (tried, error) {
	in := authz.Attempt{ConnectionName: a.connection, Groups: a.read.names, UserID: a.who.UserID, ApplicationID: a.application}
	found, err := h.API.TestMappings(ctx, in)
	if status := upstream.StatusOf(err); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
		return tried{Trial: found}, err
	}
	found, err = h.tryPlainly(ctx, in)
	return tried{found, true}, err
}

// tryPlainly tries in with the engine of an API that tests, on lists that every API
// gives. Roles that the person may not read are left out.
func (h MappingTest) tryPlainly(ctx context.Context, in authz.Attempt) (authz.Trial, error) {
	api := nobodyHolds{h.API, in.UserID}
	e, err := entitlementsOf(ctx, api, in.UserID, toPermissions)
	hidden := upstream.StatusOf(err) == http.StatusForbidden
	if hidden {
		e, err = entitlementsOf(ctx, api, in.UserID, toGroups)
	}
	if err != nil {
		return authz.Trial{}, err
	}
	attempt := access.Attempt{Held: e.held, Groups: in.Groups, Connection: in.ConnectionName}
	if in.ApplicationID != "" {
		attempt.Application = &in.ApplicationID
	}
	found, q := e.engine.Try(attempt), question{from: end{kind: userKind, id: in.UserID}}
	out := authz.Trial{Sent: e.sentGroups(found.Names), ByName: e.hops(found.ByName, q), Groups: e.reached(found.Groups, q)}
	if !hidden {
		out.Roles, out.Permissions = e.reached(found.Roles, q), e.reached(found.Permissions, q)
	}
	return out, nil
}

// nobodyHolds asks for what a user holds only when there is one.
type nobodyHolds struct {
	EntitlementsReader

	user string
}

// UserGroups is the groups of the user, if there is one.
func (n nobodyHolds) UserGroups(ctx context.Context, id string) ([]authz.Group, error) {
	if n.user == "" {
		return nil, nil
	}
	return n.EntitlementsReader.UserGroups(ctx, id)
}

// UserRoles is the roles of the user, if there is one.
func (n nobodyHolds) UserRoles(ctx context.Context, id string) ([]authz.UserRole, error) {
	if n.user == "" {
		return nil, nil
	}
	return n.EntitlementsReader.UserRoles(ctx, id)
}

// sentGroups is names as an API that tests has them.
func (e *entitlements) sentGroups(names []access.Sent) []authz.SentGroup {
	match := func(m access.Match) authz.MatchedMapping {
		g := e.groups[m.Group]
		return authz.MatchedMapping{
			Group:          authz.Vertex{Kind: groupKind, ID: g.ID, Name: g.Name},
			ConnectionName: m.Mapping.Connection, GroupName: m.Mapping.Group,
		}
	}
	out := make([]authz.SentGroup, len(names))
	for i, n := range names {
		out[i].Name = n.Name
		for _, m := range n.Matches {
			out[i].Mappings = append(out[i].Mappings, match(m))
		}
		for _, near := range n.Near {
			out[i].Near = append(out[i].Near, authz.NearMiss{MatchedMapping: match(near.Match), Differs: differing(near)})
		}
	}
	return out
}

// differing is in what a near miss differs, as the API names it.
func differing(n access.NearMiss) []string {
	var out []string
	if n.Connection {
		out = append(out, authz.OtherConnection)
	}
	if n.Spelling {
		out = append(out, authz.OtherSpelling)
	}
	if n.Part {
		out = append(out, authz.PartOfName)
	}
	return out
}

// reached is what was reached, as an API that tests has it.
func (e *entitlements) reached(found []access.Outcome, q question) []authz.Reached {
	out := make([]authz.Reached, len(found))
	for i, r := range found {
		out[i] = authz.Reached{Vertex: e.vertex(r.Node, q), Path: e.hops(r.Path, q), Entries: r.Entries}
		if r.Node.Kind == access.KindRole {
			out[i].ApplicationID = e.roles[r.Node.Position].ApplicationID
		}
	}
	return out
}

// result words what came of a.
func (h MappingTest) result(ctx context.Context, a *mappingAttempt, found tried) *views.MappingTrial {
	covered := 0
	for _, s := range found.Sent {
		if len(s.Mappings) > 0 {
			covered++
		}
	}
	out := &views.MappingTrial{
		Title: verdictOn(len(found.Sent), covered), Good: covered > 0 && covered == len(found.Sent), Counted: a.counted(),
		Notes: a.read.notes, Sent: sentRows(found.Sent),
	}
	for _, hop := range found.ByName {
		out.Sent = append(out.Sent, byNameRow(hop))
	}
	apps := h.Catalogue.read(ctx)
	out.Groups = reachedList("Groups", groupKind, found.Groups, apps)
	out.Roles = reachedList("Roles", roleKind, found.Roles, apps)
	out.Permissions = reachedList("Permissions", permissionKind, found.Permissions, apps)
	if found.Roles == nil || found.Permissions == nil {
		out.Unknown = append(out.Unknown, "What your role may not read is left out: it takes read:roles for roles, and read:permissions too for permissions.")
	}
	if found.plain {
		out.Unknown = append(out.Unknown, "This tenant's API does not test mappings. The answer is put together from its lists of groups, roles and permissions.")
	}
	return out
}

// verdictOn is how many names are covered, in words.
func verdictOn(sent, covered int) string {
	switch {
	case sent == 0:
		return "No groups of a provider"
	case covered == sent && sent == 1:
		return "A mapping covers the group"
	case covered == sent:
		return "Mappings cover all " + number(sent) + " groups"
	case covered == 0:
		return "No mapping covers " + count(sent, "group")
	default:
		return "Mappings cover " + number(covered) + " of " + count(sent, "group")
	}
}

// counted says what was looked at.
func (a *mappingAttempt) counted() string {
	out := "Mappings of every connection count."
	if a.connection != "" {
		out = "Mappings of the connection " + a.connection + " count."
	}
	if a.who.UserID != "" {
		out += " So does what " + nameOf(a.who) + " holds directly."
	}
	if a.application != "" {
		out += " Roles and permissions are those of one application."
	}
	return out
}

// sentRows words the names and what they match.
func sentRows(sent []authz.SentGroup) []views.SentRow {
	out := make([]views.SentRow, len(sent))
	for i, s := range sent {
		out[i].Name = s.Name
		for _, m := range s.Mappings {
			out[i].Matches = append(out[i].Matches, matchRow(m))
		}
		for _, near := range s.Near {
			row := matchRow(near.MatchedMapping)
			row.Detail = near.GroupName + " of " + near.ConnectionName + ": " + differsIn(near.Differs)
			out[i].Near = append(out[i].Near, row)
		}
	}
	return out
}

func matchRow(m authz.MatchedMapping) views.MatchRow {
	return views.MatchRow{
		Group:  views.Link{Label: named(m.Group.Name), URL: urls.ToGroupMappings(m.Group.ID)},
		Detail: m.ConnectionName,
	}
}

// byNameRow words a mapping that goes by the name of a group here.
func byNameRow(h authz.Hop) views.SentRow {
	return views.SentRow{Name: h.GroupName, Own: true, Matches: []views.MatchRow{
		matchRow(authz.MatchedMapping{Group: h.To, ConnectionName: h.ConnectionName, GroupName: h.GroupName}),
	}}
}

// differsIn words in what a near miss differs.
func differsIn(differs []string) string {
	words := map[string]string{
		authz.OtherConnection: "another connection", authz.OtherSpelling: "spelt differently", authz.PartOfName: "only a part of the name is the same",
	}
	out := make([]string, 0, len(differs))
	for _, d := range differs {
		out = append(out, words[d])
	}
	return strings.Join(out, ", ")
}

// reachedList words what was reached of one kind, the names in order.
func reachedList(title, kind string, found []authz.Reached, apps catalogue) views.ReachedList {
	out := views.ReachedList{Title: title, Kind: kind, Total: number(len(found)), Hidden: found == nil}
	found = slices.Clone(found)
	slices.SortStableFunc(found, func(a, b authz.Reached) int { return byName(named(a.Name), named(b.Name)) })
	for _, r := range found[:min(len(found), mostReached)] {
		row := views.AccessRow{Name: named(r.Name), URL: toVertex(kind, r.ID), Sources: []views.Source{sourceOf(r)}}
		if kind == roleKind {
			row.Detail = apps.name(r.ApplicationID)
		}
		if r.Entries > 1 {
			row.Sources = append(row.Sources, views.Source{Note: "and " + count(r.Entries-1, "other way") + " in"})
		}
		out.Rows = append(out.Rows, row)
	}
	if more := len(found) - len(out.Rows); more > 0 {
		out.More = "And " + number(more) + " more. Choose an application or paste fewer names to narrow the list."
	}
	return out
}

// sourceOf words the path to r: how it begins, the groups on the way, and the role
// that gives it.
func sourceOf(r authz.Reached) views.Source {
	var out views.Source
	for i, h := range r.Path {
		switch h.Kind {
		case authz.MappingHop:
			out.Mapping, out.Direct = h.ConnectionName+": "+h.GroupName, false
		case authz.MemberHop, authz.UserRoleHop:
			out.Direct = true
		}
		last := i == len(r.Path)-1
		switch {
		case last:
		case h.To.Kind == groupKind:
			out.Trail = append(out.Trail, views.Link{Label: named(h.To.Name), URL: urls.ToGroup(h.To.ID)})
		case h.To.Kind == roleKind:
			out.Role = views.Link{Label: named(h.To.Name), URL: urls.ToRole(h.To.ID)}
		}
	}
	return out
}
