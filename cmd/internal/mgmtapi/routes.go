package mgmtapi

import (
	"fmt"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
)

// route is one operation: what it is, which scope it needs, who serves it.
type route struct {
	method, path string
	scope        string
	serve        func(*api, *call) error
}

// routes is the whole API. Whatever is not here is 404.
func routes() []route {
	return []route{
		{http.MethodGet, "/users", "read:users", (*api).listUsers},
		{http.MethodPost, "/users", "create:users", (*api).createUser},
		{http.MethodGet, "/users/{id}", "read:users", (*api).user},
		{http.MethodPatch, "/users/{id}", "update:users", (*api).updateUser},
		{http.MethodDelete, "/users/{id}", "delete:users", (*api).deleteUser},

		{http.MethodGet, "/users/{id}/permissions", "read:users", (*api).listUserPermissions},
		{http.MethodPost, "/users/{id}/permissions", "update:users", (*api).addUserPermissions},
		{http.MethodDelete, "/users/{id}/permissions", "update:users", (*api).removeUserPermissions},

		{http.MethodGet, "/resource-servers", "read:resource_servers", (*api).listResourceServers},
		{http.MethodGet, "/resource-servers/{id}", "read:resource_servers", (*api).resourceServer},
		{http.MethodPatch, "/resource-servers/{id}", "update:resource_servers", (*api).updateResourceServer},

		{http.MethodGet, "/clients", "read:clients", (*api).listClients},
		{http.MethodGet, "/connections", "read:connections", (*api).listConnections},
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
