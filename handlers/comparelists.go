package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// mostBy is how many ends of own edges are named beside a thing.
const mostBy = 5

// comparisonOfLists compares two of a tenant whose API does not: with the same engine,
// and as completely as the lists are. Users are named by their ids.
func comparisonOfLists(ctx context.Context, api ImpactAPI, q authz.CompareQuery) (authz.Comparison, error) {
	l, err := listsOf(ctx, api)
	if err != nil {
		return authz.Comparison{}, err
	}
	x := listComparison{lists: l, q: q}
	left, err := x.side(q.Left)
	if err != nil {
		return authz.Comparison{}, err
	}
	right, err := x.side(q.Right)
	if err != nil {
		return authz.Comparison{}, err
	}
	people := l.population()
	out := authz.Comparison{Limit: q.Limit}
	if strings.HasPrefix(q.Right, usualKind+":") {
		percent := cmp.Or(q.Percent, usualPercent)
		self := l.place(strings.TrimPrefix(q.Left, userKind+":"))
		others := slices.DeleteFunc(l.engine.Having(right.Node, people, false), func(at int32) bool { return at == self })
		x.usual = l.engine.Usual(people, others, percent, q.Direct)
		right.Usual, out.Right.Usual = x.usual, &authz.Usual{Members: x.usual.Users, Percent: percent}
	}
	out.Sections = x.sections(left, right, l.engine.Comparison(people, left, right, q.Direct))
	return out, nil
}

// onPage is what is on the page that was asked for.
func onPage[T any](q authz.CompareQuery, list []T) []T {
	from := min(q.Page*q.Limit, len(list))
	return list[from:min(from+q.Limit, len(list))]
}

// listComparison words what the engine compares.
type listComparison struct {
	*lists

	q     authz.CompareQuery
	usual *access.Usual
}

// side is one of the two as the engine compares it.
func (x listComparison) side(text string) (access.Compared, error) {
	var out access.Compared
	kind, id, _ := strings.Cut(text, ":")
	var known bool
	switch kind {
	case userKind:
		at, holds := x.at[id]
		if holds {
			out.Held.GroupsAt, out.Held.RolesAt = x.population().Held(at)
		}
		return out, nil
	case roleKind:
		out.Node.Kind = access.KindRole
		out.Node.Position, known = x.engine.Role(id)
	default:
		out.Node.Kind = access.KindGroup
		out.Node.Position, known = x.engine.Group(id)
	}
	if !known {
		return out, &upstream.Error{Status: http.StatusNotFound, Message: "One of the two does not exist any more."}
	}
	return out, nil
}

func (x listComparison) sections(left, right access.Compared, found access.Comparison) []authz.ComparedSection {
	groups, roles, permissions := x.section(authz.GroupsPart, found.Groups), x.section(authz.RolesPart, found.Roles), x.section(authz.PermissionsPart, found.Permissions)
	users := authz.ComparedSection{Of: authz.UsersPart, OnlyLeft: x.people(found.Users.OnlyLeft), Both: x.people(found.Users.Both), OnlyRight: x.people(found.Users.OnlyRight)}
	switch left.Node.Kind {
	case access.KindUser:
		return []authz.ComparedSection{groups, roles, permissions}
	case access.KindRole:
		return []authz.ComparedSection{permissions, groups, users}
	default:
		return []authz.ComparedSection{roles, permissions, groups, x.section(authz.NestedPart, found.Nested), x.mappings(left, right, found.Mappings), users}
	}
}

func (x listComparison) section(of string, p access.Parts[access.Contrasted]) authz.ComparedSection {
	return authz.ComparedSection{Of: of, OnlyLeft: x.part(p.OnlyLeft), Both: x.part(p.Both), OnlyRight: x.part(p.OnlyRight)}
}

func (x listComparison) part(found []access.Contrasted) authz.ComparedPart {
	var items []authz.ComparedItem
	for _, f := range found {
		item := authz.ComparedItem{Vertex: x.vertex(f.Node), Left: x.reason(f.Node, f.Left), Right: x.reason(f.Node, f.Right)}
		switch f.Kind {
		case access.KindRole:
			item.ApplicationID, item.ApplicationType = x.roles[f.Position].ApplicationID, x.roles[f.Position].ApplicationType
		case access.KindPermission:
			item.ApplicationID, item.ApplicationType = x.permissions[f.Position].ApplicationID, x.permissions[f.Position].ApplicationType
		}
		if x.q.Application != "" && item.ApplicationID != "" && item.ApplicationID != x.q.Application {
			continue
		}
		if x.usual != nil {
			item.Members = x.usual.Of(f.Node)
		}
		items = append(items, item)
	}
	slices.SortStableFunc(items, func(a, b authz.ComparedItem) int { return byName(a.Name, b.Name) })
	return authz.ComparedPart{Total: len(items), Items: onPage(x.q, items)}
}

func (x listComparison) reason(n access.Node, by []access.Node) *authz.ComparedReason {
	if by == nil {
		return nil
	}
	out := &authz.ComparedReason{Direct: slices.Contains(by, n), ByTotal: len(by)}
	for _, end := range by[:min(len(by), mostBy)] {
		out.By = append(out.By, x.vertex(end))
	}
	return out
}

func (x listComparison) people(found []int32) authz.ComparedPart {
	out := authz.ComparedPart{Total: len(found)}
	for _, at := range onPage(x.q, found) {
		out.Items = append(out.Items, authz.ComparedItem{Vertex: x.vertex(access.Node{Kind: access.KindUser, Position: at})})
	}
	return out
}

// mappings is mappings by the record of one of the two groups.
func (x listComparison) mappings(left, right access.Compared, p access.Parts[access.Mapping]) authz.ComparedSection {
	ids := map[access.Mapping]string{}
	for _, side := range []access.Compared{right, left} {
		for _, m := range x.groups[side.Node.Position].Mappings {
			ids[access.Mapping{Connection: m.ConnectionName, Group: m.GroupName}] = m.ID
		}
	}
	part := func(found []access.Mapping) authz.ComparedPart {
		out := authz.ComparedPart{Total: len(found)}
		for _, m := range onPage(x.q, found) {
			out.Items = append(out.Items, authz.ComparedItem{Vertex: authz.Vertex{Kind: authz.MappingHop, ID: ids[m], Name: m.Group}, ConnectionName: m.Connection})
		}
		return out
	}
	return authz.ComparedSection{Of: authz.MappingsPart, OnlyLeft: part(p.OnlyLeft), Both: part(p.Both), OnlyRight: part(p.OnlyRight)}
}
