package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/bulk"
	"trellis/web/session"
	"trellis/web/upstream"
)

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
