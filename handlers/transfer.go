package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// TransferAPI is what import and export ask of the Authorization API.
type TransferAPI interface {
	Export(ctx context.Context, directory bool) (json.RawMessage, error)
	PlanImport(ctx context.Context, document json.RawMessage, mode authz.ImportMode) (authz.ImportPlan, error)
	ImportImpact(ctx context.Context, document json.RawMessage, mode authz.ImportMode, page, perPage int) (*authz.Impact, error)
	Import(ctx context.Context, document json.RawMessage, mode authz.ImportMode) error
	SnapshotsAPI
}

// Transfer serves the export of the tenant and, in two steps, the import of one and
// the restoring of what was there before.
type Transfer struct {
	API TransferAPI
	Now func() time.Time // nil: the clock
}

// directoryScopes is what an export with the directory needs beside the scope
// of any export.
var directoryScopes = []string{"read:users", "read:connections", "read:applications", "read:resource-server"}

// Show shows the downloads and the form of an import.
func (h Transfer) Show(c echo.Context) error {
	return h.show(c, http.StatusOK, views.TransferForm{Merge: true})
}

func (h Transfer) show(c echo.Context, status int, f views.TransferForm) error {
	f.Refusal = needs(c, session.Authorization, updateConfiguration)
	plain := needs(c, session.Authorization, "read:configuration")
	whole := plain
	for _, scope := range directoryScopes {
		if whole == "" {
			whole = needs(c, session.Authorization, scope)
		}
	}
	f.Exports = []views.Action{
		{ID: "export-plain", Label: "Export", Icon: "download", URL: urls.ToExport(false), Refusal: plain},
		{ID: "export-directory", Label: "Export with the directory", Icon: "download", URL: urls.ToExport(true), Refusal: whole},
	}
	snapshots, err := h.snapshotList(c)
	if err != nil {
		return err
	}
	f.Snapshots = snapshots
	return showConfiguration(c, status, transferTab, views.TransferPart(f))
}

// Export sends the tenant as a file.
func (h Transfer) Export(c echo.Context) error {
	directory := c.FormValue("directory") == "true"
	document, err := h.API.Export(c.Request().Context(), directory)
	if err != nil {
		return err
	}
	name := "trellis-export.json"
	if directory {
		name = "trellis-export-with-directory.json"
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, document)
}

// Plan shows what the import of a file would do. It changes nothing.
func (h Transfer) Plan(c echo.Context) error {
	mode := modeOf(c)
	file, document, problem := uploaded(c)
	if problem == "" && !json.Valid(document) {
		problem = "This file is not JSON. Choose a document that an export made."
	}
	if problem != "" {
		return h.show(c, http.StatusUnprocessableEntity, views.TransferForm{Merge: mode == authz.Merge, Problem: problem})
	}
	plan, err := h.API.PlanImport(c.Request().Context(), document, mode)
	if problemsOf(err) != nil || isBadDocument(err) {
		return h.show(c, http.StatusUnprocessableEntity, views.TransferForm{Merge: mode == authz.Merge, Problem: messageOf(err)})
	}
	if err != nil {
		return err
	}
	return h.ask(c, http.StatusOK, file, document, plan, false)
}

// Import does what Plan showed, and not something else: when the tenant has
// changed meanwhile, the person looks again.
func (h Transfer) Import(c echo.Context) error {
	ctx, mode, document := c.Request().Context(), modeOf(c), json.RawMessage(c.FormValue("document"))
	if !json.Valid(document) {
		return h.show(c, http.StatusUnprocessableEntity, views.TransferForm{Merge: mode == authz.Merge, Problem: "Choose the file once more."})
	}
	plan, err := h.API.PlanImport(ctx, document, mode)
	if err != nil {
		return err
	}
	if !plan.Valid || c.FormValue("plan") != digest(plan) {
		return h.ask(c, http.StatusConflict, c.FormValue("file"), document, plan, true)
	}
	if err := h.API.Import(ctx, document, mode); err != nil {
		return err
	}
	return moveOn(c, urls.Transfer, "Imported", planWords(plan))
}

// planWords says how much plan came to.
func planWords(plan authz.ImportPlan) string {
	return fmt.Sprintf("%s created, %s changed, %s deleted.",
		number(total(plan.Created)), number(total(plan.Changed)), number(total(plan.Deleted)))
}

func modeOf(c echo.Context) authz.ImportMode {
	if c.FormValue("mode") == string(authz.Replace) {
		return authz.Replace
	}
	return authz.Merge
}
