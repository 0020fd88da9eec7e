package handlers

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// uploaded is the file of a form, or what is wrong about it.
func uploaded(c echo.Context) (name string, document json.RawMessage, problem string) {
	file, err := c.FormFile("document")
	if err != nil || file.Size == 0 {
		return "", nil, "Choose the file that shall be imported."
	}
	r, err := file.Open()
	if err != nil {
		return "", nil, "The file could not be read. Choose it once more."
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return "", nil, "The file could not be read. Choose it once more."
	}
	return file.Filename, bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), ""
}

// isBadDocument reports whether err is what the API says of a document that it
// cannot even plan with.
func isBadDocument(err error) bool {
	return upstream.StatusOf(err) == http.StatusBadRequest
}

// ask shows plan and asks whether it shall be done.
func (h Transfer) ask(c echo.Context, status int, file string, document json.RawMessage, plan authz.ImportPlan, changed bool) error {
	p := importPlan(plan)
	p.Title, p.What, p.Action = "What the import would change", "Import", urls.Import
	p.File, p.Document, p.Changed = file, compact(document), changed
	p.Keep = []views.Hidden{{Name: "mode", Value: string(plan.Mode)}, {Name: "file", Value: file}, {Name: "plan", Value: digest(plan)}}
	p.Impact, p.All = importNote(plan, urls.ImportImpact)
	l := layout(c, p.Title, urls.Configuration)
	return views.Serve(c.Response(), c.Request(), status, views.ImportPlanPage(l, p))
}

// compact is document without what does not count. A form would change its line
// ends.
func compact(document json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, document); err != nil {
		return string(document) // it was found valid before
	}
	return b.String()
}

// digest names a plan: equal plans have equal ones.
func digest(plan authz.ImportPlan) string {
	text, err := json.Marshal(plan)
	if err != nil {
		return "" // texts and numbers always have a form
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// importPlan words plan.
func importPlan(plan authz.ImportPlan) views.ImportPlan {
	p := views.ImportPlan{Mode: "Merge", Valid: plan.Valid, Submit: "Import", Rows: planRows(plan)}
	p.Idle = len(p.Rows) == 0 && plan.Valid
	if plan.Mode == authz.Replace {
		p.Mode = "Replace"
	}
	if gone := total(plan.Deleted); gone > 0 {
		p.Submit, p.Danger = "Import and delete "+count(gone, "record"), true
	}
	for _, f := range []struct {
		kind, title, text string
		found             authz.Findings
	}{
		{views.Bad, "This document cannot be imported.", "Mend it, and choose it again.", plan.Problems},
		{views.Warn, "Some references lead nowhere.", "They are kept as they are, and shown as missing.", plan.Unresolved},
		{views.Warn, "Some things are worth a look.", "", plan.Warnings},
	} {
		if f.found.Total > 0 {
			p.Findings = append(p.Findings, planFindings(f.kind, f.title, f.text, f.found))
		}
	}
	return p
}

// shownFindings is how many findings of a kind a page lists.
const shownFindings = 20

func planFindings(kind, title, text string, found authz.Findings) views.PlanFindings {
	out := views.PlanFindings{Kind: kind, Title: title, Text: text}
	for _, f := range found.Records[:min(len(found.Records), shownFindings)] {
		out.Lines = append(out.Lines, views.PlanLine{Where: f.Where, Message: f.Message})
	}
	out.More = andMore(found.Total - len(out.Lines))
	return out
}

// collectionNames are the collections of a document as people call them, in the
// order in which they are shown.
var collectionNames = []struct{ key, name string }{
	{"groups", "Groups"},
	{"roles", "Roles"},
	{"permissions", "Permissions"},
	{"applications", "Applications"},
	{"configuration", "Configuration"},
	{"users", "Users"},
	{"connections", "Connections"},
	{"clients", "Clients"},
	{"resource_servers", "APIs"},
	{"core_roles", "Tenant roles"},
	{"user_permissions", "Users with direct permissions"},
}

// planRows words what happens to each collection that something happens to.
func planRows(plan authz.ImportPlan) []views.PlanRow {
	keys := map[string]bool{}
	for _, part := range []map[string]authz.Tally{plan.Created, plan.Changed, plan.Deleted} {
		for key, t := range part {
			keys[key] = keys[key] || t.Total > 0
		}
	}
	maps.DeleteFunc(keys, func(_ string, some bool) bool { return !some })
	var rows []views.PlanRow
	for _, key := range slices.SortedFunc(maps.Keys(keys), byCollection) {
		rows = append(rows, views.PlanRow{
			Collection: collectionName(key),
			Created:    planCell(plan.Created[key]), Changed: planCell(plan.Changed[key]), Deleted: planCell(plan.Deleted[key]),
		})
	}
	return rows
}

func byCollection(a, b string) int {
	place := func(key string) int {
		for i, c := range collectionNames {
			if c.key == key {
				return i
			}
		}
		return len(collectionNames)
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
}

// collectionName is what people call the collection key.
func collectionName(key string) string {
	for _, c := range collectionNames {
		if c.key == key {
			return c.name
		}
	}
	words := strings.ReplaceAll(key, "_", " ")
	if words == "" {
		return "Records"
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

func planCell(t authz.Tally) views.PlanCell {
	if t.Total == 0 {
		return views.PlanCell{}
	}
	cell := views.PlanCell{Count: number(t.Total), More: andMore(t.Total - len(t.Records))}
	for _, r := range t.Records {
		cell.Names = append(cell.Names, firstSeen(r.Name, r.ID))
	}
	return cell
}

// andMore says how many of a list are not shown.
func andMore(n int) string {
	if n <= 0 {
		return ""
	}
	return "and " + number(n) + " more"
}

// total is how many records tallies have in all.
func total(tallies map[string]authz.Tally) int {
	n := 0
	for _, t := range tallies {
		n += t.Total
	}
	return n
}
