package handlers

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"trellis/views"
	"trellis/web/authz"
)

// The kinds of a value of metadata. One that a person writes is a text.
const (
	numberKind = "number"
	truthKind  = "boolean"
)

// metadataRows are the rows of a group's metadata, by name.
func metadataRows(metadata map[string]any) []views.MetadataRow {
	var rows []views.MetadataRow
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		row := views.MetadataRow{Key: key}
		switch value := metadata[key].(type) {
		case string:
			row.Value = value
		case float64:
			row.Value, row.Kind = strconv.FormatFloat(value, 'f', -1, 64), numberKind
		case bool:
			row.Value, row.Kind = strconv.FormatBool(value), truthKind
		default:
			row.Value = fmt.Sprint(value)
		}
		rows = append(rows, row)
	}
	return rows
}

// metadataForm reads the rows of a form: those that are not blank.
func metadataForm(form url.Values) []views.MetadataRow {
	at := func(name string, i int) string {
		if values := form[name]; i < len(values) {
			return strings.TrimSpace(values[i])
		}
		return ""
	}
	var rows []views.MetadataRow
	for i := range form["meta-key"] {
		row := views.MetadataRow{Key: at("meta-key", i), Value: at("meta-value", i), Kind: at("meta-kind", i)}
		if (row.Key != "" || row.Value != "") && form.Get("drop") != strconv.Itoa(i) {
			rows = append(rows, row)
		}
	}
	return rows
}

// checkMetadata says beside each row what is wrong with it.
func checkMetadata(rows []views.MetadataRow) (fine bool) {
	seen := map[string]bool{}
	fine = true
	for i := range rows {
		switch r := &rows[i]; {
		case r.Key == "":
			r.Problem, fine = "Give this value a key.", false
		case seen[r.Key]:
			r.Problem, fine = "There is another value with the key "+r.Key+".", false
		default:
			seen[r.Key] = true
		}
	}
	return fine
}

// metadataOf is what the API stores of rows. A number stays one while it can be
// read as one, and so does a truth value.
func metadataOf(rows []views.MetadataRow) map[string]any {
	all := map[string]any{}
	for _, r := range rows {
		all[r.Key] = r.Value
		if n, err := strconv.ParseFloat(r.Value, 64); err == nil && r.Kind == numberKind {
			all[r.Key] = n
		}
		if r.Kind == truthKind && (r.Value == "true" || r.Value == "false") {
			all[r.Key] = r.Value == "true"
		}
	}
	return all
}

// metadataProblems puts what the API found wrong beside the row it is about, and
// the rest under the name of the whole.
func metadataProblems(rows []views.MetadataRow, problems map[string]string) {
	for i := range rows {
		if words := problems["metadata."+rows[i].Key]; words != "" {
			rows[i].Problem = words
			delete(problems, "metadata."+rows[i].Key)
		}
	}
	for key, words := range problems {
		if strings.HasPrefix(key, "metadata.") {
			problems["metadata"] = words
		}
	}
}

// groupInput is form as the API takes it. Metadata goes along only where there is
// some or was some: not every tenant knows it.
func groupInput(form views.GroupForm) authz.GroupInput {
	in := authz.GroupInput{Name: form.Name, Description: form.Description}
	if len(form.Metadata) > 0 || form.HadMetadata {
		in.Metadata = metadataOf(form.Metadata)
	}
	return in
}
