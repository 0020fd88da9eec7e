package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/bulk"
)

// JobsAPI is what the choice of a job's group or role asks.
type JobsAPI interface {
	GroupReader
	RoleReader
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
