package web

import (
	"trellis/handlers"
	"trellis/views/urls"
)

// manyRoutes add many members, or give a role to many, from a list that somebody pastes.
func (s *Server) manyRoutes() []route {
	many := handlers.Many{API: s.authz, Jobs: s.jobs}
	return []route{
		{get, urls.GroupMembersMany, signedIn(), many.ForGroup},
		{post, urls.GroupMembersMany, authorization("update:groups"), many.AddToGroup},
		{get, urls.RoleUsersMany, signedIn(), many.ForRole},
		{post, urls.RoleUsersMany, authorization(giveRoles), many.AddToRole},
	}
}

// selectionRoutes take the selected rows of a list to a job, or to a file.
func (s *Server) selectionRoutes() []route {
	selection := handlers.Selection{API: s.authz, Users: s.users(), Catalogue: s.catalogue(), Jobs: s.jobs}
	return []route{
		{get, urls.SelectUsers, signedIn(), selection.SelectUsers},
		{post, urls.SelectUsers, signedIn(), selection.SelectUsers},
		{get, urls.SelectGroups, signedIn(), selection.SelectGroups},
		{post, urls.SelectGroups, signedIn(), selection.SelectGroups},
		{get, urls.SelectRoles, signedIn(), selection.SelectRoles},
		{post, urls.SelectRoles, signedIn(), selection.SelectRoles},
		{get, urls.SelectPermissions, signedIn(), selection.SelectPermissions},
		{post, urls.SelectPermissions, signedIn(), selection.SelectPermissions},
		{get, urls.SelectMembers, signedIn(), selection.SelectMembers},
		{post, urls.SelectMembers, signedIn(), selection.SelectMembers},
		{get, urls.SelectRoleUsers, signedIn(), selection.SelectRoleUsers},
		{post, urls.SelectRoleUsers, signedIn(), selection.SelectRoleUsers},
		{get, urls.ExportUsers, signedIn(), selection.ExportUsers},
		{get, urls.ExportGroups, signedIn(), selection.ExportGroups},
		{get, urls.ExportRoles, signedIn(), selection.ExportRoles},
		{get, urls.ExportPermissions, signedIn(), selection.ExportPermissions},
		{get, urls.ExportMembers, signedIn(), selection.ExportMembers},
		{get, urls.ExportRoleUsers, signedIn(), selection.ExportRoleUsers},
		{get, urls.ExportPermissionUsers, signedIn(), selection.ExportPermissionUsers},
	}
}

// jobRoutes start, watch and end the jobs that change many things.
func (s *Server) jobRoutes() []route {
	jobs := handlers.Jobs{API: s.authz, Jobs: s.jobs, Impacts: s.impacts()}
	return []route{
		{get, urls.Jobs, signedIn(), jobs.List},
		{get, urls.Job, signedIn(), jobs.Show},
		{get, urls.JobTarget, signedIn(), jobs.PickTarget},
		{post, urls.JobTarget, signedIn(), jobs.SetTarget},
		{get, urls.JobStart, signedIn(), jobs.Back},
		{post, urls.JobStart, signedIn(), jobs.Start},
		{get, urls.JobAgain, signedIn(), jobs.Back},
		{post, urls.JobAgain, signedIn(), jobs.Again},
		{get, urls.JobCancel, signedIn(), jobs.Back},
		{post, urls.JobCancel, signedIn(), jobs.Cancel},
		{get, urls.JobDrop, signedIn(), jobs.Back},
		{post, urls.JobDrop, signedIn(), jobs.Drop},
		{get, urls.JobResult, signedIn(), jobs.Result},
		{get, urls.JobImpact, signedIn(), jobs.Impact},
		{get, urls.JobImpactExport, signedIn(), jobs.ImpactFile},
	}
}
