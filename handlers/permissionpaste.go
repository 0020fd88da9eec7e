package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// Paste shows where many permissions are pasted.
func (h Permissions) Paste(c echo.Context) error {
	apps := h.Catalogue.read(c.Request().Context())
	return h.pasting(c, http.StatusOK, views.Paste{Application: apps.field(applicationOf(c), "")})
}

// CreatePasted previews what the pasted lines will do, and does it once the person
// has seen that.
func (h Permissions) CreatePasted(c echo.Context) error {
	ctx := c.Request().Context()
	apps := h.Catalogue.read(ctx)
	application, text := strings.TrimSpace(applicationOf(c)), c.FormValue("lines")
	form := views.Paste{Application: apps.field(application, ""), Lines: text}
	if application == "" {
		form.Application.Problem = "Choose what the permissions are for."
	}
	lines, problem := pastedLines(text)
	form.Problem = problem
	if form.Application.Problem != "" || problem != "" {
		return h.pasting(c, http.StatusUnprocessableEntity, form)
	}
	if err := h.judge(ctx, application, lines); err != nil {
		return err
	}
	form.Previewed = fingerprint(application, text)
	if c.FormValue("preview") != "" || c.FormValue("previewed") != form.Previewed {
		form.Preview, form.Summary = wordedLines(lines), pasteSummary(lines)
		return h.pasting(c, http.StatusOK, form)
	}
	h.createAll(ctx, application, apps.kind(application), lines)
	return h.pasted(c, application, lines)
}

// judge says of each line that can be read whether the application has such a
// permission. As the API does, it takes names in any case of letters for one.
func (h Permissions) judge(ctx context.Context, application string, lines []pastedLine) error {
	all, err := h.API.ListPermissions(ctx, authz.ListQuery{Of: application, Fields: []string{"_id", "name"}})
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, p := range all.Items {
		known[strings.ToLower(p.Name)] = true
	}
	for i := range lines {
		if lines[i].verdict == toCreate && known[strings.ToLower(lines[i].name)] {
			lines[i].verdict = exists
		}
	}
	return nil
}

// createAll makes the permissions of lines, one after the other. After a failure
// that is none of the line's own the others are not tried: they would fail too.
func (h Permissions) createAll(ctx context.Context, application, kind string, lines []pastedLine) {
	stopped := ""
	for i := range lines {
		l := &lines[i]
		switch {
		case l.verdict != toCreate:
		case stopped != "":
			l.verdict, l.reason = notTried, stopped
		default:
			_, err := h.API.CreatePermission(ctx, authz.PermissionInput{
				Name: l.name, Description: l.description, ApplicationType: kind, ApplicationID: application,
			})
			l.verdict = created
			if err != nil {
				l.verdict, l.reason = failed, messageOf(err)
			}
			if err != nil && problemsOf(err) == nil {
				stopped = "Not tried after the line before failed."
			}
		}
	}
}

// fingerprint tells whether a preview is of these lines. Browsers do not agree on
// how lines end.
func fingerprint(application, text string) string {
	sum := sha256.Sum256([]byte(application + "\n" + strings.ReplaceAll(text, "\r\n", "\n")))
	return hex.EncodeToString(sum[:8])
}

func (h Permissions) pasting(c echo.Context, status int, form views.Paste) error {
	s := views.Sheet{
		Title:   "Paste permissions",
		Crumbs:  []views.Link{{Label: "Permissions", URL: urls.Permissions}, {Label: "Paste"}},
		Text:    "Many permissions of one application at once. You see what each line does before anything is made.",
		Action:  urls.PastePermissions,
		Back:    urls.PermissionIndex{Of: form.Application.Value}.To(),
		Submit:  "Preview",
		Wide:    true,
		Keep:    []views.Hidden{{Name: "preview", Value: "1"}},
		Refusal: needs(c, session.Authorization, createPermissions),
	}
	if len(form.Preview) > 0 {
		s.Keep = []views.Hidden{{Name: "previewed", Value: form.Previewed}}
		s.Submit = "Create " + count(toBeCreated(form.Preview), "permission")
		if toBeCreated(form.Preview) == 0 {
			s.Keep = []views.Hidden{{Name: "preview", Value: "1"}}
			s.Submit = "Preview"
		}
	}
	return sheet(c, status, urls.Permissions, s, views.PasteFields(form))
}

func toBeCreated(lines []views.PastedLine) int {
	n := 0
	for _, l := range lines {
		if l.Verdict == toCreate {
			n++
		}
	}
	return n
}

// pasted says what became of each line. Lines that failed can be sent again: those
// that were made are there by then.
func (h Permissions) pasted(c echo.Context, application string, lines []pastedLine) error {
	title := "Permissions created"
	for _, l := range lines {
		if l.verdict == failed || l.verdict == notTried {
			title = "Not all permissions were created"
		}
	}
	s := views.Sheet{
		Title:  title,
		Crumbs: []views.Link{{Label: "Permissions", URL: urls.Permissions}, {Label: "Paste"}},
		Action: urls.PastePermissions,
		Back:   urls.PermissionIndex{Of: application}.To(),
		Leave:  "To the permissions",
		Wide:   true,
	}
	if title != "Permissions created" {
		s.Submit = "Look at them again"
		s.Text = "What failed can be tried again. What was created stays."
		s.Keep = []views.Hidden{{Name: "application", Value: application}, {Name: "lines", Value: c.FormValue("lines")}, {Name: "preview", Value: "1"}}
	}
	return sheet(c, http.StatusOK, urls.Permissions, s, views.PasteResult(pasteSummary(lines), wordedLines(lines)))
}
