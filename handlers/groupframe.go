package handlers

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/session"
)

// tab is one of the pages about one group.
type tab struct{ id, label string }

var (
	membersTab  = tab{"members", "Members"}
	nestedTab   = tab{"nested", "Nested groups"}
	rolesTab    = tab{"roles", "Roles"}
	mappingsTab = tab{"mappings", "Mappings"}
)

// showGroup answers with a tab of g: the whole page, its tabs and what is below,
// or the list alone.
func showGroup(c echo.Context, g authz.Group, at tab, body, list templ.Component) error {
	visited(c, groupKind, g.ID, named(g.Name))
	l := layout(c, named(g.Name)+", "+at.label, urls.Groups)
	frame := groupFrame(c, g, at)
	return answer(c, http.StatusOK, views.GroupPage(l, frame, body), parts{
		"detail": views.Titled(l, views.GroupDetail(frame, body)),
		"list":   views.Titled(l, list),
	})
}

// groupFrame words what stands above every tab of g.
func groupFrame(c echo.Context, g authz.Group, at tab) views.GroupFrame {
	return views.GroupFrame{
		ID: g.ID,
		Head: views.PageHead{
			Crumbs: []views.Link{{Label: "Groups", URL: urls.Groups}, {Label: named(g.Name)}},
			Title:  named(g.Name),
			Text:   g.Description,
			Actions: []views.Action{
				compareAction(groupKind, g.ID),
				graphAction(groupKind, g.ID),
				{
					ID: "delete-group", Label: "Delete group", Icon: "trash", Kind: views.Bad, Dialog: true,
					URL: urls.ToGroupDelete(g.ID), Refusal: needs(c, session.Authorization, deleteGroups),
				},
				{
					ID: "edit-group", Label: "Edit", Icon: "edit", Dialog: true,
					URL: urls.ToGroupEdit(g.ID), Refusal: needs(c, session.Authorization, updateGroups),
				},
			},
		},
		Changes:  changesOf(c, groupKind, g.ID),
		Metadata: metadataRows(g.Metadata),
		Tabs:     groupTabs(g, at),
	}
}

func groupTabs(g authz.Group, at tab) []views.Tab {
	one := func(t tab, url string, n int) views.Tab {
		return views.Tab{ID: t.id, Label: t.label, URL: url, Count: number(n), Current: t == at}
	}
	return []views.Tab{
		one(membersTab, urls.ToGroup(g.ID), g.MemberCount),
		one(nestedTab, urls.ToGroupNested(g.ID), g.NestedCount),
		one(rolesTab, urls.ToGroupRoles(g.ID, ""), g.RoleCount),
		one(mappingsTab, urls.ToGroupMappings(g.ID), g.MappingCount),
	}
}

// adding is the button of a tab that picks more for g.
func adding(c echo.Context, label, url string) views.Action {
	return views.Action{
		ID: "add", Label: label, Icon: "plus", Kind: views.Primary, Dialog: true,
		URL: url, Refusal: needs(c, session.Authorization, updateGroups),
	}
}

// removing is the trash can of a row.
func removing(c echo.Context, label, url string) views.Action {
	return views.Action{
		Label: label, Icon: "trash", Kind: views.Bad, Dialog: true,
		URL: url, Refusal: needs(c, session.Authorization, updateGroups),
	}
}

// nesting is all groups and how they nest.
type nesting struct {
	groups []authz.Group
	graph  *access.Graph
}

// nestingOf asks for every group, with its name and what is nested in it.
func nestingOf(ctx context.Context, api GroupReader) (nesting, error) {
	return nestingWith(ctx, api)
}

// nestingWith is nestingOf with more fields of each group.
func nestingWith(ctx context.Context, api GroupReader, more ...string) (nesting, error) {
	all, err := api.ListGroups(ctx, authz.ListQuery{Fields: append([]string{"_id", "name", "description", "nested"}, more...)})
	if err != nil {
		return nesting{}, err
	}
	vertices := make([]access.Group, len(all.Items))
	for i, g := range all.Items {
		vertices[i] = access.Group{ID: g.ID, Name: named(g.Name), Nested: g.Nested}
	}
	return nesting{groups: all.Items, graph: access.New(vertices)}, nil
}

// links are groups by name, in that order.
func (n nesting) links(ids []string, url func(id string) string) []views.Link {
	links := make([]views.Link, 0, len(ids))
	for _, id := range ids {
		links = append(links, views.Link{Label: n.graph.Name(id), URL: url(id)})
	}
	return links
}
