package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// RoleGroupsAPI is what the groups that give a role ask of the Authorization API.
type RoleGroupsAPI interface {
	RoleReader
	GroupReader
	AddGroupRoles(ctx context.Context, group string, roles []string) error
	RemoveGroupRoles(ctx context.Context, group string, roles []string) error
}

// RoleGroups serves the groups that give a role.
type RoleGroups struct {
	API       RoleGroupsAPI
	Catalogue Catalogue
	Impacts   Impacts
}

const groupsOfRolePerPage = 25

// grantingGroup is a group whose members have a role, and why.
type grantingGroup struct {
	authz.Group

	direct bool
	above  []authz.Group // the groups that it inherits the role from
}

// Show lists the groups whose members have a role: those that give it themselves,
// and those nested in them.
func (h RoleGroups) Show(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := h.API.Role(ctx, idOf(c))
	if err != nil {
		return err
	}
	groups, err := h.nesting(ctx)
	if err != nil {
		return err
	}
	show := showOf(c)
	list := grantingList(r, groups.granting(r.ID), show, pageOf(c))
	list.Add = adding(c, "Add groups", urls.ToRoleGroupsAdd(r.ID, show))
	for _, g := range list.shown {
		list.Rows = append(list.Rows, groups.grantingRow(c, r, g, show))
	}
	return showRole(c, r, h.Catalogue.read(ctx), roleGroupsTab, views.RoleGroups(list.GrantingList), views.GrantingRows(list.GrantingList))
}

// nesting asks for every group, with what is nested in it and the roles it gives.
func (h RoleGroups) nesting(ctx context.Context) (nesting, error) {
	return nestingWith(ctx, h.API, "roles", "member_count")
}

// granting are the groups whose members have the role, by name.
func (n nesting) granting(role string) []grantingGroup {
	byID := map[string]*grantingGroup{}
	for _, g := range n.groups {
		byID[g.ID] = &grantingGroup{Group: g, direct: slices.Contains(g.Roles, role)}
	}
	for _, g := range n.groups {
		if !byID[g.ID].direct {
			continue
		}
		for _, below := range n.graph.Descendants(g.ID) {
			byID[below].above = append(byID[below].above, g)
		}
	}
	var out []grantingGroup
	for _, g := range n.groups {
		if one := byID[g.ID]; one.direct || len(one.above) > 0 {
			out = append(out, *one)
		}
	}
	slices.SortStableFunc(out, func(a, b grantingGroup) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return out
}

// shownIn reports whether the list that show names has g.
func (g grantingGroup) shownIn(show string) bool {
	switch show {
	case showDirect:
		return g.direct
	case showInherited:
		return len(g.above) > 0
	default:
		return true
	}
}

// grantingPage is a page of the groups that give a role, and its rows to word.
type grantingPage struct {
	views.GrantingList

	shown []grantingGroup
}

func grantingList(r authz.Role, all []grantingGroup, show string, page int) grantingPage {
	counts := map[string]int{}
	var shown []grantingGroup
	for _, g := range all {
		for _, s := range []string{"", showDirect, showInherited} {
			if g.shownIn(s) {
				counts[s]++
			}
		}
		if g.shownIn(show) {
			shown = append(shown, g)
		}
	}
	segment := func(id, label, s string) views.Tab {
		return views.Tab{ID: id, Label: label, URL: urls.ToRoleGroups(r.ID, s), Count: number(counts[s]), Current: s == show}
	}
	p := paging{page, groupsOfRolePerPage, len(shown)}
	p.page = min(p.page, p.last())
	first := (p.page - 1) * p.size
	return grantingPage{
		GrantingList: views.GrantingList{
			Role:   named(r.Name),
			Status: count(len(shown), "group"),
			Views: []views.Tab{
				segment("all", "All", ""),
				segment("direct", "Direct", showDirect),
				segment("inherited", "Inherited", showInherited),
			},
			Pager: p.pager(func(n int) string { return urls.RoleGroupList{Role: r.ID, Show: show, Page: n}.To() }),
		},
		shown: shown[first:min(first+p.size, len(shown))],
	}
}

func (n nesting) grantingRow(c echo.Context, r authz.Role, g grantingGroup, show string) views.GrantingGroup {
	row := views.GrantingGroup{
		Name: named(g.Name), Description: g.Description, URL: urls.ToGroup(g.ID), Members: number(g.MemberCount), Direct: g.direct,
		Why: why(urls.End(groupKind, g.ID), urls.End(roleKind, r.ID), "members of "+named(g.Name)+" have "+named(r.Name)),
	}
	if g.direct {
		row.Remove = removing(c, "Remove "+named(r.Name)+" from "+named(g.Name), urls.ToRoleGroupsRemove(r.ID, g.ID, show))
	}
	for _, above := range g.above[:min(len(g.above), shownWays)] {
		row.Trails = append(row.Trails, n.climb(g.Group, above)[1:])
	}
	if more := len(g.above) - len(row.Trails); more > 0 {
		row.More = "and " + count(more, "more way")
	}
	return row
}

// shownWays is how many ways to a role a row shows.
const shownWays = 3

// climb is the way from a group up to one that contains it, both included.
func (n nesting) climb(from, to authz.Group) []views.Link {
	way := n.graph.Path(to.ID, from.ID)
	if way == nil { // the nesting changed meanwhile
		return []views.Link{{Label: named(to.Name), URL: urls.ToGroup(to.ID)}}
	}
	slices.Reverse(way)
	return n.links(way, urls.ToGroup)
}
