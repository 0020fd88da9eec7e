package views_test

import (
	"github.com/a-h/templ"

	"trellis/views"
	"trellis/views/urls"
)

// userPages is every page of users, with name wherever somebody else chose the
// words.
func userPages(l views.Layout, name string) map[string]templ.Component {
	link := views.Link{Label: name, URL: urls.ToGroup(name)}
	act := views.Action{Label: "Remove " + name, URL: urls.HeldList{User: name}.ToGroupsRemove(name), Icon: "trash", Dialog: true}
	add := views.Action{ID: "add", Label: "Add", URL: urls.HeldList{User: name}.ToGroupsAdd(), Icon: "plus", Kind: views.Primary}
	ways := []views.Source{
		{Direct: true}, {Role: link, Mapping: name, Trail: []views.Link{link, link}}, {Role: views.Link{Label: name}, Note: name}, {Trail: []views.Link{link}},
	}
	userHead := views.UserHead{
		Name: name, Email: name, Connection: name, Blocked: true, Crumbs: []views.Link{link, link},
		Tabs: []views.Tab{{ID: "groups", Label: "Groups", URL: urls.HeldList{User: name}.ToGroups(), Count: "1", Current: true}},
	}
	held := views.HeldList{
		User: name, First: name, Search: name, URL: urls.HeldList{User: name}.ToGroups(), Clear: urls.HeldList{User: name}.ToRoles(), Status: name,
		Add: add, Access: urls.AccessRun{User: name}.To(),
		Rows: []views.HeldRow{{Name: name, Description: name, URL: urls.ToRole(name), Application: name, Roles: "1", Direct: true, Sources: ways, Remove: act, Why: views.Link{Label: name, URL: urls.ToPaths(name, name)}}},
	}
	permissions := views.PermissionList{
		At: urls.PermissionList{User: name, Search: name}, First: name, Status: name, Add: add,
		Idle: []views.IdleAPI{{Name: name, TurnOn: views.Action{Label: name, URL: urls.ToAPIRBAC(name, name)}}},
		Rows: []views.PermissionRow{{Name: name, Description: name, API: name, Idle: true, Direct: true, Remove: act, Roles: []views.RoleTag{{Name: name, How: name}}}},
		Apps: views.AppPermissions{Applications: []views.AppSection{
			{Name: name, Rows: []views.AppPermission{{Name: name, Description: name, Sources: ways}}},
		}},
	}
	option := []views.Option{{Value: name, Label: name, Chosen: true}}
	run := views.AccessPage{
		First: name, Paths: urls.ToPaths(urls.End("user", name), ""), Mappings: urls.MappingAttempt{User: name}.To(),
		Form: views.AccessForm{Action: urls.AccessRun{User: name}.To(), Applications: []views.OptionGroup{{Label: "Applications", Options: option}}, Connections: option, Groups: name},
		Result: &views.AccessResult{
			Application: name, Connection: name, ProviderGroups: []string{name, name}, NoReasons: name,
			URL:    urls.AccessRun{User: name, Application: name, Groups: []string{name}}.To(),
			Groups: []views.AccessRow{{Name: name, Detail: name, URL: urls.ToGroup(name), Sources: ways}}, Roles: []views.AccessRow{{Name: name}},
			API: &views.AccessAtAPI{Name: name, Idle: true, Permissions: []views.AccessRow{{Name: name, Sources: ways[:1]}}},
		},
	}
	users := views.UserList{
		Bar: views.SelectionBar{Action: urls.Users, Noun: "user"},
		At:  urls.UserList{Search: name, Group: name, Role: name}, Field: views.Filter{Name: "field", Label: "Search in", All: "Anywhere", Groups: []views.OptionGroup{{Label: "Only in", Options: option}}}, Status: name, Clear: urls.Users,
		Chips: []views.Chip{
			{Label: "In group", Value: name, URL: urls.UserList{Group: name}.ToFilter("group"), Open: urls.UserList{}.ToFilter("group"), Clear: urls.UserList{Search: name}.To()},
			{Label: "With role", URL: urls.UserList{Search: name}.ToFilter("role"), Open: urls.UserList{}.ToFilter("role")},
		},
	}
	found := users
	found.Rows = []views.UserRow{{Name: name, Email: name, URL: urls.ToUser(name), Connection: name, Blocked: true}}
	lookup := views.Lookup{
		Action: urls.UserFilter, Noun: "group", Icon: "groups", Search: name, Status: name, More: name,
		Rows: []views.LookupRow{{Label: name, Detail: name, URL: urls.UserList{Group: name}.To(), Current: true}},
	}
	lookupSheet := views.Sheet{Title: name, Text: name, Action: urls.UserFilter, Back: urls.Users, Lookup: true, Keep: []views.Hidden{{Name: "q", Value: name}, {Name: "by", Value: "group"}}}

	return map[string]templ.Component{
		"users":         views.UsersPage(l, found),
		"users, none":   views.UsersPage(l, users),
		"users, filter": views.SheetPage(l, lookupSheet, views.LookupBody(lookup)),
		"user profile": views.UserPage(l, userHead, views.Profile(views.UserProfile{
			Facts: []views.Fact{{Name: "Name", Value: name, Tag: name, Kind: views.Good}, {Name: "ID", Value: name, Copy: true}}, JSON: name,
			Identities: []views.IdentityRow{{Connection: name, Provider: name, ID: name}},
		})),
		"user groups":      views.UserPage(l, userHead, views.UserGroups(held)),
		"user roles":       views.UserPage(l, userHead, views.UserRoles(held)),
		"user permissions": views.UserPage(l, userHead, views.UserPermissions(permissions)),
		"user access":      views.UserPage(l, userHead, views.UserAccess(run)),
	}
}
