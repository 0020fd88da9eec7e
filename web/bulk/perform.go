package bulk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"trellis/web/session"
	"trellis/web/upstream"
)

const (
	mostTries = 3           // of a part that no API answered
	mostWaits = 60          // of one part, that an API asked for
	shortWait = time.Second // when an API does not say how long
	mostLost  = 2           // parts in a row: then the API is down, and the rest waits
)

// lost says that an API is down, and the rest of the job better waits.
type lost struct{ error }

func (l lost) Unwrap() error { return l.error }

// perform does what is to be done, part by part.
func (r *Runner) perform(ctx context.Context, live *run) error {
	j := live.copy()
	inARow := 0
	for _, part := range j.parts() {
		switch err := r.doPart(ctx, live, part); {
		case err == nil:
			inARow = 0
		case !isOutage(err):
			return err
		default:
			if inARow++; inARow == mostLost {
				return lost{err}
			}
			live.settle(part, Failed, reasonOf(err))
		}
	}
	return nil
}

// parts are the lines to be done, as many at once as one call takes. Emails and what
// is in use come last: they have a call of their own.
func (j Job) parts() [][]int {
	var plain, apart []int
	for i, l := range j.Lines {
		switch {
		case l.Verdict != Planned:
		case l.Awaited, l.Release:
			apart = append(apart, i)
		default:
			plain = append(plain, i)
		}
	}
	size := j.Task.part()
	return slices.Concat(slices.Collect(slices.Chunk(plain, size)), slices.Collect(slices.Chunk(apart, size)))
}

// doPart does the lines of part. When the API refuses them, they are tried in
// halves, until the lines are found that it refuses. An error says that nobody
// knows about the part, or that the job cannot go on.
func (r *Runner) doPart(ctx context.Context, live *run, part []int) error {
	if _, err := r.Store.Reload(ctx); err != nil {
		return err // signed out: what the tokens still allow is not done any more
	}
	j := live.copy()
	ids := make([]string, len(part))
	for i, at := range part {
		ids[i] = j.Lines[at].ID
	}
	task, said := j.Task, ""
	switch first := j.Lines[part[0]]; {
	case first.Awaited:
		task.Kind, said = AddPending, "Kept as pending."
	case first.Release && task.Kind == DeleteRoles:
		task.Kind, said = DeleteUsedRoles, "Taken from its groups first."
	case first.Release:
		task.Kind, said = DeleteUsedPermissions, "Taken out of its roles first."
	}
	err := r.patiently(ctx, live, func() error { return r.Steps.Do(ctx, task, ids) })
	switch {
	case err == nil:
		live.settle(part, Done, said)
	case stops(err, j.Task), isOutage(err):
		return err
	case len(part) == 1:
		live.settle(part, Failed, reasonOf(err))
	default:
		half := len(part) / 2
		if err := r.doPart(ctx, live, part[:half]); err != nil {
			return err
		}
		return r.doPart(ctx, live, part[half:])
	}
	return nil
}

func (l *run) settle(part []int, v Verdict, reason string) {
	l.change(func(j *Job) {
		for _, at := range part {
			if j.Lines[at].Verdict == Planned {
				j.Lines[at].Verdict, j.Lines[at].Reason = v, reason
			}
		}
	})
}

// patiently calls step again after the waits that the API asks for, and a few
// times when there is no answer: doing a part twice comes to the same.
func (r *Runner) patiently(ctx context.Context, live *run, step func() error) error {
	for tries, waits := 1, 0; ; {
		err := step()
		var pause time.Duration
		switch {
		case err == nil:
			return nil
		case upstream.StatusOf(err) == http.StatusTooManyRequests && waits < mostWaits:
			waits++
			pause = max(retryAfter(err), shortWait)
			live.change(func(j *Job) { j.Why = "The API asks for a pause. The work goes on by itself." })
		case isOutage(err) && tries < mostTries:
			pause = shortWait << tries
			tries++
			live.change(func(j *Job) { j.Why = "The API does not answer. The work tries again by itself." })
		default:
			return err
		}
		if err := r.Wait(ctx, pause); err != nil {
			return err
		}
		live.change(func(j *Job) { j.Why = "" })
	}
}

func retryAfter(err error) time.Duration {
	e, ok := errors.AsType[*upstream.Error](err)
	if !ok {
		return 0
	}
	return e.RetryAfter
}

// isOutage reports whether nobody can tell what became of a call.
func isOutage(err error) bool {
	switch upstream.StatusOf(err) {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests:
		return true
	}
	return false
}

// stops reports whether err would meet every other line too.
func stops(err error, t Task) bool {
	switch upstream.StatusOf(err) {
	case 0, http.StatusUnauthorized, http.StatusForbidden, http.StatusInsufficientStorage:
		return true
	case http.StatusNotFound:
		return t.part() > 1 // the group or the role itself is gone
	}
	return false
}

// reasonOf words err for the person whose job it is.
func reasonOf(err error) string {
	e, ok := errors.AsType[*upstream.Error](err)
	switch {
	case errors.Is(err, session.ErrEnded), ok && e.Status == http.StatusUnauthorized:
		return "The session had ended. Signed in again, you can go on."
	case errors.Is(err, context.Canceled):
		return "It was stopped."
	case !ok:
		return "Something went wrong in Trellis."
	case e.NotGiven() && e.Message != "":
		return e.Message
	case e.Missing != "":
		return "It needs " + e.Missing + ", which your role does not include."
	case e.Message != "":
		return e.Message
	}
	return "The API refused this."
}
