package web

import (
	"trellis/handlers"
	"trellis/views/urls"
)

// configurationRoutes are the settings of the tenant.
func (s *Server) configurationRoutes() []route {
	configuration := handlers.Configuration{API: s.authz, Address: s.authz.Address(), Site: s.base.String()}
	access := handlers.APIAccess{API: s.authz, Address: s.authz.Address(), Audience: s.audience, Issuer: s.issuer}
	return []route{
		{get, urls.Configuration, signedIn(), configuration.Show},
		{post, urls.Configuration, authorization("update:configuration"), configuration.Save},
		{get, urls.APIKey, signedIn(), configuration.ConfirmRotateKey},
		{post, urls.APIKey, authorization("update:configuration"), configuration.RotateKey},
		{get, urls.APIAccess, signedIn(), access.Show},
		{post, urls.APIAccess, authorization("update:resource-server"), access.Save},
		{get, urls.LoginAction, signedIn(), configuration.Action},
	}
}

// peopleRoutes are the people who may sign in.
func (s *Server) peopleRoutes() []route {
	people := handlers.People{API: s.mgmt}
	return []route{
		{get, urls.People, signedIn(), people.List},
		{get, urls.NewPerson, signedIn(), people.New},
		{post, urls.NewPerson, management("create:accounts"), people.Create},
		{get, urls.PersonRole, signedIn(), people.EditRole},
		{post, urls.PersonRole, management("update:accounts"), people.SaveRole},
		{get, urls.PersonReset, signedIn(), people.ConfirmReset},
		{post, urls.PersonReset, management("update:accounts"), people.Reset},
		{get, urls.PersonRemove, signedIn(), people.ConfirmRemove},
		{post, urls.PersonRemove, management("delete:accounts"), people.Remove},
	}
}

// machineRoutes are the programs that call the APIs.
func (s *Server) machineRoutes() []route {
	machines := handlers.Machines{API: s.mgmt, Audience: s.audience, Issuer: s.issuer}
	return []route{
		{get, urls.Machines, signedIn(), machines.List},
		{get, urls.NewMachine, signedIn(), machines.New},
		{post, urls.NewMachine, management("create:clients"), machines.Create},
		{get, urls.MachineScopes, signedIn(), machines.Edit},
		{post, urls.MachineScopes, management("update:client_grants"), machines.Save},
		{get, urls.MachineRotate, signedIn(), machines.ConfirmRotate},
		{post, urls.MachineRotate, management("update:client_keys"), machines.Rotate},
		{get, urls.MachineDelete, signedIn(), machines.ConfirmDelete},
		{post, urls.MachineDelete, management("delete:clients"), machines.Delete},
	}
}

// transferRoutes import and export, and restore what was.
func (s *Server) transferRoutes() []route {
	transfer := handlers.Transfer{API: s.authz}
	return []route{
		{get, urls.Transfer, signedIn(), transfer.Show},
		{get, urls.Export, signedIn(), transfer.Export},
		{post, urls.Transfer, authorization("update:configuration"), transfer.Plan},
		{get, urls.Import, signedIn(), transfer.Show},
		{get, urls.Restore, authorization("update:configuration"), transfer.PlanRestore},
		{post, urls.Restore, authorization("update:configuration"), transfer.Restore},
		{get, urls.RestoreImpact, authorization("update:configuration"), transfer.PlanRestore},
		{post, urls.RestoreImpact, authorization("update:configuration"), transfer.RestoreImpact},
		{get, urls.RestoreImpactExport, authorization("update:configuration"), transfer.PlanRestore},
		{post, urls.RestoreImpactExport, authorization("update:configuration"), transfer.RestoreImpactFile},
		{post, urls.Import, authorization("update:configuration"), transfer.Import},
		{get, urls.ImportImpact, signedIn(), transfer.Show},
		{post, urls.ImportImpact, authorization("update:configuration"), transfer.Impact},
		{get, urls.ImportImpactExport, signedIn(), transfer.Show},
		{post, urls.ImportImpactExport, authorization("update:configuration"), transfer.ImpactFile},
	}
}
