package handlers_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// archive is a tenant that can be exported and imported. What was imported is
// written down.
type archive struct {
	plan   authz.ImportPlan
	refuse error // what planning comes to
	wrote  []string

	snapshots []authz.Snapshot
	lost      error // what listing them comes to
}

func (a *archive) Export(_ context.Context, directory bool) (json.RawMessage, error) {
	if directory {
		return json.RawMessage(`{"users":[]}`), nil
	}
	return json.RawMessage(`{"groups":[]}`), nil
}

func (a *archive) ImportImpact(_ context.Context, _ json.RawMessage, _ authz.ImportMode, page, _ int) (*authz.Impact, error) {
	if page > 0 {
		return &authz.Impact{}, nil
	}
	return a.plan.Impact, nil
}

func (a *archive) PlanImport(_ context.Context, _ json.RawMessage, mode authz.ImportMode) (authz.ImportPlan, error) {
	a.plan.Mode = mode
	return a.plan, a.refuse
}

func (a *archive) Import(_ context.Context, document json.RawMessage, mode authz.ImportMode) error {
	a.wrote = append(a.wrote, string(mode)+" "+string(document))
	return nil
}

func (a *archive) Snapshots(context.Context) ([]authz.Snapshot, error) { return a.snapshots, a.lost }

func (a *archive) RestoreImpact(_ context.Context, _ string, page, _ int) (*authz.Impact, error) {
	return a.ImportImpact(context.Background(), nil, authz.Replace, page, 0)
}

func (a *archive) PlanRestore(context.Context, string) (authz.ImportPlan, error) {
	a.plan.Mode = authz.Replace
	return a.plan, a.refuse
}

func (a *archive) Restore(_ context.Context, id string) error {
	a.wrote = append(a.wrote, "restore "+id)
	return nil
}

func tally(total int, names ...string) map[string]authz.Tally {
	t := authz.Tally{Total: total}
	for _, name := range names {
		t.Records = append(t.Records, authz.NamedItem{ID: "id-" + name, Name: name})
	}
	return map[string]authz.Tally{"groups": t}
}

func transfer(a *archive, scopes ...string) door {
	h := handlers.Transfer{API: a, Now: func() time.Time { return noon }}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(cmp.Or(upstream.StatusOf(err), http.StatusInternalServerError), err.Error())
	}
	e.GET(urls.Transfer, h.Show)
	e.GET(urls.Export, h.Export)
	e.POST(urls.Transfer, h.Plan)
	e.POST(urls.Import, h.Import)
	e.POST(urls.ImportImpact, h.Impact)
	e.POST(urls.ImportImpactExport, h.ImpactFile)
	e.GET(urls.Restore, h.PlanRestore)
	e.POST(urls.RestoreImpact, h.RestoreImpact)
	e.POST(urls.RestoreImpactExport, h.RestoreImpactFile)
	e.POST(urls.Restore, h.Restore)
	return door{echo: e, session: &session.Data{
		Subject: "auth0|ada", Name: "Ada",
		Tokens: map[session.API]session.Token{session.Authorization: {Scopes: scopes}},
	}}
}

// upload sends document as a browser sends a chosen file; "" is no file.
func (d door) upload(t *testing.T, mode, document string) page {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if document != "" {
		part, err := w.CreateFormFile("document", "tenant.json")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(document))
	}
	_ = w.WriteField("mode", mode)
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, urls.Transfer, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return d.send(t, r, "")
}

func TestExport(t *testing.T) {
	d := transfer(&archive{}, "read:configuration")
	for target, want := range map[string]string{urls.ToExport(false): `{"groups":[]}`, urls.ToExport(true): `{"users":[]}`} {
		p := d.get(t, target, "")
		if p.Body.String() != want || !strings.HasPrefix(p.Header().Get("Content-Disposition"), "attachment; ") {
			t.Errorf("%s: %s as %q", target, p.Body, p.Header().Get("Content-Disposition"))
		}
	}
	p := d.get(t, urls.Transfer, "")
	if got := p.doc.Find("button:contains('Export with the directory')").AttrOr("title", ""); !strings.Contains(got, "Needs read:users") {
		t.Errorf("the directory is refused with %q", got)
	}
	if got := p.doc.Find("a:contains('Export')").Length(); got < 1 {
		t.Error("a plain export is not offered")
	}
}

func TestImportShowsWhatWouldChange(t *testing.T) {
	a := &archive{plan: authz.ImportPlan{
		Valid: true, Created: tally(120, "Finance", ""), Deleted: tally(2, "Old", "Older"),
		Unresolved: authz.Findings{Total: 1, Records: []authz.Finding{{Where: "groups[0].members[0]", Message: "auth0|1 does not exist"}}},
	}}
	p := transfer(a, configuring...).upload(t, "replace", "\xef\xbb\xbf{ \"groups\": [] }")
	if p.Code != http.StatusOK || len(a.wrote) != 0 {
		t.Fatalf("status = %d, wrote %q", p.Code, a.wrote)
	}
	if got, want := p.text("tbody tr"), "Groups 120 Finance id- and 118 more None 2 Old Older"; got != want {
		t.Errorf("row = %q, want %q", got, want)
	}
	if got := p.text(".note.warn"); !strings.Contains(got, "groups[0].members[0] auth0|1 does not exist") {
		t.Errorf("note = %q", got)
	}
	if got := p.text("form .btn.bad"); got != "Import and delete 2 records" {
		t.Errorf("button = %q", got)
	}
}

