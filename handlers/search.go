package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/htmx"
	"trellis/web/mgmt"
	"trellis/web/session"
	"trellis/web/upstream"
)

// SearchAPI is what a search through everything asks of the Authorization API.
type SearchAPI interface {
	ListGroups(context.Context, authz.ListQuery) (authz.Page[authz.Group], error)
	ListRoles(context.Context, authz.ListQuery) (authz.Page[authz.Role], error)
	ListPermissions(context.Context, authz.ListQuery) (authz.Page[authz.Permission], error)
}

// Search serves the search through users, groups, roles, permissions and actions.
type Search struct {
	API       SearchAPI
	Users     UserLister
	Catalogue Catalogue
	Patience  time.Duration // for the answer of one API; 0 means 2 seconds
}

const (
	longestSearch = 200 // letters of what is typed
	fewHits       = 5   // of a kind, beside other kinds
	manyHits      = 25  // of the only kind
	fewActions    = 7   // before anything is typed
)

// Show shows what ?q finds: on a page, or for the box over one. Without ?q it
// shows what the person looked at lately, and some actions.
func (h Search) Show(c echo.Context) error {
	q := parseSearch(c.FormValue("q"))
	found, err := h.find(c, q)
	if err != nil {
		return err
	}
	result := views.SearchResult{Query: q.whole, Sections: found, Kinds: kinds(q)}
	n := 0
	for _, s := range found {
		n += len(s.Hits)
		if s.Problem != "" {
			result.Problems = append(result.Problems, s.Label+": "+s.Problem)
		}
	}
	result.Status = foundWords(n, q)
	if req := htmx.From(c.Request()); req.Partial() && req.Target == "results" {
		htmx.Push(c.Response().Header(), urls.ToSearch(q.whole))
	}
	l := layout(c, "Search", "")
	return answer(c, http.StatusOK, views.SearchPage(l, result), parts{
		"results": views.Titled(l, views.SearchResults(result)),
		"found":   views.Found(result),
	})
}

// find asks everybody side by side. Who fails or is slow leaves a section with a
// reason; only a session that is over ends the search.
func (h Search) find(c echo.Context, q searchQuery) ([]views.SearchSection, error) {
	ctx, cancel := context.WithTimeout(c.Request().Context(), cmp.Or(h.Patience, 2*time.Second))
	defer cancel()
	var (
		all      sync.WaitGroup
		apps     catalogue
		sections []*section
	)
	for kind, search := range map[string]func(context.Context, searchQuery) (section, error){
		groupKind: h.groups, userKind: h.users, roleKind: h.roles, permissionKind: h.permissions,
	} {
		if !q.wants(kind) {
			continue
		}
		s := &section{}
		sections = append(sections, s)
		all.Go(func() {
			answered, err := search(ctx, q)
			*s = answered
			s.kind, s.err = kind, err
		})
	}
	if q.wants(roleKind) || q.wants(permissionKind) {
		all.Go(func() { apps = h.Catalogue.read(ctx) })
	}
	all.Wait()
	for _, s := range sections {
		if upstream.StatusOf(s.err) == http.StatusUnauthorized {
			return nil, s.err
		}
	}
	out := worded(sections, q, apps)
	if q.whole == "" {
		out = append(out, recently(session.From(ctx)))
	}
	out = append(out, h.actions(c, q))
	return slices.DeleteFunc(out, func(s views.SearchSection) bool { return len(s.Hits) == 0 && s.Problem == "" }), nil
}

// foundWords says how many hits there are, for those who do not see them.
func foundWords(n int, q searchQuery) string {
	switch {
	case q.whole == "":
		return count(n, "suggestion")
	case n == 0:
		return "Nothing matches “" + q.whole + "”"
	default:
		return count(n, "result")
	}
}

// kinds are the ways to narrow q.
func kinds(q searchQuery) []views.Tab {
	one := func(id, label, kind string) views.Tab {
		return views.Tab{ID: id, Label: label, URL: urls.ToSearch(q.narrowed(kind)), Current: q.kind == kind}
	}
	return []views.Tab{
		one("all", "All", ""), one("users", "Users", userKind), one("groups", "Groups", groupKind),
		one("roles", "Roles", roleKind), one("permissions", "Permissions", permissionKind), one("actions", "Actions", actionKind),
	}
}

// beginning asks for the best matches of q.
func beginning(q searchQuery, fields ...string) authz.ListQuery {
	return authz.ListQuery{Search: q.text, Sort: "match:1", PerPage: manyHits, Fields: append([]string{"_id", "name", "description"}, fields...)}
}

func (h Search) groups(ctx context.Context, q searchQuery) (section, error) {
	page, err := h.API.ListGroups(ctx, beginning(q, "member_count"))
	s := section{total: page.Total, all: urls.GroupList{Search: q.text}.To()}
	for _, g := range page.Items {
		s.add(q, hit{id: g.ID, name: named(g.Name), detail: g.Description, end: count(g.MemberCount, "member"), url: urls.ToGroup(g.ID)})
	}
	return s, err
}

func (h Search) roles(ctx context.Context, q searchQuery) (section, error) {
	page, err := h.API.ListRoles(ctx, beginning(q, "applicationId"))
	s := section{total: page.Total, all: urls.RoleIndex{Search: q.text}.To()}
	for _, r := range page.Items {
		s.add(q, hit{id: r.ID, name: named(r.Name), detail: r.Description, of: r.ApplicationID, url: urls.ToRole(r.ID)})
	}
	return s, err
}

func (h Search) permissions(ctx context.Context, q searchQuery) (section, error) {
	page, err := h.API.ListPermissions(ctx, beginning(q, "applicationId"))
	s := section{total: page.Total, all: urls.PermissionIndex{Search: q.text}.To()}
	for _, p := range page.Items {
		s.add(q, hit{id: p.ID, name: named(p.Name), detail: p.Description, of: p.ApplicationID, url: urls.ToPermission(p.ID)})
	}
	return s, err
}

// users asks twice: the API sorts by name, so who is called exactly that may be
// far down among many.
func (h Search) users(ctx context.Context, q searchQuery) (section, error) {
	var (
		all   sync.WaitGroup
		exact mgmt.Page[mgmt.User]
	)
	if q.text != "" {
		all.Go(func() { // without an answer the others have to do
			exact, _ = h.Users.ListUsers(ctx, mgmt.ListQuery{Search: `"` + q.text + `"`, PerPage: fewHits})
		})
	}
	page, err := h.Users.ListUsers(ctx, mgmt.ListQuery{Search: q.text, PerPage: 2 * manyHits, Sort: "name:1"})
	all.Wait()
	if err != nil {
		return section{all: urls.UserList{Search: q.text}.To()}, err
	}
	s := section{total: page.Total, all: urls.UserList{Search: q.text}.To()}
	for _, u := range append(exact.Items, page.Items...) {
		if !slices.ContainsFunc(s.hits, func(known hit) bool { return known.id == u.UserID }) {
			s.add(q, hit{id: u.UserID, name: nameOf(u), also: u.Email, detail: u.Email, end: u.Connection(), url: urls.ToUser(u.UserID)})
		}
	}
	return s, nil
}
