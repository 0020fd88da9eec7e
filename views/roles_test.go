package views_test

import (
	"testing"

	"github.com/a-h/templ"

	"trellis/views"
	"trellis/views/urls"
)

// rolePages is every page of roles and permissions, with name wherever somebody
// else chose the words.
func rolePages(l views.Layout, name string, sheet views.Sheet, picker views.Picker) map[string]templ.Component {
	link := views.Link{Label: name, URL: urls.ToRole(name)}
	act := views.Action{Label: "Remove " + name, URL: urls.ToRoleDelete(name), Icon: "trash", Dialog: true}
	add := views.Action{ID: "add", Label: "Add", URL: urls.RoleUserList{Role: name}.ToAdd(), Icon: "plus", Kind: views.Primary}
	frame := views.DetailFrame{ID: name, Application: name, Head: views.PageHead{Title: name, Text: name, Crumbs: []views.Link{link, link}, Actions: []views.Action{act}}}
	groups := []views.OptionGroup{{Label: name, Options: []views.Option{{Value: name, Label: name, Chosen: true}}}}
	filter := views.Filter{Name: "application", Label: "Application or API", All: "All applications", Groups: groups}
	columns := []views.Column{{Label: "Role", URL: urls.Roles, Sorted: "ascending"}, {Label: "Groups", URL: urls.Roles, Numeric: true}}
	problems := map[string]string{"name": name, "description": name, "permissions": name, "application": name}
	field := views.ApplicationField{Value: name, Groups: groups, Note: name, Problem: name, Reload: urls.NewRole}
	version := views.RoleVersion{Name: name, Description: name, Permissions: []string{name}}
	trail := []views.Link{link, link}
	way := views.Way{Kind: views.Via, Label: "Through a group", Steps: []views.WayStep{{Link: link}, {Link: link, Icon: "mapping", Kind: views.Warn}}}
	holders := views.HolderList{Bar: views.SelectionBar{Action: urls.Roles, Noun: "role"}, Noun: name, Search: name, URL: urls.ToRole(name), Clear: urls.ToRole(name), Status: name, Add: add, Actions: true, Rows: []views.HolderRow{
		{Name: name, Email: name, URL: urls.ToUser(name), Ways: []views.Way{{Kind: views.Direct, Label: "Direct"}, way}, More: link, Remove: act},
		{Name: name, Missing: true, Ways: []views.Way{way}},
	}, Columns: columns, Kinds: []views.Tab{{ID: "by-any", Label: name, URL: urls.Roles, Current: true}}, Only: []views.Tab{{ID: "by-others", Label: name, URL: urls.Roles}}, Hint: name}
	unknown := views.HolderList{Noun: name, Unknown: "u" + name, Instead: act}
	lines := []views.PastedLine{{Number: "1", Name: name, Description: name, Kind: views.Bad, Verdict: "Not valid", Reason: name}}
	return map[string]templ.Component{
		"list of roles": views.RolesPage(l, views.RoleIndex{At: urls.RoleIndex{Search: name, Of: name}, Status: name, Filter: filter, Columns: columns, New: add, Bar: views.SelectionBar{Action: urls.Roles, Noun: "role"}, Rows: []views.ListedRole{
			{Name: name, Description: name, URL: urls.ToRole(name), Application: name, Permissions: "1"},
		}}),
		"no roles":           views.RolesPage(l, views.RoleIndex{At: urls.RoleIndex{Search: name}, Status: name, New: add}),
		"no roles of one":    views.RolesPage(l, views.RoleIndex{At: urls.RoleIndex{Of: "app"}, Filter: filter, New: add}),
		"role form":          views.SheetPage(l, sheet, views.RoleFields(views.RoleForm{Application: field, Name: name, Description: name, Problems: problems, Picker: picker})),
		"role form, fixed":   views.SheetPage(l, sheet, views.RoleFields(views.RoleForm{Application: views.ApplicationField{Fixed: "a" + name}, Picker: picker})),
		"role form, by id":   views.SheetPage(l, sheet, views.RoleFields(views.RoleForm{Application: views.ApplicationField{Value: name, Note: name}, Picker: picker})),
		"role conflict":      views.SheetPage(l, sheet, views.RoleConflict(version, views.RoleVersion{})),
		"uses":               views.SheetPage(l, sheet, views.UsesOf(views.Uses{Kind: name, Links: trail, More: "m" + name, Lines: []string{name}})),
		"role, permissions":  views.DetailPage(l, frame, views.RolePermissions(views.ContainedList{Role: name, Search: name, URL: urls.ToRole(name), Status: name, Edit: add, Rows: []views.ContainedPermission{{Name: name, Description: name, URL: urls.ToPermission(name)}, {Name: name, Missing: true}}})),
		"role, users":        views.DetailPage(l, frame, views.HolderTab(holders)),
		"role, users hidden": views.DetailPage(l, frame, views.HolderTab(unknown)),
		"role, groups": views.DetailPage(l, frame, views.RoleGroups(views.GrantingList{Role: name, Status: name, Add: add, Rows: []views.GrantingGroup{
			{Name: name, Description: name, URL: urls.ToGroup(name), Members: "1", Direct: true, Trails: [][]views.Link{trail}, More: name, Remove: act},
		}})),
		"list of permissions": views.PermissionsPage(l, views.PermissionIndex{At: urls.PermissionIndex{Search: name}, Status: name, Filter: filter, Columns: columns, New: add, Paste: act, Bar: views.SelectionBar{Action: urls.Roles, Noun: "role"}, Rows: []views.ListedPermission{
			{Name: name, Description: name, URL: urls.ToPermission(name), Application: name, Roles: "1"},
		}}),
		"no permissions":      views.PermissionsPage(l, views.PermissionIndex{At: urls.PermissionIndex{Search: name}, New: add, Paste: act}),
		"permission form":     views.SheetPage(l, sheet, views.PermissionFields(views.PermissionForm{Application: field, Name: name, Description: name, Problems: problems})),
		"permission conflict": views.SheetPage(l, sheet, views.PermissionConflict(views.PermissionVersion{Name: name, Description: name, Application: name}, views.PermissionVersion{})),
		"permission, roles": views.DetailPage(l, frame, views.PermissionRoles(views.ContainingList{Permission: name, Status: name, RemoveAll: act, Roles: act, Rows: []views.ContainingRole{
			{Name: name, Description: name, URL: urls.ToRole(name), Groups: "1", Users: "1", Remove: act},
		}})),
		"paste":        views.SheetPage(l, sheet, views.PasteFields(views.Paste{Application: field, Lines: name, Problem: name, Previewed: name, Summary: name, Preview: lines})),
		"paste result": views.SheetPage(l, sheet, views.PasteResult(name, lines)),
	}
}

