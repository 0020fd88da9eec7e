package authzapi

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"trellis/cmd/internal/store"
	"trellis/web/access"
)

// sections is what was found, in the order in which people ask for it.
func (x *comparer) sections(found access.Comparison, left, right access.Node) []comparedSection {
	roles, permissions := x.section("roles", found.Roles), x.section("permissions", found.Permissions)
	groups := x.section("groups", found.Groups)
	users := comparedSection{"users", x.users(found.Users.OnlyLeft), x.users(found.Users.Both), x.users(found.Users.OnlyRight)}
	switch left.Kind {
	case access.KindUser:
		return []comparedSection{groups, roles, permissions}
	case access.KindRole:
		return []comparedSection{permissions, groups, users}
	default:
		mappings := x.mappings(found.Mappings, left, right)
		return []comparedSection{roles, permissions, groups, x.section("nested", found.Nested), mappings, users}
	}
}

// section is groups, roles or permissions.
func (x *comparer) section(of string, parts access.Parts[access.Contrasted]) comparedSection {
	return comparedSection{of, x.part(parts.OnlyLeft), x.part(parts.Both), x.part(parts.OnlyRight)}
}

// part is those of found that belong to the application that was asked for, the
// first of them by name.
func (x *comparer) part(found []access.Contrasted) comparedPart {
	items := make([]comparedItem, 0, len(found))
	for _, f := range found {
		item := comparedItem{vertex: x.words.vertex(f.Node)}
		switch f.Kind {
		case access.KindRole:
			r := &x.graph.RoleList[f.Position]
			item.ApplicationType, item.ApplicationID = r.ApplicationType, r.ApplicationID
		case access.KindPermission:
			p := &x.graph.PermissionList[f.Position]
			item.ApplicationType, item.ApplicationID = p.ApplicationType, p.ApplicationID
		}
		if x.application != "" && item.ApplicationID != "" && item.ApplicationID != x.application {
			continue
		}
		item.Left, item.Right = x.reason(f.Node, f.Left), x.reason(f.Node, f.Right)
		if x.usual != nil {
			n := x.usual.Of(f.Node)
			item.Members = &n
		}
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b comparedItem) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return comparedPart{len(items), paged(x, items)}
}

// paged is what is on the page that was asked for.
func paged[T any](x *comparer, list []T) []T {
	from := min(x.page*x.limit, len(list))
	return list[from:min(from+x.limit, len(list))]
}

// reason is how one comes to a thing; nil when it does not.
func (x *comparer) reason(n access.Node, by []access.Node) *reason {
	if by == nil {
		return nil
	}
	out := &reason{Direct: slices.Contains(by, n), By: []vertex{}, ByTotal: len(by)}
	for _, end := range by[:min(len(by), mostBy)] {
		out.By = append(out.By, x.words.vertex(end))
	}
	return out
}

// users is the first of some users. What they are called is found out later.
func (x *comparer) users(positions []int32) comparedPart {
	out := comparedPart{len(positions), []comparedItem{}}
	for _, at := range paged(x, positions) {
		out.Items = append(out.Items, comparedItem{vertex: x.words.vertex(access.Node{Kind: access.KindUser, Position: at})})
	}
	return out
}

// mappings is mappings, by the record of one of the two groups.
func (x *comparer) mappings(parts access.Parts[access.Mapping], groups ...access.Node) comparedSection {
	ids := map[access.Mapping]string{}
	for _, g := range slices.Backward(groups) {
		for _, m := range x.graph.GroupList[g.Position].Mappings {
			ids[access.Mapping{Connection: m.ConnectionName, Group: m.GroupName}] = m.ID
		}
	}
	part := func(found []access.Mapping) comparedPart {
		out := comparedPart{len(found), []comparedItem{}}
		for _, m := range paged(x, found) {
			out.Items = append(out.Items, comparedItem{vertex: vertex{"mapping", ids[m], m.Group}, ConnectionName: m.Connection})
		}
		return out
	}
	return comparedSection{"mappings", part(parts.OnlyLeft), part(parts.Both), part(parts.OnlyRight)}
}

// nameUsers says what the users of a comparison are called, as far as the tenant knows.
func (x *comparer) nameUsers(ctx context.Context, tx *store.Tx, out *comparison) error {
	all := []*vertex{&out.Left.vertex, &out.Right.vertex}
	for i := range out.Sections {
		s := &out.Sections[i]
		for _, p := range []*comparedPart{&s.OnlyLeft, &s.Both, &s.OnlyRight} {
			for j := range p.Items {
				all = append(all, &p.Items[j].vertex)
			}
		}
	}
	all = slices.DeleteFunc(all, func(v *vertex) bool { return v.Kind != "user" })
	grants := make([]access.Grant, len(all))
	for i, v := range all {
		grants[i].ID = v.ID
	}
	found, err := profiles(ctx, tx, grants)
	if err != nil {
		return err
	}
	for i, m := range found {
		if !m.missing {
			all[i].Name = cmp.Or(m.profile.text("name"), m.profile.text("nickname"), m.profile.text("email"))
		}
	}
	return nil
}
