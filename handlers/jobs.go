package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/bulk"
	"trellis/web/session"
	"trellis/web/upstream"
)

// Jobs serves changes of many things: what each line will do, how far the work has
// come, and what became of it.
type Jobs struct {
	API     JobsAPI
	Jobs    *bulk.Runner
	Impacts Impacts
	Now     func() time.Time // nil: the clock
}

const linesPerPage = 50

// job is the job that the request names, of its person.
func (h Jobs) job(c echo.Context) (bulk.Job, error) {
	j, err := h.Jobs.Job(c.Request().Context(), idOf(c))
	if errors.Is(err, session.ErrNoWork) {
		return j, &upstream.Error{Status: http.StatusNotFound, Message: "This work is no longer there. It is kept for a day."}
	}
	return j, err
}

// List shows the person's jobs.
func (h Jobs) List(c echo.Context) error {
	jobs, err := h.Jobs.Jobs(c.Request().Context())
	if err != nil {
		return err
	}
	var list views.JobList
	for _, j := range jobs {
		kind, state := stateWords(j)
		list.Rows = append(list.Rows, views.JobRow{
			Title: titleOf(j), URL: jobURL(j), Kind: kind, State: state, Counts: countWords(j),
			Changed: moment(j.Changed.UTC().Format(time.RFC3339), now(h.Now)),
		})
	}
	return views.Serve(c.Response(), c.Request(), http.StatusOK, views.JobsPage(layout(c, "Bulk work", urls.Jobs), list))
}

// jobURL is where a job goes on.
func jobURL(j bulk.Job) string {
	if j.Task.NeedsTarget() {
		return urls.ToJobTarget(j.ID)
	}
	return urls.ToJob(j.ID)
}

// Show shows a job. While it runs the page asks for its progress by itself.
func (h Jobs) Show(c echo.Context) error {
	j, err := h.job(c)
	if err != nil {
		return err
	}
	if j.Task.NeedsTarget() && j.State != bulk.Cancelled {
		return seeOther(c, urls.ToJobTarget(j.ID))
	}
	v := h.worded(c, j)
	l := layout(c, v.Title, navOf(j.Task.Kind))
	return answer(c, http.StatusOK, views.JobPage(l, v), parts{"job": views.JobPart(v)})
}

// worded words j for its page.
func (h Jobs) worded(c echo.Context, j bulk.Job) views.Job {
	done, all := j.Progress()
	v := views.Job{
		Title: titleOf(j), Text: textOf(j), URL: urls.ToJob(j.ID), Back: views.Link{Label: "Back to the list", URL: j.Task.Back},
		Busy: j.Busy(), Done: done, All: max(all, 1), Why: j.Why,
		Progress: number(done) + " of " + number(all),
		Result:   urls.ToJobResult(j.ID), ResultLabel: "Result file",
		Cancel: urls.ToJobCancel(j.ID),
		Drop:   urls.ToJobDrop(j.ID),
	}
	v.Kind, v.State = stateWords(j)
	v.Status = statusWords(j)
	v.Ended = j.State == bulk.Finished || j.State == bulk.Cancelled
	for _, verdict := range bulk.Verdicts {
		if n := j.Count(verdict); n > 0 {
			kind, words := verdictWords(j.Task.Kind, verdict)
			v.Counts = append(v.Counts, views.JobCount{
				Kind: kind, Label: words, Number: number(n), URL: urls.JobView{Job: j.ID, Show: string(verdict)}.To(),
				Current: c.FormValue("show") == string(verdict),
			})
		}
	}
	if j.State == bulk.Ready {
		v.ResultLabel = "Preview file"
	}
	v.Start, v.Also, v.Again = h.startOf(c, j), alsoOf(c, j), againOf(c, j)
	if j.State == bulk.Ready {
		v.Ambiguous = ambiguous(j)
		v.Impact = h.Impacts.later(c, proposalOfJob(j))
	}
	h.lines(c, j, &v)
	return v
}

// lines puts a page of the lines of j into v.
func (h Jobs) lines(c echo.Context, j bulk.Job, v *views.Job) {
	at := urls.JobView{Job: j.ID, Show: c.FormValue("show"), Page: pageOf(c)}
	var lines []bulk.Line
	for _, l := range j.Lines {
		if at.Show == "" || string(l.Verdict) == at.Show {
			lines = append(lines, l)
		}
	}
	p := paging{at.Page, linesPerPage, len(lines)}
	if p.beyond() {
		p.page = p.last()
	}
	first := (p.page - 1) * linesPerPage
	for _, l := range lines[first:min(first+linesPerPage, len(lines))] {
		v.Lines = append(v.Lines, lineWords(j, l))
	}
	if at.Show != "" {
		v.AllLines = urls.ToJob(j.ID)
	}
	v.Pager = p.pager(func(n int) string {
		next := at
		next.Page = n
		return next.To()
	})
}

// Result gives what became of each line as a file.
func (h Jobs) Result(c echo.Context) error {
	j, err := h.job(c)
	if err != nil {
		return err
	}
	out := beginFile(c, "result")
	out.row("line", "entry", "id", "name", "result", "reason")
	for _, l := range j.Lines {
		_, words := verdictWords(j.Task.Kind, l.Verdict)
		out.row(strconv.Itoa(l.Number), l.Text, l.ID, l.Label, words, l.Reason)
	}
	return out.flush()
}
