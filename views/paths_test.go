package views_test

import (
	"testing"

	"github.com/a-h/templ"

	"trellis/views"
	"trellis/views/urls"
)

// pathPages are the pages of paths, about things that are called name.
func pathPages(l views.Layout, name string) map[string]templ.Component {
	at := urls.PathSearch{From: urls.End("user", name), Target: urls.End("role", name), Connection: name, Groups: []string{name}}
	link := views.Link{Label: name, URL: urls.ToGroup(name)}
	act := views.Action{Label: "Remove " + name, URL: urls.HeldList{User: name}.ToGroupsRemove(name), Icon: "trash", Dialog: true}
	end := func(id string) views.PathEnd {
		return views.PathEnd{ID: id, Label: id, Kind: "Group", Icon: "groups", Name: link, Choose: views.Action{ID: "choose-" + id, Label: "Change", URL: at.ToChoose(id, "group")}}
	}
	page := views.PathsPage{
		Title: name, From: end("from"), To: end("to"), Swap: urls.ToPaths(name, name),
		SignIn: &views.PathSignIn{
			Action: urls.Paths, Keep: []views.Hidden{{Name: "from", Value: name}}, Connections: []views.Option{{Value: name, Label: name}},
			Groups: name, Over: name, Sent: 1, Problems: map[string]string{"groups": name},
		},
	}
	granted, missing := page, page
	granted.Answer = &views.PathAnswer{
		Graph:   urls.GraphView{From: name}.Path(),
		Granted: true, Title: name, Counted: name, Status: name, Text: name, Unknown: name,
		Paths: []views.PathRow{{Kind: views.Via, Label: "Through a group", Nodes: []views.PathNode{
			{Kind: "user", Noun: "User", Icon: "user", To: views.Link{Label: name}}, {By: link, Kind: "group", Noun: "Group", Icon: "groups", To: link},
		}}},
		Removals: []views.PathRemoval{{Changes: []views.Action{act, act}, Others: name}},
		Direct:   &views.PathDirect{User: name, Name: name, API: name, Held: true, List: urls.ToUser(name), Remove: act},
	}
	missing.Answer = &views.PathAnswer{
		Title: name, Counted: name, Steps: []views.PathStep{{Icon: "groups", Name: link, Change: act, More: name}}, MoreSteps: name,
		Direct: &views.PathDirect{User: name, Name: name, API: name, List: urls.ToUser(name), Unknown: name},
	}
	lookup := views.Lookup{
		Action: urls.PathEnd, Noun: "group", Icon: "groups", Search: name, Status: name, More: name,
		Rows: []views.LookupRow{{Label: name, Detail: name, URL: at.To(), Current: true}},
	}
	sheet := views.Sheet{Title: name, Action: urls.PathEnd, Back: at.To(), Lookup: true, Keep: []views.Hidden{{Name: "from", Value: name}}}
	kinds := []views.Tab{{ID: "group", Label: "Groups", URL: at.ToChoose("from", "group"), Current: true}}
	return map[string]templ.Component{
		"paths":          views.PathFinder(l, granted),
		"paths, missing": views.PathFinder(l, missing),
		"paths, unasked": views.PathFinder(l, page),
		"paths, choose":  views.SheetPage(l, sheet, views.PathChoices(kinds, lookup)),
	}
}

// What the answer lacks is said, not left out.
func TestAnswersThatLackSomething(t *testing.T) {
	end := views.PathEnd{ID: "from", Choose: views.Action{URL: urls.Paths}}
	for words, answer := range map[string]views.PathAnswer{
		"Every path here is too long to be listed.":                                                     {Granted: true, Unlisted: true},
		"No change was found that ends it.":                                                             {Granted: true},
		"There may be a smaller one: there are too many paths to try everything.":                       {Granted: true, Removals: []views.PathRemoval{{Others: "It touches nobody else."}}},
		"No single membership, nesting or role would: nothing leads there, or it would close a circle.": {},
	} {
		doc := render(t, views.PathFinder(ana, views.PathsPage{From: end, To: end, Answer: &answer}))
		if doc.Find("section :contains('"+words+"')").Length() == 0 {
			t.Errorf("%+v lacks %q", answer, words)
		}
	}
}
