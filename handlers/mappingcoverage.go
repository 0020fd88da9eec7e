package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/access"
	"trellis/web/authz"
	"trellis/web/htmx"
	"trellis/web/upstream"
)

// CoverageAPI is what the page about coverage asks of the Authorization API.
type CoverageAPI interface {
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	AllMappings(context.Context, authz.CoverageQuery) (authz.Coverage, error)
	SentGroups(context.Context, authz.CoverageQuery) (authz.Coverage, error)
}

// MappingCoverage serves what mappings cover: groups that providers send and no
// mapping takes up, mappings that nothing matches, and those that cannot be meant.
type MappingCoverage struct {
	API         CoverageAPI
	Connections Connections
}

// What the page can show.
const (
	showUncovered = "" // groups that no mapping covers
	showSent      = "sent"
	showNever     = authz.NeverMatched
	showTroubled  = authz.Troubled
	showMappings  = "all"
)

const coveragePerPage = 25

// covered is what is known of coverage. Without sign-ins the tenant's API does not
// tell what providers sent.
type covered struct {
	authz.Coverage

	signIns bool
}

func coverageOf(c echo.Context) urls.CoverageList {
	at := urls.CoverageList{Show: c.FormValue("show"), Search: searchOf(c), Connection: strings.TrimSpace(c.FormValue("connection")), Page: pageOf(c)}
	if !slices.Contains([]string{showSent, showNever, showTroubled, showMappings}, at.Show) {
		at.Show = showUncovered
	}
	return at
}

// Show lists what ?show names.
func (h MappingCoverage) Show(c echo.Context) error {
	ctx, at := c.Request().Context(), coverageOf(c)
	found, err := h.find(ctx, &at, at.Page-1, coveragePerPage)
	if p := (paging{at.Page, coveragePerPage, found.Total}); err == nil && p.beyond() {
		at.Page = p.last()
		found, err = h.find(ctx, &at, at.Page-1, coveragePerPage)
	}
	if err != nil {
		return err
	}
	list := found.list(at)
	if htmx.From(c.Request()).Target == "list" {
		addressed(c, at.To())
	}
	l := layout(c, "Mapping coverage", urls.Groups)
	return answer(c, http.StatusOK, views.MappingCoveragePage(l, list), parts{
		"list": views.CoverageRows(list), "detail": views.MappingCoverageDetail(list),
	})
}

// find asks for a page of what at shows. Where the API does not tell, at shows what
// the lists of groups do.
func (h MappingCoverage) find(ctx context.Context, at *urls.CoverageList, page, perPage int) (covered, error) {
	q := authz.CoverageQuery{Search: at.Search, Connection: at.Connection, Page: page, PerPage: perPage}
	ask := h.API.AllMappings
	switch at.Show {
	case showUncovered:
		q.Show, ask = authz.Uncovered, h.API.SentGroups
	case showSent:
		ask = h.API.SentGroups
	case showNever, showTroubled:
		q.Show = at.Show
	}
	found, err := ask(ctx, q)
	if status := upstream.StatusOf(err); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
		return covered{found, true}, err
	}
	if at.Show != showTroubled {
		at.Show = showMappings
	}
	found, err = h.fromGroups(ctx, *at, page, perPage)
	return covered{found, false}, err
}

// fromGroups is what the lists of groups and connections tell of mappings.
func (h MappingCoverage) fromGroups(ctx context.Context, at urls.CoverageList, page, perPage int) (authz.Coverage, error) {
	groups, err := h.API.ListGroups(ctx, authz.ListQuery{Fields: groupFields})
	if err != nil {
		return authz.Coverage{}, err
	}
	connections, err := h.Connections.Connections(ctx)
	known := map[string]bool{}
	for _, c := range connections {
		known[c.Name] = true
	}
	e := entitlements{groups: groups.Items}
	e.engine = access.NewEngine(e.vertices())
	var out authz.Coverage
	for _, laid := range e.engine.Mappings() {
		g := e.groups[laid.Group]
		m := authz.LaidMapping{
			ID: g.Mappings[laid.At].ID, Group: authz.Vertex{Kind: groupKind, ID: g.ID, Name: g.Name},
			ConnectionName: laid.Mapping.Connection, GroupName: laid.Mapping.Group,
			ConnectionKnown: err != nil || known[laid.Mapping.Connection], Duplicate: laid.Twice, ByName: laid.ByName,
		}
		troubled := !m.ConnectionKnown || m.Duplicate
		out.Counts.Mappings++
		if troubled {
			out.Counts.Troubled++
		}
		if (troubled || at.Show == showMappings) && asks(at, m) {
			out.Mappings = append(out.Mappings, m)
		}
	}
	out.Total = len(out.Mappings)
	out.Mappings = out.Mappings[min(page*perPage, out.Total):min((page+1)*perPage, out.Total)]
	return out, nil
}

// asks reports whether at asks for m.
func asks(at urls.CoverageList, m authz.LaidMapping) bool {
	if at.Connection != "" && at.Connection != m.ConnectionName {
		return false
	}
	return slices.ContainsFunc([]string{m.GroupName, m.Group.Name, m.ConnectionName}, func(name string) bool {
		return strings.Contains(strings.ToLower(name), strings.ToLower(at.Search))
	})
}

