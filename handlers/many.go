package handlers

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/bulk"
	"trellis/web/session"
)

// Many serves the forms for a pasted list of users.
type Many struct {
	API  JobsAPI
	Jobs *bulk.Runner
}

// ForGroup shows where a list of members is pasted.
func (h Many) ForGroup(c echo.Context) error {
	t, err := h.groupTask(c)
	if err != nil {
		return err
	}
	return h.form(c, http.StatusOK, t, views.ManyForm{})
}

// AddToGroup makes a job of a pasted list of members.
func (h Many) AddToGroup(c echo.Context) error {
	t, err := h.groupTask(c)
	if err != nil {
		return err
	}
	return h.begin(c, t)
}

// ForRole shows where a list of users for a role is pasted.
func (h Many) ForRole(c echo.Context) error {
	t, err := h.roleTask(c)
	if err != nil {
		return err
	}
	return h.form(c, http.StatusOK, t, views.ManyForm{})
}

// AddToRole makes a job of a pasted list of users for a role.
func (h Many) AddToRole(c echo.Context) error {
	t, err := h.roleTask(c)
	if err != nil {
		return err
	}
	return h.begin(c, t)
}

func (h Many) groupTask(c echo.Context) (bulk.Task, error) {
	g, err := h.API.Group(c.Request().Context(), idOf(c))
	return bulk.Task{Kind: bulk.AddMembers, Target: g.ID, Name: named(g.Name), Back: urls.ToGroup(g.ID)}, err
}

func (h Many) roleTask(c echo.Context) (bulk.Task, error) {
	r, err := h.API.Role(c.Request().Context(), idOf(c))
	return bulk.Task{Kind: bulk.GiveRole, Target: r.ID, Name: named(r.Name), Back: urls.RoleUserList{Role: r.ID}.To()}, err
}

// begin reads the list, in the form or in its file, and makes a job of it.
func (h Many) begin(c echo.Context, t bulk.Task) error {
	text := c.FormValue("list")
	file, err := listFile(c)
	if err != nil {
		return err
	}
	lines, problem := bulk.ParseList(strings.TrimSpace(text + "\n" + file))
	if text == "" {
		lines, problem = bulk.ParseList(file)
	}
	if problem != "" {
		return h.form(c, http.StatusUnprocessableEntity, t, views.ManyForm{List: text, Problem: problem})
	}
	return beginJob(c, h.Jobs, t, lines)
}

// listFile is the content of the form's file, or empty without one.
func listFile(c echo.Context) (string, error) {
	header, err := c.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	f, err := header.Open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(f) // bounded: the whole request is
	return string(b), err
}

func (h Many) form(c echo.Context, status int, t bulk.Task, form views.ManyForm) error {
	action, scope := urls.ToGroupMembersMany(t.Target), updateGroups
	if t.Kind == bulk.GiveRole {
		action, scope = urls.ToRoleUsersMany(t.Target), giveRoles
	}
	return sheet(c, status, navOf(t.Kind), views.Sheet{
		Title:   titleOf(bulk.Job{Task: t}),
		Text:    "You see what each line does before anything is changed.",
		Action:  action,
		Back:    t.Back,
		Submit:  "Preview",
		Upload:  true,
		Wide:    true,
		Refusal: needs(c, session.Authorization, scope),
	}, views.ManyFields(form))
}
