package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/web/authz"
	"trellis/web/bulk"
	"trellis/web/session"
	"trellis/web/upstream"
)

// What the buttons below a list do with the rows that are checked.
const (
	toGroup  = "group"
	toRole   = "role"
	toNest   = "nest"
	toRemove = "remove"
	toDelete = "delete"
	toExport = "export"
)

// SelectUsers does something to rows of the list of users.
func (h Selection) SelectUsers(c echo.Context) error { return h.begin(c, h.users(c), userTask) }

// userTask is what a button below a list of users does.
func userTask(c echo.Context) (bulk.Task, bool) {
	switch c.FormValue("do") {
	case toGroup:
		return bulk.Task{Kind: bulk.AddMembers}, true
	case toRole:
		return bulk.Task{Kind: bulk.GiveRole}, true
	}
	return bulk.Task{}, false
}

// SelectMembers does something to members of a group.
func (h Selection) SelectMembers(c echo.Context) error {
	g, err := h.API.Group(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return h.begin(c, h.members(c), func(c echo.Context) (bulk.Task, bool) {
		if c.FormValue("do") == toRemove {
			return bulk.Task{Kind: bulk.RemoveMembers, Target: g.ID, Name: named(g.Name)}, true
		}
		return userTask(c)
	})
}

// SelectRoleUsers does something to users of a role.
func (h Selection) SelectRoleUsers(c echo.Context) error {
	r, err := h.API.Role(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	return h.begin(c, h.roleUsers(c), func(c echo.Context) (bulk.Task, bool) {
		if c.FormValue("do") == toRemove {
			return bulk.Task{Kind: bulk.TakeRole, Target: r.ID, Name: named(r.Name)}, true
		}
		return userTask(c)
	})
}

// SelectGroups does something to rows of the list of groups.
func (h Selection) SelectGroups(c echo.Context) error {
	return h.begin(c, h.groups(c), func(c echo.Context) (bulk.Task, bool) {
		if c.FormValue("do") == toRole {
			return bulk.Task{Kind: bulk.RoleToGroups}, true
		}
		if c.FormValue("do") == toNest {
			return bulk.Task{Kind: bulk.NestGroups}, true
		}
		return bulk.Task{Kind: bulk.DeleteGroups}, c.FormValue("do") == toDelete
	})
}

// SelectRoles does something to rows of the list of roles.
func (h Selection) SelectRoles(c echo.Context) error {
	return h.begin(c, h.roles(c), func(c echo.Context) (bulk.Task, bool) {
		return bulk.Task{Kind: bulk.DeleteRoles}, c.FormValue("do") == toDelete
	})
}

// SelectPermissions does something to rows of the list of permissions.
func (h Selection) SelectPermissions(c echo.Context) error {
	return h.begin(c, h.permissions(c), func(c echo.Context) (bulk.Task, bool) {
		return bulk.Task{Kind: bulk.DeletePermissions}, c.FormValue("do") == toDelete
	})
}

// begin makes a job of the rows that are checked, and leads to its page, or gives
// them as a file.
func (h Selection) begin(c echo.Context, l listing, task func(echo.Context) (bulk.Task, bool)) error {
	if c.Request().Method != http.MethodPost {
		return seeOther(c, l.at) // after signing in again
	}
	if c.FormValue("all") != "" && c.FormValue("do") == toExport {
		return export(c, l, nil)
	}
	t, known := task(c)
	switch {
	case !known && c.FormValue("do") != toExport:
		return echo.NewHTTPError(http.StatusBadRequest)
	case known && !session.From(c.Request().Context()).Can(session.Authorization, scopeOf(t.Kind)):
		return &upstream.Error{Status: http.StatusForbidden, Missing: firstOf(scopeOf(t.Kind))}
	}
	rows, problem, err := h.selected(c, l)
	if err != nil {
		return err
	}
	if problem != "" {
		session.From(c.Request().Context()).Say(session.Flash{Kind: views.Warn, Title: problem})
		return seeOther(c, l.at)
	}
	if c.FormValue("do") == toExport {
		return export(c, l, rows)
	}
	t.Back = l.at
	lines := make([]bulk.Line, len(rows))
	for i, r := range rows {
		lines[i] = bulk.Line{Number: i + 1, Text: r.label, ID: r.id, Label: r.label}
	}
	if err := h.uses(c.Request().Context(), t.Kind, lines); err != nil {
		return err
	}
	return beginJob(c, h.Jobs, t, lines)
}

// selected are the rows that the form names, or why there are none to work on.
func (h Selection) selected(c echo.Context, l listing) (rows []record, problem string, err error) {
	ctx := c.Request().Context()
	if c.FormValue("all") != "" {
		rows, err = l.whole(ctx, bulk.MostLines)
		if errors.Is(err, errTooMany) {
			return nil, "At most " + number(bulk.MostLines) + " at once. Narrow the list first.", nil
		}
	} else {
		form, bad := c.FormParams()
		if bad != nil {
			return nil, "", bad
		}
		ids := slices.DeleteFunc(slices.Clone(form["id"]), func(id string) bool { return id == "" })
		slices.Sort(ids)
		if ids = slices.Compact(ids); len(ids) > 0 {
			rows, err = l.chosen(ctx, ids[:min(len(ids), bulk.MostLines)])
		}
	}
	if err == nil && len(rows) == 0 {
		problem = "Choose at least one " + l.noun + " first."
	}
	return rows, problem, err
}

// uses refuses the lines of things that are in use, and so cannot be deleted, and
// says by what. Of the others it says what ends with them.
func (h Selection) uses(ctx context.Context, kind bulk.Kind, lines []bulk.Line) error {
	var by map[string][]string
	var ends map[string]string
	var refusal string
	var err error
	switch kind {
	case bulk.DeleteGroups:
		refusal = "Nested in "
		by, ends, err = h.groupUses(ctx)
	case bulk.DeleteRoles:
		refusal = "Given by "
		by, ends, err = h.roleUses(ctx)
	case bulk.DeletePermissions:
		refusal = "Contained in "
		by, err = h.permissionUses(ctx)
	}
	for i := range lines {
		l := &lines[i]
		if users := by[l.ID]; len(users) > 0 {
			l.Verdict, l.Reason = bulk.Refused, refusal+someOf(users)+". Take it out first."
		} else {
			l.Reason = ends[l.ID]
		}
	}
	return err
}

// someOf words names, the first few of them.
func someOf(names []string) string {
	const most = 3
	if more := len(names) - most; more > 0 {
		return strings.Join(names[:most], ", ") + " and " + number(more) + " more"
	}
	return strings.Join(names, ", ")
}

func (h Selection) groupUses(ctx context.Context) (by map[string][]string, ends map[string]string, err error) {
	all, err := h.API.ListGroups(ctx, authz.ListQuery{Fields: append([]string{"nested"}, listedFields...)})
	by, ends = map[string][]string{}, map[string]string{}
	for _, g := range all.Items {
		for _, nested := range g.Nested {
			by[nested] = append(by[nested], named(g.Name))
		}
		ends[g.ID] = strings.Join(goesWith(g), " ")
	}
	return by, ends, err
}

func (h Selection) roleUses(ctx context.Context) (by map[string][]string, ends map[string]string, err error) {
	groups, err := h.API.ListGroups(ctx, authz.ListQuery{Fields: []string{"_id", "name", "roles"}})
	if err != nil {
		return nil, nil, err
	}
	by, ends = map[string][]string{}, map[string]string{}
	for _, g := range groups.Items {
		for _, r := range g.Roles {
			by[r] = append(by[r], named(g.Name))
		}
	}
	roles, err := h.API.ListRoles(ctx, authz.ListQuery{Fields: []string{"_id", "user_count", "permissions"}})
	for _, r := range roles.Items {
		ends[r.ID] = strings.Join(endsWithRole(r), " ")
	}
	return by, ends, err
}

func (h Selection) permissionUses(ctx context.Context) (map[string][]string, error) {
	roles, err := h.API.ListRoles(ctx, authz.ListQuery{Fields: []string{"_id", "name", "permissions"}})
	by := map[string][]string{}
	for _, r := range roles.Items {
		for _, p := range r.Permissions {
			by[p] = append(by[p], named(r.Name))
		}
	}
	return by, err
}

// userBar is the bar below a list of users.
func userBar(c echo.Context, action string, total, shown int) views.SelectionBar {
	return views.SelectionBar{
		Action: action, Noun: "user", All: allThatMatch(total, shown, "user"),
		Buttons: []views.SelectionButton{
			{Do: toGroup, Label: "Add to group", Icon: "groups", Refusal: needs(c, session.Authorization, updateGroups)},
			{Do: toRole, Label: "Give role", Icon: "roles", Refusal: needs(c, session.Authorization, giveRoles)},
			{Do: toExport, Label: "Export", Icon: "download"},
		},
	}
}

// bar is the bar below a list of what noun names, which can be deleted.
func bar(c echo.Context, action, noun, scope string, total, shown int) views.SelectionBar {
	return views.SelectionBar{
		Action: action, Noun: noun, All: allThatMatch(total, shown, noun),
		Buttons: []views.SelectionButton{
			{Do: toExport, Label: "Export", Icon: "download"},
			{Do: toDelete, Label: "Delete", Icon: "trash", Danger: true, Refusal: needs(c, session.Authorization, scope)},
		},
	}
}

// with adds a button in front of those of b.
func with(b views.SelectionBar, more views.SelectionButton) views.SelectionBar {
	b.Buttons = append([]views.SelectionButton{more}, b.Buttons...)
	return b
}

// removal is the button that takes rows out of something.
func removal(c echo.Context, label, scope string) views.SelectionButton {
	return views.SelectionButton{Do: toRemove, Label: label, Icon: "minus", Danger: true, Refusal: needs(c, session.Authorization, scope)}
}

// allThatMatch offers every row of a list that has more than the page shows.
func allThatMatch(total, shown int, noun string) string {
	if total <= shown {
		return ""
	}
	return "All " + count(total, noun) + " that match"
}

// exporting is the button that gives a list as a file.
func exporting(url string) views.Action {
	return views.Action{ID: "export", Label: "Export", Icon: "download", URL: url}
}

// manyFrom is the button that leads to the form for a pasted list.
func manyFrom(c echo.Context, url, scope string) views.Action {
	return views.Action{ID: "add-many", Label: "Add many", Icon: "copy", URL: url, Refusal: needs(c, session.Authorization, scope)}
}

// withExport is the part of a page that is a list, and the link above it that
// gives the list as a file.
func withExport(list templ.Component, a views.Action) templ.Component {
	return templ.Join(list, views.ExportAgain(a))
}