func TestImportOfNothing(t *testing.T) {
	bad := &upstream.Error{Status: 400, Message: "The document cannot be imported."}
	tests := []struct {
		name, document string
		refuse         error
		want           string
	}{
		{"no file", "", nil, "Choose the file that shall be imported."},
		{"not JSON", "<html>", nil, "This file is not JSON. Choose a document that an export made."},
		{"refused by the API", "[]", bad, "The document cannot be imported."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := transfer(&archive{refuse: tt.refuse}, configuring...).upload(t, "replace", tt.document)
			if p.Code != http.StatusUnprocessableEntity || p.text(".problem") != tt.want {
				t.Errorf("status = %d, problem = %q", p.Code, p.text(".problem"))
			}
			if p.doc.Find("input[value=replace][checked]").Length() != 1 {
				t.Error("the form forgets how to import")
			}
		})
	}
}

// A document with problems, and one that is there already, offer no import.
func TestImportThatCannotBeDone(t *testing.T) {
	problem := authz.Findings{Total: 30, Records: []authz.Finding{{Where: "groups[3].name", Message: "is taken"}}}
	for want, plan := range map[string]authz.ImportPlan{
		"This document cannot be imported.": {Problems: problem, Created: tally(1, "Finance")},
		"Nothing would change.":             {Valid: true, Created: map[string]authz.Tally{"groups": {}}},
	} {
		p := transfer(&archive{plan: plan}, configuring...).upload(t, "merge", "{}")
		if !strings.Contains(p.text(".note"), want) || p.doc.Find("main form button[class*=pri], main form button[class*=bad]").Length() != 0 {
			t.Errorf("%s: note = %q, %d buttons", want, p.text(".note"), p.doc.Find("main form button[class*=pri], main form button[class*=bad]").Length())
		}
	}
}

func TestImportIsDoneAsItWasShown(t *testing.T) {
	a := &archive{plan: authz.ImportPlan{Valid: true, Created: tally(1, "Finance")}}
	d := transfer(a, configuring...)
	p := d.upload(t, "merge", `{ "groups": [ ] }`)
	form := url.Values{}
	for _, field := range p.doc.Find("form[action='" + urls.Import + "'] input").EachIter() {
		form.Set(field.AttrOr("name", ""), field.AttrOr("value", ""))
	}

	a.plan.Deleted = tally(1, "Somebody's new group")
	p = d.post(t, urls.Import, form, "")
	if p.Code != http.StatusConflict || len(a.wrote) != 0 || !strings.Contains(p.text(".note.warn"), "The tenant changed since you looked.") {
		t.Fatalf("status = %d, wrote %q: %s", p.Code, a.wrote, p.text(".note.warn"))
	}

	a.plan.Deleted = nil
	p = d.post(t, urls.Import, form, "")
	if p.Code != http.StatusSeeOther || strings.Join(a.wrote, "") != `merge {"groups":[]}` {
		t.Errorf("status = %d, wrote %q", p.Code, a.wrote)
	}
}

// What an import does to people is told with the plan, and all of it beside it.
func TestImportTellsItsImpact(t *testing.T) {
	says := twoLose()
	a := &archive{plan: authz.ImportPlan{Valid: true, Deleted: tally(1, "Old"), Impact: &says}}
	d := transfer(a, configuring...)
	p := d.upload(t, "replace", `{"groups":[]}`)
	if got := p.text("#impact .note b"); got != "2 people lose 1 role and 1 permission" {
		t.Errorf("note = %q", got)
	}
	button := p.doc.Find("form[action='" + urls.Import + "'] button[formaction='" + urls.ImportImpact + "']")
	if got := words(button); got != "See all 2 people (opens a new tab)" {
		t.Errorf("button = %q", got)
	}
	form := url.Values{"document": {`{"groups":[]}`}, "mode": {"replace"}}
	p = d.post(t, urls.ImportImpact, form, "")
	if p.Code != http.StatusOK || p.doc.Find("#list tbody tr").Length() != 2 || len(a.wrote) != 0 {
		t.Errorf("status = %d, %d rows, wrote %q", p.Code, p.doc.Find("#list tbody tr").Length(), a.wrote)
	}
	if p = d.post(t, urls.ImportImpactExport, form, ""); strings.Count(p.Body.String(), "\r\n") != 4 {
		t.Errorf("file = %q", p.Body)
	}
	if p = d.post(t, urls.ImportImpact, url.Values{"document": {"{"}}, ""); p.Code == http.StatusOK {
		t.Error("a document that is none is told of")
	}
	a.plan.Impact = nil
	if got := d.upload(t, "replace", `{}`).text("#impact .note b"); got != "What this does to people is not known" {
		t.Errorf("a tenant that does not tell: %q", got)
	}
}
