package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/session"
)

// The methods of the table. A page is read with get and changes things with post.
const (
	get  = http.MethodGet
	post = http.MethodPost
)

// need is what a route asks of its user: nothing, to be signed in, or a scope of
// an API too.
type need struct {
	person bool
	api    session.API
	scope  string
}

// anyone may come, signed in or not.
func anyone() need { return need{} }

// signedIn asks for a session.
func signedIn() need { return need{person: true} }

// authorization asks for a scope of the Authorization API, or for one of several.
func authorization(scope string) need { return need{true, session.Authorization, scope} }

// giveRoles is what giving a role to a user and taking it away takes: one of them.
const giveRoles = "update:roles update:users"

// management asks for a scope of the Management API.
func management(scope string) need { return need{true, session.Management, scope} }

// route is one line of the dashboard's table of contents.
type route struct {
	method string
	path   string
	needs  need
	serve  echo.HandlerFunc
}

// hasHead reports whether the page answers HEAD as it does GET, the body aside.
// Signing in does not: looking at it would use it up.
func (r route) hasHead() bool {
	return r.method == http.MethodGet && r.path != urls.Login && r.path != urls.Callback
}

// routes is every page and action of the dashboard, by feature.
func (s *Server) routes() []route {
	return slices.Concat(
		s.generalRoutes(),
		s.explainingRoutes(),
		s.treeRoutes(),
		s.groupRoutes(),
		s.memberRoutes(),
		s.groupPartRoutes(),
		s.roleRoutes(),
		s.permissionRoutes(),
		s.userRoutes(),
		s.userPermissionRoutes(),
		s.manyRoutes(),
		s.selectionRoutes(),
		s.jobRoutes(),
		s.configurationRoutes(),
		s.peopleRoutes(),
		s.machineRoutes(),
		s.transferRoutes(),
		s.sessionRoutes(),
	)
}

// generalRoutes are the pages that belong to no feature.
func (s *Server) generalRoutes() []route {
	idle, absolute := s.sessions.Limits()
	overview := handlers.Overview{API: s.authz, Users: s.mgmt, Idle: idle, Absolute: absolute}
	search := handlers.Search{API: s.authz, Users: s.mgmt, Catalogue: s.catalogue()}
	return []route{
		{get, urls.Home, signedIn(), overview.Show},
		{get, urls.Changes, signedIn(), overview.Changes},
		{get, urls.Static + "/*", anyone(), serveStatic},
		{post, urls.Theme, signedIn(), handlers.Theme},
		{get, urls.Unsaved, signedIn(), unsaved},
		{get, urls.Search, signedIn(), search.Show},
	}
}

// sessionRoutes begin and end a session.
func (s *Server) sessionRoutes() []route {
	return []route{
		{get, urls.Login, anyone(), s.paced(s.login.Start)},
		{get, urls.Callback, anyone(), s.login.Callback},
		{post, urls.Logout, anyone(), s.login.Logout},
		{get, urls.SignedOut, anyone(), signedOut},
	}
}

// impacts tells what a change would do.
func (s *Server) impacts() handlers.Impacts { return handlers.Impacts{API: s.authz} }

// catalogue names the applications and the APIs.
func (s *Server) catalogue() handlers.Catalogue {
	return handlers.Catalogue{Applications: s.authz, APIs: s.mgmt}
}
