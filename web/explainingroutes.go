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
	mappings := handlers.MappingTest{API: s.authz, Directory: s.mgmt, Catalogue: s.catalogue()}
	coverage := handlers.MappingCoverage{API: s.authz, Connections: s.mgmt}
	compare := handlers.Compare{API: s.authz, Ends: paths, Permissions: s.userPermissions(), Impacts: impacts}
	return []route{
		{get, urls.Impact, signedIn(), impacts.Show},
		{post, urls.Impact, signedIn(), impacts.Show},
		{get, urls.ImpactExport, signedIn(), impacts.Export},
		{post, urls.ImpactExport, signedIn(), impacts.Export},
		{get, urls.Graph, signedIn(), graph.Show},
		{get, urls.GraphFile, signedIn(), graph.File},
		{get, urls.Paths, signedIn(), paths.Show},
		{get, urls.PathEnd, signedIn(), paths.Choose},
		{get, urls.MappingTest, signedIn(), mappings.Show},
		{post, urls.MappingTest, signedIn(), mappings.Test},
		{get, urls.MappingCoverage, signedIn(), coverage.Show},
		{get, urls.CoverageExport, signedIn(), coverage.Export},
		{get, urls.Compare, signedIn(), compare.Show},
		{get, urls.CompareEnd, signedIn(), compare.Choose},
		{get, urls.CompareFile, signedIn(), compare.File},
		{get, urls.CompareCopy, signedIn(), compare.AskCopy},
		{post, urls.CompareCopy, signedIn(), compare.CopyAll},
	}
}
