package mgmtapi

import (
	"fmt"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
)

// scopes is scopes of which any one serves. The first says best what is done.
type scopes []string

// route is one operation: what it is, which scope it needs, who serves it.
type route struct {
	method, path string
	scopes       scopes
	serve        func(*api, *call) error
}

// routes is the whole API. Whatever is not here is 404.
func routes() []route {
	return []route{
		{http.MethodGet, "/users", scopes{"read:users"}, (*api).listUsers},
		{http.MethodPost, "/users", scopes{"create:users"}, (*api).createUser},
		{http.MethodGet, "/users/{id}", scopes{"read:users"}, (*api).user},
		{http.MethodPatch, "/users/{id}", scopes{"update:users"}, (*api).updateUser},
		{http.MethodDelete, "/users/{id}", scopes{"delete:users"}, (*api).deleteUser},

		{http.MethodGet, "/users/{id}/permissions", scopes{"read:users"}, (*api).listUserPermissions},
		{http.MethodPost, "/users/{id}/permissions", scopes{"update:users"}, (*api).addUserPermissions},
		{http.MethodDelete, "/users/{id}/permissions", scopes{"update:users"}, (*api).removeUserPermissions},

		{http.MethodGet, "/users/{id}/roles", scopes{"read:users", "read:roles", "read:role_members"}, (*api).listUserRoles},
		{http.MethodPost, "/users/{id}/roles", scopes{"update:users", "create:role_members"}, (*api).addUserRoles},
		{http.MethodDelete, "/users/{id}/roles", scopes{"update:users", "delete:role_members"}, (*api).removeUserRoles},

		{http.MethodGet, "/users/{id}/effective-permissions", scopes{"read:users"}, (*api).listEffectivePermissions},
		{http.MethodGet, "/users/{id}/effective-permissions/sources/effective-roles", scopes{"read:users"}, (*api).listPermissionRoles},
		{http.MethodGet, "/users/{id}/effective-roles", scopes{"read:users", "read:roles", "read:role_members"}, (*api).listEffectiveRoles},

		{http.MethodGet, "/roles", scopes{"read:roles"}, (*api).listRoles},
		{http.MethodPost, "/roles", scopes{"create:roles"}, (*api).createRole},
		{http.MethodGet, "/roles/{id}", scopes{"read:roles"}, (*api).role},
		{http.MethodPatch, "/roles/{id}", scopes{"update:roles"}, (*api).updateRole},
		{http.MethodDelete, "/roles/{id}", scopes{"delete:roles"}, (*api).deleteRole},

		{http.MethodGet, "/roles/{id}/permissions", scopes{"read:roles"}, (*api).listRolePermissions},
		{http.MethodPost, "/roles/{id}/permissions", scopes{"update:roles"}, (*api).addRolePermissions},
		{http.MethodDelete, "/roles/{id}/permissions", scopes{"update:roles"}, (*api).removeRolePermissions},

		{http.MethodGet, "/roles/{id}/users", scopes{"read:roles", "read:users", "read:role_members"}, (*api).listRoleUsers},
		{http.MethodPost, "/roles/{id}/users", scopes{"update:roles", "create:role_members"}, (*api).addRoleUsers},

		{http.MethodGet, "/resource-servers", scopes{"read:resource_servers"}, (*api).listResourceServers},
		{http.MethodGet, "/resource-servers/{id}", scopes{"read:resource_servers"}, (*api).resourceServer},
		{http.MethodPatch, "/resource-servers/{id}", scopes{"update:resource_servers"}, (*api).updateResourceServer},

		{http.MethodGet, "/clients", scopes{"read:clients"}, (*api).listClients},
		{http.MethodPost, "/clients", scopes{"create:clients"}, (*api).createClient},
		{http.MethodGet, "/clients/{id}", scopes{"read:clients"}, (*api).client},
		{http.MethodPatch, "/clients/{id}", scopes{"update:clients"}, (*api).updateClient},
		{http.MethodDelete, "/clients/{id}", scopes{"delete:clients"}, (*api).deleteClient},
		{http.MethodPost, "/clients/{id}/rotate-secret", scopes{"update:client_keys"}, (*api).rotateSecret},

		{http.MethodGet, "/client-grants", scopes{"read:client_grants"}, (*api).listClientGrants},
		{http.MethodPost, "/client-grants", scopes{"create:client_grants"}, (*api).createClientGrant},
		{http.MethodPatch, "/client-grants/{id}", scopes{"update:client_grants"}, (*api).updateClientGrant},
		{http.MethodDelete, "/client-grants/{id}", scopes{"delete:client_grants"}, (*api).deleteClientGrant},

		{http.MethodGet, "/accounts", scopes{"read:accounts"}, (*api).listAccounts},
		{http.MethodPost, "/accounts", scopes{"create:accounts"}, (*api).createAccount},
		{http.MethodPatch, "/accounts/{id}", scopes{"update:accounts"}, (*api).updateAccount},
		{http.MethodDelete, "/accounts/{id}", scopes{"delete:accounts"}, (*api).deleteAccount},
		{http.MethodPost, "/accounts/{id}/reset-password", scopes{"update:accounts"}, (*api).resetPassword},

		{http.MethodGet, "/connections", scopes{"read:connections"}, (*api).listConnections},
	}
}

// operation is what the contract says of r.
type operation struct {
	*openapi3.Operation
	item *openapi3.PathItem
}

func (a *api) operation(r route) (operation, error) {
	item := a.doc.Paths.Value(r.path)
	if item == nil || item.GetOperation(r.method) == nil {
		return operation{}, fmt.Errorf("management API: the contract does not know %s %s", r.method, r.path)
	}
	return operation{Operation: item.GetOperation(r.method), item: item}, nil
}

// parameters is those of the operation that stand in the path or in the query.
func (op operation) parameters(in string) []*openapi3.Parameter {
	var out []*openapi3.Parameter
	for _, list := range []openapi3.Parameters{op.item.Parameters, op.Parameters} {
		for _, p := range list {
			if p.Value.In == in {
				out = append(out, p.Value)
			}
		}
	}
	return out
}
