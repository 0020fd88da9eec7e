package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/upstream"
)

// filter is one way to narrow the list of users.
type filter struct {
	by    string // "group" or "role", as in the address
	label string // of its chip
	of    func(*urls.UserList) *string
}

var userFilters = []filter{
	{"group", "In group", func(l *urls.UserList) *string { return &l.Group }},
	{"role", "With role", func(l *urls.UserList) *string { return &l.Role }},
}

// filters are the chips above the list.
func (h Users) filters(ctx context.Context, at urls.UserList) ([]views.Chip, error) {
	var out []views.Chip
	for _, f := range userFilters {
		chip := views.Chip{Label: f.label, URL: at.ToFilter(f.by), Open: urls.UserList{}.ToFilter(f.by)}
		if id := *f.of(&at); id != "" {
			name, err := h.filterName(ctx, f.by, id)
			if err != nil {
				return nil, err
			}
			without := at
			*f.of(&without) = ""
			without.Page = 1
			chip.Value, chip.Clear = name, without.To()
		}
		out = append(out, chip)
	}
	return out, nil
}

// filterName is the name of the group or role with id. One that is gone, or that
// the person may not read, goes by its id.
func (h Users) filterName(ctx context.Context, by, id string) (string, error) {
	var name string
	var err error
	if by == "group" {
		var g authz.Group
		g, err = h.API.Group(ctx, id)
		name = named(g.Name)
	} else {
		var r authz.Role
		r, err = h.API.Role(ctx, id)
		name = named(r.Name)
	}
	if status := upstream.StatusOf(err); status == http.StatusNotFound || status == http.StatusForbidden || status == http.StatusBadRequest {
		return id, nil
	}
	return name, err
}

// Filter offers groups or roles to narrow the list of users to. Each is a link to
// the list.
func (h Users) Filter(c echo.Context) error {
	at, find := userListOf(c), strings.TrimSpace(c.FormValue("find"))
	at.Page = 1
	f := userFilters[0]
	if c.FormValue("by") == userFilters[1].by {
		f = userFilters[1]
	}
	choices, err := h.filterChoices(c.Request().Context(), f, at, find)
	if err != nil {
		return err
	}
	choices.Action, choices.Search = urls.UserFilter, find
	s := views.Sheet{
		Title:  "Users " + strings.ToLower(f.label[:1]) + f.label[1:],
		Text:   "Who is directly in it. Choose one to narrow the list.",
		Action: urls.UserFilter,
		Back:   at.To(),
		Leave:  "Cancel",
		Lookup: true,
		Keep: []views.Hidden{
			{Name: "by", Value: f.by},
			{Name: "q", Value: at.Search},
			{Name: "field", Value: at.Field},
			{Name: "group", Value: at.Group},
			{Name: "role", Value: at.Role},
			{Name: "sort", Value: at.Sort},
		},
	}
	if f.by == "role" {
		s.Text = "Who holds it directly. Choose one to narrow the list."
	}
	return lookupSheet(c, urls.Users, s, choices)
}

// lookupSheet answers with links to choose from: all of it, or only the links
// while the person searches.
func lookupSheet(c echo.Context, nav string, s views.Sheet, choices views.Lookup) error {
	l := layout(c, s.Title, nav)
	return answer(c, http.StatusOK, views.SheetPage(l, s, views.LookupBody(choices)), parts{
		"dialog":  views.SheetDialog(s, views.LookupBody(choices)),
		"choices": views.LookupChoices(choices),
	})
}

// filterChoices are the groups or roles that find finds, each with the list that
// it leads to.
func (h Users) filterChoices(ctx context.Context, f filter, at urls.UserList, find string) (views.Lookup, error) {
	out := views.Lookup{Noun: f.by, Icon: f.by + "s"}
	chosen := *f.of(&at)
	add := func(id, name, detail string) {
		next := at
		*f.of(&next) = id
		out.Rows = append(out.Rows, views.LookupRow{Label: named(name), Detail: detail, URL: next.To(), Current: id == chosen})
	}
	q := authz.ListQuery{Search: find, PerPage: pickerRows, Sort: "name:1"}
	var total int
	if f.by == "group" {
		q.Fields = []string{"_id", "name", "description"}
		page, err := h.API.ListGroups(ctx, q)
		if err != nil {
			return out, err
		}
		for _, g := range page.Items {
			add(g.ID, g.Name, g.Description)
		}
		total = page.Total
	} else {
		q.Fields = []string{"_id", "name", "description"}
		page, err := h.API.ListRoles(ctx, q)
		if err != nil {
			return out, err
		}
		for _, r := range page.Items {
			add(r.ID, r.Name, r.Description)
		}
		total = page.Total
	}
	out.Status = found(total, f.by, find)
	if more := total - len(out.Rows); more > 0 {
		out.More = "And " + number(more) + " more. Search to narrow the list."
	}
	return out, nil
}
