package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/bulk"
	"trellis/web/session"
	"trellis/web/upstream"
)

// JobsAPI is what the choice of a job's group or role asks.
type JobsAPI interface {
	GroupReader
	RoleReader
}

// Jobs serves changes of many things: what each line will do, how far the work has
// come, and what became of it.
type Jobs struct {
	API     JobsAPI
	Jobs    *bulk.Runner
	Impacts Impacts
	Now     func() time.Time // nil: the clock
}

const linesPerPage = 50

// beginJob makes a job of lines, has them looked at, and leads to its page. One
// whose group or role has yet to be chosen waits for that.
func beginJob(c echo.Context, jobs *bulk.Runner, t bulk.Task, lines []bulk.Line) error {
	ctx := c.Request().Context()
	j := bulk.New(t, lines, time.Now())
	if t.NeedsTarget() {
		j.State = bulk.Ready
		if err := jobs.Keep(ctx, j); err != nil {
			return err
		}
		return seeOther(c, urls.ToJobTarget(j.ID))
	}
	return begun(c, j.ID, j.Task.Back, jobs.Start(ctx, j))
}

// begun leads to the page of a job that was started, or says why it was not.
func begun(c echo.Context, id, back string, err error) error {
	say := func(title, text, url string) error {
		session.From(c.Request().Context()).Say(session.Flash{Kind: views.Warn, Title: title, Text: text})
		return seeOther(c, url)
	}
	switch {
	case errors.Is(err, bulk.ErrBusy):
		return say("Other work of yours is still going on", "Wait until it is finished, or cancel it. Nothing was begun.", urls.Jobs)
	case errors.Is(err, bulk.ErrFull):
		return say("Too much work is going on", "Try again in a few minutes. Nothing was begun.", back)
	case err != nil:
		return err
	}
	return seeOther(c, urls.ToJob(id))
}

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

// Back leads to the page of a job, from an address that only does something.
func (h Jobs) Back(c echo.Context) error { return seeOther(c, urls.ToJob(idOf(c))) }

// Start begins a job, or goes on with one that was stopped. The choices between
// users with one e-mail come with it.
func (h Jobs) Start(c echo.Context) error {
	j, err := h.startable(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	chosen := map[int]string{}
	for name, values := range form {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, "choice-")); err == nil && strings.HasPrefix(name, "choice-") && values[0] != "" {
			chosen[n] = values[0]
		}
	}
	if j.State == bulk.Ready {
		j.Choose(chosen)
		if form.Get("await") != "" {
			j.Await()
		}
		if form.Get("release") != "" && alsoOf(c, j).Refusal == "" {
			j.ReleaseUses()
		}
	}
	// With choices made, the lines are looked at once more: two may mean one user.
	return begun(c, j.ID, j.Task.Back, h.Jobs.Start(c.Request().Context(), j))
}

// Again tries the lines that failed once more.
func (h Jobs) Again(c echo.Context) error {
	j, err := h.startable(c)
	if err != nil {
		return err
	}
	j.Again()
	return begun(c, j.ID, j.Task.Back, h.Jobs.Start(c.Request().Context(), j))
}

// startable is the job that the request names, when its person may run it. The
// state that the person saw is compared: a second click begins nothing.
func (h Jobs) startable(c echo.Context) (bulk.Job, error) {
	j, err := h.job(c)
	switch {
	case err != nil:
		return j, err
	case j.Busy():
		return j, &upstream.Error{Status: http.StatusConflict, Message: "This work is going on already."}
	case j.Task.NeedsTarget():
		return j, echo.NewHTTPError(http.StatusBadRequest)
	}
	if scope := scopeOf(j.Task.Kind); !session.From(c.Request().Context()).Can(session.Authorization, scope) {
		return j, &upstream.Error{Status: http.StatusForbidden, Missing: firstOf(scope)}
	}
	return j, nil
}

// Cancel stops a job. What is done stays done.
func (h Jobs) Cancel(c echo.Context) error {
	j, err := h.job(c)
	if err != nil {
		return err
	}
	if err := h.Jobs.Cancel(c.Request().Context(), j.ID); err != nil {
		return err
	}
	return seeOther(c, urls.ToJob(j.ID))
}

