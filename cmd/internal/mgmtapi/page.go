package mgmtapi

import (
	"net/http"
	"strconv"
	"strings"
)

// window is which part of a list was asked for.
type window struct {
	offset, limit int
	totals        bool
}

// window reads page, per_page and include_totals, which the door has checked.
func (c *call) window() window {
	page, _ := strconv.Atoi(c.query.Get("page"))
	limit, _ := strconv.Atoi(c.query.Get("per_page"))
	return window{offset: page * limit, limit: limit, totals: c.flag("include_totals")}
}

func (c *call) flag(name string) bool {
	set, _ := strconv.ParseBool(c.query.Get(name))
	return set
}

// list answers the entries of a page: plainly, or below name with the total.
func (c *call) list(w window, name string, entries any, total int) error {
	if !w.totals {
		return c.JSON(http.StatusOK, entries)
	}
	return c.JSON(http.StatusOK, map[string]any{"start": w.offset, "limit": w.limit, "total": total, name: entries})
}

// checkpoint is where a list goes on that is asked for by from and take.
type checkpoint struct {
	from string // "" is its beginning
	take int
}

func (c *call) checkpoint() checkpoint {
	take, err := strconv.Atoi(c.query.Get("take"))
	if err != nil {
		take = 50
	}
	return checkpoint{from: c.query.Get("from"), take: take}
}

// place is from as the store counts places.
func (p checkpoint) place() (int64, error) {
	if p.from == "" {
		return 0, nil
	}
	place, err := strconv.ParseInt(p.from, 10, 64)
	if err != nil || place < 0 {
		return 0, badQuery("from: there is no such page, or no longer")
	}
	return place, nil
}

// part answers entries below name, and next, unless it is "": where the list
// goes on.
func (c *call) part(name string, entries any, next string) error {
	answer := map[string]any{name: entries}
	if next != "" {
		answer["next"] = next
	}
	return c.JSON(http.StatusOK, answer)
}

// onFrom is the next that leads to place; "" when there is none.
func onFrom(place int64) string {
	if place == 0 {
		return ""
	}
	return strconv.FormatInt(place, 10)
}

// cut is the part of all that w shows.
func cut[T any](all []T, w window) []T {
	from := min(w.offset, len(all))
	return append([]T{}, all[from:min(from+w.limit, len(all))]...)
}

// chosen is document with the members that the caller asked for.
func (c *call) chosen(document map[string]any) map[string]any {
	list := c.query.Get("fields")
	if list == "" {
		return document
	}
	named := map[string]bool{}
	for name := range strings.SplitSeq(list, ",") {
		named[strings.TrimSpace(name)] = true
	}
	include := c.flag("include_fields")
	out := map[string]any{}
	for name, v := range document {
		if named[name] == include {
			out[name] = v
		}
	}
	return out
}

// only is the members of document that names allows.
func only(document map[string]any, names ...string) map[string]any {
	out := map[string]any{}
	for _, name := range names {
		if v, ok := document[name]; ok && v != nil {
			out[name] = v
		}
	}
	return out
}
