package handlers

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/session"
)

// errand is something that a person can do from anywhere.
type errand struct {
	icon, name string
	words      string // other words that people look for
	url        string
	form       string // the form of the frame that does it, instead of url
	theme      string // what that form sends
	api        session.API
	scope      string // what it asks for; empty when nothing
}

// errands are all of them, the most usual ones first.
func errands() []errand {
	const auth, mgmt = session.Authorization, session.Management
	return []errand{
		{icon: "plus", name: "Create group", words: "new add", url: urls.NewGroup, api: auth, scope: createGroups},
		{icon: "plus", name: "Create role", words: "new add", url: urls.NewRole, api: auth, scope: createRoles},
		{icon: "plus", name: "Create permission", words: "new add", url: urls.NewPermission, api: auth, scope: createPermissions},
		{icon: "overview", name: "Go to the overview", words: "home start health findings", url: urls.Home},
		{icon: "clock", name: "See recent changes", words: "log history journal audit", url: urls.Changes},
		{icon: "settings", name: "Open the configuration", words: "settings tokens passthrough", url: urls.Configuration},
		{icon: "logout", name: "Sign out", words: "log out leave logout", form: views.LogoutForm},
		{icon: "path", name: "Find a path", words: "why has access explain reason missing not path finder", url: urls.Paths},
		{icon: "braces", name: "Open the API explorer", words: "endpoints operations curl openapi documentation send request", url: urls.Explorer},
		{icon: "mapping", name: "Test mappings", words: "token claims jwt provider groups connection which match coverage", url: urls.MappingTest},
		{icon: "compare", name: "Compare two", words: "users groups roles difference copy missing usual same versus", url: urls.Compare},
		{icon: "plus", name: "Paste permissions", words: "create many bulk new add", url: urls.PastePermissions, api: auth, scope: createPermissions},
		{icon: "plus", name: "Add machine client", words: "new create configuration program", url: urls.NewMachine, api: mgmt, scope: createClients},
		{icon: "plus", name: "Add person who may sign in", words: "new create account configuration administrator", url: urls.NewPerson, api: mgmt, scope: createAccounts},
		{icon: "users", name: "List users", words: "go to open people", url: urls.Users},
		{icon: "groups", name: "List groups", words: "go to open", url: urls.Groups},
		{icon: "roles", name: "List roles", words: "go to open", url: urls.Roles},
		{icon: "permissions", name: "List permissions", words: "go to open", url: urls.Permissions},
		{icon: "lock", name: "Rotate API key", words: "configuration new secret", url: urls.APIKey, api: auth, scope: updateConfiguration},
		{icon: "plug", name: "Configure API access", words: "configuration token lifetime audience url settings", url: urls.APIAccess},
		{icon: "copy", name: "Copy the login Action", words: "configuration rule policy code snippet", url: urls.LoginAction},
		{icon: "plug", name: "List machine clients", words: "configuration programs", url: urls.Machines},
		{icon: "user", name: "List people who may sign in", words: "configuration accounts administrators", url: urls.People},
		{icon: "download", name: "Import or export", words: "configuration backup json restore download upload", url: urls.Transfer},
		{icon: "sun", name: "Use the light theme", words: "colours switch bright", form: views.ThemeForm, theme: "light"},
		{icon: "moon", name: "Use the dark theme", words: "colours switch night", form: views.ThemeForm, theme: "dark"},
		{icon: "monitor", name: "Use the theme of the system", words: "colours switch automatic", form: views.ThemeForm, theme: "system"},
	}
}

// actions are what the person can do that q names. What they may not do says why.
func (h Search) actions(c echo.Context, q searchQuery) views.SearchSection {
	out := views.SearchSection{ID: "actions", Label: "Actions"}
	if q.whole != "" && !q.wants(actionKind) {
		return out
	}
	all := slices.DeleteFunc(errands(), func(d errand) bool { return !d.has(q.text) })
	slices.SortStableFunc(all, func(a, b errand) int { return rank(q.text, a.name) - rank(q.text, b.name) })
	switch {
	case q.whole == "":
		all = all[:fewActions]
	case q.kind == "":
		all = all[:min(fewHits, len(all))]
	}
	for _, d := range all {
		hit := views.Hit{Icon: d.icon, Name: marked(d.name, q.text), URL: d.url, Form: d.form, Theme: d.theme}
		if d.scope != "" {
			hit.Refusal = needs(c, d.api, d.scope)
		}
		out.Hits = append(out.Hits, hit)
	}
	return out
}

// has reports whether every word of text begins one of d's words.
func (d errand) has(text string) bool {
	own := strings.Fields(strings.ToLower(d.name + " " + d.words))
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if !slices.ContainsFunc(own, func(o string) bool { return strings.HasPrefix(o, word) }) {
			return false
		}
	}
	return true
}

// visited notes that the person looks at something, for the search to offer it.
func visited(c echo.Context, kind, id, name string) {
	session.From(c.Request().Context()).Visit(session.Recent{Kind: kind, ID: id, Name: name})
}

// NotThere forgets what the request asked for: its page was not found, so the
// search shall not lead there again.
func NotThere(c echo.Context) {
	kind, ok := map[string]string{
		urls.Group: groupKind, urls.User: userKind, urls.Role: roleKind, urls.Permission: permissionKind,
	}[c.Path()]
	if ok {
		forgotten(c, kind, idOf(c))
	}
}

// forgotten notes that something is gone.
func forgotten(c echo.Context, kind, id string) {
	session.From(c.Request().Context()).Forget(kind, id)
}
