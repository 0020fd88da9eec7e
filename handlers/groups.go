package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// GroupReader is what every page about groups asks of the Authorization API.
type GroupReader interface {
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	Group(ctx context.Context, id string) (authz.Group, error)
}

// GroupsAPI is what the list of groups and the form of a group ask.
type GroupsAPI interface {
	GroupReader
	CreateGroup(context.Context, authz.GroupInput) (authz.Group, error)
	UpdateGroup(ctx context.Context, id string, in authz.GroupInput, ifMatch string) (authz.Group, error)
	DeleteGroup(ctx context.Context, id, ifMatch string) error
	RemoveNested(ctx context.Context, group string, groups []string) error
}

// Groups serves the list of groups, and makes, edits and deletes a group.
type Groups struct {
	API     GroupsAPI
	Impacts Impacts
}

const (
	createGroups = "create:groups"
	updateGroups = "update:groups"
	deleteGroups = "delete:groups"

	groupsPerPage = 25
)

// groupColumns are the columns of the list of groups.
var groupColumns = []sortable{
	{key: "name", field: "name", head: views.Column{Label: "Name"}},
	{head: views.Column{Label: "Description", Prio: 2, Class: "wide"}},
	{key: "members", field: "member_count", head: views.Column{Label: "Direct members", Numeric: true}},
	{key: "nested", field: "nested_count", head: views.Column{Label: "Nested groups", Numeric: true, Prio: 2}},
	{key: "roles", field: "role_count", head: views.Column{Label: "Roles", Numeric: true, Prio: 2}},
	{key: "mappings", field: "mapping_count", head: views.Column{Label: "Mappings", Numeric: true, Prio: 3}},
}

// listedFields are the fields of a group that its row shows.
var listedFields = []string{"_id", "name", "description", "member_count", "nested_count", "role_count", "mapping_count"}

// groupListOf is the state of the list that the request asks for.
func groupListOf(c echo.Context) urls.GroupList {
	return urls.GroupList{Search: searchOf(c), Show: findingOf(c, groupFindings), Sort: sortOf(c, groupColumns), Page: pageOf(c)}
}

// List shows a page of groups, narrowed by ?q and ordered by ?sort.
func (h Groups) List(c echo.Context) error {
	at := groupListOf(c)
	page, err := h.page(c, &at)
	if err != nil {
		return err
	}
	list := groupList(page, at)
	list.Actions = groupActions(c, views.AnyRow)
	list.New, list.Export = h.newGroup(c), exporting(at.ToExport())
	list.Bar = with(with(bar(c, at.ToSelect(), "group", deleteGroups, page.Total, len(list.Rows)), views.SelectionButton{
		Do: toNest, Label: "Nest in a group", Icon: "nest", Refusal: needs(c, session.Authorization, updateGroups),
	}), views.SelectionButton{
		Do: toRole, Label: "Give role", Icon: "roles", Refusal: needs(c, session.Authorization, updateGroups),
	})
	addressed(c, at.To())
	l := layout(c, "Groups", urls.Groups)
	return answer(c, http.StatusOK, views.GroupsPage(l, list), parts{"list": withExport(views.Titled(l, views.GroupRows(list)), list.Export)})
}

// page asks the API for the page of groups at at, and moves at to the last page
// when it lies behind.
func (h Groups) page(c echo.Context, at *urls.GroupList) (authz.Page[authz.Group], error) {
	q := authz.ListQuery{
		Search: at.Search, Finding: at.Show, PerPage: groupsPerPage,
		Sort: sortField(groupColumns, at.Sort), Fields: listedFields,
	}
	return turned(c.Request().Context(), h.API.ListGroups, q, &at.Page)
}

func (h Groups) newGroup(c echo.Context) views.Action {
	return views.Action{
		ID: "new-group", Label: "New group", Icon: "plus", Kind: views.Primary,
		URL: urls.NewGroup, Dialog: true, Refusal: needs(c, session.Authorization, createGroups),
	}
}

// groupList words a page of groups.
func groupList(page authz.Page[authz.Group], at urls.GroupList) views.GroupList {
	p := paging{at.Page, groupsPerPage, page.Total}
	list := views.GroupList{
		Search:  at.Search,
		Sort:    at.Sort,
		Finding: views.Finding{Name: at.Show, Text: groupFindings[at.Show], Noun: "groups", All: urls.GroupList{Search: at.Search, Sort: at.Sort}.To()},
		Status:  found(page.Total, "group", at.Search),
		Pager: p.pager(func(n int) string {
			return urls.GroupList{Search: at.Search, Show: at.Show, Sort: at.Sort, Page: n}.To()
		}),
		Columns: columns(groupColumns, at.Sort, func(sort string) string {
			return urls.GroupList{Search: at.Search, Show: at.Show, Sort: sort}.To()
		}),
	}
	for _, g := range page.Items {
		list.Rows = append(list.Rows, groupRow(g))
	}
	return list
}

func groupRow(g authz.Group) views.GroupRow {
	return views.GroupRow{
		ID:          g.ID,
		Name:        named(g.Name),
		Description: g.Description,
		URL:         urls.ToGroup(g.ID),
		Members:     number(g.MemberCount),
		Nested:      number(g.NestedCount),
		Roles:       number(g.RoleCount),
		Mappings:    number(g.MappingCount),
	}
}
