package handlers

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/mgmt"
	"trellis/web/session"
)

// MappingsAPI is what the mappings of a group ask of the Authorization API.
type MappingsAPI interface {
	GroupReader
	Mappings(ctx context.Context, group string) ([]authz.Mapping, error)
	AddMappings(ctx context.Context, group string, in []authz.MappingInput) error
	RemoveMappings(ctx context.Context, group string, mappings []string) error
}

// Connections names the connections that users come from.
type Connections interface {
	Connections(context.Context) ([]mgmt.Connection, error)
}

// Mappings serves the mappings of a group.
type Mappings struct {
	API         MappingsAPI
	Connections Connections
	Impacts     Impacts
}

// Show lists the mappings of a group.
func (h Mappings) Show(c echo.Context) error {
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	mappings, err := h.API.Mappings(ctx, g.ID)
	if err != nil {
		return err
	}
	list := views.MappingList{
		Group:  named(g.Name),
		Status: count(len(mappings), "mapping"),
		Add:    adding(c, "Add mapping", urls.ToGroupMappingsAdd(g.ID)),
		Test:   views.Action{Label: "Test mappings", URL: urls.MappingTest},
	}
	for _, m := range mappings {
		row := mappingRow(m)
		row.Remove = removing(c, "Remove mapping "+m.GroupName+" from "+named(g.Name), urls.ToGroupMappingsRemove(g.ID, m.ID))
		list.Rows = append(list.Rows, row)
	}
	return showGroup(c, g, mappingsTab, views.GroupMappings(list), views.MappingRows(list))
}

// mappingRow words m. The API puts the strategy of a known connection in brackets
// behind its name; a name without is a connection that is gone.
func mappingRow(m authz.Mapping) views.MappingRow {
	row := views.MappingRow{Connection: m.ConnectionName, Incoming: m.GroupName, Gone: true}
	if i := strings.LastIndex(m.ConnectionName, " ("); i > 0 && strings.HasSuffix(m.ConnectionName, ")") {
		row.Connection = m.ConnectionName[:i]
		row.Strategy = strings.TrimSuffix(m.ConnectionName[i+len(" ("):], ")")
		row.Gone = false
	}
	return row
}

// New shows the form of a new mapping.
func (h Mappings) New(c echo.Context) error {
	return h.form(c, http.StatusOK, views.MappingForm{})
}

// Add makes a mapping.
func (h Mappings) Add(c echo.Context) error {
	form := views.MappingForm{
		Connection: c.FormValue("connectionName"),
		Incoming:   strings.TrimSpace(c.FormValue("groupName")),
		Problems:   map[string]string{},
	}
	if form.Connection == "" {
		form.Problems["connectionName"] = "Choose the connection that the group comes from."
	}
	if form.Incoming == "" {
		form.Problems["groupName"] = "Type the name that the group has at the provider."
	}
	if len(form.Problems) > 0 {
		return h.form(c, http.StatusUnprocessableEntity, form)
	}
	in := authz.MappingInput{GroupName: form.Incoming, ConnectionName: form.Connection}
	err := h.API.AddMappings(c.Request().Context(), idOf(c), []authz.MappingInput{in})
	if problems := problemsOf(err); problems != nil {
		form.Problems = mappingProblems(problems)
		return h.form(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return done(c, urls.ToGroupMappings(idOf(c)), "Mapping added", h.Show)
}

// mappingProblems puts each problem beside its field. The API names a field of
// the list that it got, such as "0.groupName".
func mappingProblems(problems map[string]string) map[string]string {
	out := map[string]string{}
	for key, words := range problems {
		if strings.Contains(key, "connectionName") {
			out["connectionName"] = words
		} else {
			out["groupName"] = words
		}
	}
	return out
}

func (h Mappings) form(c echo.Context, status int, form views.MappingForm) error {
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	connections, err := h.Connections.Connections(ctx)
	if err != nil {
		return err
	}
	for _, conn := range connections {
		form.Connections = append(form.Connections, views.Option{
			Value: conn.Name, Label: conn.Name + " (" + conn.Strategy + ")", Chosen: conn.Name == form.Connection,
		})
	}
	return sheet(c, status, urls.Groups, views.Sheet{
		Title:   "Add a mapping to " + named(g.Name),
		Text:    byGroup(c, "Users who sign in through the connection, and are in its group, become members of "+named(g.Name)+"."),
		Action:  urls.ToGroupMappingsAdd(g.ID),
		Back:    urls.ToGroupMappings(g.ID),
		Submit:  "Add mapping",
		Icon:    "plus",
		Impact:  h.Impacts.Of(c, addMapping(g.ID, cmp.Or(form.Connection, "-"), cmp.Or(form.Incoming, "-"))),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.MappingFields(form))
}

// ConfirmRemove asks whether a mapping shall go.
func (h Mappings) ConfirmRemove(c echo.Context) error {
	ctx, id := c.Request().Context(), c.FormValue("mapping")
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	mappings, err := h.API.Mappings(ctx, g.ID)
	if err != nil {
		return err
	}
	for _, m := range mappings {
		if m.ID == id {
			return h.removal(c, g, m)
		}
	}
	return sheet(c, http.StatusNotFound, urls.Groups, views.Sheet{
		Title: "This mapping is gone",
		Text:  "Somebody removed it already.",
		Back:  urls.ToGroupMappings(g.ID),
	}, views.Nothing())
}

func (h Mappings) removal(c echo.Context, g authz.Group, m authz.Mapping) error {
	row := mappingRow(m)
	return sheet(c, http.StatusOK, urls.Groups, views.Sheet{
		Title:   "Remove the mapping " + m.GroupName + "?",
		Text:    "Users who are in that group of " + row.Connection + " are no longer members of " + named(g.Name) + " when they sign in.",
		Action:  urls.ToGroupMappingsRemove(g.ID, m.ID),
		Back:    urls.ToGroupMappings(g.ID),
		Submit:  "Remove mapping",
		Icon:    "trash",
		Danger:  true,
		Impact:  h.Impacts.Of(c, undone(addMapping(g.ID, row.Connection, m.GroupName))),
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.MappingFacts(row, named(g.Name)))
}

// Remove takes a mapping from a group.
func (h Mappings) Remove(c echo.Context) error {
	if err := h.API.RemoveMappings(c.Request().Context(), idOf(c), []string{c.FormValue("mapping")}); err != nil {
		return err
	}
	return done(c, urls.ToGroupMappings(idOf(c)), "Mapping removed", h.Show)
}
