package handlers

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// SnapshotsAPI is what restoring what was there before an import asks.
type SnapshotsAPI interface {
	Snapshots(context.Context) ([]authz.Snapshot, error)
	RestoreImpact(ctx context.Context, id string, page, perPage int) (*authz.Impact, error)
	PlanRestore(ctx context.Context, id string) (authz.ImportPlan, error)
	Restore(ctx context.Context, id string) error
}

// snapshotList words what was there before imports, or why that is not known.
func (h Transfer) snapshotList(c echo.Context) (views.SnapshotList, error) {
	found, err := h.API.Snapshots(c.Request().Context())
	if upstream.StatusOf(err) == http.StatusUnauthorized {
		return views.SnapshotList{}, err
	}
	list := views.SnapshotList{Problem: wentWrong(err)}
	if unknownHere(err) {
		list.Problem = "This tenant's API keeps no snapshots that could be read here."
	}
	for _, s := range found {
		when := moment(s.At, now(h.Now))
		list.Rows = append(list.Rows, views.SnapshotRow{
			When: when, Who: snapshotActor(s), Held: heldWords(s.Counts),
			Restore: views.Action{
				Label: "Restore", Icon: "undo", URL: urls.ToRestore(s.ID),
				Refusal: needs(c, session.Authorization, updateConfiguration),
			},
		})
	}
	return list, nil
}

// snapshotActor is what to call who made the import.
func snapshotActor(s authz.Snapshot) string {
	return cmp.Or(s.Actor.Name, strings.TrimSuffix(s.Actor.Subject, "@clients"), s.Actor.Client, "Somebody")
}

// heldWords says how many records of each collection a snapshot has.
func heldWords(counts map[string]int) string {
	var parts []string
	for _, key := range slices.SortedFunc(maps.Keys(counts), byCollection) {
		parts = append(parts, collectionName(key)+" "+number(counts[key]))
	}
	return strings.Join(parts, ", ")
}

// snapshot is the one that the request names.
func (h Transfer) snapshot(c echo.Context) (authz.Snapshot, error) {
	all, err := h.API.Snapshots(c.Request().Context())
	if err != nil {
		return authz.Snapshot{}, err
	}
	for _, s := range all {
		if s.ID == idOf(c) {
			return s, nil
		}
	}
	return authz.Snapshot{}, &upstream.Error{Status: http.StatusNotFound, Message: "This snapshot is no longer there. The newest five are kept."}
}

// PlanRestore shows what restoring a snapshot would do. It changes nothing.
func (h Transfer) PlanRestore(c echo.Context) error {
	s, err := h.snapshot(c)
	if err != nil {
		return err
	}
	plan, err := h.API.PlanRestore(c.Request().Context(), s.ID)
	if err != nil {
		return err
	}
	return h.askRestore(c, http.StatusOK, s, plan, false)
}

// Restore does what PlanRestore showed, and not something else.
func (h Transfer) Restore(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := h.snapshot(c)
	if err != nil {
		return err
	}
	plan, err := h.API.PlanRestore(ctx, s.ID)
	if err != nil {
		return err
	}
	if !plan.Valid || c.FormValue("plan") != digest(plan) {
		return h.askRestore(c, http.StatusConflict, s, plan, true)
	}
	if err := h.API.Restore(ctx, s.ID); err != nil {
		return err
	}
	return moveOn(c, urls.Transfer, "Restored", planWords(plan))
}

// askRestore shows plan and asks whether it shall be done.
func (h Transfer) askRestore(c echo.Context, status int, s authz.Snapshot, plan authz.ImportPlan, changed bool) error {
	p := importPlan(plan)
	p.Title, p.What, p.Action = "What restoring would change", "Restore", urls.ToRestore(s.ID)
	p.Mode = "Machine clients and the people who may sign in stay as they are"
	p.File = "Snapshot of " + snapshotTime(s.At) + ", before an import by " + snapshotActor(s)
	p.Changed, p.Keep = changed, []views.Hidden{{Name: "plan", Value: digest(plan)}}
	p.Impact, p.All = importNote(plan, urls.ToRestoreImpact(s.ID))
	p.Submit = "Restore"
	if gone := total(plan.Deleted); gone > 0 {
		p.Submit = "Restore and delete " + count(gone, "record")
	}
	l := layout(c, p.Title, urls.Configuration)
	return views.Serve(c.Response(), c.Request(), status, views.ImportPlanPage(l, p))
}

// snapshotTime is when a snapshot was taken, exactly.
func snapshotTime(at string) string {
	if exact := moment(at, time.Time{}).Exact; exact != "" {
		return exact
	}
	return at
}
