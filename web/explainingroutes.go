package web

import (
	"trellis/handlers"
	"trellis/views/urls"
)

// explainingRoutes are the pages that say why, why not and what if.
func (s *Server) explainingRoutes() []route {
	impacts := s.impacts()
	graph := handlers.Graph{API: s.authz}
	paths := handlers.Paths{API: s.authz, Directory: s.mgmt, Catalogue: s.catalogue()}
	return []route{
		{get, urls.Impact, signedIn(), impacts.Show},
		{post, urls.Impact, signedIn(), impacts.Show},
		{get, urls.ImpactExport, signedIn(), impacts.Export},
		{post, urls.ImpactExport, signedIn(), impacts.Export},
		{get, urls.Graph, signedIn(), graph.Show},
		{get, urls.GraphFile, signedIn(), graph.File},
		{get, urls.Paths, signedIn(), paths.Show},
		{get, urls.PathEnd, signedIn(), paths.Choose},
	}
}
