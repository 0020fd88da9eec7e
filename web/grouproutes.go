package web

import (
	"trellis/handlers"
	"trellis/views/urls"
)

// treeRoutes show and change the groups as a tree.
func (s *Server) treeRoutes() []route {
	tree := s.tree()
	return []route{
		{get, urls.Tree, signedIn(), tree.Show},
		{get, urls.TreeRows, signedIn(), tree.Rows},
		{get, urls.TreePlace, signedIn(), tree.Place},
		{get, urls.TreeMove, signedIn(), tree.Move},
		{post, urls.TreeMove, authorization("update:groups"), tree.Make},
		{get, urls.TreeTakeOut, signedIn(), tree.ConfirmTakeOut},
		{post, urls.TreeTakeOut, authorization("update:groups"), tree.TakeOut},
	}
}

// groupRoutes list the groups, make, edit and delete them.
func (s *Server) groupRoutes() []route {
	groups := handlers.Groups{API: s.authz, Impacts: s.impacts()}
	return []route{
		{get, urls.Groups, signedIn(), groups.List},
		{get, urls.NewGroup, signedIn(), groups.New},
		{post, urls.NewGroup, authorization("create:groups"), groups.Create},
		{get, urls.GroupActions, signedIn(), groups.Actions},
		{get, urls.GroupEdit, signedIn(), groups.Edit},
		{post, urls.GroupEdit, authorization("update:groups"), groups.Update},
		{get, urls.GroupDelete, signedIn(), groups.ConfirmDelete},
		{post, urls.GroupDelete, authorization("delete:groups"), groups.Delete},
	}
}

// memberRoutes are the members of a group, also those who are still to come.
func (s *Server) memberRoutes() []route {
	members := handlers.Members{API: s.authz, Users: s.mgmt, Impacts: s.impacts()}
	pending := handlers.Pending{API: s.authz}
	return []route{
		{get, urls.Group, signedIn(), members.Show},
		{get, urls.GroupMembersAdd, signedIn(), members.Pick},
		{post, urls.GroupMembersAdd, authorization("update:groups"), members.Add},
		{get, urls.GroupMembersRemove, signedIn(), members.ConfirmRemove},
		{post, urls.GroupMembersRemove, authorization("update:groups"), members.Remove},
		{get, urls.GroupPending, signedIn(), pending.Show},
		{get, urls.GroupPendingAdd, signedIn(), pending.Ask},
		{post, urls.GroupPendingAdd, authorization("update:groups"), pending.Add},
		{get, urls.GroupPendingRemove, signedIn(), pending.ConfirmRemove},
		{post, urls.GroupPendingRemove, authorization("update:groups"), pending.Remove},
	}
}

// groupPartRoutes are the nested groups, roles and mappings of a group.
func (s *Server) groupPartRoutes() []route {
	nested := handlers.Nested{API: s.authz, Impacts: s.impacts(), Tree: s.tree()}
	groupRoles := handlers.GroupRoles{API: s.authz, Applications: s.mgmt, Impacts: s.impacts()}
	mappings := handlers.Mappings{API: s.authz, Connections: s.mgmt, Impacts: s.impacts()}
	return []route{
		{get, urls.GroupNested, signedIn(), nested.Show},
		{get, urls.GroupNestedAdd, signedIn(), nested.Pick},
		{post, urls.GroupNestedAdd, authorization("update:groups"), nested.Add},
		{get, urls.GroupNestedRemove, signedIn(), nested.ConfirmRemove},
		{post, urls.GroupNestedRemove, authorization("update:groups"), nested.Remove},
		{get, urls.GroupRoles, signedIn(), groupRoles.Show},
		{get, urls.GroupRolesAdd, signedIn(), groupRoles.Pick},
		{post, urls.GroupRolesAdd, authorization("update:groups"), groupRoles.Add},
		{get, urls.GroupRolesRemove, signedIn(), groupRoles.ConfirmRemove},
		{post, urls.GroupRolesRemove, authorization("update:groups"), groupRoles.Remove},
		{get, urls.GroupMappings, signedIn(), mappings.Show},
		{get, urls.GroupMappingsAdd, signedIn(), mappings.New},
		{post, urls.GroupMappingsAdd, authorization("update:groups"), mappings.Add},
		{get, urls.GroupMappingsRemove, signedIn(), mappings.ConfirmRemove},
		{post, urls.GroupMappingsRemove, authorization("update:groups"), mappings.Remove},
	}
}

// tree is the groups below each other.
func (s *Server) tree() handlers.Tree { return handlers.Tree{API: s.authz, Impacts: s.impacts()} }
