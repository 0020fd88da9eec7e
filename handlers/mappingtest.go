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

// MappingTestAPI is what the mapping tester asks of the Authorization API.
type MappingTestAPI interface {
	EntitlementsReader
	TestMappings(context.Context, authz.Attempt) (authz.Trial, error)
}

// MappingTestDirectory is what the mapping tester asks of the Management API.
type MappingTestDirectory interface {
	UserSearch
	Connections
	User(ctx context.Context, id string) (mgmt.User, error)
}

// MappingTest serves which mappings the groups of a token match, and what follows.
// What is pasted is in no address, no log and no session: it comes with a form, and
// the answer is all that becomes of it.
type MappingTest struct {
	API       MappingTestAPI
	Directory MappingTestDirectory
	Catalogue Catalogue
}

const (
	mostReached = 500 // groups, roles and permissions that are shown of each
	fewUsers    = 6   // users that are offered when several are found
)

// mappingAttempt is what is to be tried, as the request has it.
type mappingAttempt struct {
	connection, application string
	pasted                  string
	claim                   string // the one to use, when the person chose it
	user                    string // as typed
	chosen, asked           string // the id chosen among those found for asked

	who      mgmt.User
	read     reading
	problems map[string]string
	matching []mgmt.User // users found, when they are several
}

func mappingAttemptOf(c echo.Context) *mappingAttempt {
	return &mappingAttempt{
		connection: strings.TrimSpace(c.FormValue("connection")), application: strings.TrimSpace(c.FormValue("application")),
		pasted: c.FormValue("pasted"), claim: c.FormValue("claim"),
		user: strings.TrimSpace(c.FormValue("user")), chosen: c.FormValue("chosen"), asked: c.FormValue("asked"),
		problems: map[string]string{},
	}
}

// Show asks what to try. The address may say how to begin.
func (h MappingTest) Show(c echo.Context) error {
	a := mappingAttemptOf(c)
	a.pasted = "" // nobody shall be led to put it into an address
	return h.show(c, http.StatusOK, a, nil)
}

// Test tries what was pasted.
func (h MappingTest) Test(c echo.Context) error {
	ctx, a := c.Request().Context(), mappingAttemptOf(c)
	a.read = readPasted(a.pasted, a.claim)
	if a.read.problem != "" {
		a.problems["pasted"] = a.read.problem
	}
	if err := h.findUser(ctx, a); err != nil {
		return err
	}
	if len(a.read.names) == 0 && a.user == "" && len(a.problems) == 0 {
		a.problems["pasted"] = "Paste groups or a token, or name a user."
	}
	if len(a.problems) > 0 {
		return h.show(c, http.StatusUnprocessableEntity, a, nil)
	}
	found, err := h.try(ctx, a)
	if problems := problemsOf(err); problems != nil {
		a.problems["pasted"] = "The API does not take this: " + messageOf(err)
		return h.show(c, http.StatusUnprocessableEntity, a, nil)
	}
	if err != nil {
		return err
	}
	return h.show(c, http.StatusOK, a, h.result(ctx, a, found))
}

// findUser finds the user whom a names: by id, or the one whom a search finds. Of
// several the person chooses.
func (h MappingTest) findUser(ctx context.Context, a *mappingAttempt) error {
	if a.user == "" {
		return nil
	}
	id := a.user
	if a.chosen != "" && a.asked == a.user {
		id = a.chosen
	}
	if strings.Contains(id, "|") || id == a.chosen {
		u, err := h.Directory.User(ctx, id)
		if status := upstream.StatusOf(err); status == http.StatusNotFound || status == http.StatusForbidden {
			u, err = mgmt.User{UserID: id}, nil // who is in groups need not be known
		}
		a.who = u
		return err
	}
	page, err := h.Directory.ListUsers(ctx, mgmt.ListQuery{Search: id, PerPage: fewUsers, Sort: "name:1"})
	if upstream.StatusOf(err) == http.StatusForbidden {
		a.problems["user"] = "Your role does not include searching users. Type the id, such as auth0|59396526."
		return nil
	}
	if err != nil {
		return err
	}
	a.choose(page)
	return nil
}

// choose takes the only one of the users found, or the one whose address was typed.
func (a *mappingAttempt) choose(found mgmt.Page[mgmt.User]) {
	users := found.Items
	if at := slices.IndexFunc(users, func(u mgmt.User) bool { return strings.EqualFold(u.Email, a.user) }); at >= 0 {
		users = users[at : at+1]
	}
	switch len(users) {
	case 0:
		a.problems["user"] = "No user is found by that. Type an email, a name or an id."
	case 1:
		a.who = users[0]
	default:
		a.problems["user"] = "Several users are found by that. Choose one"
		if found.Total > len(users) {
			a.problems["user"] += ", or type more"
		}
		a.problems["user"] += "."
		a.matching = users
	}
}

func (h MappingTest) show(c echo.Context, status int, a *mappingAttempt, result *views.MappingTrial) error {
	l := layout(c, "Mapping tester", urls.Groups)
	page := views.MappingTester{Form: h.form(c.Request().Context(), a), Result: result}
	return answer(c, status, views.MappingTesterPage(l, page), parts{"detail": views.MappingTesterDetail(page)})
}

// form words what can be chosen, with what a has chosen.
func (h MappingTest) form(ctx context.Context, a *mappingAttempt) views.MappingTestForm {
	form := views.MappingTestForm{
		Connection: a.connection, Pasted: a.pasted, User: a.user, Chosen: a.who.UserID,
		Applications: h.Catalogue.read(ctx).groups(a.application), Application: a.application, Problems: a.problems,
	}
	if conns, err := h.Directory.Connections(ctx); err == nil {
		for _, conn := range conns {
			form.Connections = append(form.Connections, views.Option{Value: conn.Name, Label: conn.Name + " (" + conn.Strategy + ")"})
		}
	}
	slices.SortStableFunc(form.Connections, func(a, b views.Option) int { return byName(a.Label, b.Label) })
	for _, found := range a.read.claims {
		form.Claims = append(form.Claims, views.Option{
			Value: found.Name, Label: found.Name + " (" + count(len(found.Values), "name") + ")", Chosen: found.Name == a.read.claim,
		})
	}
	for _, u := range a.matching {
		form.Users = append(form.Users, views.LookupRow{Label: nameOf(u), Detail: u.Email, URL: u.UserID, Current: u.UserID == a.chosen})
	}
	return form
}
