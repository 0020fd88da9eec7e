package views_test

import (
	"github.com/a-h/templ"

	"trellis/views"
	"trellis/views/urls"
)

// mappingPages are the pages about all mappings, with name wherever a name may stand.
func mappingPages(l views.Layout, name string) map[string]templ.Component {
	option, link := []views.Option{{Value: name, Label: name, Chosen: true}}, views.Link{Label: name, URL: urls.ToGroup(name)}
	row := views.AccessRow{Name: name, Detail: name, URL: urls.ToGroup(name), Sources: []views.Source{{Mapping: name, Trail: []views.Link{link, link}, Role: link}, {Note: name}}}
	reached := views.ReachedList{Title: "Groups", Kind: "group", Total: "1", Rows: []views.AccessRow{row}, More: name}
	roles, permissions := reached, reached
	roles.Kind, permissions.Kind = "role", "permission"
	match := []views.MatchRow{{Group: link, Detail: name}}
	at := urls.CoverageList{Show: "all", Search: name, Connection: name}
	coverage := views.CoverageIndex{
		At: at, Known: name, SignIns: true, Status: name, Segments: []views.Tab{{ID: "all", Label: "All", Count: "1", URL: at.To(), Current: true}},
		Rows: []views.CoverageRow{{Provider: name, Connection: name, Group: link, First: name, Last: name, Days: "1", Warnings: []string{name}, Note: name}},
	}
	none, elsewhere := coverage, coverage
	none.Rows, elsewhere.Rows = nil, nil
	elsewhere.SignIns, elsewhere.At = false, urls.CoverageList{}
	return map[string]templ.Component{
		"mapping coverage": views.MappingCoveragePage(l, coverage), "no coverage": views.MappingCoveragePage(l, none), "unknown coverage": views.MappingCoveragePage(l, elsewhere),
		"mapping test": views.MappingTesterPage(l, views.MappingTester{
			Form: views.MappingTestForm{
				Connection: name, Connections: option, Pasted: name, Claims: option, User: name, Chosen: name, Application: name,
				Users: []views.LookupRow{{Label: name, Detail: name, URL: name, Current: true}}, Applications: []views.OptionGroup{{Label: "Applications", Options: option}},
				Problems: map[string]string{"pasted": name, "user": name},
			},
			Result: &views.MappingTrial{
				Title: name, Counted: name, Good: true, Notes: []string{name, name}, Unknown: []string{name},
				Sent:   []views.SentRow{{Name: name, Matches: match}, {Name: name, Near: match}, {Name: name, Own: true, Matches: match}},
				Groups: reached, Roles: roles, Permissions: permissions,
			},
		}),
	}
}
