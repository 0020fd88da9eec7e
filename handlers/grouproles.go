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
	"trellis/web/mgmt"
)

// GroupRolesAPI is what the roles of a group ask of the Authorization API.
type GroupRolesAPI interface {
	GroupReader
	GroupRoles(ctx context.Context, group string) ([]authz.Role, error)
	AllGroupRoles(ctx context.Context, group string) ([]authz.NestedRole, error)
	AddGroupRoles(ctx context.Context, group string, roles []string) error
	RemoveGroupRoles(ctx context.Context, group string, roles []string) error
	ListRoles(context.Context, authz.ListQuery) (authz.Page[authz.Role], error)
}

// Applications names the applications that roles belong to.
type Applications interface {
	Clients(context.Context) ([]mgmt.Application, error)
}

// GroupRoles serves the roles of a group.
type GroupRoles struct {
	API          GroupRolesAPI
	Applications Applications
	Impacts      Impacts
}

// Which roles of a group a list shows; all of them by default.
const (
	showDirect    = "direct"
	showInherited = "inherited"
)

// heldRole is a role that a group has, and how.
type heldRole struct {
	authz.Role
	direct bool
	from   *authz.Group // the group that it is inherited from, if any
}

// Show lists the roles of a group, its own and those of the groups above it.
func (h GroupRoles) Show(c echo.Context) error {
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	held, err := h.held(ctx, g.ID)
	if err != nil {
		return err
	}
	groups, err := nestingOf(ctx, h.API)
	if err != nil {
		return err
	}
	apps, at := h.applications(ctx), groupRoleListOf(c)
	list, shown := roleList(g, held, &at)
	list.Add = adding(c, "Add roles", at.ToAdd())
	for _, r := range shown {
		row := roleRow(r, apps)
		if !r.Missing {
			row.Why = why(urls.End(groupKind, g.ID), urls.End(roleKind, r.ID), "members of "+named(g.Name)+" have "+row.Name)
		}
		if r.direct {
			row.Remove = removing(c, "Remove "+row.Name+" from "+named(g.Name), at.ToRemove(r.ID))
		}
		if r.from != nil {
			row.Trail = groups.up(g.ID, *r.from)
		}
		list.Rows = append(list.Rows, row)
	}
	addressed(c, at.To())
	return showGroup(c, g, rolesTab, views.GroupRoles(list), views.RoleRows(list))
}

// groupRoleListOf is the state of the list of a group's roles that the request asks
// for.
func groupRoleListOf(c echo.Context) urls.GroupRoleList {
	return urls.GroupRoleList{Group: idOf(c), Show: showOf(c), Search: searchOf(c), Page: pageOf(c)}
}

// showOf is which roles the request asks for.
func showOf(c echo.Context) string {
	show := c.FormValue("show")
	if show != showDirect && show != showInherited {
		return ""
	}
	return show
}

// held is every role of the group, by name. The API names one group that gives
// a role, so the direct roles are asked for on their own.
func (h GroupRoles) held(ctx context.Context, id string) ([]heldRole, error) {
	direct, err := h.API.GroupRoles(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := h.API.AllGroupRoles(ctx, id)
	if err != nil {
		return nil, err
	}
	var held []heldRole
	at := map[string]int{}
	for _, r := range direct {
		at[r.ID] = len(held)
		held = append(held, heldRole{Role: r, direct: true})
	}
	for _, r := range all {
		i, ok := at[r.Role.ID]
		if !ok {
			i = len(held)
			held = append(held, heldRole{Role: r.Role})
		}
		if r.Group.ID != id {
			held[i].from = &r.Group
		}
	}
	slices.SortStableFunc(held, func(a, b heldRole) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return held, nil
}

// shownIn reports whether the list that show names has r.
func (r heldRole) shownIn(show string) bool {
	switch show {
	case showDirect:
		return r.direct
	case showInherited:
		return r.from != nil
	default:
		return true
	}
}

// up is the way from a group to one that contains it, without the first.
func (n nesting) up(from string, to authz.Group) []views.Link {
	toRoles := func(id string) string { return urls.ToGroupRoles(id, "") }
	way := n.graph.Path(to.ID, from)
	if len(way) < 2 {
		return []views.Link{{Label: named(to.Name), URL: toRoles(to.ID)}}
	}
	way = way[:len(way)-1]
	slices.Reverse(way)
	return n.links(way, toRoles)
}

// applications are the names of the applications, by id. Without them the ids
// stand in the list: roles can be managed while the other API is down.
func (h GroupRoles) applications(ctx context.Context) map[string]string {
	apps, err := h.Applications.Clients(ctx)
	if err != nil {
		return nil
	}
	names := make(map[string]string, len(apps))
	for _, a := range apps {
		names[a.ClientID] = a.Name
	}
	return names
}

// roleList words the roles of g at at, says which of held stand on its page, and
// moves at to the last page when it lies behind.
func roleList(g authz.Group, held []heldRole, at *urls.GroupRoleList) (views.RoleList, []heldRole) {
	counts := map[string]int{}
	var shown []heldRole
	for _, r := range held {
		if !mentions(at.Search, cmp.Or(r.Name, r.ID), r.Description) {
			continue
		}
		for _, s := range []string{"", showDirect, showInherited} {
			if r.shownIn(s) {
				counts[s]++
			}
		}
		if r.shownIn(at.Show) {
			shown = append(shown, r)
		}
	}
	p := paging{at.Page, heldPerPage, len(shown)}
	at.Page = min(at.Page, p.last())
	p.page = at.Page
	first := (p.page - 1) * p.size
	segment := func(id, label, s string) views.Tab {
		url := urls.GroupRoleList{Group: g.ID, Show: s, Search: at.Search}.To()
		return views.Tab{ID: id, Label: label, URL: url, Count: number(counts[s]), Current: s == at.Show}
	}
	return views.RoleList{
		Group:  named(g.Name),
		Search: at.Search,
		Show:   at.Show,
		URL:    urls.ToGroupRoles(g.ID, ""),
		Clear:  urls.ToGroupRoles(g.ID, at.Show),
		Status: found(len(shown), "role", at.Search),
		Views: []views.Tab{
			segment("all", "All", ""),
			segment("direct", "Direct", showDirect),
			segment("inherited", "Inherited", showInherited),
		},
		Inherited: counts[showInherited] > 0,
		Pager: p.pager(func(n int) string {
			return urls.GroupRoleList{Group: g.ID, Show: at.Show, Search: at.Search, Page: n}.To()
		}),
	}, shown[first:min(first+p.size, len(shown))]
}

func roleRow(r heldRole, apps map[string]string) views.RoleRow {
	if r.Missing {
		return views.RoleRow{Name: r.ID, Missing: true, Direct: r.direct}
	}
	return views.RoleRow{
		Name:        named(r.Name),
		Description: r.Description,
		URL:         urls.ToRole(r.ID),
		Application: cmp.Or(apps[r.ApplicationID], r.ApplicationID),
		Permissions: number(len(r.Permissions)),
		Direct:      r.direct,
	}
}
