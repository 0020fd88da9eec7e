package authzapi

import (
	"context"
	"net/http"
	"slices"
)

// serve does what a route is for, in one transaction, and returns the body of
// the answer: nil is an answer without one.
type serve func(ctx context.Context, c *call) (any, error)

// route is one line of the API's table of contents. Scopes, parameters and
// bodies are in the document.
type route struct {
	method string
	path   string // as the document spells it, below /api
	serve  serve
}

// routes is every operation of the API that runs in a transaction.
func (s *Server) routes() []route {
	return slices.Concat(s.groupRoutes(), s.roleRoutes(), s.userRoutes())
}

func (s *Server) groupRoutes() []route {
	return []route{
		{http.MethodGet, "/groups", s.listGroups},
		{http.MethodPost, "/groups", s.createGroup},
		{http.MethodGet, "/tree", s.readTree},
		{http.MethodGet, "/groups/{id}", s.getGroup},
		{http.MethodPut, "/groups/{id}", s.updateGroup},
		{http.MethodPatch, "/groups/{id}", s.patchGroup},
		{http.MethodDelete, "/groups/{id}", deleteGroup},

		{http.MethodGet, "/groups/{id}/explain", s.explainGroup},
		{http.MethodGet, "/groups/{id}/graph", s.groupGraph},

		{http.MethodGet, "/groups/{id}/mappings", listMappings},
		{http.MethodPatch, "/groups/{id}/mappings", s.addMappings},
		{http.MethodPut, "/groups/{id}/mappings", s.addMappings},
		{http.MethodDelete, "/groups/{id}/mappings", removeMappings},

		{http.MethodGet, "/groups/{id}/members", listMembers},
		{http.MethodPatch, "/groups/{id}/members", s.addMembers},
		{http.MethodDelete, "/groups/{id}/members", removeMembers},
		{http.MethodGet, "/groups/{id}/members/nested", s.listNestedMembers},
		{http.MethodGet, "/groups/{id}/members/calculate", s.calculateGroupMembers},

		{http.MethodGet, "/groups/{id}/members/pending", listPending},
		{http.MethodPatch, "/groups/{id}/members/pending", s.addPending},
		{http.MethodDelete, "/groups/{id}/members/pending", removePending},

		{http.MethodGet, "/groups/{id}/nested", s.listNested},
		{http.MethodPatch, "/groups/{id}/nested", s.addNested},
		{http.MethodDelete, "/groups/{id}/nested", removeNested},

		{http.MethodGet, "/groups/{id}/roles", listGroupRoles},
		{http.MethodPatch, "/groups/{id}/roles", s.addGroupRoles},
		{http.MethodDelete, "/groups/{id}/roles", removeGroupRoles},
		{http.MethodGet, "/groups/{id}/roles/nested", s.listNestedRoles},
	}
}

func (s *Server) roleRoutes() []route {
	return []route{
		{http.MethodGet, "/roles", s.listRoles},
		{http.MethodPost, "/roles", createRole},
		{http.MethodGet, "/roles/{id}", getRole},
		{http.MethodPut, "/roles/{id}", updateRole},
		{http.MethodDelete, "/roles/{id}", deleteRole},

		{http.MethodGet, "/roles/{id}/graph", s.roleGraph},
		{http.MethodGet, "/roles/{id}/users", listRoleUsers},
		{http.MethodPatch, "/roles/{id}/users", addRoleUsers},
		{http.MethodDelete, "/roles/{id}/users", removeRoleUsers},
		{http.MethodGet, "/roles/{id}/users/calculate", s.calculateRoleUsers},

		{http.MethodGet, "/permissions", s.listPermissions},
		{http.MethodPost, "/permissions", createPermission},
		{http.MethodGet, "/permissions/{id}", getPermission},
		{http.MethodPut, "/permissions/{id}", updatePermission},
		{http.MethodDelete, "/permissions/{id}", deletePermission},
		{http.MethodGet, "/permissions/{id}/graph", s.permissionGraph},
		{http.MethodGet, "/permissions/{id}/users/calculate", s.calculatePermissionUsers},

		{http.MethodGet, "/mappings", s.readMappings},
		{http.MethodGet, "/mappings/sent", s.readSentGroups},
		{http.MethodPost, "/mappings/test", s.testMappings},
		{http.MethodPost, "/impact", s.impact},
		{http.MethodGet, "/compare", s.readComparison},
		{http.MethodGet, "/counts", getCounts},
		{http.MethodGet, "/findings", s.getFindings},
		{http.MethodGet, "/changes", readChanges},
		{http.MethodGet, "/configuration", getConfiguration},
		{http.MethodPatch, "/configuration", updateConfiguration},
		{http.MethodGet, "/configuration/status", getStatus},
		{http.MethodPatch, "/configuration/rotate-apikey", rotateAPIKey},
		{http.MethodGet, "/configuration/export", s.exportTenant},
		{http.MethodPost, "/configuration/import", s.importTenant},
		{http.MethodGet, "/configuration/snapshots", readSnapshots},
		{http.MethodPost, "/configuration/snapshots/{id}/restore", s.restoreSnapshot},
		{http.MethodGet, "/configuration/resource-server", getAPIAccess},
		{http.MethodPost, "/configuration/resource-server", createAPIAccess},
		{http.MethodPatch, "/configuration/resource-server", updateAPIAccess},
		{http.MethodDelete, "/configuration/resource-server", deleteAPIAccess},
		{http.MethodGet, "/applications", listApplications},
		{http.MethodGet, "/applications/{id}", getApplication},
		{http.MethodGet, "/connections", listConnections},
	}
}

func (s *Server) userRoutes() []route {
	return []route{
		{http.MethodGet, "/users", listUsers},
		{http.MethodGet, "/users/{id}", getUser},
		{http.MethodPatch, "/users/{id}", s.replaceUser},
		{http.MethodDelete, "/users/{id}", dropUser},

		{http.MethodGet, "/users/{id}/explain", s.explainUser},
		{http.MethodGet, "/users/{id}/graph", s.userGraph},
		{http.MethodGet, "/users/{id}/groups", s.listUserGroups},
		{http.MethodPatch, "/users/{id}/groups", s.addUserGroups},
		{http.MethodDelete, "/users/{id}/groups", removeUserGroups},

		{http.MethodGet, "/users/{id}/roles", listUserRoles},
		{http.MethodPatch, "/users/{id}/roles", addUserRoles},
		{http.MethodDelete, "/users/{id}/roles", removeUserRoles},
	}
}

// aloneRoutes is what logins wait for: it reads one statement of its own, and
// its call has no transaction.
func (s *Server) aloneRoutes() []route {
	return []route{
		{http.MethodGet, "/users/{id}/groups/calculate", s.calculateGroups},
		{http.MethodGet, "/users/{id}/roles/calculate", s.calculateRoles},
		{http.MethodPost, "/users/{id}/policy/{client}", s.policy},
	}
}
