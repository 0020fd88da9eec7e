package web

import (
	"strings"

	"trellis/handlers"
	"trellis/views/urls"
	"trellis/web/session"
)

// explorerRoutes are the pages about the APIs themselves.
func (s *Server) explorerRoutes() []route {
	explorer := handlers.Explorer{APIs: []handlers.ExploredAPI{
		{ID: "authorization", API: s.authz, Tokens: session.Authorization, Audience: s.audience, Contract: s.authzContract},
		{ID: "management", API: s.mgmt, Tokens: session.Management, Audience: strings.TrimSuffix(s.issuer, "/") + "/api/v2/", Contract: s.mgmtContract},
	}}
	return []route{
		{get, urls.Explorer, signedIn(), explorer.Show},
		{get, urls.Operation, signedIn(), explorer.Operation},
	}
}
