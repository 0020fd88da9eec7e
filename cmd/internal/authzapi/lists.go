package authzapi

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"trellis/cmd/internal/store"
)

// perPage is how many records a page of groups, roles or permissions has when
// only the page is named.
const perPage = 50

// findOf is what a list should read, as the query has it.
func findOf(q url.Values) store.Find {
	f := store.Find{Search: q.Get("q"), Field: q.Get("field"), Of: q.Get("application")}
	f.Sort, f.Down = sortOf(q)
	if q.Has("page") || q.Has("per_page") {
		f.Limit = numberOr(q, "per_page", perPage)
		f.Offset = numberOr(q, "page", 0) * f.Limit
	}
	return f
}

// sortOf is the field to sort by, and whether downwards.
func sortOf(q url.Values) (field string, down bool) {
	field, direction, _ := strings.Cut(q.Get("sort"), ":")
	return field, direction == "-1"
}

// numberOr is an integer of the query, which the document has checked.
func numberOr(q url.Values, name string, otherwise int) int {
	n, err := strconv.Atoi(q.Get(name))
	if err != nil {
		return otherwise
	}
	return n
}

func isTrue(q url.Values, name string) bool { return strings.EqualFold(q.Get(name), "true") }

// fieldsOf is the fields that the query asks for; nil is those that the answer
// has by itself.
func fieldsOf(q url.Values) []string {
	if !q.Has("fields") {
		return nil
	}
	return strings.Split(q.Get("fields"), ",")
}

// totals is what a list says beside its records. Start, Limit and Length are
// there when include_totals asks for them, as in lists of the Management API.
type totals struct {
	Total  int  `json:"total"`
	Start  *int `json:"start,omitempty"`
	Limit  *int `json:"limit,omitempty"`
	Length *int `json:"length,omitempty"`
}

// totalsOf words n for a list of length records: everything, as the old API
// does, or with include_totals what was found and where this part of it lies.
func totalsOf(q url.Values, n store.Totals, length int) totals {
	if !isTrue(q, "include_totals") {
		return totals{Total: n.All}
	}
	f := findOf(q)
	if f.Limit == 0 {
		f.Limit = n.Found // no page was asked for
	}
	return totals{Total: n.Found, Start: &f.Offset, Limit: &f.Limit, Length: &length}
}

// record is a record as an object, for answers whose fields depend on the request.
type record map[string]any

// recordOf is v, which becomes a JSON object, as a record.
func recordOf(v any) (record, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encoding a record: %w", err)
	}
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("encoding a record: %w", err)
	}
	return r, nil
}

// only keeps the named fields of r; nil keeps all.
func (r record) only(fields []string) record {
	if fields == nil {
		return r
	}
	for name := range r {
		if !slices.Contains(fields, name) {
			delete(r, name)
		}
	}
	return r
}

// recordsOf is items as records with the named fields.
func recordsOf[T any](items []T, fields []string) ([]record, error) {
	out := make([]record, len(items))
	for i, item := range items {
		r, err := recordOf(item)
		if err != nil {
			return nil, err
		}
		out[i] = r.only(fields)
	}
	return out, nil
}

// orEmpty is items as a list that JSON shows, even when there are none.
func orEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// page is the part of items that a page counted from 1 has.
func page[T any](items []T, number, size int) []T {
	from := min((max(number, 1)-1)*size, len(items))
	return items[from:min(from+size, len(items))]
}

// gone is an id that a group names and nothing has.
type gone struct {
	ID      string `json:"_id"`
	Missing bool   `json:"missing"`
}

// withGone is found, and after it those of ids that are not among them when the
// query asks for them.
func withGone[T any](q url.Values, ids []string, found []T, id func(T) string) []any {
	out := make([]any, 0, len(found))
	known := map[string]bool{}
	for _, f := range found {
		out = append(out, f)
		known[id(f)] = true
	}
	if isTrue(q, "missing") {
		for _, i := range ids {
			if !known[i] {
				out = append(out, gone{ID: i, Missing: true})
			}
		}
	}
	return out
}