// list words what was found.
func (f covered) list(at urls.CoverageList) views.CoverageIndex {
	out := views.CoverageIndex{
		At: at, Segments: f.segments(at), Known: f.known(), SignIns: f.signIns, Empty: f.Since == "",
		Provider: at.Show == showUncovered || at.Show == showSent,
		Pager: paging{at.Page, coveragePerPage, f.Total}.pager(func(n int) string {
			next := at
			next.Page = n
			return next.To()
		}),
	}
	noun := "mapping"
	if out.Provider {
		noun = "group"
	}
	out.Status = found(f.Total, noun, at.Search)
	for _, g := range f.Groups {
		out.Rows = append(out.Rows, sentCoverage(g))
	}
	for _, m := range f.Mappings {
		out.Rows = append(out.Rows, f.mappingCoverage(m))
	}
	return out
}

// segments are the lists that the page has.
func (f covered) segments(at urls.CoverageList) []views.Tab {
	var out []views.Tab
	add := func(show, id, label string, n int) {
		next := urls.CoverageList{Show: show, Connection: at.Connection}
		out = append(out, views.Tab{ID: id, Label: label, Count: number(n), URL: next.To(), Current: show == at.Show})
	}
	if f.signIns {
		add(showUncovered, "uncovered", "Not covered", f.Counts.Uncovered)
		add(showNever, "never", "Never matched", f.Counts.Never)
	}
	add(showTroubled, "troubled", "In doubt", f.Counts.Troubled)
	add(showMappings, "all", "All mappings", f.Counts.Mappings)
	if f.signIns {
		add(showSent, "sent", "All sent", f.Counts.Seen)
	}
	return out
}

// known says what the page rests on.
func (f covered) known() string {
	switch {
	case !f.signIns:
		return "This tenant's API does not tell what providers send at sign-ins. So which mappings nothing matches, and which groups no mapping covers, is not known."
	case f.Since == "":
		return "No sign-in has sent groups yet. The tenant remembers those of policy calls: the names and the days, and nothing of who signed in."
	}
	return "Known from policy calls since " + dayWords(f.Since) + ": the names of groups and the days, and nothing of who signed in. A name that is not sent for 400 days is forgotten."
}

// dayWords is a day of the API in words.
func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}

func sentCoverage(g authz.SeenGroup) views.CoverageRow {
	row := views.CoverageRow{Provider: g.GroupName, Connection: g.ConnectionName, Last: dayWords(g.LastSeen), Days: number(g.Days), First: dayWords(g.FirstSeen)}
	if g.Mappings == 0 {
		row.Warnings = append(row.Warnings, "No mapping covers it")
	} else {
		row.Note = count(g.Mappings, "mapping")
	}
	return row
}

func (f covered) mappingCoverage(m authz.LaidMapping) views.CoverageRow {
	row := views.CoverageRow{
		Provider: m.GroupName, Connection: m.ConnectionName, Days: number(m.Days),
		Group: views.Link{Label: named(m.Group.Name), URL: urls.ToGroupMappings(m.Group.ID)},
	}
	switch {
	case m.LastSeen != "":
		row.Last = dayWords(m.LastSeen)
	case !f.signIns:
		row.Last, row.Days = "Not known", ""
	case !m.ByName && f.Since != "":
		row.Warnings = append(row.Warnings, "Never matched")
	}
	if !m.ConnectionKnown {
		row.Warnings = append(row.Warnings, "Connection is gone")
	}
	if m.Duplicate {
		row.Warnings = append(row.Warnings, "Twice in this group")
	}
	if m.ByName {
		row.Note = "A group here has this name: its direct members match too"
	}
	return row
}

// Export gives what ?show names as a file.
func (h MappingCoverage) Export(c echo.Context) error {
	at := coverageOf(c)
	l := listing{
		name: "mapping-coverage", most: 100,
		head: []string{"provider_group", "connection", "group", "group_id", "first_seen", "last_seen", "days", "mappings", "connection_known", "duplicate", "by_name"},
	}
	l.page = func(ctx context.Context, page, size int) ([]record, int, error) {
		found, err := h.find(ctx, &at, page, size)
		var rows []record
		for _, g := range found.Groups {
			rows = append(rows, record{cells: []string{g.GroupName, g.ConnectionName, "", "", g.FirstSeen, g.LastSeen, strconv.Itoa(g.Days), strconv.Itoa(g.Mappings), "", "", ""}})
		}
		for _, m := range found.Mappings {
			rows = append(rows, record{cells: []string{
				m.GroupName, m.ConnectionName, m.Group.Name, m.Group.ID, "", m.LastSeen, strconv.Itoa(m.Days), "",
				strconv.FormatBool(m.ConnectionKnown), strconv.FormatBool(m.Duplicate), strconv.FormatBool(m.ByName),
			}})
		}
		return rows, found.Total, err
	}
	return export(c, l, nil)
}
