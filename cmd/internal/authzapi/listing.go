package authzapi

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// listing is a list that the API always gave whole, as the query asks for it: in
// another order, a page of it, with some fields only. With include_totals it
// stands under its name in an object, beside the totals. Without any of these it
// is items, as ever.
func listing[T any](c *call, name string, items []T) (any, error) {
	return listingOf(c, name, items, func(r record) []record { return []record{r} })
}

// listingOf is listing where the named fields are those of some parts of an item;
// the first of them decides about the order.
func listingOf[T any](c *call, name string, items []T, parts func(record) []record) (any, error) {
	if !asksForPart(c.query) {
		return orEmpty(items), nil
	}
	all, err := recordsOf(items, nil)
	if err != nil {
		return nil, err
	}
	sorted(all, c.query, func(r record) record { return parts(r)[0] })
	f := findOf(c.query)
	shown := all
	if f.Limit > 0 {
		from := min(f.Offset, len(all))
		shown = all[from:min(from+f.Limit, len(all))]
	}
	for _, r := range shown {
		for _, part := range parts(r) {
			part.onlyKnown(fieldsOf(c.query))
		}
	}
	if !isTrue(c.query, "include_totals") {
		return shown, nil
	}
	if f.Limit == 0 {
		f.Limit = len(all)
	}
	return record{name: shown, "total": len(all), "start": f.Offset, "limit": f.Limit, "length": len(shown)}, nil
}

// asksForPart reports whether q asks for anything else than a whole list.
func asksForPart(q url.Values) bool {
	return slices.ContainsFunc([]string{"page", "per_page", "sort", "fields", "include_totals"}, q.Has)
}

// sorted puts all into the order of q. What is missing stays last: of it only the
// id is known.
func sorted(all []record, q url.Values, by func(record) record) {
	field, down := sortOf(q)
	if field == "" {
		return
	}
	slices.SortStableFunc(all, func(a, b record) int {
		a, b = by(a), by(b)
		if order := cmp.Compare(rankMissing(a), rankMissing(b)); order != 0 {
			return order
		}
		order := cmp.Compare(strings.ToLower(a.text(field)), strings.ToLower(b.text(field)))
		if down {
			order = -order
		}
		return order
	})
}

func rankMissing(r record) int {
	if r["missing"] == true {
		return 1
	}
	return 0
}

// onlyKnown is only, but that r is missing stays said.
func (r record) onlyKnown(fields []string) {
	gone := rankMissing(r) > 0
	if r.only(fields); gone {
		r["missing"] = true
	}
}

// part is an object within r.
func (r record) part(name string) record {
	m, _ := r[name].(map[string]any)
	return m
}
