package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// end is one end of the paths that are looked for; zero while none is chosen.
type end struct {
	kind, id, name string
	connection     string // of a user: the one that mappings count for by themselves
	api            string // of a permission of an API: the API's identifier
	application    string // of a role
	signIns        []string
	unread         bool // nothing is known of the user but the id
}

// kindWord is a kind as a label has it.
func kindWord(kind string) string {
	if kind == "" {
		return ""
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}

// kindIcon is the picture of a kind.
func kindIcon(kind string) string {
	if kind == userKind {
		return "user"
	}
	return kind + "s"
}

// toVertex is the page of something that paths lead through.
func toVertex(kind, id string) string {
	switch kind {
	case userKind:
		return urls.ToUser(id)
	case groupKind:
		return urls.ToGroup(id)
	case roleKind:
		return urls.ToRole(id)
	default:
		return urls.ToPermission(id)
	}
}

// page is where e has a page, or nowhere.
func (e end) page() string {
	if e.unread {
		return ""
	}
	return toVertex(e.kind, e.id)
}

// end is what text names, as the APIs know it. A user may be in groups and be
// known to nobody else: the id has to do then.
func (h Paths) end(ctx context.Context, text string) (end, error) {
	kind, id, _ := strings.Cut(text, ":")
	e := end{kind: kind, id: id}
	var err error
	switch kind {
	case userKind:
		return h.user(ctx, e)
	case groupKind:
		var g authz.Group
		g, err = h.API.Group(ctx, id)
		e.name = named(g.Name)
	case roleKind:
		var r authz.Role
		r, err = h.API.Role(ctx, id)
		e.name, e.application = named(r.Name), r.ApplicationID
	case permissionKind:
		var p authz.Permission
		p, err = h.API.Permission(ctx, id)
		e.name = named(p.Name)
		if p.ApplicationType == apiKind {
			e.api = p.ApplicationID
		}
	}
	return e, err
}

func (h Paths) user(ctx context.Context, e end) (end, error) {
	u, err := h.Directory.User(ctx, e.id)
	if status := upstream.StatusOf(err); status == http.StatusNotFound || status == http.StatusForbidden {
		e.name, e.unread = e.id, true
		return e, nil
	}
	e.name, e.connection = nameOf(u), u.Connection()
	for _, in := range signInsOf(u) {
		e.signIns = append(e.signIns, in.Connection)
	}
	return e, err
}

// part words the end of q called name, with the way to choose another one.
func (q question) part(name string) views.PathEnd {
	e, kinds := q.from, fromKinds
	out := views.PathEnd{ID: name, Label: "From", Missing: "A user or a group"}
	if name == "to" {
		e, kinds = q.to, toKinds
		out.Label, out.Missing = "To", "A group, a role or a permission"
	}
	kind := kinds[0]
	if name == "to" {
		kind = roleKind
	}
	out.Choose = views.Action{ID: "choose-" + name, Label: "Choose", Dialog: true}
	if name == "from" || q.from.kind != "" {
		out.Choose.Kind = views.Primary // what is to be chosen next
	}
	if e.kind != "" {
		kind = e.kind
		out.Kind, out.Icon, out.Name = kindWord(e.kind), kindIcon(e.kind), views.Link{Label: e.name, URL: e.page()}
		out.Choose.Label, out.Choose.Kind = "Change", ""
	}
	out.Choose.URL = q.ToChoose(name, kind)
	return out
}

// swapped asks the other way round, where that is a question.
func (q question) swapped() string {
	if q.from.kind != groupKind || q.to.kind != groupKind {
		return ""
	}
	return urls.ToPaths(q.Target, q.From)
}

// signIn is the form of how the user signs in; nil unless a user is chosen.
func (h Paths) signIn(ctx context.Context, q question) *views.PathSignIn {
	if q.from.kind != userKind {
		return nil
	}
	out := &views.PathSignIn{
		Action: urls.Paths, Keep: []views.Hidden{{Name: "from", Value: q.From}, {Name: "to", Value: q.Target}},
		Groups: strings.Join(q.Groups, "\n"), Over: q.connection, Sent: len(q.Groups),
		Problems: accessProblems(urls.AccessRun{Groups: q.Groups}),
	}
	add := func(name string) {
		if !slices.ContainsFunc(out.Connections, func(o views.Option) bool { return o.Value == name }) {
			out.Connections = append(out.Connections, views.Option{Value: name, Label: name})
		}
	}
	for _, name := range q.from.signIns {
		add(name)
	}
	if all, err := h.Directory.Connections(ctx); err == nil {
		for _, conn := range all {
			add(conn.Name)
		}
	}
	out.Connections = offer(out.Connections, q.connection)
	return out
}

// Choose offers what one end of the paths can be. Each is a link back.
func (h Paths) Choose(c echo.Context) error {
	ctx, at := c.Request().Context(), pathSearchOf(c)
	at.Page = 1
	end, kinds := "from", fromKinds
	if c.FormValue("end") == "to" {
		end, kinds = "to", toKinds
	}
	kind := c.FormValue("kind")
	if !slices.Contains(kinds, kind) {
		kind = kinds[0]
	}
	choices, err := h.candidates(ctx, at, end, kind, strings.TrimSpace(c.FormValue("find")))
	if err != nil {
		return err
	}
	var tabs []views.Tab
	for _, k := range kinds {
		tabs = append(tabs, views.Tab{ID: k, Label: kindWord(k) + "s", URL: at.ToChoose(end, k), Current: k == kind})
	}
	s := views.Sheet{
		Title: "Paths from", Text: "Choose the user or the group that the paths begin with.",
		Action: urls.PathEnd, Back: at.To(), Leave: "Cancel", Lookup: true,
		Keep: []views.Hidden{
			{Name: "end", Value: end},
			{Name: "kind", Value: kind},
			{Name: "from", Value: at.From},
			{Name: "to", Value: at.Target},
			{Name: "connection", Value: at.Connection},
			{Name: "groups", Value: strings.Join(at.Groups, "\n")},
		},
	}
	if end == "to" {
		s.Title, s.Text = "Paths to", "Choose the group, the role or the permission that the paths lead to."
	}
	body, l := views.PathChoices(tabs, choices), layout(c, s.Title, urls.Paths)
	return answer(c, http.StatusOK, views.SheetPage(l, s, body), parts{
		"dialog": views.SheetDialog(s, body), "choices": views.LookupChoices(choices),
	})
}

// candidates are those of a kind that find finds, each with the paths it leads to.
func (h Paths) candidates(ctx context.Context, at urls.PathSearch, end, kind, find string) (views.Lookup, error) {
	out := views.Lookup{Action: urls.PathEnd, Noun: kind, Icon: kindIcon(kind), Search: find}
	now := at.From
	if end == "to" {
		now = at.Target
	}
	add := func(id, name, detail string) {
		next, text := at, urls.End(kind, id)
		if end == "to" {
			next.Target = text
		} else {
			next.From, next.Connection, next.Groups = text, "", nil
		}
		out.Rows = append(out.Rows, views.LookupRow{Label: name, Detail: detail, URL: next.To(), Current: text == now})
	}
	total, err := h.list(ctx, kind, find, add)
	out.Status = found(total, kind, find)
	if more := total - len(out.Rows); more > 0 {
		out.More = "And " + number(more) + " more. Search to narrow the list."
	}
	return out, err
}

// list hands the first of a kind that find finds to add, and says how many there are.
func (h Paths) list(ctx context.Context, kind, find string, add func(id, name, detail string)) (int, error) {
	q := authz.ListQuery{Search: find, PerPage: pickerRows, Sort: "name:1", Fields: []string{"_id", "name", "description"}}
	switch kind {
	case userKind:
		page, err := h.Directory.ListUsers(ctx, mgmt.ListQuery{Search: find, PerPage: pickerRows, Sort: "name:1"})
		for _, u := range page.Items {
			add(u.UserID, nameOf(u), u.Email)
		}
		return page.Total, err
	case groupKind:
		page, err := h.API.ListGroups(ctx, q)
		for _, g := range page.Items {
			add(g.ID, named(g.Name), g.Description)
		}
		return page.Total, err
	case roleKind:
		q.Fields = append(q.Fields, "applicationId")
		page, err := h.API.ListRoles(ctx, q)
		apps := h.Catalogue.read(ctx)
		for _, r := range page.Items {
			add(r.ID, named(r.Name), of(apps, r.ApplicationID, r.Description))
		}
		return page.Total, err
	default:
		q.Fields = append(q.Fields, "applicationId")
		page, err := h.API.ListPermissions(ctx, q)
		apps := h.Catalogue.read(ctx)
		for _, p := range page.Items {
			add(p.ID, named(p.Name), of(apps, p.ApplicationID, p.Description))
		}
		return page.Total, err
	}
}

// of is what tells two of one name apart: what they belong to, and what they are.
func of(apps catalogue, application, description string) string {
	if blank(description) {
		return apps.name(application)
	}
	return apps.name(application) + " · " + description
}
