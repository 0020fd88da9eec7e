package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
	"trellis/web/upstream"
)

// changedKinds are the kinds of what the journal is about, as people call them.
var changedKinds = []views.Option{
	{Value: "group", Label: "Groups"},
	{Value: "role", Label: "Roles"},
	{Value: "permission", Label: "Permissions"},
	{Value: "user", Label: "Users"},
	{Value: "core_role", Label: "Tenant roles"},
	{Value: "resource_server", Label: "APIs"},
	{Value: "client", Label: "Machine clients and applications"},
	{Value: "connection", Label: "Connections"},
	{Value: "account", Label: "People who may sign in"},
	{Value: "configuration", Label: "Configuration"},
	{Value: "tenant", Label: "Imports and restored snapshots"},
}

// changeListOf is the state of the list that the request asks for. What cannot be
// read narrows nothing.
func changeListOf(c echo.Context) urls.ChangeList {
	before, _ := strconv.ParseInt(c.FormValue("before"), 10, 64)
	at := urls.ChangeList{Object: c.FormValue("object"), Who: c.FormValue("who"), Before: max(before, 0)}
	if kind := c.FormValue("kind"); slices.ContainsFunc(changedKinds, func(o views.Option) bool { return o.Value == kind }) {
		at.Kind = kind
	}
	if !dayOf(c.FormValue("since")).IsZero() {
		at.Since = c.FormValue("since")
	}
	if !dayOf(c.FormValue("until")).IsZero() {
		at.Until = c.FormValue("until")
	}
	return at
}

// dayOf is the beginning of a day; zero when text is none.
func dayOf(text string) time.Time {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return day
}

// Changes lists what changed, newest first, as far as the filters in the address
// let it pass.
func (h Overview) Changes(c echo.Context) error {
	at := changeListOf(c)
	q := authz.ChangeQuery{
		Before: at.Before, Kind: at.Kind, Object: at.Object, Actor: at.Who, Since: dayOf(at.Since), PerPage: changesPerPage,
	}
	if until := dayOf(at.Until); !until.IsZero() {
		q.Until = until.AddDate(0, 0, 1) // the day belongs to it
	}
	found, err := h.API.Changes(c.Request().Context(), q)
	if err != nil && upstream.StatusOf(err) != http.StatusNotFound {
		return err
	}
	list := changeList(found, err, now(h.Now))
	list.All, list.Filter = "", changeFilter(c, at, found)
	if at.Before > 0 {
		list.Newest = changesFrom(at, 0)
	}
	if found.Next > 0 {
		list.Older = changesFrom(at, found.Next)
	}
	return views.Serve(c.Response(), c.Request(), http.StatusOK, views.ChangesPage(layout(c, "Changes", urls.Home), list))
}

// changesFrom is the list with the filters of at that ends before an entry.
func changesFrom(at urls.ChangeList, before int64) string {
	at.Before = before
	return at.To()
}

// changeFilter words the filters of at.
func changeFilter(c echo.Context, at urls.ChangeList, found authz.Changes) views.ChangeFilter {
	f := views.ChangeFilter{Who: at.Who, Since: at.Since, Until: at.Until, Object: at.Object}
	for _, kind := range changedKinds {
		kind.Chosen = kind.Value == at.Kind
		f.Kinds = append(f.Kinds, kind)
	}
	if at.Object != "" {
		f.ObjectKind = at.Kind
		f.ObjectName = cmp.Or(nameIn(found, at), nameSeen(c, at), at.Object)
		at.Kind, at.Object, at.Before = "", "", 0
		f.AnyObject = at.To()
	}
	f.Narrowed = at != urls.ChangeList{Before: at.Before}
	return f
}

// nameIn is what the changes themselves call the object that at asks for.
func nameIn(found authz.Changes, at urls.ChangeList) string {
	for _, ch := range found.Changes {
		if ch.Object.ID == at.Object && (at.Kind == "" || ch.Object.Kind == at.Kind) && ch.Object.Name != "" {
			return ch.Object.Name
		}
	}
	return ""
}

// nameSeen is what the object was called when the person looked at it.
func nameSeen(c echo.Context, at urls.ChangeList) string {
	for _, r := range session.From(c.Request().Context()).Recent {
		if r.Kind == at.Kind && r.ID == at.Object {
			return r.Name
		}
	}
	return ""
}

// changesOf is the link from the page of a thing to its changes.
func changesOf(c echo.Context, kind, id string) views.Action {
	return views.Action{
		ID: "changes", Label: "Changes", Icon: "clock", URL: urls.ToChangesOf(kind, id),
		Refusal: needs(c, session.Authorization, "read:configuration"),
	}
}
