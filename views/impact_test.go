package views_test

import (
	"testing"

	"github.com/a-h/templ"

	"trellis/views"
	"trellis/views/urls"
)

// impactPages is what changes would do in each place, with name wherever somebody
// else chose the words.
func impactPages(l views.Layout, name string, sheet views.Sheet) map[string]templ.Component {
	told := impact(name)
	form := told
	form.Form, form.All.URL, form.AllOf = urls.ToGroupNestedAdd(name), "", []string{name}
	asking, telling, choosing := sheet, sheet, sheet
	asking.Impact = &views.Impact{URL: urls.ImpactView{Changes: []string{name}}.To(), All: views.Link{Label: name, URL: urls.Impact}}
	telling.Impact, choosing.Impact = &told, &form
	rows := []views.ImpactRow{{Name: name, Detail: name, URL: urls.ToUser(name), Gained: told.Shifts[0].More, Lost: told.Shifts[0].Rows}}
	pager := views.Pager{Summary: "1–1 of 30", Pages: []views.PageLink{{Number: 1, URL: urls.Impact, Current: true}, {}, {Number: 9, URL: urls.Impact}}}
	return map[string]templ.Component{
		"impact, asked for": views.SheetPage(l, asking, views.Nothing()),
		"impact, told":      views.SheetPage(l, telling, views.Nothing()),
		"impact, chosen":    views.SheetPage(l, choosing, views.Nothing()),
		"impact, page":      views.ImpactWhole(l, views.ImpactPage{Changes: []string{name}, MoreChanges: name, Impact: told, Status: name, Rows: rows, Pager: pager}),
		"impact, posted": views.ImpactWhole(l, views.ImpactPage{Impact: told, Rows: rows, Pager: pager, Posted: &views.ImpactPosted{
			Action: urls.ImportImpact, Export: urls.ImportImpactExport, Upload: true, Keep: []views.Hidden{{Name: "document", Value: name}},
		}}),
	}
}

func impact(name string) views.Impact {
	shift := views.ImpactShift{Icon: "roles", Name: name, URL: urls.ToRole(name), Signs: []views.ImpactSign{{Kind: views.Bad, Text: "−3 people"}}}
	six := []views.ImpactShift{shift, shift, shift, shift, shift, shift}
	return views.Impact{
		Kind: views.Warn, Icon: "warn", Title: name, Text: name, MoreWays: name, Notes: []string{name},
		Ways:       []views.ImpactWay{{Steps: []views.Link{{Label: name, URL: urls.ToUser(name)}, {Label: name, URL: urls.ToGroup(name)}}}},
		Figures:    []views.ImpactFigure{{Number: "3", Label: "people lose access"}},
		Shifts:     []views.ImpactShifts{{Title: "Roles", Count: "7 lost", Rows: six[:1], More: six, Rest: name}},
		PeopleHead: "People", People: []views.ImpactPerson{{Name: name, URL: urls.ToUser(name), Change: "loses 1 role"}},
		All: views.Link{Label: "See all 3 people", URL: urls.Impact},
	}
}

// The list of all opens beside the form, which stays as it is.
func TestTheFormStaysWhileItsImpactIsRead(t *testing.T) {
	told := impact("X")
	doc := render(t, views.SheetDialog(views.Sheet{Title: "Remove?", Submit: "Remove", Impact: &told}, views.Nothing()))
	all := doc.Find("form.sheet #impact a.link")
	if all.AttrOr("href", "") != urls.Impact || all.AttrOr("target", "") != "_blank" || all.Find(".sr").Text() != "(opens a new tab)" {
		t.Errorf("%d links", all.Length())
	}
	told.All.URL, told.AllOf = "", []string{"add member u g"}
	doc = render(t, views.SheetDialog(views.Sheet{Title: "Remove?", Submit: "Remove", Impact: &told}, views.Nothing()))
	if doc.Find("form form").Length() != 0 || doc.Find("form#impact-all[hidden][target=_blank][action='"+urls.Impact+"'] input[name=csrf]").Length() != 1 {
		t.Error("the form that posts the changes is not beside the other one")
	}
	if got := doc.Find("#impact [form=impact-all]").Length(); got != 2 {
		t.Errorf("%d fields belong to it, want a change and a button", got)
	}
}

// A note is announced when it comes, and not before.
func TestImpactsAreAnnounced(t *testing.T) {
	told := impact("X")
	if got := render(t, views.ImpactNote(told)).Find("#impact").AttrOr("data-status", ""); got != "X" {
		t.Errorf("status = %q", got)
	}
	later := render(t, views.ImpactNote(views.Impact{Form: urls.NewRole, Later: true})).Find("#impact")
	if _, busy := later.Attr("aria-busy"); !busy || later.AttrOr("data-status", "") != "" || later.AttrOr("hx-trigger", "") != "load, chosen delay:250ms" {
		t.Errorf("a note that is on its way: busy = %t, status = %q", busy, later.AttrOr("data-status", ""))
	}
}
