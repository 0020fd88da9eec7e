package handlers

import (
	"context"

	"trellis/web/authz"
)

// The kinds of what the Management API tells of.
const (
	apiPermissionKind = "api_permission"
	coreRoleKind      = "core_role"
)

// atAPIs is what two users may do at APIs, and why that is not known.
func (h Compare) atAPIs(ctx context.Context, v versus) (section authz.ComparedSection, unknown string, err error) {
	section.Of = apisPart
	var sides [2][]authz.ComparedItem
	for i, e := range []end{v.left, v.right} {
		if sides[i], err = h.apiPermissions(ctx, v, e); err != nil {
			unknown, err = refusalOf(err, "Permissions of APIs")
			return section, unknown, err
		}
	}
	at := map[string]int{}
	for i, item := range sides[1] {
		at[item.ID] = i
	}
	for _, item := range sides[0] {
		item.Left, item.Right = item.Right, nil
		i, both := at[item.ID]
		if !both {
			section.OnlyLeft.Items = append(section.OnlyLeft.Items, item)
			continue
		}
		item.Right = sides[1][i].Right
		section.Both.Items = append(section.Both.Items, item)
		delete(at, item.ID)
	}
	for _, item := range sides[1] {
		if _, alone := at[item.ID]; alone {
			section.OnlyRight.Items = append(section.OnlyRight.Items, item)
		}
	}
	for _, p := range []*authz.ComparedPart{&section.OnlyLeft, &section.Both, &section.OnlyRight} {
		p.Total = len(p.Items)
		if !v.whole {
			p.Items = p.Items[:min(p.Total, v.rows())]
		}
	}
	return section, "", nil
}

// apiPermissions is what a user may do at APIs, with the reason on the right. A user
// whom the Management API does not know may do nothing there.
func (h Compare) apiPermissions(ctx context.Context, v versus, e end) ([]authz.ComparedItem, error) {
	if e.unread {
		return nil, nil
	}
	t, err := h.Permissions.holdings(ctx, e.id)
	if err != nil {
		return nil, err
	}
	var out []authz.ComparedItem
	for _, p := range t.held {
		if v.Direct && !p.direct || v.Application != "" && v.Application != p.ResourceServerIdentifier {
			continue
		}
		item := authz.ComparedItem{
			Vertex:        authz.Vertex{Kind: apiPermissionKind, ID: p.ResourceServerIdentifier + " " + p.PermissionName, Name: p.PermissionName},
			ApplicationID: p.ResourceServerIdentifier, ApplicationType: apiKind,
			Right: &authz.ComparedReason{Direct: p.direct},
		}
		for _, r := range p.roles {
			item.Right.By = append(item.Right.By, authz.Vertex{Kind: coreRoleKind, ID: r.ID, Name: r.Name})
		}
		item.Right.ByTotal = len(item.Right.By)
		out = append(out, item)
	}
	return out, nil
}
