package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/session"
)

// PendingAPI is what those whom a group waits for ask of the Authorization API.
type PendingAPI interface {
	GroupReader
	GroupHoldersAPI
	PendingMembers(ctx context.Context, group string, q authz.ListQuery) (authz.Page[authz.PendingMember], error)
	AddPending(ctx context.Context, group string, emails []string) error
	RemovePending(ctx context.Context, group string, emails []string) error
}

// Pending serves those whom a group waits for: people who become members once
// they come with their email.
type Pending struct {
	API PendingAPI
	Now func() time.Time // nil: the clock
}

const pendingPerPage = 25

// pendingColumns are the columns of the list.
var pendingColumns = []sortable{
	{key: "email", field: "email", head: views.Column{Label: "Email", Class: "wide"}},
	{key: "added", field: "added", head: views.Column{Label: "Added"}},
}

// pendingListOf is the state of the list that the request asks for.
func pendingListOf(c echo.Context) urls.PendingList {
	return urls.PendingList{Group: idOf(c), Search: searchOf(c), Sort: sortOf(c, pendingColumns), Page: pageOf(c)}
}

// Show lists those whom a group waits for.
func (h Pending) Show(c echo.Context) error {
	ctx := c.Request().Context()
	g, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	at := pendingListOf(c)
	found, err := h.page(ctx, &at)
	unknown := unknownHere(err)
	if err != nil && !unknown {
		return err
	}
	all, err := everybodyIn(ctx, h.API, g)
	if err != nil {
		return err
	}
	list := h.worded(c, g, at, found)
	list.Unknown = unknown
	list.Views = memberViews(g, at.Search, all, pendingView)
	addressed(c, at.To())
	return showGroup(c, g, membersTab, views.GroupPending(list), views.PendingRows(list))
}

// page asks for the page at at, and moves at to the last page when it lies behind.
func (h Pending) page(ctx context.Context, at *urls.PendingList) (authz.Page[authz.PendingMember], error) {
	q := authz.ListQuery{Search: at.Search, Page: at.Page - 1, PerPage: pendingPerPage, Sort: sortField(pendingColumns, at.Sort)}
	found, err := h.API.PendingMembers(ctx, at.Group, q)
	if p := (paging{at.Page, pendingPerPage, found.Total}); err == nil && p.beyond() {
		at.Page = p.last()
		q.Page = at.Page - 1
		found, err = h.API.PendingMembers(ctx, at.Group, q)
	}
	return found, err
}

func (h Pending) worded(c echo.Context, g authz.Group, at urls.PendingList, found authz.Page[authz.PendingMember]) views.PendingList {
	list := views.PendingList{
		Group:  named(g.Name),
		Search: at.Search,
		Sort:   at.Sort,
		URL:    urls.PendingList{Group: g.ID}.To(),
		Status: foundPending(found.Total, at.Search),
		Add:    adding(c, "Add by email", at.ToAdd()),
		Columns: columns(pendingColumns, at.Sort, func(sort string) string {
			return urls.PendingList{Group: g.ID, Search: at.Search, Sort: sort}.To()
		}),
		Pager: paging{at.Page, pendingPerPage, found.Total}.pager(func(n int) string {
			next := at
			next.Page = n
			return next.To()
		}),
	}
	for _, m := range found.Items {
		list.Rows = append(list.Rows, views.PendingRow{
			Email: m.Email, Added: moment(m.Added.Format(time.RFC3339), now(h.Now)),
			Remove: removing(c, "Remove "+m.Email+" from "+named(g.Name), at.ToRemove(m.Email)),
		})
	}
	return list
}

// foundPending says how many a search found.
func foundPending(n int, search string) string {
	text := number(n) + " pending"
	if search != "" {
		text += " match “" + search + "”"
	}
	return text
}

// Ask shows where emails are pasted.
func (h Pending) Ask(c echo.Context) error {
	return h.form(c, http.StatusOK, views.PendingForm{Emails: c.FormValue("emails")})
}

// Add makes a group wait for those who were pasted. Who has one of the addresses
// already becomes a member at once; the answer says how many did.
func (h Pending) Add(c echo.Context) error {
	ctx, text := c.Request().Context(), c.FormValue("emails")
	emails, problem := pastedEmails(text)
	if problem != "" {
		return h.form(c, http.StatusUnprocessableEntity, views.PendingForm{Emails: text, Problem: problem})
	}
	before, err := h.API.Group(ctx, idOf(c))
	if err != nil {
		return err
	}
	err = h.API.AddPending(ctx, before.ID, emails)
	if problemsOf(err) != nil {
		return h.form(c, http.StatusUnprocessableEntity, views.PendingForm{Emails: text, Problem: messageOf(err)})
	}
	if err != nil {
		return err
	}
	after, err := h.API.Group(ctx, before.ID)
	if err != nil {
		return err
	}
	said := pendingWords(len(emails), after.PendingCount-before.PendingCount, after.MemberCount-before.MemberCount)
	return done(c, pendingListOf(c).To(), said, h.Show)
}

// pendingWords says what became of n addresses.
func pendingWords(n, waits, members int) string {
	switch {
	case waits <= 0 && members <= 0:
		return "Nothing to do: all of them are pending or members already"
	case members <= 0:
		return number(waits) + " pending"
	case waits <= 0:
		return count(members, "member") + " added: the tenant knows them already"
	}
	return number(waits) + " pending, " + count(members, "member") + " added at once, of " + count(n, "email")
}

func (h Pending) form(c echo.Context, status int, form views.PendingForm) error {
	g, err := h.API.Group(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	at := pendingListOf(c)
	return sheet(c, status, urls.Groups, views.Sheet{
		Title:   "Add people to " + named(g.Name) + " by email",
		Text:    "For people who have not signed in yet. The group waits for each address. Who comes with it, confirmed, becomes a member at once.",
		Action:  at.ToAdd(),
		Back:    at.To(),
		Submit:  "Add by email",
		Icon:    "plus",
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.PendingFields(form))
}

// ConfirmRemove asks whether a group shall wait for somebody no longer.
func (h Pending) ConfirmRemove(c echo.Context) error {
	g, err := h.API.Group(c.Request().Context(), idOf(c))
	if err != nil {
		return err
	}
	at, email := pendingListOf(c), c.FormValue("email")
	return sheet(c, http.StatusOK, urls.Groups, views.Sheet{
		Title:   "Remove " + email + " from " + named(g.Name) + "?",
		Text:    "The group waits for this email no longer. Who has become a member stays one.",
		Action:  at.ToRemove(email),
		Back:    at.To(),
		Submit:  "Remove",
		Icon:    "trash",
		Danger:  true,
		Refusal: needs(c, session.Authorization, updateGroups),
	}, views.Nothing())
}

// Remove ends a group's waiting for somebody.
func (h Pending) Remove(c echo.Context) error {
	if err := h.API.RemovePending(c.Request().Context(), idOf(c), []string{c.FormValue("email")}); err != nil {
		return err
	}
	return done(c, pendingListOf(c).To(), "The group waits for "+c.FormValue("email")+" no longer", h.Show)
}
