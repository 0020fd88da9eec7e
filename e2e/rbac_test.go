package e2e

import (
	"net/http"
	"testing"
)

// console and books are applications of the sample organisation.
const (
	console = "Deploy Console"
	books   = "Ledger"
)

// application is the id of the application called name.
func (n *tenant) application(t *testing.T, name string) string {
	t.Helper()
	var all []struct {
		ID   string `json:"client_id"`
		Name string `json:"name"`
	}
	n.authz(t, http.MethodGet, "/applications", nil, &all)
	for _, a := range all {
		if a.Name == name {
			return a.ID
		}
	}
	t.Fatalf("there is no application %s", name)
	return ""
}

// permission makes a permission of an application and returns its id.
func (n *tenant) permission(t *testing.T, name, application string) string {
	t.Helper()
	var made struct {
		ID string `json:"_id"`
	}
	n.authz(t, http.MethodPost, "/permissions", map[string]string{
		"name": name, "description": "Made for a test", "applicationType": "client", "applicationId": n.application(t, application),
	}, &made)
	return made.ID
}

// bundle makes a role of an application with permissions, and returns its id.
func (n *tenant) bundle(t *testing.T, name, application string, permissions ...string) string {
	t.Helper()
	var made struct {
		ID string `json:"_id"`
	}
	n.authz(t, http.MethodPost, "/roles", n.bundled(t, name, application, permissions), &made)
	return made.ID
}

// rebundle replaces what a role is.
func (n *tenant) rebundle(t *testing.T, id, name, application string, permissions ...string) {
	t.Helper()
	n.authz(t, http.MethodPut, "/roles/"+id, n.bundled(t, name, application, permissions), nil)
}

func (n *tenant) bundled(t *testing.T, name, application string, permissions []string) map[string]any {
	t.Helper()
	return map[string]any{
		"name": name, "description": "Made for a test", "applicationType": "client",
		"applicationId": n.application(t, application), "permissions": append([]string{}, permissions...),
	}
}

// give gives a role to the members of groups.
func (n *tenant) give(t *testing.T, role string, groups ...string) {
	t.Helper()
	for _, group := range groups {
		n.authz(t, http.MethodPatch, "/groups/"+group+"/roles", []string{role}, nil)
	}
}

// hold gives a role to users directly.
func (n *tenant) hold(t *testing.T, role string, users ...string) {
	t.Helper()
	n.authz(t, http.MethodPatch, "/roles/"+role+"/users", users, nil)
}

// findRole is the id of the role called name.
func (n *tenant) findRole(t *testing.T, name string) string {
	t.Helper()
	var found struct {
		Roles []struct {
			ID   string `json:"_id"`
			Name string `json:"name"`
		} `json:"roles"`
	}
	n.authz(t, http.MethodGet, "/roles?fields=_id,name", nil, &found)
	for _, r := range found.Roles {
		if r.Name == name {
			return r.ID
		}
	}
	t.Fatalf("there is no role %s", name)
	return ""
}

// findPermission is the id of a permission called name.
func (n *tenant) findPermission(t *testing.T, name string) string {
	t.Helper()
	var found struct {
		Permissions []struct {
			ID   string `json:"_id"`
			Name string `json:"name"`
		} `json:"permissions"`
	}
	n.authz(t, http.MethodGet, "/permissions?fields=_id,name", nil, &found)
	for _, p := range found.Permissions {
		if p.Name == name {
			return p.ID
		}
	}
	t.Fatalf("there is no permission %s", name)
	return ""
}