// A list without a filter must not wait for one: htmx would listen to nothing,
// and stop.
func TestAListListensToTheFilterThatItHas(t *testing.T) {
	with := views.Filter{Name: "application", Label: "Application", All: "All"}
	for _, tt := range []struct {
		filter views.Filter
		want   string
	}{
		{views.Filter{}, "submit, input changed delay:120ms from:find input[type=search]"},
		{with, "submit, input changed delay:120ms from:find input[type=search], change from:find select"},
	} {
		doc := render(t, views.RolesPage(ana, views.RoleIndex{Filter: tt.filter}))
		form := doc.Find("form[role=search]")
		if got := form.AttrOr("hx-trigger", ""); got != tt.want || form.Find("select").Length() != len(tt.filter.Name)/len("application") {
			t.Errorf("listens to %q with %d filters", got, form.Find("select").Length())
		}
	}
}

// The first field to be filled in has the focus, and one only.
func TestTheFirstOpenFieldHasTheFocus(t *testing.T) {
	groups := []views.OptionGroup{{Label: "Applications", Options: []views.Option{{Value: "a", Label: "A"}}}}
	for want, field := range map[string]views.ApplicationField{
		"application": {Groups: groups}, "name": {Value: "a", Groups: groups},
	} {
		doc := render(t, views.SheetPage(ana, views.Sheet{Submit: "Save"}, views.PermissionFields(views.PermissionForm{Application: field})))
		if got := doc.Find("[autofocus]"); got.Length() != 1 || got.AttrOr("id", "") != want {
			t.Errorf("the focus is on %d fields, the first %q; want %q", got.Length(), got.AttrOr("id", ""), want)
		}
	}
}