// Drop forgets a job.
func (h Jobs) Drop(c echo.Context) error {
	j, err := h.job(c)
	if err != nil {
		return err
	}
	if err := h.Jobs.Drop(c.Request().Context(), j.ID); err != nil {
		return err
	}
	return moveOn(c, j.Task.Back, "The list was dropped", "")
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

// PickTarget offers the groups or roles that a job can be for.
func (h Jobs) PickTarget(c echo.Context) error { return h.target(c, http.StatusOK, pickOf(c), "") }

// SetTarget settles the group or the role of a job.
func (h Jobs) SetTarget(c echo.Context) error {
	p := pickOf(c)
	if p.searching {
		return h.target(c, http.StatusOK, p, "")
	}
	j, err := h.job(c)
	if err != nil {
		return err
	}
	if len(p.chosen) != 1 {
		return h.target(c, http.StatusUnprocessableEntity, p, "Choose one "+targetNoun(j.Task.Kind)+".")
	}
	if !j.Task.NeedsTarget() {
		return seeOther(c, urls.ToJob(j.ID))
	}
	j.Task.Target = p.chosen[0]
	if j.Task.Name, err = h.nameOf(c.Request().Context(), j.Task); err != nil {
		return err
	}
	if j.Task.Kind == bulk.NestGroups {
		if err := h.refuseCircles(c.Request().Context(), &j); err != nil {
			return err
		}
	}
	return begun(c, j.ID, j.Task.Back, h.Jobs.Start(c.Request().Context(), j))
}

// refuseCircles refuses the groups of j that contain the one they shall be in.
func (h Jobs) refuseCircles(ctx context.Context, j *bulk.Job) error {
	groups, err := nestingOf(ctx, h.API)
	if err != nil {
		return err
	}
	for i := range j.Lines {
		if circle := groups.graph.Cycle(j.Task.Target, j.Lines[i].ID); circle != nil {
			j.Lines[i].Verdict, j.Lines[i].Reason = bulk.Refused, circleWords(circle)
		}
	}
	return nil
}

func (h Jobs) nameOf(ctx context.Context, t bulk.Task) (string, error) {
	if targetNoun(t.Kind) == "group" {
		g, err := h.API.Group(ctx, t.Target)
		return named(g.Name), err
	}
	r, err := h.API.Role(ctx, t.Target)
	return named(r.Name), err
}

func (h Jobs) target(c echo.Context, status int, p pick, problem string) error {
	j, err := h.job(c)
	if err != nil {
		return err
	}
	noun := targetNoun(j.Task.Kind)
	all, err := h.targets(c.Request().Context(), noun)
	if err != nil {
		return err
	}
	p.chosen = p.chosen[:min(1, len(p.chosen))]
	action := urls.ToJobTarget(j.ID)
	rows, more := p.choices(all)
	picker := p.picker(action, noun, rows, more)
	picker.Icon, picker.Single = noun+"s", true
	return pickSheet(c, status, navOf(j.Task.Kind), views.Sheet{
		Title:   chooseTitle(j),
		Text:    "You see what each line does before anything is changed.",
		Action:  action,
		Back:    j.Task.Back,
		Submit:  "Preview",
		Problem: problem,
	}, views.PickerBody(picker), picker)
}

// targets are all groups, or all roles, by name.
func (h Jobs) targets(ctx context.Context, noun string) ([]candidate, error) {
	q := authz.ListQuery{Sort: "name:1", Fields: []string{"_id", "name", "description"}}
	var out []candidate
	if noun == "group" {
		all, err := h.API.ListGroups(ctx, q)
		for _, g := range all.Items {
			out = append(out, candidate{id: g.ID, label: named(g.Name), detail: g.Description})
		}
		return out, err
	}
	all, err := h.API.ListRoles(ctx, q)
	for _, r := range all.Items {
		out = append(out, candidate{id: r.ID, label: named(r.Name), detail: r.Description})
	}
	return out, err
}
