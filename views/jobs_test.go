package views_test

import (
	"testing"

	"github.com/a-h/templ"

	"trellis/views"
	"trellis/views/urls"
)

// jobPages is every page of jobs, with name wherever somebody else chose the words.
func jobPages(l views.Layout, name string, sheet views.Sheet, picker views.Picker) map[string]templ.Component {
	single := picker
	single.Single, single.More, single.Next = true, name, "100"
	return map[string]templ.Component{
		"job, to begin":  views.JobPage(l, job(name)),
		"job, running":   views.JobPage(l, running(name)),
		"job, no line":   views.JobPage(l, views.Job{Title: name, URL: urls.ToJob("j"), Back: views.Link{Label: name, URL: urls.Groups}, Result: urls.ToJobResult("j"), ResultLabel: "Result file", Ended: true}),
		"jobs":           views.JobsPage(l, views.JobList{Rows: []views.JobRow{{Title: name, URL: urls.ToJob("j"), Kind: views.Good, State: name, Counts: name}}}),
		"jobs, none":     views.JobsPage(l, views.JobList{}),
		"job, target":    views.SheetPage(l, sheet, views.PickerBody(single)),
		"many, to paste": views.SheetPage(l, sheet, views.ManyFields(views.ManyForm{List: name, Problem: name})),
	}
}

func job(name string) views.Job {
	return views.Job{
		Title: name, Text: name, URL: urls.ToJob("j"), Back: views.Link{Label: name, URL: urls.Groups}, Kind: views.Good, State: name, Status: name, Why: name,
		Counts:    []views.JobCount{{Kind: views.Bad, Label: name, Number: "3", URL: urls.ToJob("j"), Current: true}},
		Ambiguous: []views.JobChoice{{Name: "choice-1", Text: name, Options: []views.Option{{Value: name, Label: name}}}},
		Lines:     []views.JobLine{{Number: "1", Text: name, Label: name, Kind: views.Bad, Verdict: name, Reason: name}}, AllLines: urls.ToJob("j"),
		Start: views.JobButton{Label: name, URL: urls.ToJobStart("j")}, Again: views.JobButton{Label: name, URL: urls.ToJobAgain("j"), Refusal: name},
		Also:   views.JobButton{Name: "await", Label: name, URL: urls.ToJobStart("j")},
		Cancel: urls.ToJobCancel("j"), Drop: urls.ToJobDrop("j"), Result: urls.ToJobResult("j"), ResultLabel: "Result file",
	}
}

func running(name string) views.Job {
	j := job(name)
	j.Busy, j.Done, j.All, j.Progress = true, 3, 10, "3 of 10"
	return j
}

// While a job runs its page asks for itself; without script there is a link. When
// it is over it asks no more.
func TestAJobsPageAsksForProgressUntilTheEnd(t *testing.T) {
	doc := render(t, views.JobPart(running("x")))
	part := doc.Find("#job")
	if part.AttrOr("hx-get", "") != "/jobs/j" || part.AttrOr("data-status", "") != "x" {
		t.Errorf("a running job asks at %q and says %q", part.AttrOr("hx-get", ""), part.AttrOr("data-status", ""))
	}
	if bar := doc.Find("progress"); bar.AttrOr("value", "") != "3" || bar.AttrOr("max", "") != "10" {
		t.Errorf("progress = %s of %s", bar.AttrOr("value", ""), bar.AttrOr("max", ""))
	}
	if doc.Find("a.noscript[href='/jobs/j']").Length() != 1 || doc.Find("form[action='/jobs/j/cancel']").Length() != 1 {
		t.Error("without script there is no way to see the progress, or to stop")
	}
	over := render(t, views.JobPart(job("x")))
	if _, asks := over.Find("#job").Attr("hx-get"); asks || over.Find("progress").Length() != 0 {
		t.Error("a job that is over still asks for its progress")
	}
	if over.Find("select[form=job-start]").Length() != 1 || over.Find("form#job-start").Length() != 1 {
		t.Error("the choices do not belong to the form that begins the job")
	}
}
