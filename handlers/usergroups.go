package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/mgmt"
)

// UserGroupsAPI is what the groups of a user ask of the Authorization API.
type UserGroupsAPI interface {
	EntitlementsReader
	AddUserGroups(ctx context.Context, user string, groups []string) error
	RemoveMembers(ctx context.Context, group string, users []string) error
}

// UserGroups serves the groups that a user is in.
type UserGroups struct {
	Frame   UserFrame
	API     UserGroupsAPI
	Impacts Impacts
}

// heldPerPage is how many groups or roles of a user a page shows.
const heldPerPage = 25

// heldListOf is the state of a list of a user's groups or roles that the request
// asks for.
func heldListOf(c echo.Context) urls.HeldList {
	return urls.HeldList{User: idOf(c), Show: showOf(c), Search: searchOf(c), Page: pageOf(c)}
}

// Show lists the groups that a user is in: directly, through others, and by the
// mappings of a sign-in.
func (h UserGroups) Show(c echo.Context) error {
	ctx := c.Request().Context()
	var e entitlements
	u, err := h.Frame.read(ctx, idOf(c), func() (err error) { e, err = entitlementsOf(ctx, h.API, idOf(c), toGroups); return err })
	if err != nil {
		return err
	}
	at := heldListOf(c)
	list := groupsHeld(c, u.User, &e, &at)
	addressed(c, at.ToGroups())
	return h.Frame.show(c, http.StatusOK, u, userGroupsTab, views.UserGroups(list), views.HeldGroupRows(list))
}

// groupsHeld words the groups of u at at, and moves at to the last page when it
// lies behind.
func groupsHeld(c echo.Context, u mgmt.User, e *entitlements, at *urls.HeldList) views.HeldList {
	all := slices.DeleteFunc(e.groupSources(signInsOf(u)...), func(s sourced) bool {
		g := e.groups[s.position]
		return !mentions(at.Search, named(g.Name), g.Description)
	})
	slices.SortStableFunc(all, func(a, b sourced) int {
		return byName(e.groups[a.position].Name, e.groups[b.position].Name)
	})
	list, shown := heldList(u, all, at, "group", urls.HeldList.ToGroups)
	list.Add = adding(c, "Add to groups", at.ToGroupsAdd())
	for _, s := range shown {
		g := e.groups[s.position]
		row := views.HeldRow{
			Name: named(g.Name), Description: g.Description, URL: urls.ToGroup(g.ID),
			Roles: number(len(g.Roles)), Direct: s.direct(), Sources: e.ways(s, true),
			Why: whyOf(u, s, urls.End(groupKind, g.ID), nameOf(u)+" is in "+named(g.Name)),
		}
		if row.Direct {
			row.Remove = removing(c, "Remove "+nameOf(u)+" from "+row.Name, at.ToGroupsRemove(g.ID))
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

// byName compares names as people sort them.
func byName(a, b string) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
}

// heldList words the state of a list of what u has, and says which of all stand
// on its page. to is the address of a state.
func heldList(u mgmt.User, all []sourced, at *urls.HeldList, noun string, to func(urls.HeldList) string) (views.HeldList, []sourced) {
	counts := map[string]int{}
	var shown []sourced
	for _, s := range all {
		for _, show := range []string{"", showDirect, showInherited} {
			if s.shownIn(show) {
				counts[show]++
			}
		}
		if s.shownIn(at.Show) {
			shown = append(shown, s)
		}
	}
	p := paging{at.Page, heldPerPage, len(shown)}
	if p.beyond() {
		p.page = p.last()
		at.Page = p.page
	}
	with := func(change func(*urls.HeldList)) string {
		next := *at
		change(&next)
		return to(next)
	}
	segment := func(id, label, show string) views.Tab {
		return views.Tab{
			ID: id, Label: label, Count: number(counts[show]), Current: show == at.Show,
			URL: with(func(l *urls.HeldList) { l.Show, l.Page = show, 1 }),
		}
	}
	first := (p.page - 1) * p.size
	return views.HeldList{
		User:   nameOf(u),
		First:  firstNameOf(u),
		Search: at.Search,
		Show:   at.Show,
		URL:    to(urls.HeldList{User: at.User}),
		Access: urls.AccessRun{User: at.User}.To(),
		Clear:  with(func(l *urls.HeldList) { l.Search, l.Page = "", 1 }),
		Status: found(len(shown), noun, at.Search),
		Views: []views.Tab{
			segment("all", "All", ""),
			segment("direct", "Direct", showDirect),
			segment("inherited", "Inherited", showInherited),
		},
		Pager: p.pager(func(n int) string { return with(func(l *urls.HeldList) { l.Page = n }) }),
	}, shown[first:min(first+p.size, len(shown))]
}

// shownIn reports whether the list that show names has s.
func (s sourced) shownIn(show string) bool {
	switch show {
	case showDirect:
		return s.direct()
	case showInherited:
		return slices.ContainsFunc(s.ways, func(w way) bool { return !w.direct })
	default:
		return true
	}
}
